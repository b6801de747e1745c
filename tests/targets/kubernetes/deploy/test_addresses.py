"""The addresses that a cluster gives to published ports."""

from __future__ import annotations

import asyncio
from typing import Any

import attrs
import pulumi
import pytest

from polypod import DeploymentError
from polypod.targets.kubernetes.deploy import addresses
from polypod.targets.kubernetes.deploy.client import NoAnswerError
from polypod.targets.kubernetes.plan.records import Address
from polypod.targets.shared.deploy import reachable
from polypod.testing import FakeCluster
from tests.programs import gateway
from tests.targets.kubernetes.manifests import plan

PORTS = [{"port": 1, "nodePort": 30000}]
WEB = Address(key="web", scheme="http", service="web", port=8080, ready_seconds=0)


def service(kind: str | None, ports: Any = (), *ingress: Any) -> dict[str, Any]:
    """A Service of a type."""
    spec = {"ports": list(ports), **({"type": kind} if kind else {})}
    status = {"loadBalancer": {"ingress": list(ingress)}}
    return {"kind": "Service", "metadata": {"name": "web", "namespace": "n"}, "spec": spec, "status": status}


def url(*objects: Any, address: Address = WEB, wait: bool = True, reached: str = "192.0.2.2") -> str:
    """The URL of an address, on a machine that reaches one host."""

    async def ask() -> str:
        reachable.use(lambda host, _: host == reached)
        return await addresses.url_of(FakeCluster(objects=objects), "n", address, wait=wait)

    return asyncio.run(ask())


@pytest.mark.parametrize(
    ("expected", "found"),
    [
        ("http://10.0.0.1:8080", service("LoadBalancer", (), {"ip": "10.0.0.1"})),
        ("http://lb.example.com:8080", service("LoadBalancer", (), {"hostname": "lb.example.com"})),
        ("http://[fd00::1]:8080", service("LoadBalancer", (), {"ip": "fd00::1"})),
        (
            "http://192.0.2.2:30001",
            service("NodePort", [*PORTS, {"port": 8080, "nodePort": 30001}]),
        ),
        ("http://web.n.svc.cluster.local:8080", service("ClusterIP")),
    ],
)
def test_each_type_of_service_has_its_address(expected: str, found: Any) -> None:
    """The load balancer's, a node's, or a name inside the cluster."""
    assert url(found) == expected


NODE_PORT = service("NodePort", [{"port": 8080, "nodePort": 30001}])


def test_nodes_in_a_virtual_machine_publish_on_the_loopback_address() -> None:
    """As kind's do on macOS: the network of its containers cannot be reached there."""
    assert url(NODE_PORT, reached="127.0.0.1") == "http://127.0.0.1:30001"


def test_a_node_that_cannot_be_reached(monkeypatch: pytest.MonkeyPatch) -> None:
    """The user is told how to get there."""
    warnings: list[str] = []
    monkeypatch.setattr(pulumi.log, "warn", warnings.append)
    assert url(NODE_PORT) == "http://192.0.2.2:30001"
    assert url(NODE_PORT, wait=False, reached="") == "http://192.0.2.2:30001"
    assert warnings == []
    assert url(NODE_PORT, reached="") == "http://192.0.2.2:30001"
    (warning,) = warnings
    assert warning.startswith("PP444 kubernetes web: this machine cannot reach the node's address 192.0.2.2:30001")
    assert "`kubectl port-forward --namespace n service/web 8080` leads to it, at http://127.0.0.1:8080" in warning


def test_an_ingress_is_known_by_its_host() -> None:
    """Nobody is asked."""
    assert url(address=attrs.evolve(WEB, scheme="https", host="a.com")) == "https://a.com"


def test_a_preview_waits_for_nothing() -> None:
    """What is not known yet is empty."""
    assert url(service("LoadBalancer"), wait=False) == ""
    assert url(wait=False) == ""


def test_a_load_balancer_without_an_address_is_an_error_in_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """With a way to do without one."""
    monkeypatch.setattr(addresses, "_POLL_SECONDS", 0.01)
    with pytest.raises(DeploymentError) as caught:
        url(service("LoadBalancer"))
    (problem,) = caught.value.problems
    assert problem.what == "the cluster gave the service 'web' no address within 0 s"
    assert "NodePort" in problem.fix


def event(kind: str, name: str, message: str) -> dict[str, Any]:
    """A warning about an object."""
    about = {"kind": kind, "name": name}
    return {
        "kind": "Event",
        "metadata": {},
        "type": "Warning",
        "reason": "R",
        "message": message,
        "involvedObject": about,
    }


def test_what_the_cloud_says_about_a_load_balancer_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its warnings about the Service, and those about nothing else."""
    monkeypatch.setattr(addresses, "_POLL_SECONDS", 0.01)
    events = [event("Service", "web", "no quota"), event("Deployment", "web", "x"), event("Service", "db", "y")]
    with pytest.raises(DeploymentError) as caught:
        url(service("LoadBalancer"), *events)
    (problem,) = caught.value.problems
    assert problem.what.splitlines()[1:] == ["    R: no quota"]


class Silent(FakeCluster):
    """A cluster that answers no question for a while, or refuses to."""

    def __init__(self, status: int, times: int, **more: Any) -> None:
        super().__init__(**more)
        self.error, self.times = NoAnswerError("because", status), times

    def get(self, kind: str, namespace: str, name: str) -> Any:
        """The object, once it answers."""
        self.times -= 1
        if self.times >= 0:
            raise self.error
        return super().get(kind, namespace, name)


def test_a_cluster_that_is_silent_for_a_while_is_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """For as long as the address may take."""
    monkeypatch.setattr(addresses, "_POLL_SECONDS", 0.01)
    cluster = Silent(0, 3, objects=[service("ClusterIP")])
    found = addresses.url_of(cluster, "n", attrs.evolve(WEB, ready_seconds=30), wait=True)
    assert asyncio.run(found) == "http://web.n.svc.cluster.local:8080"


@pytest.mark.parametrize(("status", "seconds"), [(403, 30), (0, 0)])
def test_a_cluster_that_tells_no_address(status: int, seconds: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """A missing right at once, silence in the end; a preview does without."""
    monkeypatch.setattr(addresses, "_POLL_SECONDS", 0.01)
    address = attrs.evolve(WEB, ready_seconds=seconds)
    cluster = Silent(status, 1000)
    assert asyncio.run(addresses.url_of(cluster, "n", address, wait=False)) == ""
    with pytest.raises(DeploymentError) as caught:
        asyncio.run(addresses.url_of(cluster, "n", address, wait=True))
    (problem,) = caught.value.problems
    assert problem.what == "the cluster does not say the address of the service 'web'\n    because"
    assert "ClusterIP" in problem.fix


@pytest.mark.parametrize(("seconds", "chosen"), [(300, {}), (90, {"addressWithin": "90s"})])
def test_the_stacks_config_says_how_long_a_load_balancer_may_take(seconds: int, chosen: dict[str, str]) -> None:
    """Five minutes by default: clouds are slow."""
    (address,) = plan(gateway(), settings=chosen).pods[-1].addresses
    assert address.ready_seconds == seconds
