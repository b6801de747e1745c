"""Stacks that deploy to an emulator of their own."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import docker
import pytest

from polypod.aci_emulator import endpoint
from tests.emulator.conftest import _cannot_run
from tests.live.on_docker import DockerDeployment


@contextmanager
def emulated_stack(folders: pytest.TempPathFactory, program: str) -> Iterator[DockerDeployment]:
    """A stack that is not made yet, with an emulator and a plugin folder of its own; all of it is gone afterwards."""
    try:
        client = docker.from_env(timeout=120)
        client.ping()
    except docker.errors.DockerException as error:
        _cannot_run(f"no Docker daemon answers ({error}); run the tests with `make test`")
    project, state = folders.mktemp("project"), folders.mktemp("state")
    emulator, home = folders.mktemp("aci"), folders.mktemp("home")
    (project / "Pulumi.yaml").write_text("name: live\nruntime: python\n")
    (project / "__main__.py").write_text(textwrap.dedent(program))
    deployment = DockerDeployment(project, f"t{uuid.uuid4().hex[:8]}", state, client)
    deployment.environment |= {"POLYPOD_ACI_STATE": str(emulator), "PULUMI_HOME": str(home)}
    try:
        polypod_aci(deployment, "install-plugin")
        polypod_aci(deployment, "start")
        yield deployment
    finally:
        deployment.run("destroy", "--yes", "--skip-preview", "--stack", deployment.stack, check=False)
        polypod_aci(deployment, "stop")
        polypod_aci(deployment, "reset")
        client.close()


def polypod_aci(deployment: DockerDeployment, command: str) -> None:
    """Run ``polypod aci``."""
    subprocess.run(
        [sys.executable, "-m", "polypod.cli", "aci", command],
        env={**os.environ, **deployment.environment},
        check=True,
        capture_output=True,
        timeout=120,
    )


def emulator(deployment: DockerDeployment) -> endpoint.Endpoint:
    """The emulator of a stack."""
    return endpoint.endpoint(Path(deployment.environment["POLYPOD_ACI_STATE"]))
