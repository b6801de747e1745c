"""Azure's error envelope, and the errors that Azure Resource Manager itself answers with."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from polypod.azure.aci.violation import Violation


class AzureError(Exception):
    """A refusal in Azure's form.

    Args:
        status: The HTTP status.
        code: The error code.
        message: The message.
        details: Further errors.
    """

    def __init__(self, status: int, code: str, message: str, details: Iterable[AzureError] = ()) -> None:
        super().__init__(f"({code}) {message}")
        self.status = status
        self.code = code
        self.message = message
        self.details = tuple(details)

    @property
    def content(self) -> dict[str, Any]:
        """Code, message and details."""
        content: dict[str, Any] = {"code": self.code, "message": self.message}
        if self.details:
            content["details"] = [detail.content for detail in self.details]
        return content

    @property
    def body(self) -> dict[str, Any]:
        """The body of the answer."""
        return {"error": self.content}


def refused(violations: Iterable[Violation]) -> AzureError:
    """The answer to a request with violations: the first one, and the others as its details."""
    errors = [AzureError(v.limit.status, v.limit.code, v.message) for v in violations]
    first = errors[0]
    return AzureError(first.status, first.code, first.message, errors[1:])


def invalid_content(reason: str) -> AzureError:
    """The body is invalid."""
    message = f"The request content was invalid and could not be deserialized: '{reason}'."
    return AzureError(400, "InvalidRequestContent", message)


def resource_not_found(kind: str, name: str, group: str) -> AzureError:
    """There is no such resource."""
    message = (
        f"The Resource '{kind}/{name}' under resource group '{group}' was not found. "
        "For more details please go to https://aka.ms/ARMResourceNotFoundFix"
    )
    return AzureError(404, "ResourceNotFound", message)


def group_not_found(name: str) -> AzureError:
    """There is no such resource group."""
    return AzureError(404, "ResourceGroupNotFound", f"Resource group '{name}' could not be found.")


def group_being_deleted(name: str) -> AzureError:
    """The resource group is being deleted."""
    message = f"The resource group '{name}' is in deprovisioning state and cannot perform this operation."
    return AzureError(409, "ResourceGroupBeingDeleted", message)


def invalid_location(resource_id: str, old: str, new: str) -> AzureError:
    """A request would move a resource to another region."""
    group, name = resource_id.split("/")[4], resource_id.rpartition("/")[2]
    message = (
        f"The resource '{name}' already exists in location '{old}' in resource group '{group}'. A resource with the "
        f"same name cannot be created in location '{new}'. Please select a new resource name."
    )
    return AzureError(409, "InvalidResourceLocation", message)


def transitioning(name: str) -> AzureError:
    """Another operation on the container group is running."""
    message = f"The container group '{name}' is still transitioning, please retry later."
    return AzureError(409, "ContainerGroupTransitioning", message)


def invalid_update(name: str) -> AzureError:
    """A request would change a property that cannot change."""
    message = (
        f"The updates on container group '{name}' are invalid. If you are going to update the os type, restart policy, "
        "network profile, CPU, memory or GPU resources for a container group, you must delete it first and then create "
        "a new one."
    )
    return AzureError(400, "InvalidContainerGroupUpdate", message)


def inaccessible_image(image: str, name: str) -> AzureError:
    """An image could not be pulled."""
    message = (
        f"The image '{image}' in container group '{name}' is not accessible. Please check the image and registry "
        "credential."
    )
    return AzureError(400, "InaccessibleImage", message)


def label_taken(label: str, name: str) -> AzureError:
    """Another group has the DNS name label."""
    message = f"The DNS name label '{label}' in container group '{name}' is not available. Try using a different label."
    return AzureError(400, "DnsNameLabelAlreadyTaken", message)


def quota_reached(kind: str, region: str, limit: int, usage: object, requested: object) -> AzureError:
    """The subscription's quota in the region is used up."""
    message = (
        f"Resource type 'Microsoft.ContainerInstance/containerGroups' container group quota '{kind}' exceeded in "
        f"region '{region}'. Limit: '{limit}', Usage: '{usage}' Requested: '{requested}'."
    )
    return AzureError(409, "ContainerGroupQuotaReached", message)


def not_emulated(what: str) -> AzureError:
    """Azure can do this; the emulator cannot."""
    return AzureError(400, "NotEmulated", f"The emulator cannot run {what}; Azure can.")
