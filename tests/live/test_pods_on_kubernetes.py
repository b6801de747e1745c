"""Pods on a cluster: sidecars in order, and pods that go under load."""

from __future__ import annotations

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import httpx

from .conftest import OnCluster, unused_port
from .deployment import until
from .on_kubernetes import HEAD


def test_a_sidecar_starts_first_and_stops_last(deploy_on_cluster: OnCluster) -> None:
    """As what both wrote into a volume that outlives the pod tells."""
    deployment = deploy_on_cluster.program(
        HEAD
        + '''
    data = Mount("/data", PersistentVolume("data", "10Mi"))

    def tell(who):
        tell = f'echo "$(hostname) {who}'
        return ["sh", "-c", f"""{tell} up" >> /data/log; trap '{tell} down" >> /data/log; exit' TERM; """
                            "sleep 1000 & wait"]

    SidecarPod("told", Pod(
        Container("main", **base, mounts=[data], command=tell("main")),
        sidecars=[Container("helper", **base, mounts=[data], command=tell("helper"),
                            readiness=Probe.exec("true", period="1s"))],
        termination_grace_period="10s"))
    '''
    )
    deployment.up()
    (first,) = deployment.pods("main")
    deployment.api["Pod"].delete(name=first.metadata.name, namespace=deployment.namespace)
    until(lambda: deployment.copies("main") not in ([], [first.metadata.uid]))
    until(lambda: deployment.gone(first.metadata.name))
    lines = [line.split(" ", 1) for line in deployment.shell("main", "main", "cat /data/log").splitlines()]
    told = [words for host, words in lines if host == first.metadata.name]
    assert told == ["helper up", "main up", "main down", "helper down"]


def test_a_pod_that_goes_under_load_loses_no_request(deploy_on_cluster: OnCluster) -> None:
    """Readiness, the drain and the gateway's retries together."""
    deployment = deploy_on_cluster.program(
        HEAD
        + """
    web = Pod(Container("web", **base, port=8080, command=serve(8080), readiness=Probe.http("/", period="1s")),
              replicas=2, termination_grace_period="3s")
    stack = GatewayStack("shop", Gateway([web], routes=[Route("/web/", web)], port=config.require_int("port")))
    pulumi.export("url", stack.url)
    """,
        {"port": str(unused_port())},
    )
    deployment.up()
    url, stopped, found = f"{deployment.outputs['url']}/web/", threading.Event(), Counter[object]()

    def ask() -> None:
        with httpx.Client(timeout=20) as http:
            while not stopped.is_set():
                try:
                    found[http.get(url).status_code] += 1
                except httpx.HTTPError as error:
                    found[type(error).__name__] += 1

    with ThreadPoolExecutor(4) as pool:
        for _ in range(4):
            pool.submit(ask)
        try:
            for item in deployment.pods("web"):
                deployment.api["Pod"].delete(name=item.metadata.name, namespace=deployment.namespace)
                until(lambda item=item: deployment.gone(item.metadata.name))  # type: ignore[misc]
                until(lambda: deployment.ready_copies("web") == 2)
        finally:
            stopped.set()
    assert set(found) == {200}
    assert found[200] > 50
