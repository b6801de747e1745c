"""Resource groups; deleting one deletes everything in it."""

from __future__ import annotations

import re
import threading
from typing import Any

from polypod_aci_emulator.arm.body import check_body
from polypod_aci_emulator.arm.errors import AzureError, group_being_deleted, group_not_found
from polypod_aci_emulator.arm.regions import region
from polypod_aci_emulator.arm.request import Request, Response, Routes, locked
from polypod_aci_emulator.docker.group_runner import GROUP
from polypod_aci_emulator.emulator import DELETING, RESOURCE_GROUP, Emulator
from polypod_aci_emulator.resources import storage
from polypod_aci_emulator.resources.catalog import KEPT
from polypod_aci_emulator.state.operations import DELETE, RETRY_AFTER_SECONDS

_TYPE = "Microsoft.Resources/resourceGroups"
_NAME = re.compile(r"[-\w._()]{0,89}[-\w_()]")


def _find(emulator: Emulator, request: Request) -> dict[str, Any]:
    found = emulator.store.get(RESOURCE_GROUP, request.id.key)
    if found is None:
        raise group_not_found(request.id.name)
    return found


def _put(emulator: Emulator, request: Request) -> Response:
    body = check_body(request.body)
    if not _NAME.fullmatch(request.id.name):
        message = (
            f"The provided resource group name '{request.id.name}' has these invalid characters or ends with a period."
        )
        raise AzureError(400, "InvalidResourceGroupName", message)
    location = region(body.get("location"), _TYPE)
    old = emulator.store.get(RESOURCE_GROUP, request.id.key)
    if old and old["properties"] == DELETING:
        raise group_being_deleted(request.id.name)
    if old and old["location"] != location:
        message = (
            f"Invalid resource group location '{location}'. The Resource group already exists in location "
            f"'{old['location']}'."
        )
        raise AzureError(409, "InvalidResourceGroupLocation", message)
    document = {
        "id": request.id.text,
        "name": request.id.name,
        "type": _TYPE,
        "location": location,
        "tags": body.get("tags") or {},
        "properties": {"provisioningState": "Succeeded"},
    }
    emulator.store.put(RESOURCE_GROUP, request.id.key, document)
    return Response(200 if old else 201, document)


def _get(emulator: Emulator, request: Request) -> Response:
    return Response(200, _find(emulator, request))


def _head(emulator: Emulator, request: Request) -> Response:
    return Response(204 if emulator.store.get(RESOURCE_GROUP, request.id.key) else 404)


def _list(emulator: Emulator, request: Request) -> Response:
    scope = f"/subscriptions/{request.id.subscription}/resourcegroups/".lower()
    return Response(200, {"value": [document for _, document in emulator.store.items(RESOURCE_GROUP, scope)]})


def _delete(emulator: Emulator, request: Request) -> Response:
    found = _find(emulator, request)
    under_way = emulator.operations.running(request.id.key, DELETE)
    operation = under_way[0] if under_way else emulator.operations.begin(request.id.key, DELETE)
    if not under_way:
        emulator.store.put(RESOURCE_GROUP, request.id.key, {**found, "properties": DELETING})
        threading.Thread(target=_empty, args=(emulator, request.id.key, operation)).start()
    address = (
        f"{request.base_url}/subscriptions/{request.id.subscription}/providers/Microsoft.ContainerInstance/locations/"
        f"any/operations/{operation}?api-version=2023-05-01"
    )
    return Response(202, None, {"Azure-AsyncOperation": address, "Retry-After": str(RETRY_AFTER_SECONDS)})


def _empty(emulator: Emulator, key: str, operation: str) -> None:
    error = None
    try:
        keys = [group for group, _ in emulator.store.items(GROUP, f"{key}/")]
        for runner in [emulator.delete(group, "") for group in keys]:
            runner.join()
        storage.remove_all(emulator, f"{key}/")
        for kind in KEPT:
            kind.remove_all(emulator, f"{key}/")
        emulator.store.delete(RESOURCE_GROUP, key)
    except AzureError as problem:
        error = problem
    except Exception as problem:
        error = AzureError(500, "InternalServerError", repr(problem))
    if error and (found := emulator.store.get(RESOURCE_GROUP, key)):
        emulator.store.put(RESOURCE_GROUP, key, {**found, "properties": {"provisioningState": "Succeeded"}})
    emulator.operations.end(operation, error)


ROUTES: Routes = {
    ("PUT", "resourcegroups", 1): locked(_put),
    ("GET", "resourcegroups", 1): _get,
    ("HEAD", "resourcegroups", 1): _head,
    ("DELETE", "resourcegroups", 1): locked(_delete),
    ("GET", "resourcegroups", 0): _list,
}
