"""Tasks of the event loop that a program runs in."""

from __future__ import annotations

import asyncio
import inspect
import math
import time
from typing import Any

_POLL_SECONDS = 0.02


async def at_rest(task: asyncio.Task[Any] | None, seconds: float = math.inf) -> bool:
    """Wait until a task waits itself, or has ended; whether it does by then.

    The task of a program does not before all of the program has run: where Pulumi's SDK waits inside of it, for a
    function that answers at once, the others run as if the task did.

    Args:
        task: The task; nothing is waited for without one.
        seconds: The longest time to wait; without end by default.
    """
    deadline = time.monotonic() + seconds
    while task is not None and _runs(task):
        if time.monotonic() >= deadline:
            return False
        await asyncio.sleep(_POLL_SECONDS)
    return True


def _runs(task: asyncio.Task[Any]) -> bool:
    return inspect.getcoroutinestate(task.get_coro()) == inspect.CORO_RUNNING  # type: ignore[arg-type]
