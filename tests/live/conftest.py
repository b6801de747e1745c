"""Live tests: the real engine, the real provider, the real daemon, and a clean machine afterwards."""

from __future__ import annotations

import os
import shutil
import socket
import textwrap
import uuid
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import NoReturn

import docker
import pytest

from .deployment import Deployment


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder is live; tests that look at one deployment stay on one worker, and start first."""
    for item in items:
        if Path(item.path).is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.live)
            if _shares_a_deployment(item):
                item.add_marker(pytest.mark.xdist_group(item.path.stem))
    items.sort(key=lambda item: not _shares_a_deployment(item))


def _shares_a_deployment(item: pytest.Item) -> bool:
    return "deploy_once" in getattr(item, "fixturenames", ())


@pytest.fixture(scope="session")
def platform() -> Iterator[docker.DockerClient]:
    """The daemon the tests deploy to; where it or the engine is missing, the tests fail in CI."""
    missing = [tool for tool in ("pulumi", "pulumi-language-python") if shutil.which(tool) is None]
    if missing:
        cannot_run(f"{missing[0]} is not on PATH; run the tests with `make test`")
    try:
        client = docker.from_env(timeout=120)
        client.ping()
    except docker.errors.DockerException as error:
        cannot_run(f"no Docker daemon answers ({error}); run the tests with `make test`")
    yield client
    client.close()


def cannot_run(reason: str) -> NoReturn:
    """End a test that misses something: a failure in CI, where nothing may be missing."""
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


class Deployments:
    """Makes deployments under unique stack names and takes all of them down, also after a failure."""

    def __init__(self, platform: docker.DockerClient, folders: pytest.TempPathFactory) -> None:
        self._platform = platform
        self._folders = folders
        self._made: list[Deployment] = []

    def __call__(
        self, project: Path, config: Mapping[str, str] | None = None, secrets: Mapping[str, str] | None = None
    ) -> Deployment:
        """A stack of the program in a folder; nothing is deployed yet."""
        stack = f"t{uuid.uuid4().hex[:8]}"
        deployment = Deployment(project, stack, self._folders.mktemp("state"), self._platform)
        self._made.append(deployment)
        deployment.create(dict(config or {}), dict(secrets or {}))
        return deployment

    def program(
        self, source: str, config: Mapping[str, str] | None = None, secrets: Mapping[str, str] | None = None
    ) -> Deployment:
        """A stack of a program given as text."""
        project = self._folders.mktemp("project")
        (project / "Pulumi.yaml").write_text("name: live\nruntime: python\nconfig:\n  polypod:target: docker\n")
        (project / "__main__.py").write_text(textwrap.dedent(source))
        return self(project, config, secrets)

    def clean_up(self) -> None:
        """Take everything down, one after another, also when one of them fails."""
        with ExitStack() as stack:
            for deployment in self._made:
                stack.callback(deployment.clean_up)


@pytest.fixture
def deploy(platform: docker.DockerClient, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployments]:
    """A factory of deployments for one test."""
    deployments = Deployments(platform, tmp_path_factory)
    yield deployments
    deployments.clean_up()


@pytest.fixture(scope="module")
def deploy_once(platform: docker.DockerClient, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployments]:
    """A factory of deployments that the tests of a module look at together."""
    deployments = Deployments(platform, tmp_path_factory)
    yield deployments
    deployments.clean_up()


def unused_port() -> int:
    """A host port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def free_port() -> int:
    """A host port that nothing listens on."""
    return unused_port()
