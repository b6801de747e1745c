"""Diagnose containers that do not become ready or do not complete."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Collection, Iterator
from typing import NoReturn, TypeAlias

from polypod.errors import DeploymentError, Problem
from polypod.targets.docker.deploy.checks import Checks
from polypod.targets.docker.deploy.client import Daemon
from polypod.targets.docker.deploy.container_state import ContainerState
from polypod.targets.docker.plan.records import Container
from polypod.targets.shared.deploy.explanations import explained
from polypod.targets.shared.deploy.secrets import hide
from polypod.targets.shared.deploy.threads import in_thread

_LOG_LINES = 20
_CORRECT = "correct the program and run `pulumi up` again"
_NO_START = re.compile(
    r"(?:standard_init_linux\.go:\d+: exec user process caused|(?:\[FATAL tini \(\d+\)\] )?exec (\S.*?)(?: failed)?): "
    r"([Nn]o such file or directory|[Pp]ermission denied|[Ee]xec format error)$"
)
"""What runc and Docker's init write in place of a program that cannot be started; see runc's
``libcontainer/standard_init_linux.go`` and tini's ``src/tini.c``."""

Hidden: TypeAlias = Callable[[], Awaitable[Collection[str]]]
"""Finds the texts to hide in a log; asked only when one is shown."""


class Endings:
    """Tracks containers that terminate while they are waited for.

    Args:
        daemon: The daemon to ask.
        checks: The checks that polypod itself runs in them.
    """

    def __init__(self, daemon: Daemon, checks: Checks) -> None:
        self._daemon = daemon
        self._ended: dict[str, str] = {}
        self._checks = checks

    async def ended(self, container: Container, state: ContainerState, hidden: Hidden) -> None:
        """Take note of an end of a container, which is started again.

        Args:
            container: Its record.
            state: The container after its end.
            hidden: Finds the texts to hide in its log.

        Raises:
            DeploymentError: Its program cannot be started, however often that is tried.
        """
        if self._ended.get(state.id) == state.started:
            return
        self._ended[state.id] = state.started
        last = (await in_thread(self._daemon.logs, state.id, 1)).strip()
        if _NO_START.match(last):
            fix = "name a program that the image holds, executable and for this machine's architecture, in command="
            await self.fail(container, state, "the program of the container cannot be started", hidden, fix)

    async def fail(
        self, container: Container, state: ContainerState | None, what: str, hidden: Hidden, fix: str = _CORRECT
    ) -> NoReturn:
        """End the deployment.

        Args:
            container: The record of the container that failed.
            state: The container, if it is there.
            what: What is wrong.
            hidden: Finds the texts to hide in its log.
            fix: What can be done.

        Raises:
            DeploymentError: Always.
        """
        lines, log = [what, f"container: {container.name}"], None
        if state is not None:
            secrets = await hidden()
            code = await self._last_code(state)
            lines += (hide(line, secrets) for line in self._facts(state, code))
            log = hide(await in_thread(self._daemon.logs, state.id, _LOG_LINES), secrets)
        lines, fix = explained(lines, log, fix)
        raise DeploymentError([Problem("PP340", container.path, "\n    ".join(lines), fix)])

    async def _last_code(self, state: ContainerState) -> int | None:
        """The exit code of the last end: a container that runs again does not know it any more."""
        if state.exit_code is None and state.restarts:
            return await in_thread(self._daemon.last_exit_code, state.id)
        return state.exit_code

    def _facts(self, state: ContainerState, code: int | None) -> Iterator[str]:
        if state.restarts:
            yield f"it was started again {state.restarts} times"
        if code is not None:
            yield f"{'last ' if state.restarts else ''}exit code: {code}"
        if state.out_of_memory:
            yield "reason: OOMKilled"
        if state.health:
            yield f"health: {state.health}"
        if state.error:
            yield f"the daemon says: {state.error}"
        if state.check:
            yield f"last check: {state.check}"
        elif (checked := self._checks.last_code(state.id)) is not None:
            yield f"last check: exit code {checked}"
