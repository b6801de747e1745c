"""The Azure resources that targets need: resource groups, registries, AKS clusters, log workspaces, file shares.

`aks` makes all that the ``kubernetes`` target needs from a stack's config. The components work in programs of your own
too::

    group = resource_group("shop", "westeurope")
    logs = LogAnalyticsWorkspace("shop-logs", {"resource_group_id": group.id, "location": "westeurope"})
    cluster = AksCluster(
        "shop-cluster", {"resource_group_id": group.id, "location": "westeurope", "workspace_id": logs.workspace_id}
    )
    pulumi.export("kubeconfig", cluster.kubeconfig)

Azure's SDK is imported only when something is made, and Pulumi only with what needs it: the emulator, which has the
same rules of Azure below `polypod.azure.aci`, does not. Importing this package costs nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from polypod.azure.aks_cluster import AksCluster, AksClusterArgs
    from polypod.azure.aks_of_stack import aks
    from polypod.azure.container_registry import ContainerRegistry, ContainerRegistryArgs
    from polypod.azure.file_storage import FileStorage, FileStorageArgs
    from polypod.azure.resources import resource_group
    from polypod.azure.role_assignment import pull_right
    from polypod.azure.workspace import LogAnalyticsWorkspace, LogAnalyticsWorkspaceArgs

__all__ = [
    "AksCluster",
    "AksClusterArgs",
    "ContainerRegistry",
    "ContainerRegistryArgs",
    "FileStorage",
    "FileStorageArgs",
    "LogAnalyticsWorkspace",
    "LogAnalyticsWorkspaceArgs",
    "aks",
    "pull_right",
    "resource_group",
]

_MODULES = {
    "AksCluster": "aks_cluster",
    "AksClusterArgs": "aks_cluster",
    "ContainerRegistry": "container_registry",
    "ContainerRegistryArgs": "container_registry",
    "FileStorage": "file_storage",
    "FileStorageArgs": "file_storage",
    "LogAnalyticsWorkspace": "workspace",
    "LogAnalyticsWorkspaceArgs": "workspace",
    "aks": "aks_of_stack",
    "pull_right": "role_assignment",
    "resource_group": "resources",
}


def __getattr__(name: str) -> Any:
    """A public name, when it is first used; no module here may be called like one of them."""
    if name in _MODULES:
        return getattr(import_module(f"polypod.azure.{_MODULES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
