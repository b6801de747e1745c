"""Every kind of resource that is only kept."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from polypod_aci_emulator.arm.errors import AzureError
from polypod_aci_emulator.arm.request import Routes
from polypod_aci_emulator.arm.values import TENANT, now
from polypod_aci_emulator.resources.kept_resources import Action, Json, KeptKind
from polypod_aci_emulator.resources.networks import NETWORK, SUBNET


class _Registry(KeptKind):
    """Container registries."""

    def added(self, name: str) -> Json:
        return {"loginServer": f"{name.lower()}.azurecr.io", "creationDate": now()}

    def actions(self) -> Mapping[str, Action]:
        return {"listcredentials": _credentials}


def _credentials(registry: Json, passwords: list[str]) -> Json:
    if not registry["properties"]["adminUserEnabled"]:
        message = "Unauthorized operation: the admin user of the registry is disabled."
        raise AzureError(403, "UnauthorizedForCredentialOperations", message)
    named = [{"name": name, "value": value} for name, value in zip(("password", "password2"), passwords, strict=True)]
    return {"username": registry["name"], "passwords": named}


class _Workspace(KeptKind):
    """Log Analytics workspaces."""

    def added(self, name: str) -> Json:  # noqa: ARG002
        return {"customerId": str(uuid.uuid4()), "createdDate": now()}

    def actions(self) -> Mapping[str, Action]:
        return {"sharedkeys": lambda _, keys: {"primarySharedKey": keys[0], "secondarySharedKey": keys[1]}}


class _Identity(KeptKind):
    """User-assigned identities."""

    def added(self, name: str) -> Json:  # noqa: ARG002
        return {"principalId": str(uuid.uuid4()), "clientId": str(uuid.uuid4()), "tenantId": TENANT}


REGISTRY = _Registry(
    type="Microsoft.ContainerRegistry/registries",
    name=r"[A-Za-z0-9]{5,50}",
    name_error=(
        "InvalidRegistryName",
        "The registry name '{name}' is invalid. It must have 5 to 50 alphanumeric characters.",
    ),
    name_taken=("AlreadyInUse", "The registry DNS name {name}.azurecr.io is already in use."),
    top_level=("sku", "identity"),
    types={"adminUserEnabled": bool},
    defaults={"adminUserEnabled": False},
    secrets=2,
)
WORKSPACE = _Workspace(
    type="Microsoft.OperationalInsights/workspaces",
    name=r"[A-Za-z0-9][-A-Za-z0-9]{2,61}[A-Za-z0-9]",
    top_level=("identity",),
    types={"sku": dict, "retentionInDays": int},
    defaults={"sku": {"name": "PerGB2018"}, "retentionInDays": 30},
    secrets=2,
)
IDENTITY = _Identity(
    type="Microsoft.ManagedIdentity/userAssignedIdentities",
    name=r"[A-Za-z0-9][-\w]{2,127}",
)
KEPT: tuple[KeptKind, ...] = (REGISTRY, NETWORK, SUBNET, WORKSPACE, IDENTITY)
ROUTES: Routes = {key: handler for kind in KEPT for key, handler in kind.routes.items()}
