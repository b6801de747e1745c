"""Containers that fail right after Azure has made their group: the update fails with what is known of them."""

from __future__ import annotations

from typing import Any

import pulumi
import pytest

from polypod import Pod
from polypod.targets.aci.health import working
from polypod.testing import MockedEngine
from tests.programs import container

from .groups import plan

RUNNING = {"restartCount": 0, "currentState": {"state": "Running"}}
ENDED = {"restartCount": 0, "currentState": {"state": "Terminated", "exitCode": 0, "detailStatus": "Completed"}}
FAILED = {"restartCount": 0, "currentState": {"state": "Terminated", "exitCode": 3, "detailStatus": "Error"}}
AGAIN = {
    "restartCount": 2.0,
    "currentState": {"state": "Waiting", "detailStatus": "CrashLoopBackOff"},
    "previousState": {"state": "Terminated", "exitCode": 137.0, "detailStatus": "OOMKilled"},
}
RECOVERED = {**AGAIN, "currentState": {"state": "Running"}}


def known(*views: Any) -> list[dict[str, Any]]:
    """The containers of the pod ``web`` as Azure returns them."""
    return [{"name": name, "instanceView": view} for name, view in zip(("log", "web"), views, strict=True)]


def deployed(containers: Any, *, preview: bool = False) -> MockedEngine:
    """The engine after Azure has made a group."""
    (group,) = plan(Pod(container(), sidecars=[container("log")])).groups
    engine = MockedEngine()

    def program() -> None:
        name, found = pulumi.Output.from_input("rg"), pulumi.Output.from_input(containers)
        pulumi.export("working", working(group, name, found))

    (engine.preview if preview else engine.up)(program)
    return engine


@pytest.mark.parametrize(
    "containers",
    [known(RUNNING, RUNNING), known(RUNNING, ENDED), known(RECOVERED, RUNNING), known(None, None), None, []],
)
def test_a_group_works_unless_something_has_failed(containers: Any) -> None:
    """Also where Azure says nothing, and where a container has recovered."""
    assert deployed(containers).outputs == {"working": True}


@pytest.mark.parametrize(
    ("view", "what"),
    [
        (FAILED, "the container ended with exit code 3 (Error), 0 restarts"),
        (AGAIN, "the container ended with exit code 137 (OOMKilled), 2 restarts"),
    ],
)
def test_a_failed_container_fails_the_update(view: Any, what: str) -> None:
    """With its place in the program, and the command that shows its log."""
    with pytest.raises(pulumi.RunError) as caught:
        deployed(known(view, RUNNING))
    assert f"pods.web.sidecars[0]: {what}" in str(caught.value)
    log = "az container logs --resource-group rg --name store-web-0 --container-name log"
    assert f"see its log with `{log}`" in str(caught.value)


def test_a_preview_fails_for_nothing_that_was_before() -> None:
    """The update may be what repairs it."""
    assert deployed(known(FAILED, RUNNING), preview=True).outputs == {"working": True}
