"""The checks that polypod itself runs in containers while it waits for them."""

from __future__ import annotations

import time
from collections.abc import Sequence

import attrs

from polypod.targets.docker.deploy.client import Daemon
from polypod.targets.docker.plan.records import HealthCheck
from polypod.targets.shared.deploy.threads import in_thread

_FIRST_PAUSE_SECONDS = 0.5
_LATE_SECONDS = 0.2
"""How late an answer may be seen: it is looked for again and again."""


@attrs.define
class _Runs:
    """The runs of one check in one container.

    Args:
        run: The one that has not ended.
        started: When it, or the last one, was started.
        next: When the next one may start.
        pause: The pause after it, which doubles.
    """

    run: str | None = None
    started: float = 0.0
    next: float = 0.0
    pause: float = _FIRST_PAUSE_SECONDS


class Checks:
    """Runs health checks sooner than Docker, whose own first one comes after a period.

    Args:
        daemon: The daemon to ask.
    """

    def __init__(self, daemon: Daemon) -> None:
        self._daemon = daemon
        self._runs: dict[tuple[str, tuple[str, ...]], _Runs] = {}
        self._codes: dict[str, int] = {}

    def last_code(self, container_id: str) -> int | None:
        """The exit code of the last check of a container; ``None`` before there was one.

        Args:
            container_id: The container.
        """
        return self._codes.get(container_id)

    async def passes(self, check: HealthCheck, command: Sequence[str], container_id: str) -> bool:
        """Whether a check has just succeeded in time; where none runs, one is started.

        Args:
            check: The check, which says how long one may take and how often it is run.
            command: What is run.
            container_id: The container.
        """
        own, now = self._runs.setdefault((container_id, tuple(command)), _Runs()), time.monotonic()
        if own.run is None:
            if now >= own.next:
                own.run = await in_thread(self._daemon.start_command, container_id, command)
                own.started, own.next = now, now + own.pause
                own.pause = min(2 * own.pause, max(own.pause, check.pause / 1000))
            return False
        code = await in_thread(self._daemon.exit_code, own.run)
        if code is not None:
            own.run = None
            self._codes[container_id] = code
        return code == 0 and now - own.started < check.timeout / 1000 + _LATE_SECONDS
