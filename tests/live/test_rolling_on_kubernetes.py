"""On a cluster, an update of what is behind the gateway, and of the gateway itself, loses no request."""

from __future__ import annotations

import pytest

from .conftest import OnCluster, unused_port
from .load import Load
from .on_kubernetes import KubernetesDeployment
from .test_rolling import before_updates
from .test_rolling_aci import SERVER

PROGRAM = """
    import pulumi
    from polypod import *

    config = pulumi.Config()
    mounts = [Mount("/app", ConfigVolume("code", {"server.py": config.require("server")}))]
    secret = {"TOKEN": Secret(config.get("token"))} if config.get("token") else {}
    image = Build("image", args={"RELEASE": config.get("release") or "1"})
    main = Container("api", image=image, command=["python3", "/app/server.py"],
                     port=8000, env={"V": config.get("v") or "1", **secret}, mounts=mounts, user=1000,
                     readiness=Probe.http("/", period="1s"))
    tail = Container("tail", image="busybox:1.37", user=1000,
                     command=["sh", "-c", "trap exit TERM; tail -f /dev/null & wait"])
    fields = {"replicas": config.get_int("replicas") or 2, "termination_grace_period": "12s"}
    shapes = {"pod": lambda: Pod(main, **fields), "sidecar": lambda: Pod(main, sidecars=[tail], **fields),
              "group": lambda: Group("api", peers=[main, tail], **fields)}
    api = shapes[config.get("shape") or "pod"]()
    routes = [Route("/", api), *([Route("/two/", api)] if config.get("route") else [])]
    pulumi.export("url", GatewayStack("shop", Gateway([api], routes=routes, port=config.require_int("port"))).url)
"""
CHANGES = [
    ("v", "2"),
    ("release", "2"),
    ("token", "xyzzy"),
    ("shape", "sidecar"),
    ("shape", "group"),
    ("route", "yes"),
    ("replicas", "3"),
    ("replicas", "1"),
    ("v", "3"),
]
"""What the program changes, one after another; the last one with a single replica."""


@pytest.fixture
def shop(deploy_on_cluster: OnCluster) -> KubernetesDeployment:
    """Two replicas behind a gateway."""
    return before_updates(deploy_on_cluster, PROGRAM, {"port": str(unused_port()), "server": SERVER})


def test_no_request_is_lost(shop: KubernetesDeployment) -> None:
    """Environment, image, secrets, sidecars, routes and scale change under load; slow requests are finished."""
    for key, value in CHANGES:
        shop.set(key, value)
        url = shop.outputs["url"]
        with Load(f"{url}/", 2, slow=f"{url}/slow") as asked:
            shop.up()
        print(f"{key}={value}: {asked}")
        assert asked.lost == [], f"{key}={value}: {asked}"
        assert asked.answers
