"""Names in Azure that must be unique in the world, or the same every time."""

import re
from hashlib import sha256
from uuid import NAMESPACE_URL, uuid5

_DIGEST = 13


def unique_name(prefix: str, resource_group_id: str, limit: int) -> str:
    """A name of small letters and digits that no other subscription uses, and that is the same every time.

    Pulumi's own names for registries and storage accounts keep the hyphens of a logical name, which Azure refuses
    (pulumi-azure-native issues 3665 and 4294).

    Args:
        prefix: What the name starts with, as far as there is room.
        resource_group_id: The ID of the resource group; it holds the subscription.
        limit: The most characters that Azure allows.
    """
    digest = sha256(f"{resource_group_id}/{prefix}".lower().encode()).hexdigest()[:_DIGEST]
    readable = re.sub("[^a-z0-9]", "", prefix.lower()).lstrip("0123456789")
    return readable[: limit - _DIGEST] + digest


def group_name(resource_group_id: str) -> str:
    """The name of a resource group.

    Args:
        resource_group_id: Its ID.
    """
    return resource_group_id.rpartition("/")[2]


def node_group_name(resource_group_id: str, cluster: str) -> str:
    """The name of the resource group for the nodes of a cluster: Azure's default is refused above 80 characters.

    Args:
        resource_group_id: The ID of the resource group that holds the cluster.
        cluster: The logical name of the cluster.
    """
    digest = sha256(f"{resource_group_id}/{cluster}".lower().encode()).hexdigest()[:6]
    return f"{group_name(resource_group_id)[:66]}-{digest}-nodes"


def assignment_name(scope: str, principal_id: str, role: str) -> str:
    """The name of a role assignment: a UUID that is the same for the same right.

    Args:
        scope: The ID of what the right is for.
        principal_id: Who gets it.
        role: The UUID of the role.
    """
    return str(uuid5(NAMESPACE_URL, f"{scope}|{principal_id}|{role}".lower()))
