"""Waiting until containers are ready, and saying why when they are not."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Collection, Sequence

from polypod.targets.docker.deploy.checks import Checks
from polypod.targets.docker.deploy.client import Daemon
from polypod.targets.docker.deploy.container_state import ContainerState
from polypod.targets.docker.deploy.diagnosis import Endings, Hidden
from polypod.targets.docker.plan.records import Container, Pod
from polypod.targets.shared.deploy.threads import in_thread

_POLL_SECONDS = 0.2
_STEADY_SECONDS = 2.0
"""How long a container without a health check that has ended before must run to count as ready."""

_LONGER = "find out what it waits for, or give the pod more time with ready_within="
_REFRESH = "run `pulumi up --refresh`, which brings it back"


class Waiter:
    """Waits for containers of one deployment, as long as each may take, however often one ends before.

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
        self._runs: dict[str, tuple[str, float]] = {}
        self._checks = Checks(daemon)
        self._endings = Endings(daemon, self._checks)

    async def completed(self, container: Container, container_id: str, seconds: int, hidden: Hidden) -> None:
        """Wait until an init container has ended well.

        Args:
            container: Its record.
            container_id: Its id.
            seconds: How long it may take.
            hidden: Finds the texts to hide in its log.

        Raises:
            DeploymentError: It failed as often as it may, or took too long.
        """
        await self._ended_well(container, container_id, "init container", seconds, hidden)

    async def _ended_well(
        self, container: Container, container_id: str, kind: str, seconds: int, hidden: Hidden
    ) -> None:
        deadline = time.monotonic() + seconds
        while True:
            state = await in_thread(self._daemon.inspect, container_id)
            if state is None:
                await self._endings.fail(container, state, f"the {kind} is gone", hidden, _REFRESH)
            if not state.alive and state.exit_code == 0:
                return
            if state.exit_code is not None:
                await self._endings.ended(container, state, hidden)
                if not state.alive:
                    await self._endings.fail(container, state, f"the {kind} failed", hidden)
            if time.monotonic() > deadline:
                what = f"the {kind} did not end well within {seconds} s"
                await self._endings.fail(container, state, what, hidden, _LONGER)
            await asyncio.sleep(_POLL_SECONDS)

    async def started(self, container: Container, container_id: str, seconds: int, hidden: Hidden) -> None:
        """Wait until the startup probe of a container has succeeded.

        Args:
            container: Its record.
            container_id: Its id.
            seconds: How long it may take.
            hidden: Finds the texts to hide in its log.

        Raises:
            DeploymentError: It was stopped, or took too long.
        """
        deadline = time.monotonic() + seconds
        check = container.health_check
        while check is not None:
            listed = (await self._list()).get(container_id)
            if listed is None or not listed.running:
                await self._look_at_end(container, container_id, hidden)
            elif await self._checks.passes(check, check.started, container_id):
                return
            await self._in_time(container, container_id, deadline, f"had not started within {seconds} s", hidden)

    async def ready(self, pod: Pod, ids: Sequence[str], hidden: Hidden) -> None:
        """Wait until every container of a pod is ready, and has found the pods that it waits for.

        A container without a health check is ready when two looks in a row find the same run of it, and after an end of
        it when it has been running for some time.

        Args:
            pod: The pod, after the pods that it waits for.
            ids: The ids of its members.
            hidden: Finds the texts to hide in logs.

        Raises:
            DeploymentError: A container ended for good, or was not ready in time.
        """
        deadline = time.monotonic() + pod.ready_seconds
        is_new = not self._there.issuperset(ids)
        if is_new:
            self._made[pod.name] = time.monotonic()
        members = dict(zip(ids, pod.members, strict=True))
        checked: set[str] = set()
        while True:
            listed = await self._list()
            waiting = ""
            for container_id, container in members.items():
                if container_id in checked:
                    continue
                if not await self._is_ready(container, container_id, listed.get(container_id), hidden):
                    waiting = waiting or container_id
                elif container.health_check is not None:
                    checked.add(container_id)
            if not waiting:
                break
            what = f"was not ready within {pod.ready_seconds} s"
            await self._in_time(members[waiting], waiting, deadline, what, hidden)
        if not is_new:
            newest = max((self._made.get(name, 0) for name in pod.waits_for), default=0)
            await asyncio.sleep(newest + pod.finds_seconds - time.monotonic())

    async def ended(self, pod: Pod, ids: Sequence[str], hidden: Hidden) -> None:
        """Wait until a job has ended well, and stop its sidecars.

        Args:
            pod: A pod that ends.
            ids: The ids of its members.
            hidden: Finds the texts to hide in logs.

        Raises:
            DeploymentError: It failed as often as it may, or took too long; then its sidecars are stopped too.
        """
        members = dict(zip(ids, pod.members, strict=True))
        decide = {container_id: container for container_id, container in members.items() if container.role != "sidecar"}
        try:
            waits = (
                self._ended_well(c, container_id, "job", pod.ready_seconds, hidden)
                for container_id, c in decide.items()
            )
            await asyncio.gather(*waits)
        finally:
            states = [await in_thread(self._daemon.inspect, container_id) for container_id in decide]
            if not any(state is not None and state.alive for state in states):
                for container_id in [other for other in members if other not in decide][::-1]:
                    await in_thread(self._daemon.stop_container, container_id)

    async def _in_time(
        self, container: Container, container_id: str, deadline: float, what: str, hidden: Hidden
    ) -> None:
        if time.monotonic() > deadline:
            state = await in_thread(self._daemon.inspect, container_id)
            await self._endings.fail(container, state, f"the container {what}", hidden, _LONGER)
        await asyncio.sleep(_POLL_SECONDS)

    async def _is_ready(
        self, container: Container, container_id: str, listed: ContainerState | None, hidden: Hidden
    ) -> bool:
        check = container.health_check
        if listed is not None and listed.running:
            if check is not None:
                return listed.health == "healthy" or await self._checks.passes(check, check.look, container_id)
            if listed.health in ("", "healthy"):
                return await self._runs_still(container_id)
        return await self._look_at_end(container, container_id, hidden)

    async def _look_at_end(self, container: Container, container_id: str, hidden: Hidden) -> bool:
        """Whether a container that does not run has ended well for good; one that failed for good raises."""
        self._runs.pop(container_id, None)
        state = await in_thread(self._daemon.inspect, container_id)
        if state is None:
            await self._endings.fail(container, state, "the container is gone", hidden, _REFRESH)
        if state.exit_code is None:
            return False
        await self._endings.ended(container, state, hidden)
        if state.restarting:
            return False
        if container.restart in ("always", "unless-stopped"):
            await self._endings.fail(container, state, "the container was stopped by hand", hidden, _REFRESH)
        if state.exit_code != 0:
            await self._endings.fail(container, state, "the container ended", hidden)
        return True

    async def _runs_still(self, container_id: str) -> bool:
        state = await in_thread(self._daemon.inspect, container_id)
        if state is None:
            return False
        run = self._runs.get(container_id)
        if run is None or state.started != run[0]:
            self._runs[container_id] = (state.started, time.monotonic())
            return False
        return not state.restarts or time.monotonic() - run[1] >= _STEADY_SECONDS

    async def _list(self) -> dict[str, ContainerState]:
        async with self._lock:
            at, states = self._listed
            if time.monotonic() - at > _POLL_SECONDS / 2:
                listed = await in_thread(self._daemon.containers, self._labels)
                states = {state.id: state for state in listed}
                self._listed = (time.monotonic(), states)
            return states
