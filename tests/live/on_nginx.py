"""A gateway's nginx in a container by itself, before backends in the process of the test."""

from __future__ import annotations

import io
import json
import os
import tarfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import attrs
import docker
from docker.models.containers import Container

from polypod import Gateway, Pod, Route
from polypod.model.application import Application
from polypod.model.pod import Pod as PodModel
from polypod.model.rules import problems
from polypod.patterns.nginx_gateway import nginx_gateway
from tests.programs import container

from .conftest import unused_port
from .wire import Client, Reply, ask, connected, request, wait_for


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
        running.put_archive("/", _archive(pod))
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


def _archive(pod: PodModel) -> bytes:
    (mount,) = pod.main.mounts
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for name, text in mount.volume.files.items():  # type: ignore[union-attr]
            data = str(text).encode()
            member = tarfile.TarInfo(f"{mount.path}/{name}")
            member.size, member.mode = len(data), 0o444
            archive.addfile(member, io.BytesIO(data))
    return buffer.getvalue()
