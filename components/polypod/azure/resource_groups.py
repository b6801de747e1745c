"""Resource groups: what is deleted together."""

import pulumi

from polypod.azure.resource import ResourceGroup


def resource_group(name: str, location: pulumi.Input[str], opts: pulumi.ResourceOptions | None = None) -> ResourceGroup:
    """Make a resource group, with a generated name.

    Deleting it deletes everything in it, also what its own resource option ``retain_on_delete`` should have kept: what
    must outlive a stack needs a resource group with that option too.

    Args:
        name: The logical name.
        location: Azure's name of the region, such as ``westeurope``.
        opts: Pulumi's resource options.

    Returns:
        The resource group, with its ``id`` and its ``name``.
    """
    return ResourceGroup(name, {"location": location}, opts)
