"""The stack's config ``polypod:azure``."""

from collections.abc import Iterator, Mapping
from typing import Any

import attrs

from polypod.config.reader import field, read_config
from polypod.errors import Problem
from polypod.model.value import Secret

PATH = "config polypod:azure"
_RESOURCE_GROUP = r"[\w.()-]{1,90}"
_MOST_NODES = 1000


@attrs.frozen(kw_only=True)
class Existing:
    """Something that is there already.

    Args:
        name: Its name in Azure.
        resource_group: The name of its resource group.
    """

    name: str = field(r"[A-Za-z0-9][\w-]{0,62}", "the name in Azure")
    resource_group: str = field(_RESOURCE_GROUP, "the name of a resource group")


@attrs.frozen(kw_only=True)
class PushLogin:
    """A login that may push to the registry, such as a service principal or a token with a scope map.

    Args:
        username: The ID of the service principal, or the name of the token.
        password: The password.
    """

    username: str = field(r"\S+", "a user name")
    password: Secret = field(r"\S+", "a password; set it with pulumi config set --secret --path")


@attrs.frozen(kw_only=True)
class ClusterSettings:
    """The AKS cluster.

    Args:
        node_size: The size of a node's virtual machine; at least 2 cores and 4 GiB.
        min_nodes: The least nodes that the autoscaler keeps, 1 to 1000.
        max_nodes: The most nodes that the autoscaler makes, 1 to 1000.
        kubernetes_version: The minor version, such as ``1.33``; where empty, Azure's default at the time the cluster
            is made. Azure installs patches by itself.
        zones: The availability zones of the nodes: ``1``, ``2``, ``3``; left to Azure where empty.
        existing: A cluster that is there already; the other settings are not used then.
    """

    node_size: str = field(
        r"(Standard|Basic)_\w+", "the size of a virtual machine, such as Standard_D2s_v5", "Standard_D2s_v5"
    )
    min_nodes: int = field(range(1, _MOST_NODES + 1), "a number from 1 to 1000", 1)
    max_nodes: int = field(range(1, _MOST_NODES + 1), "a number from 1 to 1000", 3)
    kubernetes_version: str = field(r"1\.\d+", 'a minor version in quotes, such as "1.33"', "")
    zones: tuple[str, ...] = field(r"[123]", "a list with some of 1, 2, 3", ())
    existing: Existing | None = field(None, "the name and the resourceGroup of a cluster", None)

    def problems(self, path: str) -> Iterator[Problem]:
        """Check the settings against each other.

        Args:
            path: Where they stand.
        """
        if self.min_nodes > self.max_nodes:
            what = f"{self.min_nodes} is more than maxNodes, which is {self.max_nodes}"
            yield Problem("PP720", f"{path}.minNodes", what, "make maxNodes at least as large")
        if len(set(self.zones)) < len(self.zones):
            yield Problem("PP721", f"{path}.zones", "a zone is listed twice", "list each zone once")
        if self.existing and attrs.evolve(self, existing=None) != ClusterSettings():
            yield Problem("PP722", path, "an existing cluster has its own nodes and version", "remove all but existing")


@attrs.frozen(kw_only=True)
class RegistrySettings:
    """The container registry.

    Args:
        existing: A registry that is there already.
        push: The login to push built images with. Without it, a registry of the stack's own gets an admin user, and an
            existing one is used with the login that the machine's Docker client has.
    """

    existing: Existing | None = field(None, "the name and the resourceGroup of a registry", None)
    push: PushLogin | None = field(None, "the username and the password of a login", None)


@attrs.frozen(kw_only=True)
class AzureSettings:
    """Everything about Azure.

    Args:
        location: Azure's name of the region, such as ``westeurope``; not needed where nothing is made.
        cluster: The AKS cluster.
        registry: The container registry.
    """

    location: str = field(r"[a-z][a-z0-9]+", "the name of a region as Azure writes it, such as westeurope", "")
    cluster: ClusterSettings = field(None, "the options of a cluster", attrs.Factory(ClusterSettings))
    registry: RegistrySettings = field(None, "the options of a registry", attrs.Factory(RegistrySettings))

    def problems(self, path: str) -> Iterator[Problem]:
        """Check the settings against each other.

        Args:
            path: Where they stand.
        """
        if not self.location and not (self.cluster.existing and self.registry.existing):
            fix = "write the name of a region as Azure writes it, such as westeurope"
            yield Problem("PP704", f"{path}.location", "the key is missing", fix)


def read_settings(config: Mapping[str, Any]) -> AzureSettings:
    """The settings that a stack's config holds.

    Args:
        config: The value of ``polypod:azure``.

    Raises:
        ModelError: With everything that is wrong.
    """
    return read_config(AzureSettings, config, PATH)
