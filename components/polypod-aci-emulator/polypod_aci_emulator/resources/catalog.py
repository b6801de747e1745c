"""The kinds of resources that are only kept."""

from __future__ import annotations

import uuid

from polypod_aci_emulator.arm.errors import AzureError
from polypod_aci_emulator.arm.request import Routes
from polypod_aci_emulator.arm.values import TENANT, now
from polypod_aci_emulator.resources import kept_resources
from polypod_aci_emulator.resources.kept_resources import Json, Record
from polypod_aci_emulator.resources.networks import NETWORK, SUBNET


def _credentials(registry: Json, passwords: list[str]) -> Json:
    if not registry["properties"]["adminUserEnabled"]:
        message = "Unauthorized operation: the admin user of the registry is disabled."
        raise AzureError(403, "UnauthorizedForCredentialOperations", message)
    named = [{"name": name, "value": value} for name, value in zip(("password", "password2"), passwords, strict=True)]
    return {"username": registry["name"], "passwords": named}


REGISTRY = Record(
    type="Microsoft.ContainerRegistry/registries",
    name=r"[A-Za-z0-9]{5,50}",
    name_error=(
        "InvalidRegistryName",
        "The registry name '{name}' is invalid. It must have 5 to 50 alphanumeric characters.",
    ),
    taken=("AlreadyInUse", "The registry DNS name {name}.azurecr.io is already in use."),
    beside=("sku", "identity"),
    types={"adminUserEnabled": bool},
    defaults={"adminUserEnabled": False},
    added=lambda name: {"loginServer": f"{name.lower()}.azurecr.io", "creationDate": now()},
    secrets=2,
    actions={"listcredentials": _credentials},
)
WORKSPACE = Record(
    type="Microsoft.OperationalInsights/workspaces",
    name=r"[A-Za-z0-9][-A-Za-z0-9]{2,61}[A-Za-z0-9]",
    beside=("identity",),
    types={"sku": dict, "retentionInDays": int},
    defaults={"sku": {"name": "PerGB2018"}, "retentionInDays": 30},
    added=lambda _: {"customerId": str(uuid.uuid4()), "createdDate": now()},
    secrets=2,
    actions={"sharedkeys": lambda _, keys: {"primarySharedKey": keys[0], "secondarySharedKey": keys[1]}},
)
IDENTITY = Record(
    type="Microsoft.ManagedIdentity/userAssignedIdentities",
    name=r"[A-Za-z0-9][-\w]{2,127}",
    added=lambda _: {"principalId": str(uuid.uuid4()), "clientId": str(uuid.uuid4()), "tenantId": TENANT},
)
RECORDS = (REGISTRY, NETWORK, SUBNET, WORKSPACE, IDENTITY)
ROUTES: Routes = {key: handler for record in RECORDS for key, handler in kept_resources.routes(record).items()}
