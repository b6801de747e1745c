"""The waits of a program, so that pods that fail at the same time are reported together."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, Self, TypeVar

import pulumi

from polypod.errors import DeploymentError, PolypodError, Problem
from polypod.run_state import once

T = TypeVar("T")


class Waits:
    """The waits of a run, for whichever component.

    Pulumi ends a program with the first error. Which of several pods fails first is chance, so the one that does waits
    until the others that are being waited for are ready, or have failed, too: each has its own deadline. Where the
    program itself ends with an error, nothing is waited for.
    """

    def __init__(self) -> None:
        self._waiting: set[asyncio.Future[Any]] = set()
        self._problems: list[Problem] = []
        self._failure: asyncio.Future[DeploymentError] | None = None
        self._refusal: PolypodError | None = None

    @classmethod
    def of_stack(cls) -> Self:
        """Those of the program that runs."""
        return once(pulumi.runtime.get_root_resource(), "waits", cls)

    def refuse(self, error: PolypodError) -> None:
        """Take note of the error that a component ends the program with: it is what a user must read.

        Args:
            error: The error.
        """
        self._refusal = error

    async def together(self, waiting: Coroutine[Any, Any, T]) -> T:
        """Wait for something that depends on nothing else that is being waited for.

        Args:
            waiting: Waits for it.

        Returns:
            What the coroutine returns.

        Raises:
            DeploymentError: It failed; with the problems of all that have failed by then.
            PolypodError: The program has ended with this error.
        """
        if self._refusal is not None:
            waiting.close()
            raise self._refusal
        task = asyncio.ensure_future(waiting)
        self._waiting.add(task)
        try:
            return await task
        except DeploymentError as error:
            self._problems += error.problems
            if self._failure is None or self._failure.done():
                self._failure = asyncio.ensure_future(self._failed())
            raise await self._failure from None
        finally:
            self._waiting.discard(task)

    async def _failed(self) -> DeploymentError:
        """The error of everything that has failed, once what is being waited for now has ended."""
        if others := [task for task in self._waiting if not task.done()]:
            await asyncio.wait(others)
        return DeploymentError(self._problems)
