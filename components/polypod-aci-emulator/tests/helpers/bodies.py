"""Bodies of container groups for the tests."""

from __future__ import annotations

import copy
from typing import Any

SUBSCRIPTION = "11111111-2222-3333-4444-555555555555"
VERSION = "2023-05-01"
CHARACTERS = "aZ09_-./\\%?#'\"{}[]:;, \0\t\n\x7f\x85\xa0\xdf\u0130\u0660\u200b\u2028\ufeff\uffff\U0001f600"
"""Few, each special to somebody: Hypothesis takes seconds to list all that there are."""
SUBNET = (
    f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/net/subnets/inner"
)


def container(name: str = "web", **properties: Any) -> dict[str, Any]:
    """A container that every rule accepts."""
    requests = {"requests": {"cpu": 1, "memoryInGB": 1}}
    return {"name": name, "properties": {"image": "nginx:1.29", "resources": requests, **properties}}


def group(*containers: dict[str, Any], **properties: Any) -> dict[str, Any]:
    """A group that every rule accepts."""
    members = list(containers) or [container()]
    return {"location": "westeurope", "properties": {"osType": "Linux", "containers": members, **properties}}


def address(*ports: int, **more: Any) -> dict[str, Any]:
    """A public address."""
    return {"type": "Public", "ports": [{"port": port} for port in ports or (80,)], **more}


def changed(body: dict[str, Any], **top: Any) -> dict[str, Any]:
    """A copy with other members at the top."""
    return {**copy.deepcopy(body), **top}


def path(kind: str = "Microsoft.ContainerInstance/containerGroups/web", group_name: str = "rg") -> str:
    """The path of a resource."""
    return f"/subscriptions/{SUBSCRIPTION}/resourceGroups/{group_name}/providers/{kind}"


def network(*subnets: dict[str, Any]) -> dict[str, Any]:
    """A virtual network."""
    return {
        "location": "westeurope",
        "properties": {"addressSpace": {"addressPrefixes": ["10.1.0.0/16"]}, "subnets": list(subnets)},
    }


def subnet(name: str, prefix: str = "10.1.1.0/24", service: str = "Microsoft.ContainerInstance/containerGroups") -> Any:
    """A subnet of it, delegated to a service."""
    delegations = [{"name": "groups", "properties": {"serviceName": service}}] if service else []
    return {"name": name, "properties": {"addressPrefix": prefix, "delegations": delegations}}
