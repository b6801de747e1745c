"""Inputs of azure-native as bodies of Azure's interface and back, and what a change of them does."""

from __future__ import annotations

from typing import Any

import pytest
from pulumi.provider.experimental.provider import PropertyDiffKind

from polypod.azure.aci.rules import violations
from polypod_aci_emulator.plugin.difference import difference
from polypod_aci_emulator.plugin.kinds import KINDS
from polypod_aci_emulator.plugin.translation import body, inputs, outputs, unknown_members
from polypod_aci_emulator.plugin.values import UNKNOWN, has_secret, hide, marked, plain, secret_texts
from polypod_aci_emulator.resources.body_shape import read
from tests.common import AZURE_SDK

pytestmark = AZURE_SDK

GROUP = KINDS["azure-native:containerinstance:ContainerGroup"]
ACCOUNT = KINDS["azure-native:storage:StorageAccount"]


def _inputs(**more: Any) -> dict[str, Any]:
    return {
        "resourceGroupName": "rg",
        "containerGroupName": "web",
        "location": "westeurope",
        "osType": "Linux",
        "containers": [
            {
                "name": "web",
                "image": "nginx:1.29",
                "ports": [{"port": 80}],
                "resources": {"requests": {"cpu": 1, "memoryInGB": 1.5}},
                "environmentVariables": [{"name": "A", "secureValue": "s"}],
                "readinessProbe": {"httpGet": {"port": 80, "path": "/"}, "periodSeconds": 1},
                "livenessProbe": {"exec": {"command": ["true"]}},
                "volumeMounts": [{"name": "scratch", "mountPath": "/a"}],
            }
        ],
        "initContainers": [{"name": "first", "image": "busybox:1.37", "command": ["true"]}],
        "volumes": [{"name": "scratch", "emptyDir": {}}],
        "ipAddress": {"type": "Public", "ports": [{"port": 80, "protocol": "TCP"}], "dnsNameLabel": "front"},
        "identity": {"type": "UserAssigned", "userAssignedIdentities": ["/subscriptions/x"]},
        "tags": {"a": "1"},
        **more,
    }


def test_a_container_group_becomes_a_body_that_azure_takes() -> None:
    """Of the right shape, and with nothing to refuse."""
    made = body(GROUP, _inputs())
    assert list(violations("web", read("ContainerGroup", made))) == []
    (container,) = made["properties"]["containers"]
    assert container["properties"]["resources"] == {"requests": {"cpu": 1, "memoryInGB": 1.5}}
    assert made["identity"]["userAssignedIdentities"] == {"/subscriptions/x": {}}
    assert "containerGroupName" not in str(made)


def test_an_answer_becomes_the_outputs_again() -> None:
    """The inputs come back as they were, beside what only Azure knows."""
    made = body(GROUP, _inputs())
    made |= {"name": "web", "id": "/x", "type": "t"}
    made["properties"] |= {"provisioningState": "Succeeded"}
    made["properties"]["ipAddress"]["fqdn"] = "front.westeurope.azurecontainer.io"
    found = outputs(GROUP, made)
    given = _inputs()
    same = ("containers", "initContainers", "volumes", "osType", "tags", "location")
    assert {key: found[key] for key in same} == {key: given[key] for key in same}
    assert found["ipAddress"]["fqdn"] == "front.westeurope.azurecontainer.io"
    assert (found["name"], found["provisioningState"]) == ("web", "Succeeded")


def test_an_answer_tells_the_inputs_of_an_import() -> None:
    """Without what only answers have."""
    made = body(GROUP, _inputs())
    made["properties"]["containers"][0]["properties"]["instanceView"] = {"restartCount": 0}
    made["properties"]["provisioningState"] = "Succeeded"
    wanted = {key: value for key, value in _inputs().items() if key not in GROUP.parameters}
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
    found = _difference(_inputs(), _inputs(**change))
    assert (found.changes, found.replaces, found.delete_before_replace) == (True, [], False)
    assert set(found.detailed_diff) == {path}


def _other(key: str, value: Any) -> dict[str, Any]:
    (container,) = _inputs()["containers"]
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
        ({"containers": [*_inputs()["containers"], {**_inputs()["containers"][0], "name": "b"}]}, "containers"),
    ],
)
def test_what_azure_only_deletes_and_makes_anew(change: dict[str, Any], input: str) -> None:  # noqa: A002
    """The preview says so, by the input that is the reason."""
    found = _difference(_inputs(), _inputs(**change))
    assert (found.replaces, found.delete_before_replace) == ([input], True)
    replacing = (PropertyDiffKind.ADD_REPLACE, PropertyDiffKind.UPDATE_REPLACE)
    assert any(change.kind in replacing for change in found.detailed_diff.values())


def test_no_change_is_no_change() -> None:
    """Also between a whole number and the same one with a point."""
    assert _difference(_inputs(), _inputs()).changes is False
    other = _other("resources", {"requests": {"cpu": 1.0, "memoryInGB": 1.5}})
    assert _difference(_inputs(), _inputs(**other)).changes is False


def test_what_is_known_only_later_counts_as_a_change() -> None:
    """It may well be another value."""
    new = dict(marked(_inputs()).value)
    new["tags"] = UNKNOWN
    assert set(difference(GROUP, marked(_inputs()).value, new, []).detailed_diff) == {"tags"}


def test_secrets_are_found_and_hidden() -> None:
    """Wherever they are nested, and as what stands behind base64."""
    nested = {"a": [marked("s3cret", secret=True), marked("plain")], "b": marked("aGlkZGVu", secret=True)}
    values = {key: value if not isinstance(value, list) else type(value[0])(value) for key, value in nested.items()}
    assert has_secret(values["a"])
    assert secret_texts(values) == {"s3cret", "aGlkZGVu", "hidden"}
    assert hide("s3cret, plain, hidden", secret_texts(values)) == "[secret], plain, [secret]"
    assert plain(values["a"]) == ["s3cret", "plain"]
