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


class Made(pulumi.CustomResource):
    """A group as Azure returns it."""

    containers: pulumi.Output[Any]
    initContainers: pulumi.Output[Any]  # noqa: N815 - the provider's name

    def __init__(self, containers: Any, init: Any) -> None:
        super().__init__("test:index:Group", "made", {"containers": containers, "initContainers": init})


def deployed(containers: Any, init: Any = None, *, preview: bool = False) -> MockedEngine:
    """The engine after Azure has made a group."""
    (group,) = plan(Pod(container(), init=[container("first")], sidecars=[container("log")])).groups
    engine = MockedEngine()

    def program() -> None:
        pulumi.export("working", working(group, pulumi.Output.from_input("rg"), Made(containers, init)))

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


@pytest.mark.parametrize("view", [FAILED, AGAIN])
def test_a_failed_init_container_fails_the_update(view: Any) -> None:
    """The containers that wait for it have no state yet."""
    with pytest.raises(pulumi.RunError) as caught:
        deployed(known(None, None), [{"name": "first", "instanceView": view}])
    assert "pods.web.init[0]: the container ended with exit code" in str(caught.value)
    log = "az container logs --resource-group rg --name store-web-0 --container-name first"
    assert f"see its log with `{log}`" in str(caught.value)


@pytest.mark.parametrize("view", [ENDED, None])
def test_an_init_container_that_has_ended_well_fails_nothing(view: Any) -> None:
    """Nor one that Azure says nothing about."""
    assert deployed(known(RUNNING, RUNNING), [{"name": "first", "instanceView": view}]).outputs == {"working": True}


def test_a_preview_fails_for_nothing_that_was_before() -> None:
    """The update may be what repairs it."""
    init = [{"name": "first", "instanceView": FAILED}]
    assert deployed(known(FAILED, RUNNING), init, preview=True).outputs == {"working": True}
