"""What Azure cannot change of a container group that is there.

See "Properties that require container delete" in Azure's "Update containers in Azure Container Instances".
"""

from __future__ import annotations

from typing import Any

from polypod.targets.aci.records import Body, shown

_PROPERTIES = ("osType", "restartPolicy", "priority", "ipAddress", "subnetIds")


def shape(body: Body) -> dict[str, Any]:
    """The parts of a request whose change destroys the group, its address included.

    Args:
        body: The request.
    """
    properties = body["properties"]
    found = {
        **{name: properties[name] for name in _PROPERTIES if name in properties},
        "zones": body.get("zones", []),
        "requests": {item["name"]: item["properties"]["resources"]["requests"] for item in properties["containers"]},
    }
    plain: dict[str, Any] = shown(found)
    return plain
