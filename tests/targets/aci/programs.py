"""Random programs, valid on every target, with settings of this one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import count
from typing import Any

import attrs
from hypothesis import strategies as st

from polypod import *
from polypod.model.volume import Volume
from tests.programs import Later
from tests.targets.aci.plan.test_settings import IDENTITY, SUBNET, WORKSPACE

LONG = "a" * 48
NAMES = (
    "x",
    "x-1",
    "x-1-0",
    "x--y",
    "a",
    "a-b",
    "a-b-c",
    "b-c",
    "b",
    "c",
    "share",
    "data",
    "log-2",
    "nginx",
    "app",
    "y",
    *(f"{letter}{LONG}{digit}" for letter in "pqr" for digit in "12"),
    *(f"n{i}" for i in range(20)),
)
HELPERS = ("log", f"log-{LONG[:40]}")
FILE = st.sampled_from(["a", "b.conf", ".c"] * 4 + ["deep/d", "deep-er/e", "deep/er/f", "é g"])
TEXTS: st.SearchStrategy[Any] = st.sampled_from(
    ["", "text", "${x.host}", 5, Secret("geheim"), concat("a", Secret("b")), Later()]
)
PLAIN: st.SearchStrategy[Any] = st.sampled_from(["", "text", "${", 0.5, Later()])


@attrs.frozen
class Names:
    """The names and ports that are still free in a program."""

    names: Iterator[str]
    ports: Iterator[int]


@st.composite
def resources(draw: st.DrawFn) -> Resources:
    """Amounts from the least that the model has to more than Azure has."""
    fields: dict[str, Any] = {}
    for field, unit, least, most in (("cpu", "m", 1, 9000), ("memory", "Mi", 6, 40_000)):
        low, high = sorted(draw(st.tuples(st.integers(least, most), st.integers(least, most))))
        fields[field] = draw(st.sampled_from([None, f"{low}{unit}"]))
        fields[f"{field}_limit"] = draw(st.sampled_from([None, f"{high}{unit}"]))
    return Resources(**fields)


@st.composite
def volumes(draw: st.DrawFn, names: Names) -> list[Volume]:
    """Volumes of one pod."""
    found: list[Volume] = []
    for kind in draw(st.lists(st.sampled_from("scpo"), max_size=4)):
        name = next(names.names)
        if kind == "s":
            found.append(ScratchVolume(name, draw(st.sampled_from([None, "1Gi"]))))
        elif kind == "c":
            files = draw(st.dictionaries(FILE, PLAIN, min_size=1, max_size=3))
            found.append(ConfigVolume(name, files))
        elif kind == "o":
            files = draw(st.dictionaries(FILE, TEXTS, min_size=1, max_size=2))
            found.append(SecretVolume(name, files))
        else:
            found.append(PersistentVolume(name, per_replica=draw(st.booleans())))
    return found


@st.composite
def containers(
    draw: st.DrawFn, name: str, names: Names, shared: Sequence[Volume], others: Sequence[str], *, init: bool = False
) -> Container:
    """A container of a pod with some of its volumes, which may refer to other pods."""
    env = draw(st.dictionaries(st.sampled_from(["A", "_b", "C" * 60]), TEXTS, max_size=3))
    if others:
        env |= (
            {"OTHER": concat(f"x://polypod{{{draw(st.sampled_from(others))}.host}}/", draw(TEXTS))}
            if draw(st.booleans())
            else {}
        )
    mounts = [Mount(f"/m/{i}", volume) for i, volume in enumerate(shared) if draw(st.booleans())]
    command = draw(st.sampled_from([(), ("a", "")]))
    common = {
        "image": draw(st.sampled_from(["nginx:1.29", "a.io/b:c", Later("a:1")])),
        "command": command,
        "args": draw(st.sampled_from([(), ("x", "")])) if command else (),
        "env": env,
        "mounts": mounts,
    }
    if init:
        return Container(name, **common)
    ports = [
        Port(
            number, protocol=draw(st.sampled_from(["tcp", "udp"])), publish=draw(st.sampled_from([None, None, number]))
        )
        for number in (next(names.ports) for _ in range(draw(st.integers(0, 2))))
    ]
    asked = [port.number for port in ports if port.protocol == "tcp"]
    probe = st.just(None) | st.just(Probe.exec("true", timeout="1ms"))
    if asked:
        probe |= st.just(Probe.http("/", port=asked[0], period="1500ms", initial_delay=1))
    return Container(
        name,
        **common,
        ports=ports,
        readiness=draw(probe),
        liveness=draw(probe),
        resources=draw(st.just(Resources()) | resources()),
        restart=draw(st.sampled_from(["always"] * 30 + ["never"])),
    )


@st.composite
def pods(draw: st.DrawFn, names: Names, others: Sequence[str]) -> Pod | Group:
    """A pod or a group."""
    name, shared = next(names.names), draw(volumes(names))
    helpers = draw(st.lists(st.sampled_from(HELPERS), max_size=2, unique=True))
    members = [draw(containers(helper, names, shared, others)) for helper in helpers]
    main = draw(containers(name, names, shared, others))
    init = [draw(containers(f"init-{i}", names, shared, others, init=True)) for i in range(draw(st.integers(0, 2)))]
    published = any(port.publish for member in (*members, main) for port in member.all_ports)
    copies: Mapping[str, Any] = {} if published else {"replicas": draw(st.sampled_from([1, 1, 1, 3]))}
    if (
        not published
        and all(member.restart == "always" for member in (*members, main))
        and draw(st.integers(0, 9)) == 0
    ):
        copies = {"autoscale": Autoscale(min_replicas=2, max_replicas=3)}
    login = RegistryCredentials(server="a.io", username="u", password=Secret("p"))
    common = {"init": init, "registries": draw(st.sampled_from([(), (login,)])), **copies}
    if draw(st.booleans()):
        return Group(name, peers=[*members, main], **common)
    return Pod(main, sidecars=members, **common)


@st.composite
def models(draw: st.DrawFn) -> Gateway | Pod | Group:
    """A pod alone, or several with or without routes to them."""
    turned = draw(st.integers(0, len(NAMES) - 1))
    names = Names(
        iter(NAMES[turned:] + NAMES[:turned]), count(draw(st.sampled_from([2000, 2000, 2000, 2000, 80, 1020, 49_140])))
    )
    if draw(st.integers(0, 2)) == 0:
        return draw(pods(names, ()))
    listed: list[Pod | Group] = []
    for _ in range(draw(st.integers(1, 3))):
        listed.append(draw(pods(names, [pod.name for pod in listed if pod.ports])))
    served = [pod for pod in listed if pod.ports and pod.ports[0].protocol == "tcp"]
    routes = [Route(f"/{pod.name}/", pod) for pod in served if draw(st.booleans())]
    return Gateway(listed, routes=routes, port=next(names.ports))


@st.composite
def settings(draw: st.DrawFn, names: Sequence[str]) -> dict[str, Any]:
    """What a stack's config may hold."""
    network: Any = st.sampled_from([{}, {}, {"subnet": SUBNET}, {"addressSpace": "10.0.0.0/29"}])
    found = {"placement": draw(st.sampled_from(["separate", "group"])), **draw(network)}
    if "subnet" not in found and "addressSpace" not in found and draw(st.booleans()):
        found["dnsLabel"] = "Front-End1"
    if draw(st.integers(0, 9)) == 0:
        found["spot"] = [draw(st.sampled_from(names))]
    key = {"workspaceId": WORKSPACE, "workspaceKey": "geheim"}
    more = {"zone": "1", "tags": {"a": ""}, "identity": IDENTITY, "logAnalytics": draw(st.sampled_from([{}, key]))}
    return found | {name: value for name, value in more.items() if draw(st.booleans())}
