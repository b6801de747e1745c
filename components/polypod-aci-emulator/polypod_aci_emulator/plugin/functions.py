"""The functions of azure-native that the plugin serves."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from polypod_aci_emulator.arm.values import TENANT
from polypod_aci_emulator.plugin.client import Client
from polypod_aci_emulator.plugin.errors import PluginError
from polypod_aci_emulator.plugin.kinds import KINDS, Json, Kind
from polypod_aci_emulator.plugin.translation import outputs

_ACTIONS: Mapping[str, tuple[Kind, str]] = {
    f"azure-native:{name}": (KINDS[f"azure-native:{resource}"], action)
    for name, resource, action in (
        ("storage:listStorageAccountKeys", "storage:StorageAccount", "listKeys"),
        ("operationalinsights:getWorkspaceSharedKeys", "operationalinsights:Workspace", "sharedKeys"),
        ("containerregistry:listRegistryCredentials", "containerregistry:Registry", "listCredentials"),
    )
}
"""What asks a resource for its secrets: the resource, and the last word of the path."""

_READERS: Mapping[str, Kind] = {f"azure-native:{kind.module}:get{kind.name}": kind for kind in KINDS.values()}

_CLIENT_CONFIG = "azure-native:authorization:getClientConfig"
_CLIENT_TOKEN = "azure-native:authorization:getClientToken"  # noqa: S105 - the name of a function

FUNCTIONS = frozenset((*_ACTIONS, *_READERS, _CLIENT_CONFIG, _CLIENT_TOKEN))
"""The tokens of the functions."""


def call(client: Client, token: str, arguments: Mapping[str, Any]) -> tuple[Json, bool]:
    """Call a function.

    Args:
        client: The client of the emulator.
        token: Its token.
        arguments: Its arguments.

    Returns:
        What it returns, and whether that is secret.

    Raises:
        PluginError: There is no such function, or an argument is missing.
    """
    if token == _CLIENT_CONFIG:
        return _client_config(client.subscription), False
    if token == _CLIENT_TOKEN:
        # Azure's own address is known to everybody, the emulator's is not.
        return {"token": client.token, "endpoint": client.url}, True
    if token in _ACTIONS:
        kind, action = _ACTIONS[token]
        return client.post(_id(client, kind, token, arguments), action, kind.version), True
    if token in _READERS:
        kind = _READERS[token]
        answer = client.get(_id(client, kind, token, arguments), kind.version)
        return {"id": answer["id"], **outputs(kind, answer)}, False
    raise PluginError(f"the emulator has no function {token}; it has {', '.join(sorted(FUNCTIONS))}")


def _id(client: Client, kind: Kind, token: str, arguments: Mapping[str, Any]) -> str:
    missing = [name for name in kind.parameters if not arguments.get(name)]
    if missing:
        raise PluginError(f"{token} needs {', '.join(missing)}")
    return kind.resource_id(client.subscription, tuple(str(arguments[name]) for name in kind.parameters))


def _client_config(subscription: str) -> Json:
    """Whom Azure would take the caller for; nobody signs in here, so the ids are made up, always the same ones."""
    made_up = {name: str(uuid.uuid5(uuid.UUID(int=0), name)) for name in ("clientId", "objectId")}
    return {"subscriptionId": subscription, "tenantId": TENANT, **made_up}
