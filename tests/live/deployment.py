"""One stack of one program, driven through the command line as a user does, on whichever platform."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar

import yaml

from . import vault, warm_python

ROOT = Path(__file__).parents[2]
PATIENCE = 120.0
"""Seconds in which something must have happened."""


def until(done: Callable[[], object], patience: float = PATIENCE) -> None:
    """Wait until something holds."""
    deadline = time.monotonic() + patience
    while not done():
        assert time.monotonic() < deadline, f"it still does not hold after {patience} s"
        time.sleep(0.2)


def last_words(printed: str) -> str:
    """The diagnostics at the end of an update's output."""
    return printed.partition("Diagnostics:")[2]


def engine_home(folder: Path) -> Path:
    """A new home for the engine, with the usual plugins for Docker and Kubernetes.

    Its ``logs`` is a file, so that the engine cannot keep a log of each command: it has no other switch.
    """
    usual = Path(os.environ.get("PULUMI_HOME") or Path.home() / ".pulumi")
    others = shutil.ignore_patterns("resource-azure-*")
    shutil.copytree(usual / "plugins", folder / "plugins", ignore=others, copy_function=os.symlink)
    (folder / "logs").touch()
    return folder


def engine_environment(state: Path) -> dict[str, str]:
    """What the engine runs with, on a state of its own."""
    return {
        **os.environ,
        "PULUMI_HOME": str(engine_home(state / "home")),
        "PULUMI_BACKEND_URL": f"file://{state}",
        **vault.environment(),
        "PULUMI_SKIP_UPDATE_CHECK": "1",
        "PATH": warm_python.path(),
        "POLYPOD_IMAGES": str(ROOT / ".polypod" / "images.json"),
        "NO_COLOR": "1",
        # Engine and plugins live for seconds, side by side with those of the other workers.
        "GOGC": "400",
        "GOMAXPROCS": "1",
        "PULUMI_PARALLEL": "8",
    }


class UpdateFailedError(Exception):
    """A `pulumi` command failed; its text is what the user saw."""


class Deployment(ABC):
    """A stack with a unique name and a state of its own."""

    target: ClassVar[str]
    names_resolve: ClassVar[bool] = True
    """Whether containers find each other by their bare names too, not only by references."""

    def __init__(self, project: Path, stack: str, state: Path) -> None:
        self.project = project
        self.stack = stack
        self.state = state
        self.environment = engine_environment(state)

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

    def platform_config(self) -> dict[str, Any]:
        """The config that leads the stack to the platform."""
        return {"polypod:target": self.target}

    def create(self, config: dict[str, str], secrets: dict[str, str]) -> None:
        """Make the stack, as ``pulumi stack init`` does in a second, and set its config."""
        self.state_file.parent.mkdir(parents=True)
        self.state_file.write_text(
            json.dumps({"version": 3, "checkpoint": {"stack": f"organization/{self.settings['name']}/{self.stack}"}})
        )
        (self.state / ".pulumi" / "meta.yaml").write_text("version: 1\n")
        self.config_file.write_text(yaml.safe_dump(vault.settings()))
        for key, value in {**self.platform_config(), **config}.items():
            self.set(key, value)
        if secrets:
            hidden = [f"--secret={key}={value}" for key, value in secrets.items()]
            self.run("config", "set-all", "--stack", self.stack, *hidden)

    def set(self, key: str, value: Any) -> None:
        """Set a config value, in the file as a user would: a command for each takes a second."""
        stack = yaml.safe_load(self.config_file.read_text())
        stack.setdefault("config", {})[key if ":" in key else f"{self.settings['name']}:{key}"] = value
        self.config_file.write_text(yaml.safe_dump(stack))

    def up(self) -> str:
        """Deploy; what the user sees."""
        self.__dict__.pop("outputs", None)
        return self.run("up", "--yes", "--skip-preview", "--stack", self.stack)

    def previewed_up(self) -> str:
        """Deploy; what the preview before it says."""
        self.__dict__.pop("outputs", None)
        preview, updating, _ = self.run("up", "--yes", "--stack", self.stack).partition("Updating (")
        assert updating
        return preview

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

    def changes(self) -> dict[str, str]:
        """What an update would do to each resource that it changes, by the type of the resource."""
        steps = json.loads(self.run("preview", "--json", "--stack", self.stack))["steps"]
        return {step["urn"].split("::")[-2].rpartition("$")[2]: step["op"] for step in steps if step["op"] != "same"}

    @property
    def state_file(self) -> Path:
        """Where Pulumi keeps the stack's state."""
        return self.state / ".pulumi" / "stacks" / self.settings["name"] / f"{self.stack}.json"

    @cached_property
    def outputs(self) -> dict[str, Any]:
        """The stack's outputs, as its state holds them."""
        resources = json.loads(self.exported_state())["checkpoint"]["latest"]["resources"]
        (stack,) = (item for item in resources if item["type"] == "pulumi:pulumi:Stack")
        return dict(stack.get("outputs", {}))

    def exported_state(self) -> str:
        """The stack's state as it is stored."""
        return self.state_file.read_text()

    def destroy(self) -> str:
        """Take everything down; what the user sees."""
        return self.run("destroy", "--yes", "--skip-preview", "--stack", self.stack)

    def clean_up(self) -> None:
        """Remove every trace, whatever state the stack is in; how a stack is destroyed is what tests are for."""
        self.remove_everything()
        self.config_file.unlink(missing_ok=True)

    @abstractmethod
    def copies(self, pod: str) -> list[str]:
        """The ids of the running copies of a pod, oldest first; a copy that is replaced gets another."""

    @abstractmethod
    def shell(self, pod: str, container: str, command: str) -> str:
        """What a shell command prints inside a container of a pod's first copy."""

    @abstractmethod
    def log(self, pod: str, container: str) -> str:
        """What a container wrote to its standard output, in all copies of its pod, running or not."""

    @abstractmethod
    def stop(self, pod: str) -> None:
        """Stop all copies of a pod, behind Pulumi's back."""

    @abstractmethod
    def left_over(self) -> dict[str, list[str]]:
        """The names of everything on the platform that carries the stack's label, by kind."""

    @abstractmethod
    def remove_everything(self) -> None:
        """Remove all that carries the stack's label, also what a destroy keeps."""
