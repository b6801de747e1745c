"""What a preview says of container groups that are there already."""

from __future__ import annotations

from typing import Any

import pulumi
import pytest

from polypod import Pod, Port, Resources
from polypod.targets.aci.deploy.hooks import Hooked
from polypod.targets.aci.deploy.preview_messages import PreviewMessages
from polypod.targets.aci.plan import records
from polypod.testing import FakeManagement, MockedEngine
from tests.programs import container
from tests.targets.aci.groups import plan

IN_PLACE = "restarts in place: all containers of the group stop and start again, its address stays"
OUTAGE = "; it is unavailable until it is ready again, 120 s at most (ready_within)"
DESTROYED = "is destroyed and recreated, its address changes"


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
    secret: bool = False,
    replicas: int = 1,
) -> list[str]:
    """What the engine logs when it calls a hook while Azure has a group, or none."""
    lines: list[str] = []
    monkeypatch.setattr(pulumi.log, "info", lambda text, *_: lines.append(text))
    management = FakeManagement(groups=[document(there)] if there else [])
    management.acts += [] if there else [("store-web-0", "delete")]

    def program() -> None:
        (group,) = plan(Pod(container(port=Port(80, publish=80)), replicas=replicas)).groups[:1]
        called = getattr(PreviewMessages("store", Hooked({"store-web-0": group}, {}, management)), hook)
        given = {**new, "containers": pulumi.Output.secret(new["containers"])} if secret else new
        args = pulumi.ResourceHookArgs("urn", "id", "store-web-0", "type", given)
        pulumi.Output.from_input("").apply(lambda _: called(args))

    engine = MockedEngine()
    (engine.preview if preview else engine.up)(program)
    return lines


def document(group: dict[str, Any]) -> dict[str, Any]:
    """A group of the provider as Azure's interface shows it."""
    outer = {key: group.pop(key) for key in ("tags", "zones") if key in (group := dict(group))}
    containers = [
        {"name": item["name"], "properties": {key: value for key, value in item.items() if key != "name"}}
        for item in group["containers"]
    ]
    return {**outer, "name": "store-web-0", "properties": {**group, "containers": containers}}


def test_a_change_in_place_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """All containers restart."""
    assert said(monkeypatch, "restarts", inputs(), None) == [IN_PLACE + OUTAGE]


def test_replicas_take_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    """The others go on answering."""
    (line,) = said(monkeypatch, "restarts", inputs(), None, replicas=2)
    assert line.startswith(f"{IN_PLACE}; one replica after the other, the next when the one before is ready: ")
    assert "unless its route has retry=True" in line


def test_what_is_destroyed_is_said_with_the_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    """In words."""
    lines = said(monkeypatch, "replacements", inputs(resources=Resources(cpu=2)), inputs())
    assert lines == [f"{DESTROYED} (request of web: 1 CPU, 1 GB -> 2 CPU, 1 GB){OUTAGE}"]


def test_what_is_secret_in_a_group_does_not_keep_it_from_being_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """A hook gets an output for an input with a secret in it."""
    lines = said(monkeypatch, "replacements", inputs(resources=Resources(cpu=2)), inputs(), secret=True)
    assert lines == [f"{DESTROYED} (request of web: 1 CPU, 1 GB -> 2 CPU, 1 GB){OUTAGE}"]


def test_without_a_reason_it_is_said_anyway(monkeypatch: pytest.MonkeyPatch) -> None:
    """The engine may have one of its own, such as another region."""
    assert said(monkeypatch, "replacements", inputs(), inputs()) == [DESTROYED + OUTAGE]


def test_what_is_not_there_is_not_destroyed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first deployment says nothing."""
    assert said(monkeypatch, "replacements", inputs(), None) == []


def test_a_name_that_is_not_known_is_not_looked_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """A resource group that is yet to be made holds nothing."""
    assert said(monkeypatch, "replacements", {**inputs(), "resourceGroupName": None}, inputs()) == []


@pytest.mark.parametrize("hook", ["replacements", "restarts"])
def test_an_update_says_nothing(monkeypatch: pytest.MonkeyPatch, hook: str) -> None:
    """It was said in the preview."""
    assert said(monkeypatch, hook, inputs(resources=Resources(cpu=2)), inputs(), preview=False) == []
