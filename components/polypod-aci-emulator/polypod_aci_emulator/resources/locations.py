"""Locations: usage, quotas, capabilities, cached images and running operations."""

from __future__ import annotations

from polypod.azure.aci.limits import GROUP_MAXIMUM
from polypod.azure.aci.rules.resources import total
from polypod.azure.aci.violation import Group
from polypod_aci_emulator.arm.regions import region
from polypod_aci_emulator.arm.request import Request, Response, Routes
from polypod_aci_emulator.docker.group_runner import GROUP
from polypod_aci_emulator.emulator import Emulator
from polypod_aci_emulator.state.operations import RETRY_AFTER_SECONDS

_NAMESPACE = "Microsoft.ContainerInstance"
_KIND = f"{_NAMESPACE}/locations".lower()
_ACTIONS = ("read", "write", "delete", "start/action", "stop/action", "restart/action")


def _operation(emulator: Emulator, request: Request) -> Response:
    document = emulator.operations.get(request.id.name)
    headers = {"Retry-After": str(RETRY_AFTER_SECONDS)} if document["status"] == "Running" else {}
    return Response(200, document, headers)


def _usages(emulator: Emulator, request: Request) -> Response:
    where, subscription = region(request.id.names[0], f"{_NAMESPACE}/containerGroups"), request.id.subscription
    groups = [
        Group(document["name"], document)
        for _, document in emulator.store.items(GROUP, f"/subscriptions/{subscription}/".lower())
        if document["location"] == where
    ]
    used = {
        "ContainerGroups": ("Container Groups", len(groups), emulator.quotas.groups),
        "StandardCores": (
            "Standard Cores",
            int(sum(total(group, "cpu") for group in groups)),
            emulator.quotas.cores,
        ),
    }
    values = [
        {
            "id": f"/subscriptions/{subscription}/providers/{_NAMESPACE}/locations/{where}/usages/{name}",
            "unit": "Count",
            "currentValue": current,
            "limit": limit,
            "name": {"value": name, "localizedValue": label},
        }
        for name, (label, current, limit) in used.items()
    ]
    return Response(200, {"value": values})


def _capabilities(_: Emulator, request: Request) -> Response:
    where, most = region(request.id.names[0], f"{_NAMESPACE}/containerGroups"), GROUP_MAXIMUM["Regular"]
    values = [
        {
            "resourceType": "containerGroups",
            "osType": "Linux",
            "location": where,
            "ipAddressType": address,
            "gpu": "None",
            "capabilities": {"maxMemoryInGB": most["memoryInGB"], "maxCpu": most["cpu"], "maxGpuCount": 0},
        }
        for address in ("Public", "Private")
    ]
    return Response(200, {"value": values})


def _cached_images(emulator: Emulator, request: Request) -> Response:
    region(request.id.names[0], f"{_NAMESPACE}/containerGroups")
    tags = sorted(tag for image in emulator.host.client.images.list() for tag in image.tags)
    return Response(200, {"value": [{"osType": "Linux", "image": tag} for tag in tags]})


def _all_operations(_: Emulator, __: Request) -> Response:
    values = [
        {
            "name": f"{_NAMESPACE}/containerGroups/{action}",
            "display": {
                "provider": "Microsoft Container Instance",
                "resource": "Container Group",
                "operation": action,
                "description": f"{action} of container groups",
            },
            "origin": "User",
        }
        for action in _ACTIONS
    ]
    return Response(200, {"value": values})


ROUTES: Routes = {
    ("GET", f"{_KIND}/operations", 2): _operation,
    ("GET", f"{_KIND}/usages", 1): _usages,
    ("GET", f"{_KIND}/capabilities", 1): _capabilities,
    ("GET", f"{_KIND}/cachedimages", 1): _cached_images,
    ("GET", f"{_NAMESPACE}/operations".lower(), 0): _all_operations,
}
