"""What Azure cannot change of a container group that is there.

See "Properties that require container delete" in Azure's "Update containers in Azure Container Instances". Ports and
DNS label count too: they are the address.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any


def shape(group: Mapping[str, Any]) -> dict[str, str]:
    """What destroys a container group when it changes, its address included, each by a name that says what it is.

    Args:
        group: The group, by the property names of Azure's provider.
    """
    address = group.get("ipAddress") or {}
    ports = [f"{port['port']:g}/{port.get('protocol') or 'TCP'}" for port in address.get("ports") or ()]
    return {
        "operating system": group["osType"],
        "restart policy": group.get("restartPolicy") or "Always",
        "priority": group.get("priority") or "Regular",
        "zone": ", ".join(group.get("zones") or ()),
        "subnet": ", ".join(str(subnet["id"]) for subnet in group.get("subnetIds") or ()),
        "address": address.get("type") or "",
        "ports": ", ".join(sorted(ports)),
        "DNS label": address.get("dnsNameLabel") or "",
        **dict(_requests(group)),
    }


def _requests(group: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for container in group["containers"]:
        requests = container["resources"]["requests"]
        yield f"request of {container['name']}", f"{requests['cpu']:g} CPU, {requests['memoryInGB']:g} GB"


def differences(old: Mapping[str, str], new: Mapping[str, str]) -> str:
    """What differs between two shapes, in words.

    Args:
        old: The one shape.
        new: The other.
    """
    names = [name for name in {**old, **new} if old.get(name) != new.get(name)]
    return "; ".join(f"{name}: {old.get(name) or 'none'} -> {new.get(name) or 'none'}" for name in names)
