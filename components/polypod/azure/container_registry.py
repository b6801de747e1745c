"""Container registries: where built images go."""

from typing import NotRequired, TypedDict

import pulumi

from polypod.azure.functions import answer
from polypod.azure.names import group_name, unique_name

_LONGEST_NAME = 50


class ContainerRegistryArgs(TypedDict):
    """The location of a registry, and whether it has an admin user."""

    resource_group_id: pulumi.Input[str]
    location: pulumi.Input[str]
    admin: NotRequired[bool]


class ContainerRegistry(pulumi.ComponentResource):
    """A container registry (ACR) without anonymous access.

    Args:
        name: The name of the component; the names of everything it makes start with it.
        args: The ID of its resource group, its region, and whether it has the admin user, off by default. Without it,
            ``username`` and ``password`` are empty: who pushes needs a login of another kind.
        opts: Pulumi's resource options.
    """

    registry_id: pulumi.Output[str]
    """The ID of the registry in Azure Resource Manager."""

    server: pulumi.Output[str]
    """Its host, such as ``example.azurecr.io``."""

    username: pulumi.Output[str]
    """The name of its admin user."""

    password: pulumi.Output[str]
    """The password of its admin user, a secret."""

    def __init__(self, name: str, args: ContainerRegistryArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("polypod:azure:ContainerRegistry", name, None, opts)
        from pulumi_azure_native import containerregistry

        group_id = pulumi.Output.from_input(args["resource_group_id"])
        admin = args.get("admin", False)
        registry = containerregistry.Registry(
            name,
            resource_group_name=group_id.apply(group_name),
            registry_name=group_id.apply(lambda group: unique_name(name, group, _LONGEST_NAME)),
            location=args["location"],
            sku=containerregistry.SkuArgs(name=containerregistry.SkuName.BASIC),
            admin_user_enabled=admin,
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.registry_id = registry.id
        self.server = registry.login_server
        self.username, self.password = pulumi.Output.from_input(""), pulumi.Output.secret("")
        if admin:
            arguments = {"resourceGroupName": group_id.apply(group_name), "registryName": registry.name}
            login = answer("azure-native:containerregistry:listRegistryCredentials", arguments, self)
            self.username = pulumi.Output.unsecret(login.apply(lambda found: str(found["username"])))
            self.password = login.apply(lambda found: str(found["passwords"][0]["value"]))
        self.register_outputs(
            {
                "registryId": self.registry_id,
                "server": self.server,
                "username": self.username,
                "password": self.password,
            }
        )
