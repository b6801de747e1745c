"""The client of a cluster, against a server that answers as an API server does."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import kubernetes
import pytest
import yaml

from polypod import UnreadyError
from polypod.targets.kubernetes.deploy.client import Kubeconfig, NoAnswerError
from polypod.targets.kubernetes.deploy.connection import connect
from polypod.targets.kubernetes.deploy.kinds import KINDS, Kind
from polypod.targets.kubernetes.deploy.live_client import LiveCluster

PODS = {"items": [{"metadata": {"name": "a"}}]}
ANSWERS: dict[str, tuple[int, Any]] = {
    "/version/": (200, {"major": "1", "minor": "34", "gitVersion": "v1.34.2"}),
    "/api/v1/namespaces/n/pods?labelselector=a%3db%2cc%3dd": (200, PODS),
    "/api/v1/namespaces/n/pods": (403, {"message": "pods is forbidden", "code": 403}),
    "/api/v1/namespaces/n/services/web": (200, {"metadata": {"name": "web"}}),
    "/apis/apps/v1/namespaces/n/deployments/web": (404, {"message": "not found", "code": 404}),
    "/api/v1/namespaces/x": (200, {"metadata": {"name": "x"}}),
    "/api/v1/nodes": (200, {"items": []}),
    "/api/v1/namespaces/n/pods/p/log?container=c&previous=false&taillines=5": (200, "line"),
    "/api/v1/namespaces/n/pods/p/log?container=c&previous=true&taillines=5": (200, "the line before\n"),
}
CHANGES: list[tuple[str, str, str, list[str], Any]] = []
"""The requests that change something: method, path, type, options and body."""

CALLER = "/api/v1/namespaces/n/configmaps/caller"


class Handler(BaseHTTPRequestHandler):
    """Answers from the table, tells callers what they authenticate with, and allows the creation of Deployments."""

    def do_GET(self) -> None:
        """Answer."""
        path, mark, query = self.path.partition("?")
        asked = f"{path}{mark}{'&'.join(sorted(query.lower().split('&')))}"
        caller = (200, {"authorization": self.headers["Authorization"]})
        status, body = caller if path == CALLER else ANSWERS.get(asked, (500, f"nothing at {asked}"))
        self.answer(status, body)

    def do_POST(self) -> None:
        """Allow, or not."""
        review = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        allowed = review["spec"]["resourceAttributes"] == {
            "namespace": "n",
            "verb": "create",
            "group": "apps",
            "resource": "deployments",
        }
        self.answer(201, {**review, "status": {"allowed": allowed}})

    def do_PATCH(self) -> None:
        """Say what was asked for."""
        self.take_down()

    def do_DELETE(self) -> None:
        """Say what was asked for; what is called `gone` is not there."""
        self.take_down(404 if self.path.endswith("/gone") else 200)

    def take_down(self, status: int = 200) -> None:
        """Remember a request that changes something."""
        path, _, query = self.path.partition("?")
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        options = sorted(query.split("&")) if query else []
        CHANGES.append((self.command, path, self.headers["Content-Type"], options, body))
        self.answer(status, {"message": "not found"})

    def answer(self, status: int, body: Any) -> None:
        """Send JSON, or a text."""
        data = body.encode() if isinstance(body, str) else json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/plain" if isinstance(body, str) else "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name is the base class's
        """Quiet."""


def kubeconfig(server: str, user: Mapping[str, Any] | None = None) -> str:
    """A kubeconfig with one context and its user."""
    return yaml.safe_dump(
        {
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [{"name": "c", "cluster": {"server": server}}],
            "users": [{"name": "u", "user": dict(user or {})}],
            "contexts": [{"name": "one", "context": {"cluster": "c", "user": "u"}}],
            "current-context": "one",
        }
    )


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """The address of the server."""
    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=http.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{http.server_address[1]}"
    http.shutdown()
    http.server_close()
    thread.join()


def test_questions_and_answers(server: str) -> None:
    """Each question of the protocol is one request."""
    cluster = LiveCluster(Kubeconfig(kubeconfig(server)))
    assert cluster.list("Pod", "n", {"a": "b", "c": "d"}) == PODS["items"]
    assert cluster.list("Node", "", {}) == []
    assert cluster.get("Service", "n", "web") == {"metadata": {"name": "web"}}
    assert cluster.get("Namespace", "", "x") == {"metadata": {"name": "x"}}
    assert cluster.get("Deployment", "n", "web") is None
    assert cluster.log("n", "p", "c", 5, previous=False) == "line"
    assert cluster.log("n", "p", "c", 5, previous=True) == "the line before"
    assert cluster.log("n", "p", "started-once", 5, previous=True) == ""
    assert (cluster.may("create", "Deployment", "n"), cluster.may("create", "Secret", "n")) == (True, False)


def test_changes(server: str) -> None:
    """A merge patch, a server-side apply in polypod's name, a trial of one, and deletions; what is gone is gone."""
    cluster, at = LiveCluster(Kubeconfig(kubeconfig(server))), "/apis/apps/v1/namespaces/n/deployments"
    web = {"metadata": {"name": "web"}}
    CHANGES.clear()
    cluster.patch("Deployment", "n", "web", {"spec": {"replicas": 0}})
    cluster.apply("Deployment", "n", web)
    cluster.apply("Deployment", "n", web, trial=True)
    cluster.delete("Deployment", "n", "web", orphan=True)
    cluster.delete("Deployment", "n", "gone")
    ours = ["fieldManager=polypod", "force=true"]
    assert [
        ("PATCH", f"{at}/web", "application/merge-patch+json", [], {"spec": {"replicas": 0}}),
        ("PATCH", f"{at}/web", "application/apply-patch+yaml", ours, web),
        ("PATCH", f"{at}/web", "application/apply-patch+yaml", ["dryRun=All", *ours], web),
        ("DELETE", f"{at}/web", "application/json", [], {"propagationPolicy": "Orphan"}),
        ("DELETE", f"{at}/gone", "application/json", [], {"propagationPolicy": "Background"}),
    ] == CHANGES


def test_a_refusal_is_told_in_the_clusters_words(server: str) -> None:
    """With its status."""
    with pytest.raises(NoAnswerError, match=r"^pods is forbidden$") as caught:
        LiveCluster(Kubeconfig(kubeconfig(server))).list("Pod", "n", {})
    assert caught.value.status == 403


def test_a_kubeconfig_is_a_text_or_a_file(server: str, tmp_path: Path) -> None:
    """YAML or JSON, as Pulumi programs pass it on."""
    file = tmp_path / "config"
    file.write_text(kubeconfig(server))
    as_json = json.dumps(yaml.safe_load(kubeconfig(server)))
    for given in (str(file), kubeconfig(server), as_json):
        assert LiveCluster(Kubeconfig(given, "one")).list("Node", "", {}) == []


def test_kubeconfig_may_name_several_files(server: str, tmp_path: Path) -> None:
    """As kubectl reads them: what one lacks, another has. None of the client's classes of the API is loaded for it."""
    whole = yaml.safe_load(kubeconfig(server, {"token": "second"}))
    users = {"apiVersion": "v1", "kind": "Config", "users": whole.pop("users")}
    (tmp_path / "clusters").write_text(yaml.safe_dump(whole))
    (tmp_path / "users").write_text(yaml.safe_dump(users))
    code = """
import sys
from polypod.targets.kubernetes.deploy.client import Kubeconfig
from polypod.targets.kubernetes.deploy.connection import connect
print(connect(Kubeconfig()).get("ConfigMap", "n", "caller")["authorization"])
print([name for name in sys.modules if name.startswith(("kubernetes.client.api.", "kubernetes.client.models."))])
"""
    files = f"{tmp_path / 'clusters'}:{tmp_path / 'absent'}:{tmp_path / 'users'}"
    program = [sys.executable, "-c", code]
    output = subprocess.run(
        program, check=True, capture_output=True, text=True, env={**os.environ, "KUBECONFIG": files}
    ).stdout
    assert output.splitlines() == ["Bearer second", "[]"]


def plugin(version: str) -> dict[str, Any]:
    """A user whose token is told by a command, in a version of the protocol."""
    api = f"client.authentication.k8s.io/{version}"
    told = {"apiVersion": api, "kind": "ExecCredential", "status": {"token": f"of {version}"}}
    return {"exec": {"apiVersion": api, "command": "echo", "args": [json.dumps(told)], "interactiveMode": "Never"}}


@pytest.mark.parametrize(
    ("user", "sent"),
    [
        ({}, None),
        ({"token": "t"}, "Bearer t"),
        ({"username": "u", "password": "p"}, "Basic dTpw"),
        (plugin("v1"), "Bearer of v1"),
        (plugin("v1beta1"), "Bearer of v1beta1"),
    ],
)
def test_users_of_kubeconfigs_authenticate(server: str, user: Mapping[str, Any], sent: str | None) -> None:
    """By a token, a password or a command that tells a token."""
    cluster = LiveCluster(Kubeconfig(kubeconfig(server, user)))
    assert cluster.get("ConfigMap", "n", "caller") == {"authorization": sent}


@pytest.fixture(scope="module")
def published() -> set[str]:
    """The paths of single objects that the official client knows."""
    files = (Path(kubernetes.__file__).parent / "client" / "api").glob("*_api.py")
    return {path for file in files for path in re.findall(r"resource_path='([^']+)/\{name\}'", file.read_text())}


@pytest.mark.parametrize(("kind", "known"), KINDS.items())
def test_the_paths_are_those_of_the_official_client(kind: str, known: Kind, published: set[str]) -> None:
    """Each kind at its own resource."""
    assert known.path in published
    assert known.resource.startswith(kind.lower().removesuffix("y"))


@pytest.mark.parametrize(
    ("reason", "access"),
    [
        ("No configuration found", Kubeconfig("/nowhere/config")),
        ("Expected object with name two", Kubeconfig(kubeconfig("http://127.0.0.1:9"), "two")),
        ("Connection refused", Kubeconfig(kubeconfig("http://127.0.0.1:9"))),
    ],
)
def test_no_cluster_is_said_clearly(reason: str, access: Kubeconfig) -> None:
    """With the reason, and what to do."""
    with pytest.raises(UnreadyError) as caught:
        connect(access)
    (problem,) = caught.value.problems
    assert problem.path == "kubernetes"
    assert problem.what.startswith("no cluster answers (")
    assert reason in problem.what
    assert "kubernetes:context" in problem.fix
