"""Everything that an application in AKS stands on."""

import re
from collections.abc import Mapping
from functools import cached_property
from typing import Any
from weakref import WeakKeyDictionary

import attrs
import pulumi

from polypod.azure.access import cluster_facts, kubernetes_provider, user_kubeconfig
from polypod.azure.aks_cluster import AksCluster, AksClusterArgs
from polypod.azure.container_registry import ContainerRegistry, ContainerRegistryArgs
from polypod.azure.pull_right import pull_right
from polypod.azure.resource_group import resource_group
from polypod.azure.settings import AzureSettings, ClusterSettings, Existing, read_settings
from polypod.azure.workspace import LogAnalyticsWorkspace
from polypod.cluster import Cluster
from polypod.image_registry import ImageRegistry

_LONGEST_NAME = 36
"""The room for a name before our suffixes and the 8 characters that Pulumi adds: Azure allows 63 in the end."""

_clusters: WeakKeyDictionary[pulumi.Resource, Cluster] = WeakKeyDictionary()


def aks(config: Mapping[str, Any], name: str, opts: pulumi.ResourceOptions | None = None) -> Cluster:
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
    root = pulumi.runtime.get_root_resource()
    assert root is not None  # noqa: S101 - a Pulumi program has a stack
    if root not in _clusters:
        prefix = re.sub("[^A-Za-z0-9]+", "-", name)[:_LONGEST_NAME].strip("-")
        _clusters[root] = _Foundation(settings, prefix, opts or pulumi.ResourceOptions()).cluster()
    return _clusters[root]


@attrs.frozen
class _Registry:
    """A registry with its ID."""

    id: pulumi.Output[str]
    images: ImageRegistry


class _Foundation:
    """One application's place in Azure."""

    def __init__(self, settings: AzureSettings, name: str, opts: pulumi.ResourceOptions) -> None:
        self.settings = settings
        self.name = name
        self.opts = opts

    @cached_property
    def group(self) -> pulumi.CustomResource:
        """The resource group of what is made; what is there already needs none."""
        return resource_group(f"{self.name}-resources", self.settings.location, self.opts)

    def cluster(self) -> Cluster:
        """The cluster, for the target."""
        existing = self.settings.registry.existing
        registry = self._existing_registry(existing) if existing else self._own_registry()
        there = self.settings.cluster.existing
        access = self._existing_cluster(there, registry) if there else self._own_cluster(registry)
        return Cluster(provider=access[0], kubeconfig=access[1], registry=registry.images)

    def _own_registry(self) -> _Registry:
        push = self._push_login()
        args: ContainerRegistryArgs = {
            "resource_group_id": self.group.id,
            "location": self.settings.location,
            "admin": not push,
        }
        registry = ContainerRegistry(f"{self.name}-registry", args, self.opts)
        login = push or {"username": registry.username, "password": registry.password}
        return _Registry(registry.registry_id, ImageRegistry(server=registry.server, nodes_may_pull=True, **login))

    def _existing_registry(self, existing: Existing) -> _Registry:
        from pulumi_azure_native import containerregistry

        found = containerregistry.get_registry_output(
            resource_group_name=existing.resource_group,
            registry_name=existing.name,
            opts=pulumi.InvokeOutputOptions(parent=self.opts.parent),
        )
        images = ImageRegistry(server=found.login_server, nodes_may_pull=True, **self._push_login())
        return _Registry(found.id, images)

    def _push_login(self) -> dict[str, Any]:
        push = self.settings.registry.push
        return {"username": push.username, "password": pulumi.Output.secret(push.password.value)} if push else {}

    def _own_cluster(self, registry: _Registry) -> tuple[pulumi.ProviderResource, pulumi.Output[str]]:
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
        self, existing: Existing, registry: _Registry
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
