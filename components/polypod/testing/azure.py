"""Azure's interface of container groups for programs that run without it."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Collection, Iterable, Mapping
from typing import Any


class FakeManagement:
    """Container groups that work as soon as they are made.

    Attributes:
        acts: What was done to the groups, each as its name and the action.

    Args:
        groups: Those that are there already, as Azure's interface shows them.
        logs: What each container wrote, by name.
        shares: The names of the file shares that there are, by storage account.
    """

    def __init__(
        self,
        *,
        groups: Iterable[Mapping[str, Any]] = (),
        logs: Mapping[str, str] | None = None,
        shares: Mapping[str, Iterable[str]] | None = None,
    ) -> None:
        self._shares = {account: tuple(names) for account, names in (shares or {}).items()}
        self.acts: list[tuple[str, str]] = []
        self._groups = {str(group["name"]): dict(group) for group in groups}
        self._logs = logs or {}

    async def ready(self) -> None:
        """Agree."""

    async def list(self, resource_group: str) -> list[Mapping[str, Any]]:
        """The groups that were there already."""
        del resource_group
        return list(self._groups.values())

    async def get(self, resource_group: str, name: str) -> Mapping[str, Any] | None:
        """A group; one that was not there is taken for made, and works."""
        del resource_group
        made = {"name": name, "properties": {"containers": [], "instanceView": {"state": "Running"}}}
        return None if (name, "delete") in self.acts else self._groups.get(name, made)

    async def act(self, resource_group: str, name: str, action: str) -> None:
        """Take note of an action, which takes no time."""
        del resource_group
        self.acts.append((name, action))
        group = self._groups.get(name)
        if group is not None:
            state = {"stop": "Stopped", "start": "Running"}.get(action, "")
            group["properties"] = {**group["properties"], "instanceView": {"state": state}}

    async def log(self, resource_group: str, name: str, container: str, lines: int) -> str:
        """The log of a container."""
        del resource_group, name
        return "\n".join(self._logs.get(container, "").splitlines()[-lines:])

    async def accounts(self, resource_group: str) -> tuple[str, ...]:
        """The storage accounts that there are."""
        del resource_group
        return tuple(self._shares)

    async def shares(self, resource_group: str, account: str) -> tuple[str, ...]:
        """The shares that there are."""
        del resource_group
        return self._shares.get(account, ())


_SUBSCRIPTION = "/subscriptions/00000000-0000-0000-0000-000000000000"
_IDENTITY = {"kubeletidentity": {"objectId": "00000000-0000-0000-0000-000000000001"}}
_KUBECONFIG = "apiVersion: v1\nkind: Config\nclusters: []\n"


def _resource_id(group: str, kind: str, name: str) -> str:
    return f"{_SUBSCRIPTION}/resourceGroups/{group}/providers/{kind}/{name}"


_OUTPUTS: Mapping[str, tuple[str, str, Mapping[str, Any]]] = {
    "azure-native:containerregistry:Registry": (
        "Microsoft.ContainerRegistry/registries",
        "registryName",
        {"loginServer": "{name}.azurecr.io"},
    ),
    "azure-native:containerservice:ManagedCluster": (
        "Microsoft.ContainerService/managedClusters",
        "resourceName",
        {"identityProfile": _IDENTITY, "oidcIssuerProfile": {"issuerURL": "https://{name}.oidc.test/"}},
    ),
    "azure-native:operationalinsights:Workspace": (
        "Microsoft.OperationalInsights/workspaces",
        "workspaceName",
        {"customerId": "00000000-0000-0000-0000-000000000002"},
    ),
    "azure-native:storage:StorageAccount": ("Microsoft.Storage/storageAccounts", "accountName", {}),
}
"""By type: the type in Azure, the input that holds the name, and what Azure adds."""


def outputs(kind: str, logical_name: str, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """The outputs that Azure adds to a resource; empty for other resources.

    Args:
        kind: The resource's type token.
        logical_name: Its logical name; its name in Azure where it has no other.
        inputs: Its inputs.
    """
    if kind == "azure-native:resources:ResourceGroup":
        name = str(inputs.get("resourceGroupName", logical_name))
        return {"id": f"{_SUBSCRIPTION}/resourceGroups/{name}", "name": name}
    if kind == "azure-native:containerinstance:ContainerGroup":
        return {"ipAddress": _address(inputs)}
    if kind not in _OUTPUTS:
        return {}
    azure_kind, name_input, added = _OUTPUTS[kind]
    name = str(inputs.get(name_input, logical_name))
    return {
        "id": _resource_id(str(inputs.get("resourceGroupName")), azure_kind, name),
        "name": name,
        **_with_name(added, name),
    }


def _address(inputs: Mapping[str, Any]) -> dict[str, Any] | None:
    """The address that Azure gives a container group."""
    asked = inputs.get("ipAddress")
    if asked is None:
        return None
    private = asked["type"] == "Private"
    name = {} if private else {"fqdn": f"{asked['dnsNameLabel']}.{inputs['location']}.azurecontainer.io"}
    return {**asked, "ip": "10.0.0.4" if private else "192.0.2.1", **name}


def missing(token: str, arguments: Mapping[str, Any], there: Collection[str]) -> str:
    """Why a function of Azure finds nothing; empty if it does.

    Args:
        token: The function's token.
        arguments: Its arguments.
        there: The names of what an earlier stack has kept.
    """
    if token not in _KEPT or str(arguments[_KEPT[token]]) in there:
        return ""
    return f"StatusCode=404 Code=ResourceNotFound: {arguments[_KEPT[token]]} was not found"


def answer(token: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """The result of a function of Azure; empty for other functions.

    Args:
        token: The function's token.
        arguments: Its arguments.
    """
    if token in _ANSWERS:
        return dict(_ANSWERS[token])
    looked_up = {
        "azure-native:containerregistry:getRegistry": "azure-native:containerregistry:Registry",
        "azure-native:containerservice:getManagedCluster": "azure-native:containerservice:ManagedCluster",
    }.get(token)
    return outputs(looked_up, "", arguments) if looked_up else {}


_KEPT: Mapping[str, str] = {
    "azure-native:resources:getResourceGroup": "resourceGroupName",
    "azure-native:storage:getStorageAccount": "accountName",
    "azure-native:storage:getFileShare": "shareName",
}
"""The functions that look up what a stack keeps, with the argument that holds its name."""

_ANSWERS: Mapping[str, Mapping[str, Any]] = {
    "azure-native:authorization:getClientConfig": {
        "subscriptionId": _SUBSCRIPTION.rpartition("/")[2],
        "tenantId": "00000000-0000-0000-0000-000000000003",
        "clientId": "00000000-0000-0000-0000-000000000004",
        "objectId": "00000000-0000-0000-0000-000000000005",
    },
    "azure-native:containerregistry:listRegistryCredentials": {
        "username": "admin",
        "passwords": [{"name": "password", "value": "password-of-the-registry"}],
    },
    "azure-native:containerservice:listManagedClusterUserCredentials": {
        "kubeconfigs": [{"name": "clusterUser", "value": b64encode(_KUBECONFIG.encode()).decode()}]
    },
    "azure-native:operationalinsights:getWorkspaceSharedKeys": {"primarySharedKey": "key-of-the-workspace"},
    "azure-native:storage:listStorageAccountKeys": {"keys": [{"keyName": "key1", "value": "key-of-the-account"}]},
}


def _with_name(value: Any, name: str) -> Any:
    if isinstance(value, Mapping):
        return {key: _with_name(item, name) for key, item in value.items()}
    return value.replace("{name}", name) if isinstance(value, str) else value
