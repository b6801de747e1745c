"""Waiting until containers are ready, and saying why when they are not."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Collection, Sequence
from typing import TypeAlias

import attrs

from polypod.errors import DeploymentError
from polypod.model.problem import Problem
from polypod.targets.causes import explained
from polypod.targets.docker.container_state import ContainerState
from polypod.targets.docker.daemon import Daemon
from polypod.targets.docker.records import Container, HealthCheck, Pod
from polypod.targets.secrets import hide
from polypod.targets.threads import in_thread

_LOG_LINES = 20
_POLL_SECONDS = 0.2
_LONGER = "find out what it waits for, or give the pod more time with ready_within="
_REFRESH = "run `pulumi up --refresh`, which brings it back"
_CRASHES = 3
"""Restarts after which a container that ends counts as failed."""

Hidden: TypeAlias = Callable[[], Awaitable[Collection[str]]]
"""Finds the texts to hide in a log; asked only when one is shown."""


@attrs.define
class _Check:
    """The runs of a container's health check while it is waited for; Docker's own first one comes after a period."""

    run: str | None = None
    code: int | None = None
    started: float = 0.0
    next: float = 0.0
    pause: float = 0.5


class Waiter:
    """Waits for containers of one deployment.

    Args:
        daemon: The daemon to ask.
        labels: The labels that all containers of the deployment have.
        there: The ids of the containers that were there before.
    """

    def __init__(self, daemon: Daemon, labels: dict[str, str], there: Collection[str]) -> None:
        self._daemon = daemon
        self._labels = labels
        self._there = frozenset(there)
        self._made: dict[str, float] = {}
        self._listed: tuple[float, dict[str, ContainerState]] = (0.0, {})
        self._lock = asyncio.Lock()
        self._checks: dict[str, _Check] = {}

    async def completed(self, container: Container, container_id: str, seconds: int, hidden: Hidden) -> None:
        """Wait until an init container has ended well.

        Args:
            container: Its record.
            container_id: Its id.
            seconds: How long it may take.
            hidden: Finds the texts to hide in its log.

        Raises:
            DeploymentError: It failed, or took too long.
        """
        deadline = time.monotonic() + seconds
        while True:
            state = await in_thread(self._daemon.inspect, container_id)
            if state is not None and state.exit_code == 0:
                return
            if state is None:
                await self._fail(container, state, "the init container is gone", hidden, _REFRESH)
            elif state.exit_code is not None:
                await self._fail(container, state, "the init container failed", hidden)
            if time.monotonic() > deadline:
                await self._fail(
                    container, state, f"the init container did not end within {seconds} s", hidden, _LONGER
                )
            await asyncio.sleep(_POLL_SECONDS)

    async def ready(self, pod: Pod, ids: Sequence[str], hidden: Hidden) -> None:
        """Wait until every container of a pod is ready, and has found the pods that it waits for.

        A container without a health check is ready when two looks in a row find the same run of it: one that ends at
        once is not, however often Docker starts it again.

        Args:
            pod: The pod, after the pods that it waits for.
            ids: The ids of its members.
            hidden: Finds the texts to hide in logs.

        Raises:
            DeploymentError: A container ended, keeps failing, or took too long.
        """
        deadline = time.monotonic() + pod.ready_seconds
        is_new = not self._there.issuperset(ids)
        if is_new:
            self._made[pod.name] = time.monotonic()
        pending = dict(zip(ids, pod.members, strict=True))
        seen: dict[str, str] = {}
        while True:
            listed = await self._list()
            for container_id, container in list(pending.items()):
                if not await self._is_ready(container, container_id, listed.get(container_id), hidden):
                    seen.pop(container_id, None)
                elif container.health_check is not None or await self._runs_still(container_id, seen):
                    del pending[container_id]
            if not pending:
                break
            if time.monotonic() > deadline:
                container_id, container = next(iter(pending.items()))
                state = await in_thread(self._daemon.inspect, container_id)
                await self._fail(
                    container, state, f"the container was not ready within {pod.ready_seconds} s", hidden, _LONGER
                )
            await asyncio.sleep(_POLL_SECONDS)
        if not is_new:
            newest = max((self._made.get(name, 0) for name in pod.waits_for), default=0)
            await asyncio.sleep(newest + pod.finds_seconds - time.monotonic())

    async def _is_ready(
        self, container: Container, container_id: str, listed: ContainerState | None, hidden: Hidden
    ) -> bool:
        if listed is not None and listed.running:
            if listed.health == "healthy" or (container.health_check is None and listed.health == ""):
                return True
            if container.health_check is not None:
                return await self._passes(container.health_check, container_id)
        state = await in_thread(self._daemon.inspect, container_id)
        if state is None:
            await self._fail(container, state, "the container is gone", hidden, _REFRESH)
        elif state.exit_code is not None and not state.restarting:
            if state.exit_code == 0 and container.restart != "always":
                return True
            if container.restart == "always":
                await self._fail(container, state, "the container was stopped by hand", hidden, _REFRESH)
            await self._fail(container, state, "the container ended", hidden)
        elif state.exit_code is not None and state.restarts >= _CRASHES:
            await self._fail(container, state, "the container ends again and again", hidden)
        return False

    async def _runs_still(self, container_id: str, seen: dict[str, str]) -> bool:
        state = await in_thread(self._daemon.inspect, container_id)
        if state is None:
            return False
        before, seen[container_id] = seen.get(container_id), state.started
        return state.started == before

    async def _passes(self, check: HealthCheck, container_id: str) -> bool:
        own, now = self._checks.setdefault(container_id, _Check()), time.monotonic()
        if own.run is None:
            if now >= own.next:
                own.run = await in_thread(self._daemon.start_command, container_id, check.look)
                own.started, own.next = now, now + own.pause
                own.pause = min(2 * own.pause, max(own.pause, check.pause / 1000))
            return False
        code = await in_thread(self._daemon.exit_code, own.run)
        if code is not None:
            own.run, own.code = None, code
        return code == 0 and now - own.started < check.timeout / 1000 + _POLL_SECONDS

    async def _list(self) -> dict[str, ContainerState]:
        async with self._lock:
            at, states = self._listed
            if time.monotonic() - at > _POLL_SECONDS / 2:
                listed = await in_thread(self._daemon.containers, self._labels)
                states = {state.id: state for state in listed}
                self._listed = (time.monotonic(), states)
            return states

    async def _fail(
        self,
        container: Container,
        state: ContainerState | None,
        what: str,
        hidden: Hidden,
        fix: str = "correct the program and run `pulumi up` again",
    ) -> None:
        lines = [what, f"container: {container.name}"]
        secrets = await hidden()
        if state is not None:
            if state.exit_code is not None:
                lines.append(f"exit code: {state.exit_code}")
            if state.health:
                lines.append(f"health: {state.health}")
            if state.detail:
                lines.append(f"last check: {hide(state.detail, secrets)}")
            elif (own := self._checks.get(state.id)) is not None and own.code is not None:
                lines.append(f"last check: exit code {own.code}")
            log = await in_thread(self._daemon.logs, state.id, _LOG_LINES)
            lines.append("last log lines:" if log else "the container wrote no log")
            lines += [f"  {line}" for line in hide(log, secrets).splitlines()]
        lines, fix = explained(lines, fix)
        raise DeploymentError([Problem(container.path, "\n    ".join(lines), fix)])
