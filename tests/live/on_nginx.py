"""A gateway's nginx in a container by itself, before backends in the process of the test."""

from __future__ import annotations

import io
import json
import os
import tarfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import attrs
import docker
from docker.models.containers import Container

from polypod import Gateway, Pod, Route
from polypod.checks.rules import problems
from polypod.model.application import Application
from polypod.model.pod import Pod as PodModel
from polypod.targets.shared.plan.nginx.pod import nginx_gateway
from tests.programs import container

from .conftest import unused_port
from .wire import Client, Reply, ask, connected, request, wait_for

_MOUNTED = "/etc/polypod/nginx.conf"


@attrs.frozen
class Nginx:
    """A running gateway."""

    address: tuple[str, int]
    container: Container

    def ask(self, target: bytes, *fields: bytes, method: bytes = b"GET", body: bytes | None = None) -> Reply:
        """One request and its answer."""
        return ask(self.address, target, *fields, method=method, body=body)

    @contextmanager
    def asked(
        self, target: bytes, *fields: bytes, method: bytes = b"GET", body: bytes | None = None
    ) -> Iterator[Client]:
        """The connection of a request whose answer is yet to be read."""
        with connected(self.address) as client:
            client.send(request(target, *fields, method=method, body=body))
            yield client

    def rewrite(self, change: Callable[[str], str]) -> None:
        """Change the configuration that is mounted, which nginx has not read yet."""
        stream, _ = self.container.get_archive(_MOUNTED)
        with tarfile.open(fileobj=io.BytesIO(b"".join(stream))) as archive:
            (text,) = [file.read().decode() for member in archive if (file := archive.extractfile(member))]
        self.container.put_archive("/", _archive({_MOUNTED: change(text)}))


@contextmanager
def nginx_before(
    daemon: docker.DockerClient, ports: Mapping[str, int], routes: Sequence[Route], **fields: Any
) -> Iterator[Nginx]:
    """A gateway in a container of its own.

    Args:
        daemon: The Docker daemon.
        ports: The ports of this machine that stand for pods, by their names.
        routes: The routes.
        fields: Other fields of the gateway.
    """
    pods = [Pod(container(name, port=port)) for name, port in ports.items()]
    gateway = Gateway(pods, routes=routes, port=unused_port(), **fields)
    assert problems(Application.of(gateway), Path()) == []
    pod = nginx_gateway(gateway, hosts_of=lambda _: ["127.0.0.1"], resolves=False)
    running = daemon.containers.create(
        _image(gateway.image), list(pod.main.command), user="101:101", network_mode="host", entrypoint=""
    )
    try:
        running.put_archive("/", _archive(_mounted(pod)))
        running.start()
        wait_for(("127.0.0.1", gateway.port))
        yield Nginx(("127.0.0.1", gateway.port), running)
    except TimeoutError as error:
        raise AssertionError(running.logs().decode()) from error
    finally:
        running.remove(force=True)


def _image(name: str) -> str:
    table = os.environ.get("POLYPOD_IMAGES")
    return str(json.loads(Path(table).read_text()).get(name, name)) if table else name


def _mounted(pod: PodModel) -> dict[str, str]:
    (mount,) = pod.main.mounts
    return {f"{mount.path}/{name}": str(text) for name, text in mount.volume.files.items()}  # type: ignore[union-attr]


def _archive(files: Mapping[str, str]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for path, text in files.items():
            data = text.encode()
            member = tarfile.TarInfo(path)
            member.size, member.mode = len(data), 0o444
            archive.addfile(member, io.BytesIO(data))
    return buffer.getvalue()
