"""Names on the network, published ports, and who may connect to whom."""

from __future__ import annotations

from typing import Any

import pytest

from polypod import Backend, Gateway, Group, Pod, PodReference, Port, Route, check
from tests.programs import container, gateway, web
from tests.targets.kubernetes.manifests import objects, plan, template

WORKER = Pod(container("worker", env={"WEB": "polypod{web.host}"}))


def services(model: Any, **fields: Any) -> dict[str, dict[str, Any]]:
    """The specs of a program's Services by name."""
    found = objects(model, **fields).values()
    return {item["metadata"]["name"]: item["spec"] for item in found if item["kind"] == "Service"}


SELECTOR = {"dev.polypod.project": "p", "dev.polypod.stack": "s"}


def admitted(model: Any, pod: str) -> set[tuple[str, int | str]]:
    """The pods that may connect to a pod, and to which port; a star stands for everybody, and for every port."""
    spec = objects(model)[f"{pod}.networkpolicy"]["spec"]
    assert spec["policyTypes"] == ["Ingress"]
    assert spec["podSelector"]["matchLabels"] == {"app.kubernetes.io/name": pod, **SELECTOR}
    return {
        (peer, port["port"])
        for rule in spec["ingress"]
        for peer in [item["podSelector"]["matchLabels"]["app.kubernetes.io/name"] for item in rule.get("from", ())]
        or "*"
        for port in rule.get("ports", [{"port": "*"}])
    }


def test_a_pod_with_a_port_has_a_service_of_its_name() -> None:
    """Also when no port is published."""
    found = services(web(ports=[Port(53, protocol="udp", name="dns")]))
    assert found["web"]["ports"] == [
        {"name": "tcp-80", "port": 80, "targetPort": 80, "protocol": "TCP"},
        {"name": "dns", "port": 53, "targetPort": 53, "protocol": "UDP"},
    ]
    assert "type" not in found["web"]


def test_a_pod_without_a_port_has_a_name_where_another_uses_it() -> None:
    """And no Service otherwise."""
    quiet = Pod(container("quiet"))
    assert services(quiet) == {}
    asks = Pod(container("asks", env={"Q": "polypod{quiet.host}"}))
    assert services(Gateway([quiet, asks]))["quiet"]["clusterIP"] == "None"


def test_pods_that_refer_to_each_other_may_both_connect() -> None:
    """One of them without waiting."""
    a = Pod(container("a", port=1, env={"B": PodReference("b").url()}))
    model = Gateway([a, Pod(container("b", port=2, env={"A": a.url()}))])
    assert admitted(model, "a") == {("a", "*"), ("b", 1)}
    assert admitted(model, "b") == {("b", "*"), ("a", 2)}


@pytest.mark.parametrize("kind", ["LoadBalancer", "NodePort", "ClusterIP"])
def test_the_gateway_is_published_as_the_config_says(kind: str) -> None:
    """Under its own name, on its port."""
    found = services(gateway(port=8090), settings={"gatewayService": kind})["gateway"]
    assert found["type"] == kind
    assert [(port["port"], port["targetPort"]) for port in found["ports"]] == [(8090, 8090)]


def test_published_ports_of_other_pods_have_a_service_of_their_own() -> None:
    """The others stay inside."""
    pod = web(port=Port(80, publish=8081), ports=[81])
    found = services(pod)
    assert found["web-public"]["type"] == "LoadBalancer"
    assert [(port["port"], port["targetPort"]) for port in found["web-public"]["ports"]] == [(8081, 80)]
    assert [port["port"] for port in found["web"]["ports"]] == [80, 81]
    (address,) = plan(pod).pods[0].addresses
    assert (address.key, address.scheme, address.service, address.port) == ("web", "http", "web-public", 8081)


def test_addresses_are_called_as_on_docker() -> None:
    """By container, and by container and port where it publishes several."""
    ports = [Port(81, publish=81, name="admin"), Port(82, publish=82)]
    peers = [container("a", ports=ports), container("b", port=Port(1, publish=1))]
    addresses = plan(Group("g", peers=peers)).pods[0].addresses
    assert [address.key for address in addresses] == ["a-admin", "a-82", "b"]


def test_the_gateway_finds_each_replica() -> None:
    """By the headless Service of each backend, with the DNS server and the domain of the cluster."""
    model = gateway(web(), WORKER)
    found = services(model)
    assert found["web-headless"]["clusterIP"] == "None"
    assert "worker-headless" not in found
    nginx = objects(model)["gateway.volume-nginx"]["data"]["nginx.conf"]
    assert "resolver @RESOLVER@ valid=1s" in nginx
    assert "server web-headless.@DOMAIN@:80 weight=1 max_fails=1 fail_timeout=1s resolve;" in nginx


def test_the_gateway_writes_nowhere_but_to_a_scratch_volume() -> None:
    """So its root can be read-only."""
    (main,) = template(gateway(), "gateway")["containers"]
    assert main["securityContext"]["readOnlyRootFilesystem"] is True
    assert {"name": "tmp", "mountPath": "/tmp"} in main["volumeMounts"]  # noqa: S108


def test_an_ingress_stands_in_front_of_the_gateway_on_request() -> None:
    """The gateway's Service is for it alone then."""
    settings = {"ingress": {"host": "app.example.com", "className": "nginx", "tlsSecret": "cert"}}
    found = objects(gateway(), settings=settings)
    assert found["gateway.public"]["spec"]["type"] == "ClusterIP"
    spec = found["gateway.ingress"]["spec"]
    backend = {"service": {"name": "gateway", "port": {"number": 8080}}}
    assert spec["rules"] == [
        {"host": "app.example.com", "http": {"paths": [{"path": "/", "pathType": "Prefix", "backend": backend}]}}
    ]
    assert (spec["ingressClassName"], spec["tls"]) == ("nginx", [{"hosts": ["app.example.com"], "secretName": "cert"}])
    (address,) = plan(gateway(), settings=settings).pods[-1].addresses
    assert (address.scheme, address.host) == ("https", "app.example.com")


@pytest.mark.parametrize(
    ("expected", "ingress", "proxies"),
    [
        (["gateway.trusted_proxies"], {"host": "a"}, []),
        ([], {"host": "a"}, ["10.0.0.0/8"]),
        ([], None, []),
    ],
)
def test_an_ingress_that_is_not_trusted_hides_the_client(expected: list[str], ingress: Any, proxies: list[str]) -> None:
    """The author is told, with the field that changes it."""
    app = Gateway([Pod(container(port=80))], routes=[Route("/", "web")], trusted_proxies=proxies)
    found = check(app, "kubernetes", settings={"ingress": ingress} if ingress else {})
    assert [finding.path for finding in found if finding.path.startswith("gateway.")] == expected


def test_an_ingress_needs_only_a_host() -> None:
    """The class is the cluster's default then, and there is no TLS."""
    found = objects(gateway(), settings={"ingress": {"host": "a"}})["gateway.ingress"]["spec"]
    assert set(found) == {"rules"}
    assert plan(gateway(), settings={"ingress": {"host": "a"}}).pods[-1].addresses[0].scheme == "http"


@pytest.mark.parametrize(
    ("expected", "pod", "model"),
    [
        ({("gateway", 80)}, "web", gateway()),
        ({("*", 8080)}, "gateway", gateway()),
        ({("gateway", 80), ("worker", 80)}, "web", gateway(web(), WORKER)),
        (set(), "worker", gateway(web(), WORKER)),
        (set(), "web", web()),
        ({("*", 80)}, "web", web(port=Port(80, publish=8080), ports=[81])),
        ({("later", 80)}, "web", Gateway([web(), Pod(container("later"), depends_on=["web"])])),
        (
            {("gateway", 80), ("gateway", 81)},
            "web",
            Gateway([web(ports=[81])], routes=[Route("/", Backend("web", port=81))]),
        ),
        ({("asks", "*")}, "worker", Gateway([WORKER, web(), Pod(container("asks"), depends_on=["worker"])])),
    ],
)
def test_only_declared_edges_are_admitted(expected: set[tuple[str, int | str]], pod: str, model: Any) -> None:
    """The gateway to its backends, a pod to what it refers to or waits for, everybody to published ports.

    A pod that declares no port is reached on all of them by who waits for it.
    """
    assert admitted(model, pod) == {(pod, "*"), *expected}
