"""Which cluster 'make cluster' takes, and that 'make cluster-down' removes only what was made: fakes on PATH."""

import http.server
import json
import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from .machine import Machine

# Stands for kind or minikube: remembers which clusters there are.
TOOL = """#!/bin/sh
name=$(basename "$0")
echo "$name $* KUBECONFIG=$KUBECONFIG" >>"$CALLS"
clusters="$FAKES/$name.clusters"
touch "$clusters"
case "$*" in
  "get clusters"|"profile list"*) cat "$clusters" ;;
  "create cluster"*|"start"*) [ ! -e "$FAKES/$name.broken" ] && echo polypod >"$clusters" ;;
  "delete"*) : >"$clusters" ;;
  "get nodes"*) echo polypod-control-plane ;;
esac
"""


class Answer(http.server.BaseHTTPRequestHandler):
    """Stands for an API server that is asked for its version."""

    def do_GET(self) -> None:
        """Answer."""
        body = {"major": "1", "minor": "34", "gitVersion": "v1.34.2", "gitCommit": "", "gitTreeState": "clean"}
        body |= {"buildDate": "", "goVersion": "", "compiler": "", "platform": ""}
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(body).encode())

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class calls it so
        """Say nothing."""


@pytest.fixture
def api_server() -> Iterator[str]:
    """The address of an API server that answers."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answer) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def kubeconfig(file: Path, server: str) -> None:
    """Write a kubeconfig whose context is called 'work'."""
    file.parent.mkdir(exist_ok=True)
    file.write_text(
        json.dumps(
            {
                "current-context": "work",
                "contexts": [{"name": "work", "context": {"cluster": "c", "user": "u"}}],
                "clusters": [{"name": "c", "cluster": {"server": server}}],
                "users": [{"name": "u", "user": {"token": "t"}}],
            }
        )
    )


@pytest.mark.parametrize("named", [True, False], ids=["KUBECONFIG", "home"])
def test_own_cluster(
    machine: Machine, api_server: str, named: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A cluster of the user that answers is used, and nothing is made, loaded or, in the end, removed."""
    file = machine.home / "mine" if named else machine.home / ".kube" / "config"
    kubeconfig(file, api_server)
    if named:
        monkeypatch.setenv("KUBECONFIG", str(file))
    machine.fake("kind", TOOL)
    assert machine.up() == "yours"
    assert "using the cluster of your kubeconfig, context work" in capsys.readouterr().err
    assert machine.called("") == []
    machine.down()
    assert machine.called("kind") == machine.called("docker rm") == []
    assert file.exists()


def test_silent_cluster(machine: Machine, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """A kubeconfig whose cluster does not answer is passed over, and the user is told."""
    file = machine.home / "mine"
    kubeconfig(file, "http://127.0.0.1:1")
    monkeypatch.setenv("KUBECONFIG", str(file))
    machine.fake("kind", TOOL)
    assert machine.up() == "kind"
    assert f"no cluster answers at KUBECONFIG={file}" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("tools", "broken", "chosen"),
    [
        ("kind minikube", "", "kind"),
        ("minikube", "", "minikube"),
        ("kind minikube", "kind", "minikube"),
        ("kind minikube", "kind minikube", "bare"),
        ("", "", "bare"),
    ],
)
def test_order(machine: Machine, tools: str, broken: str, chosen: str) -> None:
    """Kind goes before minikube, minikube before a bare cluster; one that fails leaves nothing."""
    for tool in tools.split():
        machine.fake(tool, TOOL)
    for tool in broken.split():
        (machine.home / f"{tool}.broken").touch()
    assert machine.up() == chosen
    assert bool(machine.called("bare up")) is (chosen == "bare")
    assert [tool for tool in ("kind", "minikube") if (machine.folder / tool).exists()] == [chosen][: chosen != "bare"]


def test_second_run(machine: Machine) -> None:
    """A second run makes nothing again and copies no image again."""
    machine.fake("kind", TOOL)
    machine.up()
    assert len(machine.called("kind create")) == len(machine.called("docker create")) == 1
    assert len(machine.called("kind load")) == 2
    machine.up()
    assert len(machine.called("kind create")) == len(machine.called("docker create")) == 1
    assert len(machine.called("kind load")) == 2


def test_user_kubeconfig_untouched(machine: Machine) -> None:
    """The tools work on the cluster's own kubeconfig."""
    machine.fake("kind", TOOL)
    machine.up()
    assert {call.rpartition("=")[2] for call in machine.called("kind")} == {str(machine.folder / "kubeconfig")}


def test_down(machine: Machine) -> None:
    """What was made goes, with its folder."""
    machine.fake("kind", TOOL)
    machine.up()
    machine.down()
    assert (machine.home / "kind.clusters").read_text() == ""
    assert machine.called("docker rm") == ["docker rm --force --volumes c1"]
    assert not machine.folder.exists()


def test_down_spares_others(machine: Machine) -> None:
    """A cluster of the same name that was there before is used, and stays."""
    machine.fake("kind", TOOL)
    (machine.home / "kind.clusters").write_text("polypod\n")
    assert machine.up() == "kind"
    machine.down()
    assert machine.called("kind create") == machine.called("kind delete") == []
    assert (machine.home / "kind.clusters").read_text() == "polypod\n"


def test_not_root(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a bare cluster cannot be started, the user is told what can be done."""
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(SystemExit) as ended:
        machine.module("cluster.choice").up()
    message = str(ended.value)
    assert all(word in message for word in ("point KUBECONFIG", "install kind", "minikube", "run it as root"))
    assert not (machine.folder / "bare").exists()
