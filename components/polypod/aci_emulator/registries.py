"""Container registries and their credentials. Only the records: images are those of the Docker daemon."""

from __future__ import annotations

import re
import secrets
from typing import Any

from polypod.aci_emulator.arm import Request, Response, Routes
from polypod.aci_emulator.clock import now
from polypod.aci_emulator.emulator import Emulator
from polypod.aci_emulator.errors import AzureError, invalid_content, resource_not_found
from polypod.aci_emulator.regions import region

REGISTRY = "registry"
_TYPE = "Microsoft.ContainerRegistry/registries"
_KIND = _TYPE.lower()
_NAME = re.compile(r"[A-Za-z0-9]{5,50}")


def _find(emulator: Emulator, request: Request) -> dict[str, Any]:
    emulator.resource_group(request.id)
    found = emulator.store.get(REGISTRY, "/".join(request.id.key.split("/")[:9]))
    if found is None:
        raise resource_not_found(_TYPE, request.id.names[0], request.id.group)
    return found


def _shown(document: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in document.items() if key != "passwords"}


def _put(emulator: Emulator, request: Request) -> Response:
    emulator.resource_group(request.id)
    body, name = request.body, request.id.name
    if not isinstance(body, dict) or not isinstance(properties := body.get("properties") or {}, dict):
        raise invalid_content("Error converting value: an object is expected. Path ''")
    if not _NAME.fullmatch(name):
        message = f"The registry name '{name}' is invalid. It must have 5 to 50 alphanumeric characters."
        raise AzureError(400, "InvalidRegistryName", message)
    for key, other in emulator.store.items(REGISTRY):
        if other["name"].lower() == name.lower() and key != request.id.key:
            message = f"The registry DNS name {name.lower()}.azurecr.io is already in use."
            raise AzureError(409, "AlreadyInUse", message)
    old = emulator.store.get(REGISTRY, request.id.key)
    document = {
        "id": request.id.text,
        "name": name,
        "type": _TYPE,
        "location": region(body.get("location"), _TYPE),
        "tags": body.get("tags") or {},
        "sku": {"name": "Basic", "tier": "Basic", **(body.get("sku") or {})},
        "properties": {
            "adminUserEnabled": False,
            **properties,
            "loginServer": f"{name.lower()}.azurecr.io",
            "creationDate": old["properties"]["creationDate"] if old else now(),
            "provisioningState": "Succeeded",
        },
        "passwords": old["passwords"] if old else [secrets.token_urlsafe(32), secrets.token_urlsafe(32)],
    }
    emulator.store.put(REGISTRY, request.id.key, document)
    return Response(200 if old else 201, _shown(document))


def _get(emulator: Emulator, request: Request) -> Response:
    return Response(200, _shown(_find(emulator, request)))


def _list(emulator: Emulator, request: Request) -> Response:
    scope = request.id.key.rpartition("/providers/")[0] + "/"
    return Response(200, {"value": [_shown(document) for _, document in emulator.store.items(REGISTRY, scope)]})


def _credentials(emulator: Emulator, request: Request) -> Response:
    document = _find(emulator, request)
    if not document["properties"]["adminUserEnabled"]:
        message = "Unauthorized operation: the admin user of the registry is disabled."
        raise AzureError(403, "UnauthorizedForCredentialOperations", message)
    names = ("password", "password2")
    passwords = [{"name": name, "value": value} for name, value in zip(names, document["passwords"], strict=True)]
    return Response(200, {"username": document["name"], "passwords": passwords})


def _delete(emulator: Emulator, request: Request) -> Response:
    emulator.resource_group(request.id)
    return Response(200 if emulator.store.delete(REGISTRY, request.id.key) else 204)


def remove_all(emulator: Emulator, prefix: str) -> None:
    """Remove the registries whose key starts with a text."""
    for key, _ in list(emulator.store.items(REGISTRY, prefix)):
        emulator.store.delete(REGISTRY, key)


ROUTES: Routes = {
    ("PUT", _KIND, 1): _put,
    ("GET", _KIND, 1): _get,
    ("DELETE", _KIND, 1): _delete,
    ("GET", _KIND, 0): _list,
    ("POST", f"{_KIND}/listcredentials", 1): _credentials,
}
