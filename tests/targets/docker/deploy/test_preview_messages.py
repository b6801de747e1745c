"""What a preview says of containers that are about to be created."""

from __future__ import annotations

from typing import Any

import pytest

from polypod import Gateway, Mount, PersistentVolume, Pod, Port
from polypod.targets.docker.deploy.owners import Owners
from polypod.targets.docker.deploy.preview_messages import PreviewMessages
from tests.programs import container, gateway, web
from tests.targets.docker.daemons import Recording
from tests.targets.docker.plans import plan

DATA = [Mount("/data", PersistentVolume("data"))]


class Kept(Recording):
    """A daemon with volumes that an earlier program left."""

    def __init__(self, *kept: str) -> None:
        super().__init__()
        self.kept = {
            f"p-s-{name}": {
                "dev.polypod.project": "p",
                "dev.polypod.stack": "s",
                "dev.polypod.component": name.partition("-")[0],
            }
            for name in kept
        }

    def kept_volumes(self, labels: Any, names: Any = ()) -> dict[str, Any]:
        """Those volumes."""
        del labels, names
        return self.kept


def said(model: Any, name: str, daemon: Recording | None = None, **live: dict[str, Any]) -> list[str]:
    """What is said before a container is created, next to live ones by the name of their pod, and their component."""
    daemon, rendered, owners = daemon or Kept(), plan(model), Owners()
    owners.add(rendered)
    for key, holds in live.items():
        pod, _, replica = key.partition("_")
        component = holds.pop("component", "c")
        labels = {**rendered.labels, "pod": pod, "replica": replica or "0", "role": "main"}
        labels |= {"dev.polypod.component": component}
        daemon.add(f"p-s-{component}-{pod}-{replica or 0}", **labels, **holds)
    for volume in rendered.volumes:
        if volume.keep:
            owners.data.kept(volume.name, daemon)
    messages = PreviewMessages(daemon, rendered, owners)
    first = messages.of(f"p-s-c-{name}")
    assert messages.of(f"p-s-c-{name}") == []
    return first


def test_a_handover_of_data_is_said() -> None:
    """Who is stopped, who starts, and on what."""
    model = Pod(container("database", mounts=DATA))
    assert said(model, "database-0", Kept("c-data"), db={"volumes": ("p-s-c-data",)}) == [
        "db is stopped, database starts on its data (data)"
    ]


def test_a_handover_from_another_component_is_said() -> None:
    """The pod has moved, or the component has another name."""
    model = Pod(container("db", mounts=DATA))
    old: dict[str, Any] = {"component": "shop", "volumes": ("p-s-shop-data",)}
    assert said(model, "db-0", Kept("shop-data"), db=old) == [
        "db of the component shop is stopped, db starts on its data (data)"
    ]


def test_a_volume_that_somebody_else_has_filled_is_not_empty() -> None:
    """A backup that was restored by ``docker run`` has no labels, and is found by its name."""

    class Restored(Kept):
        def kept_volumes(self, labels: Any, names: Any = ()) -> dict[str, Any]:
            return {**super().kept_volumes(labels), **{name: {} for name in names}}

    model = Pod(container("db", mounts=DATA))
    assert "starts on empty data" in str(said(model, "db-0", Kept("c-old")))
    assert said(model, "db-0", Restored("c-old")) == []


def test_data_of_a_component_that_is_gone_are_said() -> None:
    """After a destroy, or where the engine has removed its containers before."""
    assert said(Pod(container("db", mounts=DATA)), "db-0", Kept("shop-data")) == [
        "db starts on the data that the component shop left (data)"
    ]


def test_a_handover_of_a_port_is_said() -> None:
    """With its number."""
    model = Pod(container("frontend", port=Port(80, publish=8080)))
    assert said(model, "frontend-0", web={"ports": (8080,)}) == ["web is stopped, frontend takes its host port (8080)"]


@pytest.mark.parametrize(
    ("expected", "model", "live"),
    [
        (
            [
                "web is replaced: it is unavailable from the stop of the old container, which may take 10 s, until "
                "the new one is ready, within 120 s"
            ],
            gateway(),
            ["web"],
        ),
        (
            ["web is replaced, one of 2 copies after the other; the rest answers meanwhile"],
            gateway(),
            ["web", "web_1"],
        ),
        ([], Gateway([web(), web(name="other")], routes=[]), ["web"]),
    ],
)
def test_who_answers_during_a_replacement_is_said(expected: list[str], model: Any, live: list[str]) -> None:
    """Of what is reached from outside; a copy that is removed afterwards answers until then."""
    assert said(model, "web-0", **{key: {} for key in live}) == expected


def test_a_gateway_that_is_replaced_does_not_wait_for_its_slowest_request() -> None:
    """Its successor gets the port only when it has ended, whatever its routes allow for an answer."""
    (text,) = said(gateway(timeout="1h"), "gateway-0", gateway={})
    assert text.startswith(
        "gateway is replaced: it is unavailable from the stop of the old container, which may take 10 s"
    )


def test_a_new_container_needs_no_words() -> None:
    """Nobody relied on it."""
    assert said(gateway(), "web-0") == []


def test_routes_are_read_anew() -> None:
    """Nobody notices."""
    (text,) = said(gateway(), "gateway-0.nginx.content")
    assert text == "the gateway reads its new configuration, and answers all requests meanwhile"


@pytest.mark.parametrize(
    ("kept", "expected"),
    [
        ("c-db-data", "db-data (give the persistent volume that name, for a store with volume=)"),
        (
            "old-books",
            "p-s-old-books of the component old (keep its name, or copy it before: "
            "docker run --rm -v p-s-old-books:/old -v p-s-c-data:/new busybox cp -a /old/. /new)",
        ),
    ],
)
def test_empty_data_beside_kept_data_is_said(kept: str, expected: str) -> None:
    """A store that got another name would start empty without a word."""
    head = "web starts on empty data (data); kept data that nothing uses any more: "
    assert said(web(mounts=DATA), "web-0", Kept(kept)) == [head + expected]


@pytest.mark.parametrize("kept", [["c-data", "c-db-data"], []])
def test_data_that_is_there_or_never_was_needs_no_words(kept: list[str]) -> None:
    """Whatever else is kept."""
    assert said(web(mounts=DATA), "web-0", Kept(*kept)) == []


def test_a_preview_lists_what_is_there_once() -> None:
    """However many containers and volumes the program has."""
    lists: list[str] = []

    class Counting(Kept):
        def containers(self, labels: Any) -> Any:
            lists.append("containers")
            return super().containers(labels)

        def kept_volumes(self, labels: Any, names: Any = ()) -> dict[str, Any]:
            lists.append("volumes")
            return super().kept_volumes(labels, names)

    pods = [Pod(container(f"db{i}", mounts=[Mount("/data", PersistentVolume(f"data{i}"))])) for i in range(5)]
    rendered, owners, daemon = plan(Gateway(pods)), Owners(), Counting()
    owners.add(rendered)
    for i in range(5):
        daemon.add(f"p-s-c-db{i}-0", **rendered.labels, pod=f"db{i}", replica="0", role="main")
    messages = PreviewMessages(daemon, rendered, owners)
    for i in range(5):
        messages.of(f"p-s-c-db{i}-0")
    assert sorted(lists) == ["containers", "volumes"]
