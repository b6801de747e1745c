"""The contenders of the deployment benchmark, each driven through its command line as a user does."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import ClassVar, Protocol

import attrs

from bench.application import application
from bench.compose_file import compose_file
from bench.job import Job
from polypod.targets.shared.plan.nginx.pod import nginx_gateway
from polypod.targets.shared.plan.nginx.start import RESOLVER


class Contender(Protocol):
    """One way to deploy the application."""

    @property
    def name(self) -> str:
        """Its short name."""

    @property
    def title(self) -> str:
        """What tables call it."""

    def prepare(self, job: Job) -> None:
        """Everything that is done once per application and not measured."""

    def up(self, job: Job) -> None:
        """From nothing to all healthy."""

    def preview(self, job: Job) -> None:
        """See that there is nothing to change."""

    def down(self, job: Job) -> None:
        """To nothing."""


@attrs.frozen
class Program:
    """A Pulumi program.

    Args:
        name: Its short name.
        title: What tables call it.
        folder: Its directory below this one.
        http_probes: Whether the services have HTTP probes.
    """

    name: str
    title: str
    folder: str
    http_probes: bool = False

    def prepare(self, job: Job) -> None:
        """Copy the program and make its stack."""
        shutil.copy(Path(__file__).parent / self.folder / "__main__.py", job.folder)
        (job.folder / "state").mkdir()
        (job.folder / "nginx.conf").write_text(nginx_conf(job))
        project = {"name": "bench", "runtime": "python"}
        config = {
            "bench:services": str(job.services),
            "bench:period": job.period,
            "bench:port": str(job.port),
            "bench:httpProbes": str(self.http_probes).lower(),
            "bench:busybox": job.image("busybox:1.37"),
            "bench:nginx": job.image("nginx:1.29"),
            "polypod:images": dict(job.images),
        }
        (job.folder / "Pulumi.yaml").write_text(json.dumps(project))  # JSON is YAML
        (job.folder / f"Pulumi.{job.name}.yaml").write_text(json.dumps({"config": config}))
        self._pulumi(job, "stack", "init")

    def up(self, job: Job) -> None:
        """`pulumi up`, without the preview before it."""
        self._pulumi(job, "up", "--yes", "--skip-preview")

    def preview(self, job: Job) -> None:
        """`pulumi preview`, which fails where it finds a change."""
        self._pulumi(job, "preview", "--expect-no-changes")

    def down(self, job: Job) -> None:
        """`pulumi destroy`, without the preview before it."""
        self._pulumi(job, "destroy", "--yes", "--skip-preview")

    def _pulumi(self, job: Job, *command: str) -> None:
        job.run("pulumi", "--non-interactive", *command, "--stack", job.name)


@attrs.frozen
class Compose:
    """Docker Compose."""

    name: ClassVar[str] = "compose"
    title: ClassVar[str] = "Docker Compose"

    def prepare(self, job: Job) -> None:
        """Write the Compose file."""
        text = compose_file(
            job.services,
            job.period,
            job.port,
            busybox=job.image("busybox:1.37"),
            nginx=job.image("nginx:1.29"),
            nginx_conf=nginx_conf(job),
        )
        (job.folder / "compose.yaml").write_text(text)

    def up(self, job: Job) -> None:
        """`docker compose up --wait`."""
        self._compose(job, "up", "--detach", "--wait", "--wait-timeout", "300")

    def preview(self, job: Job) -> None:
        """The same again, as Compose has no preview: it compares, finds nothing to do and sees that all is healthy."""
        self.up(job)

    def down(self, job: Job) -> None:
        """`docker compose down`."""
        self._compose(job, "down")

    def _compose(self, job: Job, *command: str) -> None:
        job.run(*compose_command(), "--project-name", job.name, *command)


def compose_command() -> tuple[str, ...]:
    """Docker Compose as a program of its own where `make bench` built it, else as Docker's plugin."""
    built = os.environ.get("POLYPOD_COMPOSE")
    return (built,) if built else ("docker", "compose")


def nginx_conf(job: Job) -> str:
    """The gateway's configuration as polypod writes it, so that all contenders have the same."""
    gateway = application(job.services, job.period, job.port, http_probes=False)
    (mount, *_) = nginx_gateway(gateway, hosts_of=lambda backend: [backend.pod]).main.mounts
    return str(mount.volume.files["nginx.conf"]).replace(RESOLVER, "127.0.0.11")  # type: ignore[union-attr]
