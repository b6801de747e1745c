"""An emulator without Docker for what it refuses, and one with Docker for what it runs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import docker
import pytest

from helpers.bodies import SUBSCRIPTION
from helpers.groups import Groups
from helpers.http_client import Http, NoDocker
from helpers.running import Running
from polypod_aci_emulator.docker.host import DockerHost
from polypod_aci_emulator.emulator import Emulator
from tests.common import cannot_run


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The tests of a file that runs containers stay on one worker: they share an emulator."""
    for item in items:
        if Path(__file__).parent / "live" in item.path.parents:
            item.add_marker(pytest.mark.xdist_group(f"emulator-{item.path.stem}"))


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


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """An emulator with one resource group, on the local Docker daemon."""
    try:
        docker.from_env().ping()
    except docker.errors.DockerException as error:
        cannot_run(f"no Docker daemon answers ({error}); run the tests with `make test`")
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
