"""What a preview says of container groups that are there already."""

from __future__ import annotations

from typing import Any

import pulumi
import pytest

from polypod import Pod, Port, Resources
from polypod.targets.aci import records
from polypod.targets.aci.announcements import Announcements
from polypod.testing import MockedEngine
from tests.programs import container

from .groups import plan

IN_PLACE = "restarts in place: all containers of the group stop and start again, its address stays"
DESTROYED = "is destroyed and made anew, its address changes"


def inputs(**fields: Any) -> dict[str, Any]:
    """The inputs of a group of the provider."""
    (group,) = plan(Pod(container(port=Port(80, publish=80), **fields))).groups
    path = {"resourceGroupName": "rg", "containerGroupName": group.name}
    shown: dict[str, Any] = records.shown(records.flat(group.body))
    return {**path, **shown}


def said(
    monkeypatch: pytest.MonkeyPatch,
    hook: str,
    new: dict[str, Any],
    there: dict[str, Any] | None,
    *,
    preview: bool = True,
) -> list[str]:
    """What the engine logs when it calls a hook while Azure has a group, or none."""
    lines: list[str] = []
    monkeypatch.setattr(pulumi.log, "info", lambda text, *_: lines.append(text))

    async def invoke(token: str, arguments: Any, *_: Any) -> Any:
        assert token == "azure-native:containerinstance:getContainerGroup"
        assert arguments == {"resourceGroupName": "rg", "containerGroupName": "store-web-0"}
        if there is None:
            raise LookupError
        return there

    monkeypatch.setattr(pulumi.runtime, "invoke_async", invoke)

    def program() -> None:
        hooks = Announcements("store", {}, pulumi.InvokeOptions()).hooks
        (called,) = getattr(hooks, hook) or ()
        args = pulumi.ResourceHookArgs("urn", "id", "store-web-0", "type", new)
        pulumi.Output.from_input("").apply(lambda _: called(args))

    engine = MockedEngine()
    (engine.preview if preview else engine.up)(program)
    return lines


def test_a_change_in_place_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """All containers restart."""
    assert said(monkeypatch, "before_update", inputs(), None) == [IN_PLACE]


def test_what_is_destroyed_is_said_with_the_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    """In words."""
    lines = said(monkeypatch, "before_create", inputs(resources=Resources(cpu=2)), inputs())
    assert lines == [f"{DESTROYED} (request of web: 1 CPU, 1 GB -> 2 CPU, 1 GB)"]


def test_without_a_reason_it_is_said_anyway(monkeypatch: pytest.MonkeyPatch) -> None:
    """The engine may have one of its own, such as another region."""
    assert said(monkeypatch, "before_create", inputs(), inputs()) == [DESTROYED]


def test_what_is_not_there_is_not_destroyed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first deployment says nothing."""
    assert said(monkeypatch, "before_create", inputs(), None) == []


def test_a_name_that_is_not_known_is_not_looked_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """A resource group that is yet to be made holds nothing."""
    assert said(monkeypatch, "before_create", {**inputs(), "resourceGroupName": None}, inputs()) == []


@pytest.mark.parametrize("hook", ["before_create", "before_update"])
def test_an_update_says_nothing(monkeypatch: pytest.MonkeyPatch, hook: str) -> None:
    """It was said in the preview."""
    assert said(monkeypatch, hook, inputs(resources=Resources(cpu=2)), inputs(), preview=False) == []
