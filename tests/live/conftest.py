"""Live tests: the real engine, the real provider, the real daemon, and a clean machine afterwards."""

from __future__ import annotations

import os
import shutil
import socket
import textwrap
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Generic, NoReturn, TypeVar

import docker
import pytest

from . import on_kubernetes
from .deployment import Deployment
from .on_docker import DockerDeployment
from .on_kubernetes import KubernetesDeployment


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder is live; tests that look at one deployment stay on one worker, and start first."""
    for item in items:
        if Path(item.path).is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.live)
            if _shares_a_deployment(item):
                target = getattr(item, "callspec", None) and item.callspec.params.get("target", "")
                item.add_marker(pytest.mark.xdist_group(f"{item.path.stem}-{target or ''}"))
    items.sort(key=lambda item: not _shares_a_deployment(item))


def _shares_a_deployment(item: pytest.Item) -> bool:
    return bool(
        {"deploy_once", "deploy_on_cluster_once", "deploy_anywhere_once"} & set(getattr(item, "fixturenames", ()))
    )


@pytest.fixture(scope="session")
def daemon() -> Iterator[docker.DockerClient]:
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


@pytest.fixture(scope="session")
def cluster() -> None:
    """The cluster the tests deploy to; where there is none, the tests fail in CI."""
    if reason := on_kubernetes.missing():
        cannot_run(reason)


D = TypeVar("D", bound=Deployment)


class Deployments(Generic[D]):
    """Makes deployments under unique stack names and takes all of them down, also after a failure.

    Args:
        make: Makes one from a project, the name of a stack and a folder for its state.
        folders: Makes folders.
    """

    def __init__(self, make: Callable[[Path, str, Path], D], folders: pytest.TempPathFactory) -> None:
        self._make = make
        self._folders = folders
        self._made: list[D] = []

    def __call__(
        self, project: Path, config: Mapping[str, str] | None = None, secrets: Mapping[str, str] | None = None
    ) -> D:
        """A stack of the program in a folder; nothing is deployed yet."""
        stack = f"t{uuid.uuid4().hex[:8]}"
        deployment = self._make(project, stack, self._folders.mktemp("state"))
        self._made.append(deployment)
        deployment.create(dict(config or {}), dict(secrets or {}))
        return deployment

    def program(
        self, source: str, config: Mapping[str, str] | None = None, secrets: Mapping[str, str] | None = None
    ) -> D:
        """A stack of a program given as text."""
        project = self._folders.mktemp("project")
        (project / "Pulumi.yaml").write_text("name: live\nruntime: python\n")
        (project / "__main__.py").write_text(textwrap.dedent(source))
        return self(project, config, secrets)

    def clean_up(self) -> None:
        """Take everything down, one after another, also when one of them fails."""
        with ExitStack() as stack:
            for deployment in self._made:
                stack.callback(deployment.clean_up)


OnDocker = Deployments[DockerDeployment]
OnCluster = Deployments[KubernetesDeployment]
Anywhere = Deployments[Deployment]


@pytest.fixture
def deploy(daemon: docker.DockerClient, tmp_path_factory: pytest.TempPathFactory) -> Iterator[OnDocker]:
    """A factory of deployments for one test."""
    yield from _deployments(partial(DockerDeployment, client=daemon), tmp_path_factory)


@pytest.fixture(scope="module")
def deploy_once(daemon: docker.DockerClient, tmp_path_factory: pytest.TempPathFactory) -> Iterator[OnDocker]:
    """A factory of deployments that the tests of a module look at together."""
    yield from _deployments(partial(DockerDeployment, client=daemon), tmp_path_factory)


@pytest.fixture
def deploy_on_cluster(
    cluster: None, daemon: docker.DockerClient, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[OnCluster]:
    """A factory of deployments for one test on the cluster."""
    yield from _deployments(KubernetesDeployment, tmp_path_factory)


@pytest.fixture(scope="module")
def deploy_on_cluster_once(
    cluster: None, daemon: docker.DockerClient, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[OnCluster]:
    """A factory of deployments on the cluster that the tests of a module look at together."""
    yield from _deployments(KubernetesDeployment, tmp_path_factory)


@pytest.fixture(scope="module", params=["docker", "kubernetes"])
def target(request: pytest.FixtureRequest) -> Callable[[Path, str, Path], Deployment]:
    """Every platform in turn: what makes a deployment on it."""
    daemon = request.getfixturevalue("daemon")
    if request.param == "docker":
        return partial(DockerDeployment, client=daemon)
    request.getfixturevalue("cluster")
    return KubernetesDeployment


@pytest.fixture
def deploy_anywhere(
    target: Callable[[Path, str, Path], Deployment], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Anywhere]:
    """A factory of deployments for one test, on each platform."""
    yield from _deployments(target, tmp_path_factory)


@pytest.fixture(scope="module")
def deploy_anywhere_once(
    target: Callable[[Path, str, Path], Deployment], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Anywhere]:
    """A factory of deployments that the tests of a module look at together, on each platform."""
    yield from _deployments(target, tmp_path_factory)


def _deployments(make: Callable[[Path, str, Path], D], folders: pytest.TempPathFactory) -> Iterator[Deployments[D]]:
    deployments = Deployments(make, folders)
    yield deployments
    deployments.clean_up()


def unused_port() -> int:
    """A host port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def shared_port() -> int:
    """A host port that nothing listens on, for the tests of a module."""
    return unused_port()


@pytest.fixture
def free_port() -> int:
    """A host port that nothing listens on."""
    return unused_port()
