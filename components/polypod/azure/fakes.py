"""What Azure would answer, for programs that run without it; see `polypod.testing`."""

from base64 import b64encode
from collections.abc import Mapping
from typing import Any

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
    """What Azure knows of a resource once it is made; empty for what is not in Azure.

    Args:
        kind: The resource's type token.
        logical_name: Its logical name; its name in Azure where it has no other.
        inputs: Its inputs.
    """
    if kind == "azure-native:resources:ResourceGroup":
        return {"id": f"{_SUBSCRIPTION}/resourceGroups/{logical_name}", "name": logical_name}
    if kind not in _OUTPUTS:
        return {}
    azure_kind, name_input, added = _OUTPUTS[kind]
    name = str(inputs.get(name_input, logical_name))
    return {
        "id": _resource_id(str(inputs.get("resourceGroupName")), azure_kind, name),
        "name": name,
        **_with_name(added, name),
    }


def answer(token: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """What one of Azure's functions returns; empty for what is no function of Azure.

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


_ANSWERS: Mapping[str, Mapping[str, Any]] = {
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
