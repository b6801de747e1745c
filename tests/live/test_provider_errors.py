"""What a user sees when Docker or its provider refuses something that the checks could not foresee."""

from __future__ import annotations

import socket
from pathlib import Path

import docker
import pytest

from .conftest import Anywhere, OnDocker, unused_port
from .test_failures import HEAD, last_words

WEB = (
    HEAD
    + """
    web = Container("web", image=BUSYBOX, COMMAND)
    SidecarPod("web", Pod(web, termination_grace_period="1s"))
    """
)


def told(printed: str) -> str:
    """The lines in which polypod says what is wrong; everything is said once."""
    _, title, rest = last_words(printed).partition("error: the deployment failed (")
    assert title
    assert "error: the deployment failed (" not in rest
    assert "Traceback" not in printed
    return rest


@pytest.mark.parametrize(
    ("command", "what"),
    [
        ('command=["/no/such"]', "the image has no program '/no/such'"),
        ('command=["/etc/passwd"]', "the file '/etc/passwd' is no program that the container's user may execute"),
    ],
)
def test_a_container_that_cannot_be_started(deploy: OnDocker, command: str, what: str) -> None:
    """Its place in the program, what is wrong and what to do; a corrected program converges."""
    deployment = deploy.program(WEB.replace("COMMAND", command))
    words = told(deployment.failing_up())
    assert f"pods.web.main: its container could not be made or started: {what}" in words
    assert "fix: " in words
    source = deployment.project / "__main__.py"
    source.write_text(source.read_text().replace(command, 'command=["sleep", "1000"]'))
    deployment.up()
    assert deployment.container("web", "web").status == "running"


def test_a_name_that_another_container_has(deploy: OnDocker, daemon: docker.DockerClient, busybox: str) -> None:
    """It is not touched, and the user is told whose name it is."""
    deployment = deploy.program(WEB.replace("COMMAND", 'command=["sleep", "1000"]'))
    name = f"live-{deployment.stack}-web-web-0"
    other = daemon.containers.create(busybox, ["sleep", "1000"], name=name)
    try:
        words = told(deployment.failing_up())
        assert (
            f"pods.web.main: its container could not be made or started: another container has the name '{name}'"
            in (words)
        )
        other.reload()
    finally:
        other.remove(force=True)
    deployment.up()


def test_a_port_that_a_program_takes(deploy: OnDocker) -> None:
    """The program is named."""
    port = unused_port()
    deployment = deploy.program(WEB.replace("COMMAND", f'command=["sleep", "1000"], port=Port(80, publish={port})'))
    with socket.create_server(("127.0.0.1", port)):
        printed = last_words(deployment.failing_up())
    assert f"pods.web.main.port.publish: the host port 127.0.0.1:{port} is taken: " in printed
    assert "(process " in printed


def test_a_host_path_that_is_not_there(deploy: OnDocker, tmp_path: Path) -> None:
    """Nothing is made, no directory of root's either."""
    missing = tmp_path / "missing"
    mount = f'mounts=[Mount("/data", HostPathVolume("data", "{missing}"))]'
    deployment = deploy.program(WEB.replace("COMMAND", f'command=["sleep", "1000"], {mount}'))
    printed = last_words(deployment.failing_up())
    assert f"pods.web.main.mounts: this machine has no '{missing}'" in printed
    assert not missing.exists()
    missing.mkdir()
    deployment.up()


def test_a_database_whose_data_is_older_than_its_password(deploy_anywhere: Anywhere) -> None:
    """The image takes the password only where it makes the data; the program that is refused is told so."""
    deployment = deploy_anywhere.program(
        HEAD
        + """
    from polypod.patterns import postgres

    db = postgres("db", password=config.require_secret("password"))
    script = "psql $URL -c 'select 1' && touch /tmp/connected && exec sleep 1000"
    app = Pod(
        Container("app", image="postgres:17", user=70, group=70, env={"URL": db.url("app")}, port=80,
            command=["sh", "-c", script], readiness=Probe.exec("test", "-e", "/tmp/connected", period="1s")),
        ready_within="30s", termination_grace_period="1s")
    GatewayStack("shop", Gateway([db, app], routes=[Route("/", app)], port=config.require_int("port")))
    """,
        {"port": str(unused_port())},
        {"password": "first-word"},
    )
    deployment.up()
    deployment.run("config", "set", "--secret", "password", "second-word", "--stack", deployment.stack)
    printed = deployment.failing_up()
    assert "a database refuses the password, as it does where kept data is older than the password" in printed
    assert "the data was made with another password: set the old one" in printed
    assert "second-word" not in printed


def test_a_container_that_takes_too_much_memory(deploy_anywhere: Anywhere) -> None:
    """Its end is no fault of its command."""
    deployment = deploy_anywhere.program(
        HEAD
        + """
    hungry = Container("hungry", image=BUSYBOX, user=65534, group=65534, resources=Resources(memory="24Mi"),
        command=["sh", "-c", "sleep 1; exec tail /dev/zero"], restart="never")
    SidecarPod("job", Pod(hungry, ready_within="60s", termination_grace_period="1s"))
    """
    )
    printed = deployment.failing_up()
    assert "it was killed as it took more memory than it may" in printed
    assert "give it more with Resources(memory_limit=)" in printed
    assert "Traceback" not in printed
