"""Docker daemons that only a context leads to: behind TLS, behind SSH, or not there at all."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import ssl
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme

from .conftest import OnDocker, unused_port
from .fetch import fetch
from .test_failures import HEAD, last_words

PROGRAM = (
    HEAD
    + """
    port = Port(80, publish=PORT, address="0.0.0.0")
    web = Container("web", image=BUSYBOX, command=["httpd", "-f", "-p", "80"], port=port)
    pulumi.export("url", SidecarPod("web", Pod(web)).endpoints["web"])
    """
)
SOCKET = "/var/run/docker.sock"
CHUNK = 65_536
# Stands for ssh: what is to run on the other machine runs on this one.
SSH = """#!/bin/sh
if [ "$1" = -G ]; then echo "hostname $3.example.org"; exit; fi
echo "$*" >>"$CALLS/calls"
unset DOCKER_CONFIG
exec docker system dial-stdio
"""


class TlsDaemon:
    """The machine's Docker daemon behind a TLS port that admits only who has a certificate."""

    def __init__(self) -> None:
        self._authority = trustme.CA()
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._authority.issue_cert("127.0.0.1").configure_cert(self._context)
        self._authority.configure_trust(self._context)
        self._context.verify_mode = ssl.CERT_REQUIRED
        self.admitted = 0
        self.address = ""

    def certificates(self, folder: Path) -> Path:
        """Write what a client needs, as Docker names the files."""
        folder.mkdir()
        client = self._authority.issue_cert("client.test")
        self._authority.cert_pem.write_to_path(folder / "ca.pem")
        client.cert_chain_pems[0].write_to_path(folder / "cert.pem")
        client.private_key_pem.write_to_path(folder / "key.pem")
        return folder

    async def serve(self, listening: threading.Event, closed: asyncio.Event) -> None:
        """Pass connections on until it is closed."""
        server = await asyncio.start_server(self._connected, "127.0.0.1", 0, ssl=self._context)
        async with server:
            self.address = f"tcp://127.0.0.1:{server.sockets[0].getsockname()[1]}"
            listening.set()
            await closed.wait()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.admitted += 1
        from_daemon, to_daemon = await asyncio.open_unix_connection(SOCKET)
        ways = [asyncio.create_task(_pass_on(*way)) for way in ((reader, to_daemon), (from_daemon, writer))]
        await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        for way in ways:
            way.cancel()
        writer.close()
        to_daemon.close()


async def _pass_on(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    with contextlib.suppress(ConnectionError):
        while data := await source.read(CHUNK):
            sink.write(data)
            await sink.drain()


@pytest.fixture
def tls_daemon() -> Iterator[TlsDaemon]:
    """The daemon behind TLS."""
    daemon, listening, closed = TlsDaemon(), threading.Event(), asyncio.Event()
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_until_complete, args=[daemon.serve(listening, closed)])
    thread.start()
    listening.wait(10)
    yield daemon
    loop.call_soon_threadsafe(closed.set)
    thread.join()
    loop.run_until_complete(loop.shutdown_asyncgens())
    loop.close()


def context(folder: Path, name: str, endpoint: str) -> None:
    """Make a context with Docker's command line, and use it."""
    docker = [shutil.which("docker") or "docker", "--config", str(folder)]
    for command in (["context", "create", name, "--docker", endpoint], ["context", "use", name]):
        subprocess.run([*docker, *command], check=True, capture_output=True, env=os.environ | {"DOCKER_HOST": ""})


@pytest.mark.parametrize("chosen", ["DOCKER_CONTEXT", "docker:context", "DOCKER_HOST"])
def test_a_daemon_behind_tls(deploy: OnDocker, tls_daemon: TlsDaemon, tmp_path: Path, chosen: str) -> None:
    """However it is named: polypod and the provider ask it with the same certificates, and no state holds a key."""
    port = unused_port()
    deployment = deploy.program(PROGRAM.replace("PORT", str(port)))
    files = tls_daemon.certificates(tmp_path / "certificates")
    names = ",".join(f"{key}={files / key}.pem" for key in ("ca", "cert", "key"))
    context(tmp_path / "docker", "far", f"host={tls_daemon.address},{names}")
    deployment.environment["DOCKER_CONFIG"] = str(tmp_path / "docker")
    # Whoever asks another daemon finds none.
    deployment.environment["DOCKER_HOST"] = "" if chosen == "DOCKER_CONTEXT" else "tcp://127.0.0.1:1"
    match chosen:
        case "DOCKER_CONTEXT":
            (tmp_path / "docker" / "config.json").unlink()
            deployment.environment["DOCKER_CONTEXT"] = "far"
        case "docker:context":
            deployment.set("docker:context", "far")
        case "DOCKER_HOST":
            deployment.environment |= {"DOCKER_HOST": tls_daemon.address, "DOCKER_TLS_VERIFY": "1"}
            deployment.environment |= {"DOCKER_CERT_PATH": str(files), "DOCKER_CONTEXT": "elsewhere"}
    deployment.up()
    assert fetch(f"http://127.0.0.1:{port}/").status_code == 404
    assert tls_daemon.admitted
    assert "PRIVATE KEY" not in deployment.exported_state()
    assert set(deployment.preview()) == {"same"}
    deployment.destroy()
    assert deployment.left_over() == {"containers": [], "networks": [], "volumes": []}


def test_a_daemon_behind_ssh(deploy: OnDocker, tmp_path: Path) -> None:
    """The program ``ssh`` is asked for its name, and leads polypod and the provider to it."""
    port = unused_port()
    deployment = deploy.program(PROGRAM.replace("PORT", str(port)))
    (tmp_path / "ssh").write_text(SSH)
    (tmp_path / "ssh").chmod(0o755)
    context(tmp_path / "docker", "box", "host=ssh://me@box")
    deployment.environment |= {"DOCKER_CONFIG": str(tmp_path / "docker"), "DOCKER_HOST": "", "CALLS": str(tmp_path)}
    deployment.environment["PATH"] = f"{tmp_path}:{deployment.environment['PATH']}"
    deployment.up()
    calls = (tmp_path / "calls").read_text().splitlines()
    assert [call for call in calls if not call.endswith("box docker system dial-stdio")] == []
    assert deployment.outputs["url"] == f"http://box.example.org:{port}"
    assert fetch(f"http://127.0.0.1:{port}/").status_code == 404
    deployment.destroy()
    assert deployment.left_over() == {"containers": [], "networks": [], "volumes": []}


@pytest.mark.parametrize(
    ("endpoint", "used", "path", "words"),
    [
        ("host=unix:///nowhere/colima/docker.sock", "far", "docker", ["the Docker context 'far'", "`colima start`"]),
        ("host=unix:///nowhere/docker.sock", "fra", "DOCKER_CONTEXT", ["no Docker context 'fra'", "context ls"]),
    ],
)
def test_a_context_that_leads_nowhere(
    deploy: OnDocker, tmp_path: Path, endpoint: str, used: str, path: str, words: list[str]
) -> None:
    """One message, with where it comes from and what to do."""
    deployment = deploy.program(PROGRAM.replace("PORT", str(unused_port())))
    context(tmp_path / "docker", "far", endpoint)
    deployment.environment |= {"DOCKER_CONFIG": str(tmp_path / "docker"), "DOCKER_HOST": "", "DOCKER_CONTEXT": used}
    printed = deployment.failing_up()
    assert f" {path}: " in last_words(printed)
    assert [word for word in words if word not in last_words(printed)] == []
    assert printed.count("fix: ") == 1
    assert "Traceback" not in printed
    assert "urn:pulumi" not in printed
