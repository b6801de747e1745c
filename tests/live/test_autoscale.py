"""A number of replicas that follows the load."""

from __future__ import annotations

from .conftest import OnCluster, unused_port
from .deployment import until
from .fetch import fetch
from .on_kubernetes import HEAD

PROGRAM = (
    HEAD
    + """
    web = Pod(
        Container("web", **base, port=8080, readiness=Probe.http("/", period="1s"),
                  command=["sh", "-c", "hostname > /tmp/index.html; exec httpd -f -p 8080 -h /tmp"],
                  resources=Resources(cpu="50m", cpu_limit="100m")),
        autoscale=Autoscale(min_replicas=1, max_replicas=2, cpu=50), termination_grace_period="1s")
    stack = GatewayStack("shop", Gateway([web], routes=[Route("/web/", web)], port=config.require_int("port")))
    pulumi.export("url", stack.url)
"""
)
LOAD = "timeout 240 sh -c 'while true; do true; done' >/dev/null 2>&1 &"
"""All the CPU that the pod may use, for as long as a test may take: four times what the autoscaler aims at."""
PATIENCE = 200.0
"""Seconds in which the metrics must have told, and the autoscaler acted: both look every 15 seconds."""


def test_an_autoscaler_scales(deploy_on_cluster: OnCluster) -> None:
    """A busy pod gets a second replica, which the gateway asks too; the next update leaves it alone."""
    deployment = deploy_on_cluster.program(PROGRAM, {"port": str(unused_port())})
    deployment.up()
    assert len(deployment.copies("web")) == 1

    deployment.shell("web", "web", LOAD)
    until(lambda: deployment.ready_copies("web") == 2, PATIENCE)
    names, seen = {item.metadata.name for item in deployment.pods("web")}, set[str]()

    def asked() -> bool:
        seen.add(fetch(f"{deployment.outputs['url']}/web/", timeout=10).text.strip())
        return seen == names

    until(asked)
    copies = deployment.copies("web")
    assert set(deployment.preview()) == {"same"}
    deployment.up()
    assert deployment.copies("web") == copies
