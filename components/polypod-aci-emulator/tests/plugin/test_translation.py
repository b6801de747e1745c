"""Inputs of azure-native as bodies of Azure's interface, and back."""

from __future__ import annotations

from typing import Any

import pytest

from helpers.inputs import group_inputs
from polypod.azure.aci.rules import violations
from polypod_aci_emulator.plugin.kinds import KINDS
from polypod_aci_emulator.plugin.translation import body, inputs, outputs, unknown_members
from polypod_aci_emulator.resources.body_shape import read
from tests.common import AZURE_SDK

pytestmark = AZURE_SDK

GROUP = KINDS["azure-native:containerinstance:ContainerGroup"]
ACCOUNT = KINDS["azure-native:storage:StorageAccount"]


def test_a_container_group_becomes_a_body_that_azure_takes() -> None:
    """Of the right shape, and with nothing to refuse."""
    made = body(GROUP, group_inputs())
    assert list(violations("web", read("ContainerGroup", made))) == []
    (container,) = made["properties"]["containers"]
    assert container["properties"]["resources"] == {"requests": {"cpu": 1, "memoryInGB": 1.5}}
    assert made["identity"]["userAssignedIdentities"] == {"/subscriptions/x": {}}
    assert "containerGroupName" not in str(made)


def test_an_answer_becomes_the_outputs_again() -> None:
    """The inputs come back as they were, in addition to what only Azure knows."""
    made = body(GROUP, group_inputs())
    made |= {"name": "web", "id": "/x", "type": "t"}
    made["properties"] |= {"provisioningState": "Succeeded"}
    made["properties"]["ipAddress"]["fqdn"] = "front.westeurope.azurecontainer.io"
    found = outputs(GROUP, made)
    given = group_inputs()
    same = ("containers", "initContainers", "volumes", "osType", "tags", "location")
    assert {key: found[key] for key in same} == {key: given[key] for key in same}
    assert found["ipAddress"]["fqdn"] == "front.westeurope.azurecontainer.io"
    assert (found["name"], found["provisioningState"]) == ("web", "Succeeded")


def test_an_answer_tells_the_inputs_of_an_import() -> None:
    """Without what only answers have."""
    made = body(GROUP, group_inputs())
    made["properties"]["containers"][0]["properties"]["instanceView"] = {"restartCount": 0}
    made["properties"]["provisioningState"] = "Succeeded"
    wanted = {key: value for key, value in group_inputs().items() if key not in GROUP.parameters}
    wanted["identity"] = {"type": "UserAssigned", "userAssignedIdentities": {"/subscriptions/x": {}}}
    assert inputs(GROUP, made) == wanted


def test_every_input_of_the_sdk_is_translated_or_refused() -> None:
    """None is dropped in silence."""
    assert unknown_members(GROUP, dict.fromkeys(GROUP.inputs, 0)) == ["containerGroupProfile", "standbyPoolProfile"]


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.name)
def test_names_are_those_of_the_sdk(kind: Any) -> None:
    """The parameters of the path are inputs."""
    assert set(kind.parameters) <= set(kind.inputs)
    assert "name" in kind.outputs


def test_inputs_that_azure_calls_otherwise_are_renamed() -> None:
    """By the official client's own table."""
    made = body(ACCOUNT, {"accountName": "a", "resourceGroupName": "rg", "enableHttpsTrafficOnly": True, "kind": "x"})
    assert made == {"kind": "x", "properties": {"supportsHttpsTrafficOnly": True}}
    assert outputs(ACCOUNT, made)["enableHttpsTrafficOnly"] is True
