"""A daemon that plays a script, and waits for what is in it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

import attrs

from polypod import Pod
from polypod.model.application import Application
from polypod.targets.docker.deploy.container_state import ContainerState
from polypod.targets.docker.deploy.readiness import Hidden, Waiter
from polypod.targets.docker.plan import records
from polypod.targets.docker.plan.render import render
from polypod.testing import FakeDaemon
from tests.programs import container, site

RUNNING = ContainerState(id="id", name="p-s-c-web-0", labels={}, running=True)


STARTING = attrs.evolve(RUNNING, health="starting")


HEALTHY = attrs.evolve(RUNNING, health="healthy")


UNHEALTHY = attrs.evolve(RUNNING, health="unhealthy", check="connection refused: geheim")


CREATED = attrs.evolve(RUNNING, running=False)


ENDED = attrs.evolve(RUNNING, running=False, exit_code=0)


FAILED = attrs.evolve(RUNNING, running=False, exit_code=3)


RESTARTING = attrs.evolve(FAILED, restarting=True, restarts=1)


CRASHING = attrs.evolve(FAILED, restarting=True, restarts=9)


class Script(FakeDaemon):
    """A daemon in which one container goes through the given states, one for each time it is asked for the list."""

    def __init__(self, *states: ContainerState | None, log: str = "", checks: Sequence[int | None] = ()) -> None:
        super().__init__(logs={"id": log})
        self.script = list(states)
        self.checks = list(checks)
        self.started: list[tuple[str, ...]] = []
        self.stopped: list[str] = []

    def _next(self) -> ContainerState | None:
        return self.script.pop(0) if len(self.script) > 1 else self.script[0]

    def containers(self, labels: Mapping[str, str]) -> list[ContainerState]:
        """The container in its next state."""
        del labels
        self.now = self._next()
        return [self.now] if self.now else []

    def start_command(self, container: str, command: Sequence[str]) -> str:
        """Take note of the check."""
        self.started.append((container, *command))
        return f"run {len(self.started)}"

    def stop_container(self, container: str, grace: int = 0) -> None:
        """Take note of it."""
        del grace
        self.stopped.append(container)

    def exit_code(self, run: str) -> int | None:
        """What the script says next of the check that was started last."""
        assert run == f"run {len(self.started)}"
        return self.checks.pop(0) if self.checks else None

    def inspect(self, container: str) -> ContainerState | None:
        """The container as it was listed last, or in its next state where nobody lists."""
        del container
        return self.now if hasattr(self, "now") else self._next()


def pod(ready_within: Any = 1, **fields: Any) -> records.Pod:
    """A pod of one container."""
    model = Pod(container("web", **fields), ready_within=ready_within)
    return render(Application.of(model), site()).pods[0]


def hide(*texts: str) -> Hidden:
    """What hides the given texts."""

    async def find() -> set[str]:
        return set(texts)

    return find


def ready(daemon: Script, record: records.Pod) -> None:
    """Wait for a pod."""
    asyncio.run(Waiter(daemon, {}, []).ready(record, ["id"], hide("geheim")))


def completed(daemon: Script, seconds: int = 1) -> None:
    """Wait for an init container."""
    record = attrs.evolve(pod().members[0], role="init")
    asyncio.run(Waiter(daemon, {}, []).completed(record, "id", seconds, hide("geheim")))
