"""What a change of inputs does to a resource."""

from __future__ import annotations

from typing import Any

import pytest
from pulumi.provider.experimental.provider import PropertyDiffKind

from helpers.inputs import group_inputs
from polypod_aci_emulator.plugin.difference import difference
from polypod_aci_emulator.plugin.kinds import KINDS
from polypod_aci_emulator.plugin.values import UNKNOWN, marked
from tests.common import AZURE_SDK

pytestmark = AZURE_SDK

GROUP = KINDS["azure-native:containerinstance:ContainerGroup"]


def _difference(old: dict[str, Any], new: dict[str, Any]) -> Any:
    return difference(GROUP, marked(old).value, marked(new).value, [])


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"tags": {"a": "2"}}, "tags.a"),
        ({"imageRegistryCredentials": []}, "imageRegistryCredentials"),
        ({"initContainers": []}, "initContainers[0]"),
    ],
)
def test_what_azure_updates_in_place(change: dict[str, Any], path: str) -> None:
    """Such changes restart the group, and its address stays."""
    found = _difference(group_inputs(), group_inputs(**change))
    assert (found.changes, found.replaces, found.delete_before_replace) == (True, [], False)
    assert set(found.detailed_diff) == {path}


def _other(key: str, value: Any) -> dict[str, Any]:
    (container,) = group_inputs()["containers"]
    return {"containers": [{**container, key: value}]}


@pytest.mark.parametrize(
    ("change", "input"),
    [
        ({"osType": "Windows"}, "osType"),
        ({"restartPolicy": "Never"}, "restartPolicy"),
        ({"location": "eastus"}, "location"),
        ({"containerGroupName": "other"}, "containerGroupName"),
        ({"resourceGroupName": "other"}, "resourceGroupName"),
        ({"subnetIds": [{"id": "x"}]}, "subnetIds"),
        ({"zones": ["1"]}, "zones"),
        ({"priority": "Spot"}, "priority"),
        ({"ipAddress": {"type": "Private", "ports": [{"port": 80, "protocol": "TCP"}]}}, "ipAddress"),
        (_other("resources", {"requests": {"cpu": 2, "memoryInGB": 1.5}}), "containers"),
        (
            {"containers": [*group_inputs()["containers"], {**group_inputs()["containers"][0], "name": "b"}]},
            "containers",
        ),
    ],
)
def test_what_azure_only_deletes_and_makes_anew(change: dict[str, Any], input: str) -> None:  # noqa: A002
    """The preview says so, by the input that is the reason."""
    found = _difference(group_inputs(), group_inputs(**change))
    assert (found.replaces, found.delete_before_replace) == ([input], True)
    replacing = (PropertyDiffKind.ADD_REPLACE, PropertyDiffKind.UPDATE_REPLACE)
    assert any(change.kind in replacing for change in found.detailed_diff.values())


def test_no_change_is_no_change() -> None:
    """Also between a whole number and the same one with a point."""
    assert _difference(group_inputs(), group_inputs()).changes is False
    other = _other("resources", {"requests": {"cpu": 1.0, "memoryInGB": 1.5}})
    assert _difference(group_inputs(), group_inputs(**other)).changes is False


def test_what_is_known_only_later_counts_as_a_change() -> None:
    """It may well be another value."""
    new = dict(marked(group_inputs()).value)
    new["tags"] = UNKNOWN
    assert set(difference(GROUP, marked(group_inputs()).value, new, []).detailed_diff) == {"tags"}
