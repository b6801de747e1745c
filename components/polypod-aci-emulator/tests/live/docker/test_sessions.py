"""Logs of containers, and commands in them."""

from __future__ import annotations

import pytest
from azure.core.exceptions import ResourceNotFoundError
from azure.mgmt.containerinstance import models
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from helpers.groups import FOREVER, Groups, within


def test_logs_have_an_end_and_times(groups: Groups) -> None:
    """As many lines as asked for; with their times on request."""
    made = groups.put(groups.definition(groups.container("web", f"seq 5; {FOREVER}")))
    within(10, lambda: groups.log(made.name, "web").count("\n") == 5)
    assert groups.log(made.name, "web", tail=2) == "4\n5\n"
    assert groups.log(made.name, "web", tail=1, timestamps=True).endswith("Z 5\n")
    with pytest.raises(ResourceNotFoundError, match="ContainerNotFound"):
        groups.log(made.name, "absent")


def test_a_command_runs_in_a_container(groups: Groups) -> None:
    """Over a WebSocket that opens with the password, and with nothing else."""
    made = groups.put(groups.definition(groups.container("web", FOREVER)))
    request = models.ContainerExecRequest(
        command="/bin/sh", terminal_size=models.ContainerExecRequestTerminalSize(rows=24, cols=80)
    )
    opened = groups.aci.containers.execute_command("rg", made.name, "web", request)
    seen = b""
    with connect(opened.web_socket_uri) as socket:
        socket.send(opened.password)
        socket.send("echo $((40 + 2)); exit\n")
        try:
            while True:
                seen += bytes(socket.recv(timeout=10))
        except ConnectionClosed:
            pass
    assert b"42\r\n" in seen
    wrong = groups.aci.containers.execute_command("rg", made.name, "web", request)
    with connect(wrong.web_socket_uri) as socket:
        socket.send("guessed")
        with pytest.raises(ConnectionClosed):
            socket.recv(timeout=10)


def test_the_output_of_a_container_can_be_followed(groups: Groups) -> None:
    """What was said before, and what comes."""
    made = groups.put(groups.definition(groups.container("web", f"echo early; sleep 2; echo late; {FOREVER}")))
    opened = groups.aci.containers.attach("rg", made.name, "web")
    seen = b""
    with connect(opened.web_socket_uri) as socket:
        socket.send(opened.password)
        while b"late" not in seen:
            seen += bytes(socket.recv(timeout=10))
    assert b"early" in seen
