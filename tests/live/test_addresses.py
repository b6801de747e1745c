"""How a gateway on a cluster is reached: by its name inside, through a load balancer, an Ingress, or a node's port."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import httpx
import pytest

from tests.common import cannot_run

from .conftest import OnCluster, unused_port
from .deployment import until
from .fetch import fetch
from .on_kubernetes import FOLDER, HEAD, KubernetesDeployment

PROGRAM = (
    HEAD
    + """
    web = Pod(Container("web", **base, port=8080, command=serve(8080), readiness=Probe.http("/", period="1s")),
              termination_grace_period="1s")
    stack = GatewayStack("shop", Gateway([web], routes=[Route("/web/", web)], port=config.require_int("port")))
    pulumi.export("url", stack.url)
"""
)
HOST = "shop.example.com"
PORT = unused_port()


def choose(shop: KubernetesDeployment, **settings: Any) -> None:
    """Set how the gateway is reached."""
    shop.set("polypod:kubernetes", settings)


@pytest.fixture(scope="module")
def shop(deploy_on_cluster_once: OnCluster) -> KubernetesDeployment:
    """A gateway, reached inside the cluster only."""
    settings: Any = {"gatewayService": "ClusterIP"}
    deployment = deploy_on_cluster_once.program(PROGRAM, {"port": str(PORT), "polypod:kubernetes": settings})
    deployment.up()
    return deployment


@pytest.fixture
def no_load_balancers(cluster: None) -> None:
    """A cluster in which nobody gives a Service of type LoadBalancer its address."""
    if (FOLDER / "chosen").read_text() == "yours":
        cannot_run("your cluster may have load balancers; unset KUBECONFIG and run `make cluster`")


@contextmanager
def load_balancer(shop: KubernetesDeployment, address: str) -> Iterator[None]:
    """What a cloud's controller does: after a while, the gateway's Service has an address."""

    def give() -> None:
        time.sleep(10)
        status = {"status": {"loadBalancer": {"ingress": [{"ip": address}]}}}
        shop.api["Service"].status.patch(name="gateway", namespace=shop.namespace, body=status)

    with ThreadPoolExecutor(1) as pool:
        given = pool.submit(give)
        yield
        given.result()


def answers(shop: KubernetesDeployment) -> bool:
    """Whether the gateway answers at its URL, from this machine."""
    try:
        return fetch(f"{shop.outputs['url']}/web/", timeout=5).text == "ok\n"
    except httpx.TransportError:
        return False


def test_a_name_inside_the_cluster(shop: KubernetesDeployment) -> None:
    """The name that is printed is one that pods reach the gateway by."""
    url = shop.outputs["url"]
    assert url == f"http://gateway.{shop.namespace}.svc.cluster.local:{PORT}"
    until(lambda: shop.shell("web", "web", f"wget -q -O - {url}/web/ || true") == "ok\n")


def test_a_load_balancer_that_never_comes(shop: KubernetesDeployment, no_load_balancers: None) -> None:
    """The update ends when the stack's config says, and says what can be done."""
    choose(shop, gatewayService="LoadBalancer", addressWithin="2s")
    about = {"kind": "Service", "name": "gateway", "namespace": shop.namespace}
    said = {"reason": "SyncLoadBalancerFailed", "message": "no address is left", "type": "Warning"}
    event = {"metadata": {"generateName": "gateway."}, "involvedObject": about, **said}
    shop.api["Event"].create(namespace=shop.namespace, body=event)
    printed = shop.failing_up()
    assert "SyncLoadBalancerFailed: no address is left" in printed
    assert "kubernetes gateway: the cluster gave the service 'gateway' no address within 2 s" in printed
    for word in ("kubectl describe service", "NodePort", "ClusterIP", "polypod:kubernetes.addressWithin"):
        assert word in printed
    assert "Traceback" not in printed


def test_a_load_balancer_that_takes_its_time(shop: KubernetesDeployment, no_load_balancers: None) -> None:
    """The update waits for the address and prints it; the gateway answers there."""
    choose(shop, gatewayService="LoadBalancer")
    (node, *_) = shop.api["Node"].get().items
    (address, *_) = [item.address for item in node.status.addresses if item.type == "InternalIP"]
    with load_balancer(shop, address):
        printed = shop.up()
    assert f"http://{address}:{PORT}" in printed
    until(lambda: answers(shop))
    assert set(shop.preview()) == {"same"}


def test_an_ingress_and_back(shop: KubernetesDeployment) -> None:
    """The Ingress leads to the gateway; turning it on and off replaces no pod, and leaves nothing."""
    choose(shop, gatewayService="NodePort")
    shop.up()
    until(lambda: answers(shop))
    copies = {pod: shop.copies(pod) for pod in ("web", "gateway")}

    choose(
        shop, gatewayService="NodePort", ingress={"host": HOST, "className": "by-the-test", "tlsSecret": "certificate"}
    )
    shop.up()
    assert shop.outputs["url"] == f"https://{HOST}"
    address = backend(shop)
    wget = f"wget -q -O - --header 'Host: {HOST}' http://{address}"
    assert shop.shell("web", "web", f"{wget}/") == "API gateway\nRoutes:\n/web/ -> web\n"
    assert shop.shell("web", "web", f"{wget}/web/") == "ok\n"
    assert set(shop.preview()) == {"same"}

    choose(shop, gatewayService="NodePort")
    shop.up()
    until(lambda: answers(shop))
    assert shop.api.names("Ingress", namespace=shop.namespace) == []
    assert {pod: shop.copies(pod) for pod in copies} == copies


def backend(shop: KubernetesDeployment) -> str:
    """Where a controller of the Ingress would send a request for the host: a ready endpoint of the Service it names."""
    (ingress,) = shop.api["Ingress"].get(namespace=shop.namespace).items
    assert ingress.spec.ingressClassName == "by-the-test"
    assert [(item.hosts, item.secretName) for item in ingress.spec.tls] == [([HOST], "certificate")]
    (rule,) = ingress.spec.rules
    (path,) = rule.http.paths
    assert (rule.host, path.path, path.pathType) == (HOST, "/", "Prefix")
    named = path.backend.service
    service = shop.api["Service"].get(name=named.name, namespace=shop.namespace)
    assert service.spec.type == "ClusterIP"
    (port,) = [item for item in service.spec.ports if item.port == named.port.number]
    slices = shop.api["EndpointSlice"].get(
        namespace=shop.namespace, label_selector=f"kubernetes.io/service-name={named.name}"
    )
    (found,) = [
        f"{endpoint.addresses[0]}:{target.port}"
        for item in slices.items
        for target in item.ports
        for endpoint in item.endpoints
        if target.name == port.name and endpoint.conditions.ready
    ]
    return found
