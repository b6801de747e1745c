"""Log Analytics workspaces: where logs and metrics go."""

from typing import NotRequired, TypedDict

import pulumi

from polypod.azure.functions import answer
from polypod.azure.names import group_name


class LogAnalyticsWorkspaceArgs(TypedDict):
    """The location of a workspace, and how long it keeps logs."""

    resource_group_id: pulumi.Input[str]
    location: pulumi.Input[str]
    retention_days: NotRequired[pulumi.Input[int]]


class LogAnalyticsWorkspace(pulumi.ComponentResource):
    """A Log Analytics workspace.

    Args:
        name: The name of the component; the names of everything it makes start with it.
        args: The ID of its resource group, its region, and how many days it keeps logs: 30 to 730, 30 by default.
        opts: Pulumi's resource options.
    """

    workspace_id: pulumi.Output[str]
    """The ID of the workspace in Azure Resource Manager."""

    customer_id: pulumi.Output[str]
    """The workspace's own ID, a UUID, which clients that send logs use."""

    shared_key: pulumi.Output[str]
    """The key that clients send logs with, a secret."""

    def __init__(self, name: str, args: LogAnalyticsWorkspaceArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("polypod:azure:LogAnalyticsWorkspace", name, None, opts)
        from pulumi_azure_native import operationalinsights

        group = pulumi.Output.from_input(args["resource_group_id"]).apply(group_name)
        workspace = operationalinsights.Workspace(
            name,
            resource_group_name=group,
            location=args["location"],
            sku=operationalinsights.WorkspaceSkuArgs(name=operationalinsights.WorkspaceSkuNameEnum.PER_GB2018),
            retention_in_days=args.get("retention_days", 30),
            opts=pulumi.ResourceOptions(parent=self),
        )
        arguments = {"resourceGroupName": group, "workspaceName": workspace.name}
        keys = answer("azure-native:operationalinsights:getWorkspaceSharedKeys", arguments, self)
        self.workspace_id = workspace.id
        self.customer_id = workspace.customer_id
        self.shared_key = keys.apply(lambda found: str(found["primarySharedKey"]))
        self.register_outputs(
            {"workspaceId": self.workspace_id, "customerId": self.customer_id, "sharedKey": self.shared_key}
        )
