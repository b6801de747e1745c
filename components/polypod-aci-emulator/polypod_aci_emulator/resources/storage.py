"""Storage accounts, their keys and their file shares; a share is a Docker volume."""

from __future__ import annotations

import base64
import re
import secrets
from typing import Any

from docker.errors import APIError

from polypod_aci_emulator.arm.body import check_body, check_types
from polypod_aci_emulator.arm.errors import AzureError, resource_not_found
from polypod_aci_emulator.arm.regions import region
from polypod_aci_emulator.arm.request import Request, Response, Routes, locked
from polypod_aci_emulator.arm.values import now
from polypod_aci_emulator.docker.volumes import ACCOUNT, EVERYBODY, SHARE, share_volume
from polypod_aci_emulator.emulator import Emulator

_TYPE = "Microsoft.Storage/storageAccounts"
_KIND = _TYPE.lower()
_SHARES = f"{_KIND}/fileservices/shares"
_ACCOUNT_NAME = re.compile(r"[a-z0-9]{3,24}")
_SHARE_NAME = re.compile(r"(?!.*--)[a-z0-9]([-a-z0-9]{1,61})[a-z0-9]")
_KEY_BYTES = 64


def _account(emulator: Emulator, request: Request) -> tuple[str, dict[str, Any]]:
    emulator.resource_group(request.id)
    key = "/".join(request.id.key.split("/")[:9])
    found = emulator.store.get(ACCOUNT, key)
    if found is None:
        raise resource_not_found(_TYPE, request.id.names[0], request.id.group)
    return key, found


def _shown(document: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in document.items() if key != "keys"}


def _put(emulator: Emulator, request: Request) -> Response:
    emulator.writable_group(request.id)
    body, name = check_body(request.body), request.id.name
    check_types(body, {"sku": dict, "kind": str, "identity": dict})
    if not _ACCOUNT_NAME.fullmatch(name):
        message = (
            f"{name} is not a valid storage account name. Storage account name must be between 3 and 24 characters in "
            "length and use numbers and lower-case letters only."
        )
        raise AzureError(400, "AccountNameInvalid", message)
    for key, other in emulator.store.items(ACCOUNT):
        if other["name"] == name and key != request.id.key:
            raise AzureError(409, "StorageAccountAlreadyTaken", f"The storage account named {name} is already taken.")
    old = emulator.store.get(ACCOUNT, request.id.key)
    document = {
        "id": request.id.text,
        "name": name,
        "type": _TYPE,
        "location": region(body.get("location"), _TYPE),
        "tags": body.get("tags") or {},
        "kind": body.get("kind") or "StorageV2",
        "sku": {"tier": "Standard", **(body.get("sku") or {"name": "Standard_LRS"})},
        "properties": {
            **(body.get("properties") or {}),
            "provisioningState": "Succeeded",
            "creationTime": old["properties"]["creationTime"] if old else now(),
            "primaryEndpoints": {"file": f"https://{name}.file.core.windows.net/"},
        },
        "keys": old["keys"] if old else [_new_key(), _new_key()],
    }
    emulator.store.put(ACCOUNT, request.id.key, document)
    return Response(200, _shown(document))


def _new_key() -> str:
    return base64.b64encode(secrets.token_bytes(_KEY_BYTES)).decode()


def _get(emulator: Emulator, request: Request) -> Response:
    return Response(200, _shown(_account(emulator, request)[1]))


def _list(emulator: Emulator, request: Request) -> Response:
    scope = request.id.key.rpartition("/providers/")[0] + "/"
    return Response(200, {"value": [_shown(document) for _, document in emulator.store.items(ACCOUNT, scope)]})


def _keys(emulator: Emulator, request: Request) -> Response:
    _, document = _account(emulator, request)
    keys = [
        {"keyName": f"key{i}", "value": key, "permissions": "FULL"} for i, key in enumerate(document["keys"], start=1)
    ]
    return Response(200, {"keys": keys})


def _delete(emulator: Emulator, request: Request) -> Response:
    emulator.resource_group(request.id)
    if emulator.store.get(ACCOUNT, request.id.key) is None:
        return Response(204)
    remove_all(emulator, request.id.key)
    return Response(200)


def remove_all(emulator: Emulator, prefix: str) -> None:
    """Remove the accounts whose key starts with a text, with their shares."""
    for key, _ in list(emulator.store.items(SHARE, prefix)):
        _remove_share(emulator, key)
    for key, _ in list(emulator.store.items(ACCOUNT, prefix)):
        emulator.store.delete(ACCOUNT, key)


def _remove_share(emulator: Emulator, key: str) -> None:
    try:
        emulator.host.remove_volume(share_volume(emulator.host, key))
    except APIError as error:
        message = f"The share is still mounted by a container group: {error.explanation}"
        raise AzureError(409, "ShareInUse", message) from error
    emulator.store.delete(SHARE, key)


def _put_share(emulator: Emulator, request: Request) -> Response:
    account, _ = _account(emulator, request)
    emulator.writable_group(request.id)
    body, name = check_body(request.body), request.id.name
    check_types(body.get("properties") or {}, {"shareQuota": int, "enabledProtocols": str}, "properties.")
    if not _SHARE_NAME.fullmatch(name):
        message = "The specified resource name contains invalid characters."
        raise AzureError(400, "InvalidResourceName", message)
    key = f"{account}/fileservices/default/shares/{name}"
    old = emulator.store.get(SHARE, key)
    document = {
        "id": request.id.text,
        "name": name,
        "type": f"{_TYPE}/fileServices/shares",
        "properties": {"shareQuota": 5120, "enabledProtocols": "SMB", **(body.get("properties") or {})},
    }
    volume = emulator.host.volume(share_volume(emulator.host, key), share=name)
    if old is None:
        emulator.host.fill(volume, {}, EVERYBODY)
    emulator.store.put(SHARE, key, document)
    return Response(200 if old else 201, document)


def _get_share(emulator: Emulator, request: Request) -> Response:
    _account(emulator, request)
    found = emulator.store.get(SHARE, request.id.key)
    if found is None:
        raise AzureError(404, "ShareNotFound", "The specified share does not exist.")
    return Response(200, found)


def _list_shares(emulator: Emulator, request: Request) -> Response:
    account, _ = _account(emulator, request)
    return Response(200, {"value": [document for _, document in emulator.store.items(SHARE, f"{account}/")]})


def _delete_share(emulator: Emulator, request: Request) -> Response:
    _account(emulator, request)
    if emulator.store.get(SHARE, request.id.key) is None:
        return Response(204)
    _remove_share(emulator, request.id.key)
    return Response(200)


ROUTES: Routes = {
    ("PUT", _KIND, 1): locked(_put),
    ("PATCH", _KIND, 1): locked(_put),
    ("GET", _KIND, 1): _get,
    ("DELETE", _KIND, 1): _delete,
    ("GET", _KIND, 0): _list,
    ("POST", f"{_KIND}/listkeys", 1): _keys,
    ("PUT", _SHARES, 3): locked(_put_share),
    ("PATCH", _SHARES, 3): locked(_put_share),
    ("GET", _SHARES, 3): _get_share,
    ("DELETE", _SHARES, 3): _delete_share,
    ("GET", _SHARES, 2): _list_shares,
}
