"""Through an update of what is behind the gateway, no request is lost."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from .conftest import D, Deployments, OnDocker
from .fetch import fetch
from .load import Load

PROGRAM = """
    import pulumi
    from polypod import *

    config = pulumi.Config()
    BUSYBOX = "busybox:1.37"
    code = Mount("/srv", ConfigVolume("code", {"backend.py": config.require("code")}))
    image = Build("image", args={"RELEASE": config.get("release") or "1"})
    api = Container("api", image=image, command=["python3", "/srv/backend.py"], port=8000, user=1000,
                    env={"VERSION": config.get("version") or "1", "MANNERS": config.require("manners")},
                    mounts=[code], readiness=Probe.http("/", period="1s"))
    idle = Container("idle", image=BUSYBOX, command=["tail", "-f", "/dev/null"])
    pod = Pod(api, sidecars=[idle] if config.get_bool("helped") else [], replicas=config.get_int("replicas") or 2,
              update=config.get("update"), termination_grace_period="12s")
    routes = [Route("/", "api"), *([Route("/more/", "api", timeout="70s")] if config.get_bool("more") else [])]
    stack = GatewayStack("s", Gateway([pod], routes=routes, port=config.require_int("port")))
    pulumi.export("url", stack.url)
"""
DOCKERFILE = "ARG BASE=python:3.12-slim\nFROM ${BASE}\nARG RELEASE\nLABEL release=${RELEASE}\n"


def before_updates(deploy: Deployments[D], source: str, config: Mapping[str, str]) -> D:
    """A program that is up, whose image is built: ``release`` makes it another one."""
    deployment = deploy.program(source, config)
    (deployment.project / "image").mkdir()
    (deployment.project / "image" / "Dockerfile").write_text(DOCKERFILE)
    deployment.up()
    return deployment


CHANGES = [
    ("version", "2"),
    ("release", "2"),
    ("helped", "true"),
    ("replicas", "3"),
    ("replicas", "2"),
    ("more", "true"),
    ("manners", "patient"),
    ("helped", "false"),
]
"""What the program changes, one after another; what the last change replaces ends when it has answered, not at once."""


def test_no_request_is_lost(deploy: OnDocker, free_port: int) -> None:
    """Environment, image, sidecars, replicas and routes change under load, with requests that take nine seconds."""
    code = (Path(__file__).parent / "dying_backend.py").read_text()
    deployment = before_updates(deploy, PROGRAM, {"port": str(free_port), "code": code, "manners": "abrupt"})
    url = deployment.outputs["url"]
    gateway = deployment.container("gateway", "gateway").id
    for key, value in CHANGES:
        deployment.set(key, value)
        with Load(f"{url}/", slow=f"{url}/9") as load:
            deployment.up()
        print(f"{key}={value}: {load}")
        assert load.lost == [], f"{key}={value}: {load}"
    assert set(deployment.preview()) == {"same"}
    assert fetch(url).text == "2"
    assert deployment.container("gateway", "gateway").id == gateway


@pytest.mark.parametrize(
    ("update", "said"),
    [
        ("start-first", "api is replaced: the old container answers until the new one is ready"),
        (
            "stop-first",
            "api is replaced: it is unavailable from the stop of the old container, which may take 12 s",
        ),
    ],
)
def test_a_single_copy_is_replaced_as_the_program_says(
    deploy: OnDocker, free_port: int, update: str, said: str
) -> None:
    """Without a lost request where the new one starts first; else the preview says that there will be some."""
    code = (Path(__file__).parent / "dying_backend.py").read_text()
    config = {"port": str(free_port), "code": code, "manners": "abrupt", "replicas": "1", "update": update}
    deployment = before_updates(deploy, PROGRAM, config)
    url = deployment.outputs["url"]
    deployment.set("version", "2")
    with Load(f"{url}/", slow=f"{url}/9") as load:
        preview = deployment.previewed_up()
    assert said in preview
    print(f"{update}: {load}")
    assert (load.lost == []) == (update == "start-first")
    assert fetch(url).text == "2"
    assert set(deployment.preview()) == {"same"}
    assert [item.name for item in deployment.containers("api", "api")] == [f"live-{deployment.stack}-s-api-0"]
