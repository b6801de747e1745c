"""One stack of one program, driven through the command line as a user does."""

from __future__ import annotations

import json
import os
import subprocess
from functools import cached_property
from pathlib import Path
from typing import Any

import docker
import yaml
from docker.models.containers import Container

ROOT = Path(__file__).parents[2]


class UpdateFailedError(Exception):
    """A `pulumi` command failed; its text is what the user saw."""


class Deployment:
    """A stack with a unique name and a state of its own."""

    def __init__(self, project: Path, stack: str, state: Path, client: docker.DockerClient) -> None:
        self.project = project
        self.stack = stack
        self.client = client
        self.state = state
        self.environment = {
            **os.environ,
            "PULUMI_BACKEND_URL": f"file://{state}",
            "PULUMI_CONFIG_PASSPHRASE": "live-tests",
            "PULUMI_CONFIG_PASSPHRASE_FILE": "",
            "PULUMI_SKIP_UPDATE_CHECK": "1",
            "POLYPOD_IMAGES": str(ROOT / ".polypod" / "images.json"),
            "NO_COLOR": "1",
        }

    def run(self, *command: str, stdin: str = "", check: bool = True) -> str:
        """What a `pulumi` command prints, both streams in one."""
        done = subprocess.run(
            ["pulumi", "--non-interactive", *command],
            cwd=self.project,
            env=self.environment,
            input=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=200,
            check=False,
        )
        if check and done.returncode:
            raise UpdateFailedError(done.stdout)
        return done.stdout

    @cached_property
    def settings(self) -> dict[str, Any]:
        """What ``Pulumi.yaml`` says."""
        return dict(yaml.safe_load((self.project / "Pulumi.yaml").read_text()))

    @property
    def config_file(self) -> Path:
        """Where Pulumi keeps the stack's config."""
        return self.project / str(self.settings.get("stackConfigDir", ".")) / f"Pulumi.{self.stack}.yaml"

    def create(self, config: dict[str, str], secrets: dict[str, str]) -> None:
        """Make the stack and set its config."""
        for key, value in config.items():
            self.set(key, value)
        self.run("stack", "init", self.stack)
        if secrets:
            hidden = [f"--secret={key}={value}" for key, value in secrets.items()]
            self.run("config", "set-all", "--stack", self.stack, *hidden)

    def set(self, key: str, value: str) -> None:
        """Set a config value, in the file as a user would: a command for each takes a second."""
        stack = yaml.safe_load(self.config_file.read_text()) if self.config_file.exists() else {}
        stack.setdefault("config", {})[key if ":" in key else f"{self.settings['name']}:{key}"] = value
        self.config_file.write_text(yaml.safe_dump(stack))

    def up(self) -> str:
        """Deploy; what the user sees."""
        self.__dict__.pop("outputs", None)
        return self.run("up", "--yes", "--skip-preview", "--stack", self.stack)

    def failing_up(self) -> str:
        """Deploy, which must fail; what the user sees."""
        try:
            printed = self.up()
        except UpdateFailedError as error:
            return str(error)
        raise AssertionError(f"the update succeeded:\n{printed}")

    def preview(self) -> dict[str, int]:
        """The number of resources per kind of change."""
        return dict(json.loads(self.run("preview", "--json", "--stack", self.stack))["changeSummary"])

    @cached_property
    def outputs(self) -> dict[str, Any]:
        """The stack's outputs, as its state holds them."""
        file = self.state / ".pulumi" / "stacks" / self.settings["name"] / f"{self.stack}.json"
        resources = json.loads(file.read_text())["checkpoint"]["latest"]["resources"]
        (stack,) = (item for item in resources if item["type"] == "pulumi:pulumi:Stack")
        return dict(stack["outputs"])

    def exported_state(self) -> str:
        """The stack's state as it is stored."""
        return self.run("stack", "export", "--stack", self.stack)

    def containers(self, pod: str | None = None, container: str | None = None) -> list[Container]:
        """The containers of the stack, running or not, oldest first."""
        labels = {"stack": self.stack, "pod": pod, "container": container}
        wanted = [f"dev.polypod.{key}={value}" for key, value in labels.items() if value]
        found = self.client.containers.list(all=True, filters={"label": wanted}, ignore_removed=True)
        return sorted(found, key=lambda item: str(item.attrs["Created"]))

    def container(self, pod: str, container: str) -> Container:
        """The one container of that name in a pod with one replica."""
        (found,) = self.containers(pod, container)
        return found

    def shell(self, pod: str, container: str, command: str) -> str:
        """What a shell command prints inside a container."""
        code, output = self.container(pod, container).exec_run(["sh", "-c", command])
        assert code == 0, output.decode()
        return str(output.decode())

    def left_over(self) -> dict[str, list[str]]:
        """The names of everything in Docker that carries the stack's label."""
        filters = {"label": f"dev.polypod.stack={self.stack}"}
        return {
            "containers": [str(item.name) for item in self.client.containers.list(all=True, filters=filters)],
            "networks": [str(item.name) for item in self.client.networks.list(filters=filters)],
            "volumes": [str(item.name) for item in self.client.volumes.list(filters=filters)],
        }

    def destroy(self) -> str:
        """Take everything down; what the user sees."""
        return self.run("destroy", "--yes", "--skip-preview", "--stack", self.stack)

    def clean_up(self) -> None:
        """Remove every trace, whatever state the stack is in; how a stack is destroyed is what tests are for."""
        filters = {"label": f"dev.polypod.stack={self.stack}"}
        for container in self.client.containers.list(all=True, filters=filters, ignore_removed=True):
            container.remove(force=True, v=True)
        for network in self.client.networks.list(filters=filters):
            network.remove()
        for volume in self.client.volumes.list(filters=filters):
            volume.remove(force=True)
        for image in self.client.images.list():
            for tag in image.tags:
                if f"-{self.stack}-" in tag:
                    self.client.images.remove(tag)
        self.config_file.unlink(missing_ok=True)
