"""The resources of azure-native that the plugin serves."""

from __future__ import annotations

import importlib
import re
import threading
from collections.abc import Mapping
from functools import cached_property
from typing import Any

import attrs

from polypod_aci_emulator import private_apis
from polypod_aci_emulator.plugin.errors import PluginError

_LOADING = threading.Lock()
Json = dict[str, Any]
Lists = Mapping[str, "Lists"]
_GROUP = "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}"


@attrs.frozen(kw_only=True, slots=False)
class Kind:
    """One resource of azure-native.

    Args:
        module: Its module.
        name: Its class.
        path: Its path in its resource group, with the names of inputs in braces.
        version: The version of Azure's interface that knows it.
        model: The official model of the properties in its body, below ``azure.mgmt``, where names in it differ.
        nested: The official model of its whole body, where that has properties inside of properties.
        lists: Inputs whose items have properties inside of properties, and those in them.
        inside: Inputs that stand among its properties, though most resources have them next to these.
        defaults: What Azure makes of inputs that are not given.
        replace: Inputs whose change replaces it, as regular expressions on their paths, in addition to ``parameters``.
    """

    module: str
    name: str
    path: str
    version: str
    model: str = ""
    nested: str = ""
    lists: Lists = attrs.field(factory=dict)
    inside: tuple[str, ...] = ()
    defaults: Mapping[str, Any] = attrs.field(factory=dict)
    replace: tuple[str, ...] = ()

    @property
    def token(self) -> str:
        """Its type in Pulumi."""
        return f"azure-native:{self.module}:{self.name}"

    @cached_property
    def parameters(self) -> tuple[str, ...]:
        """The inputs that stand in its path, from the outside in; the last one is its name."""
        return ("resourceGroupName", *re.findall(r"{(\w+)}", self.path))

    def resource_id(self, subscription: str, parameters: tuple[str, ...]) -> str:
        """Its id, given the values of its parameters."""
        values = dict(zip(self.parameters, parameters, strict=True))
        return (_GROUP + self.path).format(subscriptionId=subscription, **values)

    def parameters_in(self, resource_id: str) -> tuple[str, ...]:
        """The values of its parameters in an id.

        Raises:
            PluginError: It is the id of something else.
        """
        pattern = re.sub(r"{\w+}", "([^/]+)", _GROUP + self.path)
        found = re.fullmatch(pattern, resource_id, re.IGNORECASE)
        if found is None:
            raise PluginError(f"{resource_id!r} is no id of {self.token}: it has the form {_GROUP}{self.path}")
        return found.groups()[1:]

    @cached_property
    def inputs(self) -> Mapping[str, Any]:
        """The names and types of its inputs."""
        return private_apis.input_types(self._arguments)

    @cached_property
    def outputs(self) -> frozenset[str]:
        """The names of its outputs."""
        return private_apis.output_names(self._type(self.name))

    @cached_property
    def wire_names(self) -> Mapping[str, str]:
        """How an input is called in the body's properties, where that differs."""
        if not self.model:
            return {}
        module, _, name = self.model.rpartition(".")
        known = private_apis.wire_names(getattr(importlib.import_module(f"azure.mgmt.{module}"), name))
        return {
            name: known[attribute]
            for attribute, name in private_apis.input_names(self._arguments).items()
            if known.get(attribute, name) != name
        }

    @property
    def _arguments(self) -> Any:
        # The SDK's name where another type of the module has the usual one.
        return self._type(f"{self.name}InitArgs") or self._type(f"{self.name}Args")

    def _type(self, name: str) -> Any:
        # The SDK's modules load when something in them is first used, which is not safe in two threads at once.
        with _LOADING:
            return getattr(importlib.import_module(f"pulumi_azure_native.{self.module}"), name, None)


KINDS: Mapping[str, Kind] = {
    kind.token: kind
    for kind in (
        Kind(module="resources", name="ResourceGroup", path="", version="2025-04-01"),
        Kind(
            module="containerinstance",
            name="ContainerGroup",
            path="/providers/Microsoft.ContainerInstance/containerGroups/{containerGroupName}",
            version="2023-05-01",
            nested="ContainerGroup",
            replace=(
                r"osType|restartPolicy|sku|priority|(subnetIds|zones|confidentialComputeProperties)([.\[].*)?",
                r"ipAddress|ipAddress\.type",
                r"containers\[\d+\]\.resources\.requests\..*",
            ),
        ),
        Kind(
            module="storage",
            name="StorageAccount",
            path="/providers/Microsoft.Storage/storageAccounts/{accountName}",
            version="2025-06-01",
            model="storage.models.StorageAccountPropertiesCreateParameters",
            replace=("kind",),
        ),
        Kind(
            module="storage",
            name="FileShare",
            path="/providers/Microsoft.Storage/storageAccounts/{accountName}/fileServices/default/shares/{shareName}",
            version="2025-06-01",
            model="storage.models.FileShareProperties",
            defaults={"shareQuota": 5120, "enabledProtocols": "SMB"},
            replace=("enabledProtocols",),
        ),
        Kind(
            module="containerregistry",
            name="Registry",
            path="/providers/Microsoft.ContainerRegistry/registries/{registryName}",
            version="2025-11-01",
            model="containerregistry.models.RegistryProperties",
            defaults={"adminUserEnabled": False},
        ),
        Kind(
            module="network",
            name="VirtualNetwork",
            path="/providers/Microsoft.Network/virtualNetworks/{virtualNetworkName}",
            version="2025-01-01",
            lists={"subnets": {"delegations": {}}},
            defaults={"enableDdosProtection": False},
        ),
        Kind(
            module="network",
            name="Subnet",
            path="/providers/Microsoft.Network/virtualNetworks/{virtualNetworkName}/subnets/{subnetName}",
            version="2025-01-01",
            lists={"delegations": {}},
            defaults={"delegations": [], "privateEndpointNetworkPolicies": "Disabled"},
        ),
        Kind(
            module="operationalinsights",
            name="Workspace",
            path="/providers/Microsoft.OperationalInsights/workspaces/{workspaceName}",
            version="2025-07-01",
            inside=("sku",),
            defaults={"sku": {"name": "PerGB2018"}, "retentionInDays": 30},
        ),
        Kind(
            module="managedidentity",
            name="UserAssignedIdentity",
            path="/providers/Microsoft.ManagedIdentity/userAssignedIdentities/{resourceName}",
            version="2024-11-30",
        ),
    )
}
