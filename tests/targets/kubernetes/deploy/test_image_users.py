"""The user of an image, as a real registry and a real daemon would tell it."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import socket
import threading
from collections import Counter
from collections.abc import Collection, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from queue import Queue
from typing import Any
from urllib.parse import unquote

import pytest

from polypod import RegistryCredentials, Secret
from polypod.docker_daemon import endpoint
from polypod.docker_daemon.endpoint import DockerEndpoint
from polypod.targets.kubernetes.deploy.image_users import users_of
from polypod.targets.kubernetes.plan.users import ImageUser
from tests.programs import Later

MANIFEST = "application/vnd.oci.image.manifest.v1+json"
INDEX = "application/vnd.oci.image.index.v1+json"


class Served(ThreadingHTTPServer):
    """A registry, and a daemon that knows what it is told, on one address."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.host = f"127.0.0.1:{self.server_port}"
        self.found: dict[str, tuple[str, bytes]] = {}
        self.seen: Counter[str] = Counter()
        self.login = ""
        self.silent = "/never/"
        self.held: Queue[socket.socket] = Queue()
        self.over = threading.Event()

    def push(self, name: str, user: str | None, *, platforms: tuple[str, ...] = (), typed: bool = True) -> str:
        """Have an image; its reference."""
        config = self._blob(name, {"architecture": "amd64", "config": {} if user is None else {"User": user}})
        kind = {"mediaType": MANIFEST} if typed else {}
        manifest: Any = {"schemaVersion": 2, **kind, "config": {"digest": config, "size": 1}, "layers": []}
        content = json.dumps(manifest).encode()
        digest = f"sha256:{hashlib.sha256(content).hexdigest()}"
        self.found[f"/v2/{name}/manifests/{digest}"] = (MANIFEST, content)
        if platforms:
            entries = [{"digest": digest, "platform": {"os": "linux", "architecture": item}} for item in platforms]
            unknown = {"digest": "sha256:0", "platform": {"os": "unknown", "architecture": "unknown"}}
            content = json.dumps({"schemaVersion": 2, "mediaType": INDEX, "manifests": [unknown, *entries]}).encode()
        self.found[f"/v2/{name}/manifests/1"] = (INDEX if platforms else MANIFEST, content)
        return f"{self.host}/{name}:1"

    def _blob(self, name: str, content: Any) -> str:
        text = json.dumps(content).encode()
        digest = f"sha256:{hashlib.sha256(text).hexdigest()}"
        self.found[f"/v2/{name}/blobs/{digest}"] = ("application/octet-stream", text)
        return digest

    def in_daemon(self, reference: str, user: str, *, pulled: bool = False) -> None:
        """Let the daemon have an image."""
        digests = [f"{reference.rpartition(':')[0]}@sha256:1"] if pulled else []
        content = json.dumps({"Id": "sha256:1", "Config": {"User": user}, "RepoDigests": digests}).encode()
        self.found[f"/v1.47/images/{reference}/json"] = ("application/json", content)


class Handler(BaseHTTPRequestHandler):
    """Serves what there is."""

    server: Served
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Answer."""
        server = self.server
        server.seen[self.path] += 1
        if self.path == "/version":
            return self.reply(200, b'{"ApiVersion": "1.47"}', "application/json")
        if self.path.startswith(server.silent):
            server.held.put(self.connection)
            server.over.wait(60)
        if self.path.startswith("/v2/") and server.login and self.headers.get("Authorization") != server.login:
            return self.reply(401, b"", "text/plain")
        kind, content = server.found.get(unquote(self.path), ("", b""))
        return self.reply(200 if kind else 404, content, kind or "text/plain")

    def reply(self, status: int, content: bytes, kind: str) -> None:
        """Send an answer."""
        self.send_response(status)
        if status == 401:
            self.send_header("WWW-Authenticate", 'Basic realm="here"')
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture
def served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    """A registry and the daemon of this machine, which is logged in nowhere."""
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path))
    server = Served()
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    endpoint.use(DockerEndpoint(source="the test", host=f"tcp://{server.host}"))
    yield server
    endpoint.use(None)
    server.over.set()
    server.shutdown()
    thread.join()
    server.server_close()


def users(references: Collection[str], *logins: RegistryCredentials) -> dict[str, str]:
    """What users images have, by reference."""
    found = users_of(references, {login.registry: login for login in logins})
    return {reference: user.name for reference, user in found.items()}


def test_users_from_a_registry(served: Served) -> None:
    """Of one platform and of several, with and without a media type in the manifest, each image in two questions."""
    images = {
        served.push("plain", "app"): "app",
        served.push("nothing/at/all", None): "",
        served.push("several", "10001", platforms=("arm64", "amd64")): "10001",
        served.push("foreign", "5:5", platforms=("arm64",)): "5:5",
        served.push("untyped", "root", typed=False): "root",
    }
    assert users([*images, f"{served.host}/missing:1"]) == images
    assert served.seen["/v2/plain/manifests/1"] == 1
    digest = next(path for path in served.found if "plain/manifests/sha256" in path).rpartition("/")[2]
    assert users([f"{served.host}/plain@{digest}"]) == {f"{served.host}/plain@{digest}": "app"}


def test_what_the_daemon_has_is_enough_where_it_is_good(served: Served) -> None:
    """No registry is asked then; a bad one may be an older image than the registry has."""
    good, old, local = served.push("good", "0"), served.push("old", "1000"), f"{served.host}/local:1"
    for reference, user in {good: "1000", old: "root", local: "app"}.items():
        served.in_daemon(reference, user)
    assert users([good, old, local]) == {good: "1000", old: "1000", local: "app"}
    assert served.seen["/v2/good/manifests/1"] == 0


def test_a_registry_with_a_password(served: Served, tmp_path: Path) -> None:
    """The login of the program or of the machine; without one, or with a wrong or a later one, nothing is known."""
    image = served.push("private", "app")
    auth = base64.b64encode(b"me@here:p:w/d").decode()
    served.login = f"Basic {auth}"
    assert users([image]) == {}
    for password, found in {Secret("p:w/d"): {image: "app"}, Secret("no"): {}, Secret(Later()): {}}.items():
        login = RegistryCredentials(server=served.host, username="me@here", password=password)
        assert users([image], login) == found
    (tmp_path / "config.json").write_text(json.dumps({"auths": {served.host: {"auth": auth}}}))
    assert users([image]) == {image: "app"}


@pytest.mark.parametrize("images", [2, 4])
def test_the_machine_is_asked_once_for_the_login_of_a_registry(
    served: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, images: int
) -> None:
    """However many images are there: a credential helper is a process, and may ask the user."""
    served.login = f"Basic {base64.b64encode(b'me:word').decode()}"
    asked, helper = tmp_path / "asked", tmp_path / "docker-credential-counting"
    helper.write_text(f'#!/bin/sh\necho >>{asked}\necho \'{{"Username": "me", "Secret": "word"}}\'\n')
    helper.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    (tmp_path / "config.json").write_text(json.dumps({"credHelpers": {served.host: "counting"}}))
    expected = {served.push(f"image{number}", "app"): "app" for number in range(images)}
    assert users([*expected]) == expected
    assert len(asked.read_text().splitlines()) == 1


def test_a_registry_that_does_not_answer_keeps_nobody_waiting(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is known of other images is told while the question is still open."""
    monkeypatch.setattr("polypod.targets.kubernetes.deploy.image_users._SECONDS", 0.5)
    monkeypatch.setattr("polypod.targets.kubernetes.deploy.image_users._TIMEOUT", 30)
    silent, known = served.push("silent", "app"), f"{served.host}/known:1"
    served.in_daemon(known, "1000")
    served.silent = "/v2/"
    assert users([silent, known]) == {known: "1000"}
    with pytest.raises(BlockingIOError):  # neither closed nor asked for more
        served.held.get(timeout=30).recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT)


def test_a_daemon_that_does_not_answer_is_asked_once(served: Served) -> None:
    """The registry tells the rest."""
    images = {served.push(f"image{number}", "app"): "app" for number in range(4)}
    served.silent = "/v1.47/images/"
    assert users([*images]) == images
    assert sum(times for path, times in served.seen.items() if path.startswith(served.silent)) == 1


def test_whose_word_is_sure(served: Served) -> None:
    """That of the registry, and of this machine for what was built here or has a digest."""
    built, pulled, both = f"{served.host}/built:1", f"{served.host}/pulled:1", served.push("both", "app")
    exact = f"{served.host}/exact@sha256:1"
    for reference in (built, pulled, both, exact):
        served.in_daemon(reference, "root", pulled=reference != built)
    assert users_of([built, pulled, both, exact], {}) == {
        built: ImageUser("root"),
        pulled: ImageUser("root", sure=False),
        both: ImageUser("app"),
        exact: ImageUser("root"),
    }


def test_without_daemon_and_network_nothing_is_known() -> None:
    """And nothing is said."""
    endpoint.use(DockerEndpoint(source="the test", host="tcp://127.0.0.1:1"))
    try:
        assert users_of(["127.0.0.1:1/image:1"], {}) == {}
    finally:
        endpoint.use(None)
