"""Resource groups: what is deleted together."""

import pulumi


def resource_group(
    name: str, location: pulumi.Input[str], opts: pulumi.ResourceOptions | None = None
) -> pulumi.CustomResource:
    """Make a resource group, with a generated name.

    Deleting it deletes everything in it, also what its own resource option ``retain_on_delete`` should have kept: what
    must outlive a stack needs a resource group with that option too.

    Args:
        name: The logical name.
        location: Azure's name of the region, such as ``westeurope``.
        opts: Pulumi's resource options.

    Returns:
        An ``azure_native.resources.ResourceGroup``.
    """
    from pulumi_azure_native import resources

    group: pulumi.CustomResource = resources.ResourceGroup(name, location=location, opts=opts)
    return group
