"""Everything that an application in AKS stands on."""

from collections.abc import Mapping
from typing import Any

import attrs
import pulumi

from polypod.azure.aks_access import cluster_facts, kubernetes_provider, user_kubeconfig
from polypod.azure.aks_cluster import AksCluster, AksClusterArgs
from polypod.azure.role_assignment import pull_right
from polypod.azure.settings import ClusterSettings, Existing, read_settings
from polypod.azure.stack_resources import Registry, StackResources
from polypod.azure.workspace import LogAnalyticsWorkspace
from polypod.cluster_access import ClusterAccess
from polypod.run_state import once


def aks(config: Mapping[str, Any], name: str, opts: pulumi.ResourceOptions | None = None) -> ClusterAccess:
    """Make, or look up, an AKS cluster and its registry, as a stack's config says.

    There is one of them in a stack: calling again returns the same.

    Args:
        config: The value of ``polypod:azure``; see `polypod.azure.settings`.
        name: What the names of everything it makes start with, such as ``<project>-<stack>``.
        opts: Pulumi's resource options for what it makes.

    Raises:
        ModelError: With everything that is wrong with the config, before anything is made.
    """
    settings = read_settings(config)
    foundation = _StackCluster(settings, name, opts or pulumi.ResourceOptions())
    return once(pulumi.runtime.get_root_resource(), "cluster", foundation.cluster)


class _StackCluster(StackResources):
    """One application's place in Azure, with a cluster on it."""

    def cluster(self) -> ClusterAccess:
        """The cluster, for the target."""
        registry = self.registry
        there = self.settings.cluster.existing
        access = self._existing_cluster(there, registry) if there else self._own_cluster(registry)
        return ClusterAccess(provider=access[0], kubeconfig=access[1], registry=registry.images)

    def _own_cluster(self, registry: Registry) -> tuple[pulumi.ProviderResource, pulumi.Output[str]]:
        logs = LogAnalyticsWorkspace(
            f"{self.name}-logs",
            {"resource_group_id": self.group.id, "location": self.settings.location},
            self.opts,
        )
        args: AksClusterArgs = {
            "resource_group_id": self.group.id,
            "location": self.settings.location,
            "workspace_id": logs.workspace_id,
            "registry_id": registry.id,
        }
        args.update(_options(self.settings.cluster))
        made = AksCluster(f"{self.name}-cluster", args, self.opts)
        return made.provider, made.kubeconfig

    def _existing_cluster(
        self, existing: Existing, registry: Registry
    ) -> tuple[pulumi.ProviderResource, pulumi.Output[str]]:
        facts = cluster_facts(existing.resource_group, existing.name, self.opts.parent)
        rights = []
        if not self.settings.registry.existing:  # of two that were there, the one may have the right to the other
            rights.append(pull_right(f"{self.name}-cluster-pull", registry.id, facts.kubelet_identity, self.opts))
        kubeconfig = user_kubeconfig(existing.resource_group, existing.name, self.opts.parent)
        opts = pulumi.ResourceOptions.merge(self.opts, pulumi.ResourceOptions(depends_on=rights))
        return kubernetes_provider(f"{self.name}-cluster-kubernetes", kubeconfig, facts.id, opts), kubeconfig


def _options(cluster: ClusterSettings) -> Any:
    """The arguments of a cluster: what is empty is Azure's to choose."""
    given = attrs.asdict(cluster, filter=lambda _, value: value not in (None, "", ()))
    return {name: list(value) if isinstance(value, tuple) else value for name, value in given.items()}
