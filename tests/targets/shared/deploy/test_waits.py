"""Pods that fail at the same time are named together."""

from __future__ import annotations

import asyncio

import pytest

from polypod.errors import DeploymentError, Problem
from polypod.targets.shared.deploy.waits import Waits
from tests.steps import calls


async def fails(name: str, after: float) -> None:
    """A pod that is not ready in time."""
    await asyncio.sleep(after)
    raise DeploymentError([Problem("PP000", f"pods.{name}", "it is not ready", "wait")])


async def works(after: float, done: list[str]) -> str:
    """A pod that is ready."""
    await asyncio.sleep(after)
    done.append("ready")
    return "ready"


def first_error(*waits: asyncio.Future[object]) -> DeploymentError:
    """The error that would end the program."""
    errors = [wait.exception() for wait in waits if wait.done() and wait.exception()]
    assert isinstance(errors[0], DeploymentError)
    return errors[0]


def test_the_first_error_names_all_that_fail_while_it_waits() -> None:
    """Whichever fails first, and whatever else gets ready meanwhile."""

    async def run() -> None:
        waits, done = Waits(), list[str]()
        futures = [
            asyncio.ensure_future(waits.together(wait))
            for wait in (fails("slow", 0.04), fails("quick", 0.01), works(0.02, done))
        ]
        await asyncio.wait(futures, return_when=asyncio.FIRST_EXCEPTION)
        assert [problem.path for problem in first_error(*futures).problems] == ["pods.quick", "pods.slow"]
        assert done == ["ready"]

    asyncio.run(run())


def test_what_is_ready_is_returned_at_once() -> None:
    """Nobody waits for others who wait longer, where nothing fails."""

    async def run() -> None:
        waits, done = Waits(), list[str]()
        slow = asyncio.ensure_future(waits.together(works(10, done)))
        assert await waits.together(works(0, done)) == "ready"
        assert done == ["ready"]
        slow.cancel()
        with pytest.raises(asyncio.CancelledError):
            await slow

    asyncio.run(run())


def test_what_fails_later_does_not_wait_for_what_failed_before() -> None:
    """An update that goes on after a failure, as one component's may, ends with its own error as well."""

    async def run() -> None:
        waits = Waits()
        with pytest.raises(DeploymentError):
            await waits.together(fails("first", 0))
        with pytest.raises(DeploymentError) as caught:
            await waits.together(fails("second", 0))
        assert [problem.path for problem in caught.value.problems] == ["pods.first", "pods.second"]

    asyncio.run(run())


def test_twice_the_failures_are_twice_the_work() -> None:
    """However many pods fail at the same time, none of them waits for each of the others."""

    def work(pods: int) -> int:
        async def run() -> None:
            waits = Waits()
            failing = [waits.together(fails(f"p{i}", 0)) for i in range(pods)]
            errors = await asyncio.gather(*failing, return_exceptions=True)
            assert {len(error.problems) for error in errors if isinstance(error, DeploymentError)} == {pods}

        return calls(lambda: asyncio.run(run()))

    work(2)
    assert work(200) < 2.2 * work(100)
