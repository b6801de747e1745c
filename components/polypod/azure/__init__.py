"""What the targets stand on in Azure: resource groups, registries, AKS clusters, log workspaces, file shares.

`aks` makes all that the ``kubernetes`` target needs from a stack's config. The components work in programs of your own
too::

    group = resource_group("shop", "westeurope")
    logs = LogAnalyticsWorkspace("shop-logs", {"resource_group_id": group.id, "location": "westeurope"})
    cluster = AksCluster(
        "shop-cluster", {"resource_group_id": group.id, "location": "westeurope", "workspace_id": logs.workspace_id}
    )
    pulumi.export("kubeconfig", cluster.kubeconfig)

Azure's SDK is imported only when something is made: importing this package costs nothing.
"""

from polypod.azure.aks_cluster import AksCluster, AksClusterArgs
from polypod.azure.container_registry import ContainerRegistry, ContainerRegistryArgs
from polypod.azure.file_storage import FileStorage, FileStorageArgs
from polypod.azure.foundation import aks
from polypod.azure.pull_right import pull_right
from polypod.azure.resource_group import resource_group
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
