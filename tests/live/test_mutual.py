"""Two pods that call each other."""

from __future__ import annotations

import pytest

from .conftest import Anywhere

PROGRAM = """
    import pulumi
    from polypod import *

    base = {"image": "busybox:1.37", "user": 1000, "group": 1000}
    serve = "trap exit TERM; mkdir /tmp/www; echo {0} >/tmp/www/name; httpd -f -p {1} -h /tmp/www & wait"

    def pod(name, port, other):
        return Pod(Container(name, **base, port=port, command=["sh", "-c", serve.format(name, port)],
                             env={"OTHER": other.url("name")}, readiness=Probe.http("/name")),
                   termination_grace_period="2s")

    left = pod("left", 8081, PodReference("right"))
    right = pod("right", 8082, left)
    GatewayStack("pair", Gateway([left, right], routes=[Route("/left/", left)],
                                 port=pulumi.Config().require_int("port")))
"""


@pytest.mark.parametrize("target", ["docker", "kubernetes"], indirect=True)  # Azure knows addresses only afterwards
def test_each_reaches_the_other(deploy_anywhere: Anywhere, free_port: int) -> None:
    """One refers to the other by name, without waiting; whoever may connect is let through in both directions."""
    deployment = deploy_anywhere.program(PROGRAM, {"port": str(free_port)})
    deployment.up()
    assert deployment.shell("left", "left", "wget -q -T 5 -O - $OTHER") == "right\n"
    assert deployment.shell("right", "right", "wget -q -T 5 -O - $OTHER") == "left\n"
    assert set(deployment.preview()) == {"same"}
