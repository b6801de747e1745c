"""What ``polypod preview`` announces is what an update then does, for each class of risk, on every target."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import attrs
import pytest

from polypod.preview.engine_output import parse
from polypod.preview.records import PodReport, StackReport
from polypod.preview.stacks import stack_report
from polypod.targets.effects import Kind
from tests.preview.recording import FOLDER, recorded

from .conftest import Anywhere, unused_port
from .deployment import Deployment
from .fetch import fetch
from .load import Load
from .test_rolling_aci import SERVER

PROGRAM = """
    import pulumi
    from polypod import *

    config = pulumi.Config()
    code = Mount("/app", ConfigVolume("code", {"server.py": config.require("server")}))

    def server(name, env, **fields):
        return Container(name, image="python:3.12-slim", command=["python3", "/app/server.py"], port=8000, user=1000,
                         env=env, mounts=[code], readiness=Probe.http("/", period="1s"), **fields)

    token = {"TOKEN": Secret(config.require_secret("token"))}
    several = Pod(server("several", {"V": config.get("several") or "1"}), replicas=config.get_int("replicas") or 2)
    alone = Pod(server("alone", {"V": config.get("alone") or "1", **token},
                       resources=Resources("100m", config.get("memory") or "64Mi")))
    volume = PersistentVolume(config.get("volume") or "data")
    keeper = Pod(Container("keeper", image="busybox:1.37", user=1000, mounts=[Mount("/data", volume)],
                           command=["sh", "-c", "trap exit TERM; tail -f /dev/null & wait"]))
    routes = [Route("/several/", several, retry=True), Route("/alone/", alone)]
    routes += [Route("/more/", several, retry=True)] if config.get("more") else []
    gateway = Gateway([several, alone, keeper], routes=routes, port=config.require_int("port"))
    pulumi.export("url", GatewayStack("shop", gateway).url)
"""
ROUTED = ("several", "alone")
PODS = (*ROUTED, "keeper", "gateway")

CHANGES: dict[str, tuple[str, str]] = {
    "variable of several": ("several", "2"),
    "variable of one": ("alone", "2"),
    "secret of one": ("token", "planted-2"),
    "memory": ("memory", "1500Mi"),
    "replicas": ("replicas", "3"),
    "route": ("more", "yes"),
    "volume": ("volume", "other"),
    "port": ("port", ""),
}
"""What changes, one after another; the port becomes a free one."""


@attrs.frozen(kw_only=True)
class Seen:
    """What an update did.

    Args:
        lost: The seconds without an answer, by routed pod; negative where every request was answered.
        replaced: The pods none of whose former copies runs any more.
        kept: The pods all of whose former copies still run.
        blind: Whether the keeper no longer finds what it found before.
        moved: Whether the gateway has another address.
    """

    lost: dict[str, float]
    replaced: set[str]
    kept: set[str]
    blind: bool
    moved: bool


@pytest.fixture(scope="module")
def shop(deploy_anywhere_once: Anywhere) -> Deployment:
    """The application, deployed, with data that its keeper has written."""
    config = {"port": str(unused_port()), "server": SERVER}
    shop = deploy_anywhere_once.program(PROGRAM, config, {"token": "planted-1"})
    shop.up()
    shop.shell("keeper", "keeper", "echo kept > /data/marker")
    return shop


@pytest.mark.parametrize("change", CHANGES)
def test_what_is_announced_is_what_happens(
    shop: Deployment, change: str, request: pytest.FixtureRequest, record_property: Callable[[str, Any], None]
) -> None:
    """To each pod and its requests, to the address and to the data; --update-goldens records the preview."""
    key, value = CHANGES[change]
    if key == "token":
        shop.run("config", "set", "--secret", key, value, "--stack", shop.stack)
    else:
        shop.set(key, value or str(unused_port()))
    printed = shop.run("preview", "--json", "--show-sames", "--stack", shop.stack)
    report = stack_report(parse(printed, "the preview"))
    assert "planted" not in printed + repr(report)
    seen = _update(shop)
    announced = {pod.name: pod for pod in report.pods()}
    record_property(change, {name: (pod.kind.value, pod.data) for name, pod in announced.items()} | {"seen": str(seen)})
    print(f"{shop.target}: {change}: {[(pod.name, pod.kind.value, pod.forced_by) for pod in report.pods()]}\n  {seen}")
    assert [*_contradictions(report, announced, seen)] == []
    if request.config.getoption("update_goldens"):
        file = FOLDER / f"{shop.target}.{change.replace(' ', '-')}.json"
        file.write_text(json.dumps(recorded(printed, shop.stack), indent=1) + "\n")


def _update(shop: Deployment) -> Seen:
    """Deploy under load, and look at what became of everything."""
    before, url, found = {pod: set(shop.copies(pod)) for pod in PODS}, shop.outputs["url"], _marker(shop)
    with ExitStack() as stack:
        loads = {pod: stack.enter_context(Load(f"{url}/{pod}/", clients=2)) for pod in ROUTED}
        shop.up()
        moved = shop.outputs["url"] != url
        if moved:  # the old address answers nobody any more, whatever becomes of the pods
            stack.pop_all().close()
            loads = {}
    after = {pod: set(shop.copies(pod)) for pod in PODS}
    assert fetch(f"{shop.outputs['url']}/alone/").status_code == 200
    return Seen(
        lost={pod: load.outage if load.lost else -1.0 for pod, load in loads.items()},
        replaced={pod for pod in PODS if not before[pod] & after[pod]},
        kept={pod for pod in PODS if before[pod] <= after[pod]},
        blind=found != _marker(shop),
        moved=moved,
    )


def _marker(shop: Deployment) -> str:
    return shop.shell("keeper", "keeper", "cat /data/marker 2>/dev/null || echo nothing").strip()


def _contradictions(report: StackReport, announced: dict[str, PodReport], seen: Seen) -> Iterator[str]:
    """Where the update did something else than was announced."""
    certain = {pod: found for pod, found in announced.items() if found.certain}
    kinds = {pod: certain[pod].kind if pod in certain else Kind.NOTHING for pod in PODS}
    for pod, kind in kinds.items():
        if kind is Kind.NOTHING and pod not in seen.kept and (pod not in announced or pod in certain):
            yield f"{pod} was replaced"
        if kind in (Kind.ROLLS, Kind.RESTARTS, Kind.RECREATED) and pod not in seen.replaced:
            yield f"{pod} was not replaced"
    for pod, outage in seen.lost.items():
        quiet = {kinds[pod], kinds["gateway"]} <= {Kind.NOTHING, Kind.ROLLS}
        if quiet and outage >= 0:
            yield f"nobody answered for {pod} in {outage} s"
        if not quiet and outage < 0:
            yield f"every request to {pod} was answered"
        if outage > report.seconds:
            yield f"nobody answered for {pod} in {outage} s, and at most {report.seconds} s were announced"
    if seen.moved != any(pod.effect is not None and pod.effect.address for pod in report.pods()):
        yield f"the address {'changed' if seen.moved else 'stayed'}"
    if seen.blind != bool(report.data):
        yield f"the data are {'no longer' if seen.blind else 'still'} there"
