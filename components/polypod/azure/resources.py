"""Resources of Pulumi's Azure provider, by its own property names and without its SDK.

A module of ``pulumi_azure_native`` is imported as a whole: that of networks takes longer than all else that a preview
does in Python. The tests hold every property used here against the SDK's types.
"""

from collections.abc import Mapping
from functools import cache
from importlib.metadata import version
from typing import Any

import pulumi


@cache
def _version() -> str:
    return version("pulumi-azure-native")


class Resource(pulumi.CustomResource):
    """A resource of the provider.

    Args:
        name: Its logical name.
        properties: What the provider is told, by the provider's names.
        opts: Its options.
    """

    module: str
    name: pulumi.Output[str]

    def __init__(self, name: str, properties: Mapping[str, Any], opts: pulumi.ResourceOptions | None = None) -> None:
        token = f"azure-native:{self.module}:{type(self).__name__}"
        options = pulumi.ResourceOptions.merge(pulumi.ResourceOptions(version=_version()), opts)
        super().__init__(token, name, {"name": None, **properties}, options)


class ResourceGroup(Resource):
    """A resource group."""

    module = "resources"


class VirtualNetwork(Resource):
    """A virtual network."""

    module = "network"


class Subnet(Resource):
    """A part of a virtual network."""

    module = "network"


def invoke(token: str, opts: pulumi.InvokeOptions, **arguments: Any) -> Mapping[str, Any]:
    """Call a function of the provider and wait for its result.

    Args:
        token: The function's token, such as ``azure-native:authorization:getClientConfig``.
        opts: Pulumi's options.
        arguments: Its arguments, by the provider's names.
    """
    options = pulumi.InvokeOptions.merge(pulumi.InvokeOptions(version=_version()), opts)
    found: Mapping[str, Any] = pulumi.runtime.invoke(token, arguments, options).value
    return found


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
