"""The names of what a program becomes: each is one of its own."""

from __future__ import annotations

from typing import Any

import pytest

from polypod import Gateway, Mount, PersistentVolume, Pod, Port, Probe, ScratchVolume
from tests.programs import container, gateway
from tests.targets.docker.plans import HELPED, only, plan


def test_names_start_with_project_stack_and_component() -> None:
    """Two stacks of one program can share a daemon."""
    actual = plan(gateway(HELPED, Pod(container("db", port=1), replicas=2)))
    expected = {
        "c-network": "p-s-c",
        "web-0": "p-s-c-web-0",
        "web-0.setup": "p-s-c-web-0.setup",
        "web-0.helper": "p-s-c-web-0.helper",
        "web-0.web": "p-s-c-web-0.web",
        "db-0": "p-s-c-db-0",
        "db-1": "p-s-c-db-1",
        "gateway-0": "p-s-c-gateway-0",
    }
    assert {"c-network": actual.network, **{c.key: c.name for c in actual.containers()}} == expected


NAMES_THAT_MEET = [
    Pod(container(), sidecars=[container("owner")]),
    Pod(container("web", readiness=Probe.tcp(80), mounts=[Mount("/m", PersistentVolume("tools"))])),
    Gateway(
        [
            Pod(container("web", mounts=[Mount("/m", ScratchVolume("data"))])),
            Pod(container("db", mounts=[Mount("/m", PersistentVolume("web-0-data"))])),
        ]
    ),
    Pod(container("web", mounts=[Mount("/m", ScratchVolume("a")), Mount("/n", ScratchVolume("a-content"))])),
    Pod(container("web", mounts=[Mount("/m", ScratchVolume("a"))]), sidecars=[container("a-content")]),
    Pod(container("web", mounts=[Mount("/m", PersistentVolume("web-0"))]), sidecars=[container("content")]),
    Pod(container("volume-web"), sidecars=[container("content", mounts=[Mount("/m", PersistentVolume("web-0"))])]),
    Gateway([Pod(container("web"), sidecars=[container("a")]), Pod(container("web-0-a"))]),
]


@pytest.mark.parametrize(
    "model", NAMES_THAT_MEET, ids=["owner", "tools", "data", "contents", "content", "kept", "key", "pod"]
)
def test_no_two_things_have_one_name(model: Any) -> None:
    """Whatever a program calls its parts: a volume of one name would be one volume, and removed with the first."""
    actual = plan(model)
    volumes = [*actual.volumes, *(volume for pod in actual.pods for volume in pod.volumes)]
    fillers = [volume.name + volume.filler for volume in volumes if volume.filled]
    for names in (
        [c.key for c in actual.containers()] + [volume.key + volume.filler for volume in volumes if volume.filled],
        [c.name for c in actual.containers()] + fillers,
        [volume.key for volume in volumes],
        [volume.name for volume in volumes],
    ):
        assert sorted(names) == sorted(set(names))


def test_no_two_pods_answer_to_one_name() -> None:
    """A copy's own name must not be that of another pod."""
    app = Gateway([Pod(container("web", port=80)), Pod(container("web-0", port=80))])
    aliases = [alias for pod in plan(app).pods for c in pod.containers for alias in c.aliases]
    assert sorted(aliases) == sorted(set(aliases))


@pytest.mark.parametrize("name", ["proxy", "gateway"])
def test_every_published_port_has_an_address_of_its_own(name: str) -> None:
    """The component's endpoints would lose all but one of the same name; that of the gateway is its own."""
    pods = [Pod(container(pod), sidecars=[container(name, port=Port(n, publish=n))]) for n, pod in enumerate("ab", 80)]
    keys = [port.key for c in plan(Gateway(pods)).containers() for port in c.ports]
    assert sorted(keys) == sorted(set(keys))
    assert keys[-1] == "gateway"


def test_a_pod_named_gateway_keeps_its_place_in_the_model() -> None:
    """Only below a gateway does the name stand for the gateway itself."""
    assert only(Pod(container("gateway", port=Port(80, publish=80)))).path == "pods.gateway.main"
