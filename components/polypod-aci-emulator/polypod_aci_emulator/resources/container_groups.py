"""Container groups: create, update, read, list, delete, start, stop, restart."""

from __future__ import annotations

from typing import Any

from polypod_aci_emulator.arm import errors
from polypod_aci_emulator.arm.request import Request, Response, Routes
from polypod_aci_emulator.arm.resource_id import ResourceId
from polypod_aci_emulator.docker.group_runner import GROUP, VIEW, Command
from polypod_aci_emulator.docker.instance_view import InstanceView, waiting
from polypod_aci_emulator.emulator import Emulator
from polypod_aci_emulator.resources.admission import admit, fit
from polypod_aci_emulator.resources.body_shape import read, without_secrets
from polypod_aci_emulator.state.operations import DELETE, RETRY_AFTER_SECONDS

TYPE = "Microsoft.ContainerInstance/containerGroups"
KIND = TYPE.lower()


def find(emulator: Emulator, resource: ResourceId) -> tuple[str, dict[str, Any]]:
    """The key and the document of the container group in a path.

    Raises:
        AzureError: There is none.
    """
    emulator.resource_group(resource)
    key = "/".join(resource.key.split("/")[:9])
    document = emulator.store.get(GROUP, key)
    if document is None:
        raise errors.resource_not_found(TYPE, resource.names[0], resource.group)
    return key, document


def shown(emulator: Emulator, key: str, document: dict[str, Any], *, view: bool = True) -> dict[str, Any]:
    """A group as clients see it: without secrets and, in one that is not listed, with its instance view."""
    body: dict[str, Any] = without_secrets(document)
    properties = body["properties"]
    seen = emulator.store.get(VIEW, key) or InstanceView().document
    pending = seen["provisioningState"] == "Succeeded" and emulator.operations.running(key)
    properties["provisioningState"] = "Pending" if pending else seen["provisioningState"]
    if "ipAddress" in properties and seen.get("ip"):
        properties["ipAddress"]["ip"] = seen["ip"]
    if view:
        properties["instanceView"] = {"events": seen["events"], "state": seen["state"]}
        unknown = {"restartCount": 0, "currentState": waiting("Waiting"), "events": []}
        for member in (*properties.get("initContainers", ()), *properties["containers"]):
            member["properties"]["instanceView"] = seen["containers"].get(member["name"], unknown)
    return body


def _polling(request: Request, document: dict[str, Any], operation: str) -> dict[str, str]:
    """The headers that lead clients to an operation."""
    address = (
        f"{request.base_url}/subscriptions/{request.id.subscription}/providers/Microsoft.ContainerInstance/locations/"
        f"{document['location']}/operations/{operation}?api-version={request.api_version}"
    )
    return {"Azure-AsyncOperation": address, "Retry-After": str(RETRY_AFTER_SECONDS)}


def _put(emulator: Emulator, request: Request) -> Response:
    emulator.writable_group(request.id)
    key = request.id.key
    document = admit(emulator, request.id, read("ContainerGroup", request.body))
    with emulator.lock:
        emulator.writable_group(request.id)
        old = emulator.store.get(GROUP, key)
        if old is not None and emulator.operations.running(key):
            raise errors.transitioning(request.id.name)
        fit(emulator, request.id, document, old)
        emulator.store.put(GROUP, key, document)
        operation = emulator.operations.begin(key)
        emulator.runner(key).submit(Command.DEPLOY, operation)
    status = 201 if old is None else 200
    return Response(status, shown(emulator, key, document), _polling(request, document, operation))


def _patch(emulator: Emulator, request: Request) -> Response:
    body = read("Resource", request.body)
    with emulator.lock:
        key, document = find(emulator, request.id)
        document["tags"] = body.get("tags", document.get("tags", {}))
        emulator.store.put(GROUP, key, document)
    return Response(200, shown(emulator, key, document))


def _get(emulator: Emulator, request: Request) -> Response:
    return Response(200, shown(emulator, *find(emulator, request.id)))


def _list(emulator: Emulator, request: Request) -> Response:
    scope = f"/subscriptions/{request.id.subscription}/".lower()
    if request.id.group:
        emulator.resource_group(request.id)
        scope += f"resourcegroups/{request.id.group}/".lower()
    found = emulator.store.items(GROUP, scope)
    return Response(200, {"value": [shown(emulator, key, document, view=False) for key, document in found]})


def _delete(emulator: Emulator, request: Request) -> Response:
    emulator.resource_group(request.id)
    with emulator.lock:
        document = emulator.store.get(GROUP, request.id.key)
        if document is None:
            return Response(204)
        under_way = emulator.operations.running(request.id.key, DELETE)
        operation = under_way[0] if under_way else emulator.operations.begin(request.id.key, DELETE)
        if not under_way:
            emulator.delete(request.id.key, operation)
    return Response(202, shown(emulator, request.id.key, document), _polling(request, document, operation))


def _staying(emulator: Emulator, request: Request, key: str) -> None:
    if emulator.operations.running(key, DELETE):
        raise errors.transitioning(request.id.names[0])


def _start(emulator: Emulator, request: Request) -> Response:
    with emulator.lock:
        key, document = find(emulator, request.id)
        _staying(emulator, request, key)
        if (emulator.store.get(VIEW, key) or {}).get("state") == "Running":
            return Response(204)
        operation = emulator.operations.begin(key)
        emulator.runner(key).submit(Command.DEPLOY, operation)
    return Response(202, None, _polling(request, document, operation))


def _stop(emulator: Emulator, request: Request) -> Response:
    with emulator.lock:
        key, _ = find(emulator, request.id)
        _staying(emulator, request, key)
        emulator.runner(key).submit(Command.STOP, emulator.operations.begin(key))
    return Response(204)


def _restart(emulator: Emulator, request: Request) -> Response:
    with emulator.lock:
        key, _ = find(emulator, request.id)
        if emulator.operations.running(key):
            raise errors.transitioning(request.id.names[0])
        emulator.runner(key).submit(Command.RESTART, emulator.operations.begin(key))
    return Response(204)


def _outbound(emulator: Emulator, request: Request) -> Response:
    find(emulator, request.id)
    return Response(200, [])


ROUTES: Routes = {
    ("PUT", KIND, 1): _put,
    ("PATCH", KIND, 1): _patch,
    ("GET", KIND, 1): _get,
    ("DELETE", KIND, 1): _delete,
    ("GET", KIND, 0): _list,
    ("POST", f"{KIND}/start", 1): _start,
    ("POST", f"{KIND}/stop", 1): _stop,
    ("POST", f"{KIND}/restart", 1): _restart,
    ("GET", f"{KIND}/outboundnetworkdependenciesendpoints", 1): _outbound,
}
