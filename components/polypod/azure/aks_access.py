"""Facts about an existing AKS cluster.

It is asked by name: while an update of the cluster is previewed, its name is known, but none of its other outputs is,
and what depends on these would show changes that do not come.
"""

from base64 import b64decode
from typing import Any

import attrs
import pulumi


@attrs.frozen
class ClusterFacts:
    """Facts about a cluster, as reported by Azure.

    Args:
        id: Its ID in Azure Resource Manager.
        kubelet_identity: The object ID of the identity that its nodes pull images with.
        oidc_issuer: The address that issues the tokens of its service accounts; empty where it has none.
    """

    id: pulumi.Output[str]
    kubelet_identity: pulumi.Output[str]
    oidc_issuer: pulumi.Output[str]


def cluster_facts(
    resource_group: pulumi.Input[str], cluster: pulumi.Input[str], parent: pulumi.Resource | None
) -> ClusterFacts:
    """Look a cluster up.

    Args:
        resource_group: The name of the cluster's resource group.
        cluster: The name of the cluster.
        parent: The resource whose Azure provider is used.
    """
    from pulumi_azure_native import containerservice

    found = containerservice.get_managed_cluster_output(
        resource_group_name=resource_group, resource_name=cluster, opts=pulumi.InvokeOutputOptions(parent=parent)
    )
    return ClusterFacts(
        found.id, found.identity_profile.apply(_kubelet_identity), found.oidc_issuer_profile.apply(_oidc_issuer)
    )


def _kubelet_identity(profiles: Any) -> str:
    identity: str = profiles["kubeletidentity"].object_id
    return identity


def _oidc_issuer(profile: Any) -> str:
    return (profile and profile.issuer_url) or ""


def user_kubeconfig(
    resource_group: pulumi.Input[str], cluster: pulumi.Input[str], parent: pulumi.Resource | None
) -> pulumi.Output[str]:
    """The kubeconfig of a cluster's ordinary user, a secret.

    The administrator's is refused where local accounts are disabled. Where the cluster uses Microsoft Entra ID, the
    kubeconfig calls ``kubelogin``, which must be on the machine then.

    Args:
        resource_group: The name of the cluster's resource group.
        cluster: The name of the cluster.
        parent: The resource whose Azure provider is used.
    """
    from pulumi_azure_native import containerservice

    found = containerservice.list_managed_cluster_user_credentials_output(
        resource_group_name=resource_group, resource_name=cluster, opts=pulumi.InvokeOutputOptions(parent=parent)
    )
    return pulumi.Output.secret(found.kubeconfigs.apply(lambda configs: b64decode(configs[0].value).decode()))


def kubernetes_provider(
    name: str,
    kubeconfig: pulumi.Output[str],
    cluster_id: pulumi.Output[str],
    opts: pulumi.ResourceOptions,
) -> pulumi.ProviderResource:
    """The provider for what is in a cluster.

    It is replaced, and everything in the cluster with it, when the cluster is another one, and only then: not while an
    update of the cluster makes its credentials unknown, and not when they are rotated (pulumi-kubernetes issues 1148
    and 2745).

    Args:
        name: The logical name.
        kubeconfig: The access.
        cluster_id: The ID of the cluster.
        opts: Pulumi's resource options.
    """
    from pulumi_kubernetes import Provider

    provider: pulumi.ProviderResource = Provider(name, kubeconfig=kubeconfig, cluster_identifier=cluster_id, opts=opts)
    return provider
