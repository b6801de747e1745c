"""Virtual networks: private addresses for container groups."""

from typing import TypedDict

import pulumi

from polypod.azure import resources
from polypod.azure.names import group_name


class VirtualNetworkArgs(TypedDict):
    """The location and address space of a network."""

    resource_group_id: pulumi.Input[str]
    location: pulumi.Input[str]
    address_space: pulumi.Input[str]


class VirtualNetwork(pulumi.ComponentResource):
    """A virtual network with one subnet, delegated to container groups.

    Args:
        name: The name of the component; the names of everything it makes start with it.
        args: The ID of its resource group, its region, and its addresses, such as ``10.0.0.0/24``.
        opts: Pulumi's resource options.
    """

    subnet_id: pulumi.Output[str]
    """The ID of the subnet in Azure Resource Manager."""

    def __init__(self, name: str, args: VirtualNetworkArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("polypod:azure:VirtualNetwork", name, None, opts)
        group = pulumi.Output.from_input(args["resource_group_id"]).apply(group_name)
        made = resources.VirtualNetwork(
            name,
            {
                "resourceGroupName": group,
                "location": args["location"],
                "addressSpace": {"addressPrefixes": [args["address_space"]]},
                "enableDdosProtection": False,
                "enableVmProtection": False,
            },
            # Subnets are resources of their own here; without this, an update of the network would remove them. What
            # lies in them holds on to their addresses.
            pulumi.ResourceOptions(
                parent=self,
                ignore_changes=["subnets"],
                replace_on_changes=["addressSpace"],
                delete_before_replace=True,
            ),
        )
        subnet = resources.Subnet(
            f"{name}-groups",
            {
                "resourceGroupName": group,
                "virtualNetworkName": made.name,
                "addressPrefix": args["address_space"],
                "delegations": [{"name": "groups", "serviceName": "Microsoft.ContainerInstance/containerGroups"}],
                # For the shares that groups mount.
                "serviceEndpoints": [{"service": "Microsoft.Storage"}],
                "privateEndpointNetworkPolicies": "Disabled",
                "privateLinkServiceNetworkPolicies": "Enabled",
            },
            pulumi.ResourceOptions(parent=self, replace_on_changes=["addressPrefix"], delete_before_replace=True),
        )
        self.subnet_id = subnet.id
        self.register_outputs({"subnetId": self.subnet_id})
