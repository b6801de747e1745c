"""Access to a Kubernetes cluster, as given to the ``kubernetes`` target by whoever made the cluster.

A cluster that the user's kubeconfig names is ``Cluster()``. `polypod.azure.aks` makes one in Azure, or looks one up,
and returns the same value. The target imports ``polypod.azure`` only where the stack's config has ``polypod:azure``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from polypod.push_registry import PushRegistry

if TYPE_CHECKING:
    import pulumi


@attrs.frozen(kw_only=True)
class ClusterAccess:
    """A Kubernetes cluster to deploy to.

    Args:
        provider: The provider for everything in the cluster. What uses it is made once the nodes may pull from the
            registry. ``None`` stands for the cluster that the user's own kubeconfig names.
        kubeconfig: The same access for clients other than Pulumi, as the text of a kubeconfig, a secret; ``None``
            likewise.
        registry: Where built images go; ``None`` where the cluster has no registry of its own.
    """

    provider: pulumi.ProviderResource | None = None
    kubeconfig: pulumi.Output[str] | None = attrs.field(default=None, repr=False)
    registry: PushRegistry | None = None
