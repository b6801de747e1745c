"""Live tests: the real engine, the real provider, the real daemon, and a clean machine afterwards."""

from __future__ import annotations

import random
import shutil
import socket
import textwrap
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Generic, Self, TypeAlias, TypeVar

import docker
import pytest

from polypod.azure.aci.limits import RESERVED_PORTS
from tests.common import cannot_run

from . import on_kubernetes
from .api import Api
from .deployment import Deployment, until
from .on_aci import AciDeployment, Emulator
from .on_docker import DockerDeployment
from .on_kubernetes import KubernetesDeployment
from .wire import Backend


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


def _backend() -> Iterator[Backend]:
    """A backend in this process, for a gateway's nginx by itself."""
    backend = Backend()
    yield backend
    backend.close()


one, two = (pytest.fixture(scope="module", name=name)(_backend) for name in ("one", "two"))


@pytest.fixture(scope="session")
def cluster() -> None:
    """The cluster the tests deploy to; where there is none, the tests fail in CI."""
    if reason := on_kubernetes.missing():
        cannot_run(reason)


@pytest.fixture
def namespace(cluster: None) -> Iterator[str]:
    """A namespace that admits only what is `restricted`."""
    name = f"t{uuid.uuid4().hex[:8]}"
    labels = {"pod-security.kubernetes.io/enforce": "restricted"}
    with Api() as api:
        api["Namespace"].create(body={"metadata": {"name": name, "labels": labels}})
        until(lambda: api.names("ServiceAccount", namespace=name))
        yield name
        api["Namespace"].delete(name=name)


D = TypeVar("D", bound=Deployment)
Make: TypeAlias = Callable[[Path, str, Path], D]


class Deployments(Generic[D]):
    """Makes deployments under unique stack names and takes all of them down, also after a failure.

    Args:
        make: Makes one from a project, the name of a stack and a folder for its state.
        folders: Makes folders.
    """

    def __init__(self, make: Make[D], folders: pytest.TempPathFactory) -> None:
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

    def for_tests(self) -> Iterator[Self]:
        """The factory, for a fixture; everything is taken down at its end, one after another, also when one fails."""
        yield self
        with ExitStack() as stack:
            for deployment in self._made:
                stack.callback(deployment.clean_up)


PORTS = (12_000, 19_000)
OnAci = Deployments[AciDeployment]
OnDocker = Deployments[DockerDeployment]
OnCluster = Deployments[KubernetesDeployment]
Anywhere = Deployments[Deployment]


def unused_port() -> int:
    """A host port that nothing listens on: none that Azure reserves, or that the kernel gives to connections."""
    while True:
        port = random.randrange(*PORTS)  # noqa: S311 - nothing secret
        reserved = any(first <= port <= last for first, last in RESERVED_PORTS)
        with socket.socket() as probe:
            if not reserved and probe.connect_ex(("127.0.0.1", port)) != 0:
                return port


@pytest.fixture(scope="session")
def docker_deployment(daemon: docker.DockerClient) -> Make[DockerDeployment]:
    """What makes a deployment on Docker."""
    return partial(DockerDeployment, client=daemon)


@pytest.fixture(scope="session")
def kubernetes_deployment(cluster: None, daemon: docker.DockerClient) -> Iterator[Make[KubernetesDeployment]]:
    """What makes a deployment on the cluster; images are built with the daemon."""
    removed: list[str] = []
    yield partial(KubernetesDeployment, daemon=daemon, removed=removed)
    on_kubernetes.wait_until_gone(removed)


@pytest.fixture(scope="session")
def emulator(tmp_path_factory: pytest.TempPathFactory, daemon: docker.DockerClient) -> Iterator[Emulator]:
    """An emulator of Azure Container Instances for all tests of a worker."""
    emulator = Emulator(tmp_path_factory.mktemp("aci"), tmp_path_factory.mktemp("home"))
    try:
        emulator.polypod("install-plugin")
        emulator.polypod("start")
        yield emulator
    finally:
        emulator.polypod("reset")


@pytest.fixture(scope="session")
def aci_deployment(emulator: Emulator, daemon: docker.DockerClient) -> Make[AciDeployment]:
    """What makes a deployment on the emulator."""
    return partial(AciDeployment, emulator=emulator, daemon=daemon)


@pytest.fixture(scope="module", params=["docker", "kubernetes", "aci"])
def target(request: pytest.FixtureRequest) -> Make[Deployment]:
    """What makes a deployment on each platform in turn."""
    make: Make[Deployment] = request.getfixturevalue(f"{request.param}_deployment")
    return make


def _on_docker(
    docker_deployment: Make[DockerDeployment], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[OnDocker]:
    """A factory of deployments on Docker."""
    yield from Deployments(docker_deployment, tmp_path_factory).for_tests()


def _on_cluster(
    kubernetes_deployment: Make[KubernetesDeployment], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[OnCluster]:
    """A factory of deployments on the cluster."""
    yield from Deployments(kubernetes_deployment, tmp_path_factory).for_tests()


def _on_aci(aci_deployment: Make[AciDeployment], tmp_path_factory: pytest.TempPathFactory) -> Iterator[OnAci]:
    """A factory of deployments on the emulator."""
    yield from Deployments(aci_deployment, tmp_path_factory).for_tests()


def _anywhere(target: Make[Deployment], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Anywhere]:
    """A factory of deployments on each platform."""
    yield from Deployments(target, tmp_path_factory).for_tests()


_for_a_test, _for_a_module = pytest.fixture(), pytest.fixture(scope="module")
deploy, deploy_once = _for_a_test(_on_docker), _for_a_module(_on_docker)
deploy_on_cluster, deploy_on_cluster_once = _for_a_test(_on_cluster), _for_a_module(_on_cluster)
deploy_on_aci, deploy_on_aci_once = _for_a_test(_on_aci), _for_a_module(_on_aci)
deploy_anywhere, deploy_anywhere_once = _for_a_test(_anywhere), _for_a_module(_anywhere)
free_port, shared_port = _for_a_test(unused_port), _for_a_module(unused_port)
