"""The references of a container group: its subnet, its identities, its Log Analytics workspace."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from polypod_aci_emulator.arm.errors import AzureError
from polypod_aci_emulator.arm.values import TENANT
from polypod_aci_emulator.resources.catalog import IDENTITY, WORKSPACE
from polypod_aci_emulator.resources.networks import check_subnet

if TYPE_CHECKING:
    from polypod_aci_emulator.emulator import Emulator


def check(emulator: Emulator, document: dict[str, Any], old: dict[str, Any] | None) -> None:
    """Refuse dangling references of a container group, and fill in the ids of its identities.

    Args:
        emulator: The emulator.
        document: The group's new document.
        old: Its document so far.

    Raises:
        AzureError: A resource does not exist, or a key is wrong.
    """
    properties = document["properties"]
    for subnet in properties.get("subnetIds") or ():
        check_subnet(emulator, document, subnet["id"])
    for login in properties.get("imageRegistryCredentials") or ():
        if login.get("identity"):
            _assigned(emulator, document, login["identity"])
    if identity := document.get("identity"):
        _identify(emulator, document, identity, (old or {}).get("identity") or {})
    if analytics := (properties.get("diagnostics") or {}).get("logAnalytics"):
        _check_workspace(emulator, document, analytics)


def _identify(emulator: Emulator, document: dict[str, Any], identity: dict[str, Any], old: dict[str, Any]) -> None:
    if "systemassigned" in identity.get("type", "").lower():
        identity |= {"principalId": old.get("principalId") or str(uuid.uuid4()), "tenantId": TENANT}
    assigned = identity.get("userAssignedIdentities") or {}
    for resource_id in assigned:
        properties = _assigned(emulator, document, resource_id)["properties"]
        assigned[resource_id] = {key: properties[key] for key in ("principalId", "clientId")}


def _assigned(emulator: Emulator, document: dict[str, Any], resource_id: str) -> dict[str, Any]:
    found = IDENTITY.find(emulator, resource_id)
    if found is None:
        message = (
            f"Identity operation for resource '{document['id']}' failed with error 'Failed to perform resource "
            "identity operation. Status: 'BadRequest'. Response: "
            f'\'{{"error":{{"code":"BadRequest","message":"Resource \'{resource_id}\' was not found."}}}}\'.\'.'
        )
        raise AzureError(400, "FailedIdentityOperation", message)
    return found


def _check_workspace(emulator: Emulator, document: dict[str, Any], analytics: dict[str, Any]) -> None:
    wanted = analytics["workspaceId"].lower()
    found = [item for _, item in emulator.store.items(WORKSPACE.key) if item["properties"]["customerId"] == wanted]
    if not found or analytics["workspaceKey"] not in found[0]["secrets"]:
        message = (
            f"The Log Analytics workspace '{wanted}' of container group '{document['name']}' is not accessible. Please "
            "check the workspace id and the workspace key."
        )
        raise AzureError(400, "InaccessibleLogAnalyticsWorkspace", message)
