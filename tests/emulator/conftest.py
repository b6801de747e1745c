"""An emulator without Docker for what it refuses, and one with Docker for what it runs."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from pathlib import Path

import docker
import httpx
import pytest

from polypod.aci_emulator.app import create_app
from polypod.aci_emulator.docker_host import DockerHost
from polypod.aci_emulator.emulator import Emulator

from .bodies import SUBSCRIPTION, VERSION
from .groups import Groups
from .running import Running


class NoDocker:
    """A Docker client that must not be asked."""

    def __getattr__(self, name: str) -> object:
        raise AssertionError(f"the emulator asked Docker for {name}")


class Http:
    """A client of the emulator's interface, without any SDK."""

    def __init__(self, emulator: Emulator, folder: Path) -> None:
        self.folder = folder
        transport = httpx.ASGITransport(create_app(emulator))
        self._client = httpx.AsyncClient(transport=transport, base_url="http://emulator", trust_env=False)
        self._loop = asyncio.Runner()
        self.authorization: str | None = f"Bearer {emulator.token}"

    def __call__(
        self,
        method: str,
        path: str,
        body: object = None,
        version: str | None = VERSION,
        content: bytes | None = None,
        media_type: str = "application/json",
    ) -> httpx.Response:
        """An answer to a body, or to its bytes."""
        headers = {} if self.authorization is None else {"Authorization": self.authorization}
        headers |= {"Content-Type": media_type} if content else {}
        params = {} if version is None else {"api-version": version}
        request = self._client.request(method, path, headers=headers, params=params, content=content, json=body)
        return self._loop.run(request)

    def close(self) -> None:
        """Ask nothing more."""
        self._loop.run(self._client.aclose())
        self._loop.close()


@pytest.fixture
def http(tmp_path: Path) -> Iterator[Http]:
    """The emulator's interface with one resource group, and no Docker."""
    host = DockerHost("test", "owner", NoDocker())
    emulator = Emulator(tmp_path, host)
    http = Http(emulator, tmp_path)
    made = http("PUT", f"/subscriptions/{SUBSCRIPTION}/resourcegroups/rg", {"location": "westeurope"}, "2025-04-01")
    assert made.status_code == 201
    yield http
    http.close()
    emulator.close()


def _cannot_run(reason: str) -> None:
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """An emulator with one resource group, on the local Docker daemon."""
    try:
        docker.from_env().ping()
    except docker.errors.DockerException as error:
        _cannot_run(f"no Docker daemon answers ({error}); run the tests with `make test`")
    running = Running(tmp_path_factory.mktemp("aci"))
    try:
        running.resources.resource_groups.create_or_update("rg", {"location": "westeurope"})
        yield running
    finally:
        running.stop()
        running.emulator.host.remove_everything()
        running.emulator.host.client.close()


@pytest.fixture
def groups(running: Running, busybox: str) -> Iterator[Groups]:
    """Container groups that are gone afterwards."""
    groups = Groups(running, busybox)
    yield groups
    groups.clean_up()
