"""The cluster of a component, and the registry of its images."""

from __future__ import annotations

from importlib.util import find_spec

import attrs
import pulumi

from polypod.cluster_access import ClusterAccess
from polypod.config.site import Site
from polypod.config.stack_config import stack_config
from polypod.errors import Problem, UnreadyError
from polypod.targets.shared.deploy.built_images import registry_of_stack

_PACKAGE = "kubernetes:core/v1:Namespace"


def location_of(site: Site, parent: pulumi.Resource) -> ClusterAccess:
    """The cluster of a component: that of the provider it was given, one in AKS, or that of the user's kubeconfig.

    Args:
        site: Where the component is deployed.
        parent: The component.

    Raises:
        ModelError: The stack's config of Azure does not fit; nothing was made.
        UnreadyError: Azure's SDK is missing; nothing was made.
    """
    own = registry_of_stack(site)
    provider = parent.get_provider(_PACKAGE)
    azure = stack_config().value("polypod:azure")
    if provider is not None or azure is None:
        return ClusterAccess(provider=provider, registry=own)
    if find_spec("pulumi_azure_native") is None:
        what = "the Python package 'pulumi_azure_native' is missing"
        raise UnreadyError([Problem("PP801", "config polypod:azure", what, "run `pip install polypod[azure]`")])
    from polypod.azure import aks

    cluster = aks(azure, f"{site.project}-{site.stack}")
    return cluster if own is None else attrs.evolve(cluster, registry=own)
