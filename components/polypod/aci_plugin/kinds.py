"""The resources and functions of azure-native that the plugin serves."""

from __future__ import annotations

import importlib
import json
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any

import attrs
from azure.mgmt.containerinstance import models as container_models
from azure.mgmt.containerregistry import models as registry_models
from azure.mgmt.storage import models as storage_models
from pulumi import _types

from polypod.aci_plugin.client import Clients

Json = dict[str, Any]


def _raw(response: Any, *_: Any) -> Any:
    """What the service answered, before the client makes objects of it."""
    content: Any = json.loads(response.http_response.text())
    return content


@attrs.frozen(kw_only=True, slots=False)
class Kind:
    """One resource of azure-native.

    Args:
        module: Its module.
        name: Its class.
        parameters: The inputs that stand in its path, from the outside in; the last one is its name.
        put: Makes or changes it; takes the clients, the values of the parameters, and the body.
        get: Reads it.
        delete: Removes it.
        model: The official model of the properties in its body, where names in it differ.
        nested: The official model of its whole body, where that has properties inside of properties.
        replace: Inputs whose change replaces it, as regular expressions on their paths, beside ``parameters``.
    """

    module: str
    name: str
    parameters: tuple[str, ...]
    put: Callable[..., Any]
    get: Callable[..., Any]
    delete: Callable[..., Any]
    model: Any = None
    nested: str = ""
    replace: tuple[str, ...] = ()

    @property
    def token(self) -> str:
        """Its type in Pulumi."""
        return f"azure-native:{self.module}:{self.name}"

    @cached_property
    def inputs(self) -> Mapping[str, Any]:
        """The names and types of its inputs."""
        arguments = getattr(self._sdk, f"{self.name}Args")
        found: Mapping[str, Any] = _types.input_type_types(arguments)
        return found

    @cached_property
    def outputs(self) -> frozenset[str]:
        """The names of its outputs."""
        return frozenset(_types.resource_types(getattr(self._sdk, self.name)))

    @cached_property
    def wire_names(self) -> Mapping[str, str]:
        """How an input is called in the body's properties, where that differs."""
        if self.model is None:
            return {}
        arguments = getattr(self._sdk, f"{self.name}Args")
        fields = self.model()._attr_to_rest_field  # filled in by the first instance
        return {
            name: fields[attribute]._rest_name
            for attribute, name in _types.input_type_py_to_pulumi_names(arguments).items()
            if attribute in fields and fields[attribute]._rest_name != name
        }

    @property
    def _sdk(self) -> Any:
        return importlib.import_module(f"pulumi_azure_native.{self.module}")


KINDS: Mapping[str, Kind] = {
    kind.token: kind
    for kind in (
        Kind(
            module="resources",
            name="ResourceGroup",
            parameters=("resourceGroupName",),
            put=lambda c, group, body: c.resources.resource_groups.create_or_update(group, body, cls=_raw),
            get=lambda c, group: c.resources.resource_groups.get(group, cls=_raw),
            delete=lambda c, group: c.resources.resource_groups.begin_delete(group).result(),
        ),
        Kind(
            module="containerinstance",
            name="ContainerGroup",
            parameters=("resourceGroupName", "containerGroupName"),
            put=lambda c, group, name, body: c.containers.container_groups.begin_create_or_update(
                group, name, container_models.ContainerGroup.deserialize(body), cls=_raw
            ).result(),
            get=lambda c, group, name: c.containers.container_groups.get(group, name, cls=_raw),
            delete=lambda c, group, name: c.containers.container_groups.begin_delete(group, name).result(),
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
            parameters=("resourceGroupName", "accountName"),
            put=lambda c, group, name, body: c.storage.storage_accounts.begin_create(
                group, name, body, cls=_raw
            ).result(),
            get=lambda c, group, name: c.storage.storage_accounts.get_properties(group, name, cls=_raw),
            delete=lambda c, group, name: c.storage.storage_accounts.delete(group, name),
            model=storage_models.StorageAccountPropertiesCreateParameters,
            replace=("kind",),
        ),
        Kind(
            module="storage",
            name="FileShare",
            parameters=("resourceGroupName", "accountName", "shareName"),
            put=lambda c, group, account, name, body: c.storage.file_shares.create(
                group, account, name, body, cls=_raw
            ),
            get=lambda c, group, account, name: c.storage.file_shares.get(group, account, name, cls=_raw),
            delete=lambda c, group, account, name: c.storage.file_shares.delete(group, account, name),
            model=storage_models.FileShareProperties,
            replace=("enabledProtocols",),
        ),
        Kind(
            module="containerregistry",
            name="Registry",
            parameters=("resourceGroupName", "registryName"),
            put=lambda c, group, name, body: c.registries.registries.begin_create(group, name, body, cls=_raw).result(),
            get=lambda c, group, name: c.registries.registries.get(group, name, cls=_raw),
            delete=lambda c, group, name: c.registries.registries.begin_delete(group, name).result(),
            model=registry_models.RegistryProperties,
        ),
    )
}

FUNCTIONS: Mapping[str, Callable[[Clients, Json], Any]] = {
    "azure-native:storage:listStorageAccountKeys": lambda c, a: c.storage.storage_accounts.list_keys(
        a["resourceGroupName"], a["accountName"], cls=_raw
    ),
    "azure-native:containerregistry:listRegistryCredentials": lambda c, a: c.registries.registries.list_credentials(
        a["resourceGroupName"], a["registryName"], cls=_raw
    ),
    "azure-native:containerinstance:getContainerGroup": lambda c, a: c.containers.container_groups.get(
        a["resourceGroupName"], a["containerGroupName"], cls=_raw
    ),
    "azure-native:resources:getResourceGroup": lambda c, a: c.resources.resource_groups.get(
        a["resourceGroupName"], cls=_raw
    ),
}
