"""Threads for the questions to a platform.

The event loop's own threads are not for this: Pulumi keeps one busy for every registration that waits for the engine,
and the engine may wait for a hook that must ask the platform first.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")

_POOL = ThreadPoolExecutor(max_workers=16, thread_name_prefix="polypod")


async def in_thread(func: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Run a blocking call in a thread of its own, in the caller's context."""
    context = copy_context()
    return await asyncio.get_running_loop().run_in_executor(_POOL, lambda: context.run(func, *args, **kwargs))
