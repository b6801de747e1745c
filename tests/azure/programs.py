"""Programs for the tests of what the targets stand on in Azure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pulumi

from polypod.azure import FileStorage, aks, resource_group
from polypod.cluster_access import ClusterAccess
from polypod.testing import MockedEngine

OWN = {"location": "westeurope"}
EXISTING = {"name": "theirs", "resourceGroup": "their-group"}

CLUSTER = "azure-native:containerservice:ManagedCluster"
KUBERNETES = "pulumi:providers:kubernetes"
REGISTRY = "azure-native:containerregistry:Registry"
RIGHT = "azure-native:authorization:RoleAssignment"


def deployed(config: Mapping[str, Any], *, secrets: tuple[str, ...] = ()) -> MockedEngine:
    """An engine after a program made a cluster from a stack's config, and exported what the target gets."""

    def program() -> None:
        export(aks(pulumi.Config("polypod").require_object("azure"), "shop-test"))

    engine = MockedEngine(config={"polypod:azure": config}, secrets=secrets)
    engine.up(program)
    return engine


def export(cluster: ClusterAccess) -> None:
    """Export what the kubernetes target gets."""
    assert cluster.registry is not None
    pulumi.export("kubeconfig", cluster.kubeconfig)
    pulumi.export("server", cluster.registry.server)
    pulumi.export("username", cluster.registry.username)
    pulumi.export("password", cluster.registry.password)
    pulumi.export("nodes_may_pull", cluster.registry.nodes_may_pull)


def everything() -> None:
    """A program that makes one of each thing there is."""
    aks({**OWN, "cluster": {"kubernetesVersion": "1.33", "zones": [1, 2]}}, "shop-test")
    group = resource_group("data", "westeurope")
    FileStorage(
        "files", {"resource_group_id": group.id, "location": "westeurope", "shares": {"uploads": 5, "reports": 100}}
    )


def types(engine: MockedEngine) -> set[str]:
    """The types of everything that was registered, components aside."""
    return {resource.type for resource in engine.resources if not resource.type.startswith("polypod:")}
