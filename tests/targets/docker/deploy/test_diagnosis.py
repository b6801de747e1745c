"""What is shown of a container that fails: its last words, without secrets."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import attrs
import pytest

from polypod import DeploymentError
from polypod.targets.docker.deploy.readiness import Waiter
from tests.targets.docker.scripts import FAILED, Script, completed, hide, pod, ready


@pytest.mark.parametrize("wait", [lambda daemon: ready(daemon, pod()), completed])
def test_the_log_is_shown_without_secrets(wait: Callable[[Script], None]) -> None:
    """The last lines of it, indented below the problem."""
    log = "\n".join([*(f"line {i}" for i in range(30)), "geheim: wrong password geheim"])
    with pytest.raises(DeploymentError) as caught:
        wait(Script(FAILED, log=log))
    lines = [line.strip() for line in caught.value.problems[0].what.partition("last log lines:\n")[2].splitlines()]
    assert lines == [*(f"line {i}" for i in range(11, 30)), "[secret]: wrong password [secret]"]


def test_a_container_without_a_log_says_so() -> None:
    """Otherwise the author would look for it."""
    with pytest.raises(DeploymentError) as caught:
        completed(Script(FAILED))
    assert caught.value.problems[0].what.endswith("the container wrote no log")


@pytest.mark.parametrize("secrets", [["ab", "abcd"], ["abcd", "ab"]])
def test_a_secret_that_begins_like_another_is_hidden_whole(secrets: list[str]) -> None:
    """The rest of the longer one must not stay behind."""
    record = attrs.evolve(pod().members[0], role="init")
    daemon = Script(FAILED, log="abcd ab")
    with pytest.raises(DeploymentError) as caught:
        asyncio.run(Waiter(daemon, {}, []).completed(record, "id", 1, hide(*secrets)))
    assert caught.value.problems[0].what.endswith("  [secret] [secret]")
