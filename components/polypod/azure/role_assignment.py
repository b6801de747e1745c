"""The right to pull images from a registry."""

import pulumi

from polypod.azure.names import assignment_name

ACR_PULL = "7f951dda-4ed3-4680-a7ca-43fe172d538d"
"""The UUID of Azure's built-in role AcrPull."""


def pull_right(
    name: str,
    registry_id: pulumi.Input[str],
    principal_id: pulumi.Input[str],
    opts: pulumi.ResourceOptions | None = None,
) -> pulumi.CustomResource:
    """Let a managed identity pull images from a registry.

    Azure refuses a second assignment of the same role to the same principal, whatever its name
    (``RoleAssignmentExists``), so give the right to identities only that cannot have it yet.

    Args:
        name: The logical name.
        registry_id: The ID of the registry.
        principal_id: The object ID of the identity.
        opts: Pulumi's resource options.

    Returns:
        An ``azure_native.authorization.RoleAssignment``.
    """
    from pulumi_azure_native import authorization

    right: pulumi.CustomResource = authorization.RoleAssignment(
        name,
        scope=registry_id,
        principal_id=principal_id,
        # Without it, Azure looks the principal up, and may not find one that was made a moment ago.
        principal_type=authorization.PrincipalType.SERVICE_PRINCIPAL,
        role_definition_id=pulumi.Output.from_input(registry_id).apply(_role_id),
        role_assignment_name=pulumi.Output.all(registry_id, principal_id).apply(
            lambda ids: assignment_name(ids[0], ids[1], ACR_PULL)
        ),
        opts=pulumi.ResourceOptions.merge(pulumi.ResourceOptions(delete_before_replace=True), opts),
    )
    return right


def _role_id(registry_id: str) -> str:
    """The ID of the role in the subscription of the registry."""
    subscription = "/".join(registry_id.split("/")[:3])
    return f"{subscription}/providers/Microsoft.Authorization/roleDefinitions/{ACR_PULL}"
