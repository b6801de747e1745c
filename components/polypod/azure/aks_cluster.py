"""AKS clusters."""

import re
from collections.abc import Sequence
from typing import Any, NotRequired, TypedDict

import pulumi

from polypod.azure.aks_access import cluster_facts, kubernetes_provider, user_kubeconfig
from polypod.azure.names import group_name, node_group_name
from polypod.azure.role_assignment import pull_right
from polypod.azure.settings import ClusterSettings

_DEFAULTS = ClusterSettings()
_LONGEST_DNS_PREFIX = 54
_LOGS = "Microsoft-ContainerInsights-Group-Default"


class AksClusterArgs(TypedDict):
    """The location, log workspace and nodes of a cluster."""

    resource_group_id: pulumi.Input[str]
    location: pulumi.Input[str]
    workspace_id: pulumi.Input[str]
    registry_id: NotRequired[pulumi.Input[str]]
    node_size: NotRequired[pulumi.Input[str]]
    min_nodes: NotRequired[pulumi.Input[int]]
    max_nodes: NotRequired[pulumi.Input[int]]
    kubernetes_version: NotRequired[pulumi.Input[str]]
    zones: NotRequired[pulumi.Input[Sequence[str]]]


class AksCluster(pulumi.ComponentResource):
    """An AKS cluster: managed identity, one autoscaled node pool, Azure CNI with network policies, Container Insights.

    Args:
        name: The name of the component; the names of everything it makes start with it.
        args: The ID of its resource group, its region, the ID of the Log Analytics workspace for its logs; the ID of a
            registry that its nodes may pull from, and the options of `polypod.azure.settings.ClusterSettings`.
        opts: Pulumi's resource options.
    """

    cluster_id: pulumi.Output[str]
    """The ID of the cluster in Azure Resource Manager."""

    cluster_name: pulumi.Output[str]
    """Its name in Azure."""

    oidc_issuer: pulumi.Output[str]
    """The address that issues the tokens of its service accounts, for workload identities."""

    kubelet_identity: pulumi.Output[str]
    """The object ID of the identity that its nodes pull images with."""

    kubeconfig: pulumi.Output[str]
    """The access to it, a secret."""

    def __init__(self, name: str, args: AksClusterArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("polypod:azure:AksCluster", name, None, opts)
        group_id = pulumi.Output.from_input(args["resource_group_id"])
        group = group_id.apply(group_name)
        cluster = self._cluster(name, args, group_id)
        self.cluster_id = cluster.id
        self.cluster_name = cluster.name
        facts = cluster_facts(group, cluster.name, self)
        self.oidc_issuer = facts.oidc_issuer
        self.kubelet_identity = facts.kubelet_identity
        self.kubeconfig = user_kubeconfig(group, cluster.name, self)
        self._insights(name, args, group)
        rights = []
        registry_id = args.get("registry_id")
        if registry_id is not None:
            children = pulumi.ResourceOptions(parent=self)
            rights.append(pull_right(f"{name}-pull", registry_id, self.kubelet_identity, children))
        self._kubernetes = kubernetes_provider(
            f"{name}-kubernetes",
            self.kubeconfig,
            self.cluster_id,
            pulumi.ResourceOptions(parent=self, depends_on=rights),
        )
        self.register_outputs(
            {
                "clusterId": self.cluster_id,
                "clusterName": self.cluster_name,
                "oidcIssuer": self.oidc_issuer,
                "kubeletIdentity": self.kubelet_identity,
                "kubeconfig": self.kubeconfig,
            }
        )

    @property
    def provider(self) -> pulumi.ProviderResource:
        """The Kubernetes provider for what is in the cluster; what uses it is made once the nodes may pull."""
        return self._kubernetes

    def _cluster(self, name: str, args: AksClusterArgs, group_id: pulumi.Output[str]) -> Any:
        from pulumi_azure_native import containerservice as aks

        return aks.ManagedCluster(
            name,
            resource_group_name=group_id.apply(group_name),
            node_resource_group=group_id.apply(lambda group: node_group_name(group, name)),
            location=args["location"],
            dns_prefix=_dns_prefix(name),
            kubernetes_version=args.get("kubernetes_version"),
            sku=aks.ManagedClusterSKUArgs(name=aks.ManagedClusterSKUName.BASE, tier=aks.ManagedClusterSKUTier.FREE),
            identity=aks.ManagedClusterIdentityArgs(type=aks.ResourceIdentityType.SYSTEM_ASSIGNED),
            enable_rbac=True,
            oidc_issuer_profile=aks.ManagedClusterOIDCIssuerProfileArgs(enabled=True),
            security_profile=aks.ManagedClusterSecurityProfileArgs(
                workload_identity=aks.ManagedClusterSecurityProfileWorkloadIdentityArgs(enabled=True)
            ),
            network_profile=aks.ContainerServiceNetworkProfileArgs(
                network_plugin=aks.NetworkPlugin.AZURE,
                network_plugin_mode=aks.NetworkPluginMode.OVERLAY,
                network_dataplane=aks.NetworkDataplane.CILIUM,
                network_policy=aks.NetworkPolicy.CILIUM,
                load_balancer_sku=aks.LoadBalancerSku.STANDARD,
            ),
            auto_upgrade_profile=aks.ManagedClusterAutoUpgradeProfileArgs(
                upgrade_channel=aks.UpgradeChannel.PATCH, node_os_upgrade_channel=aks.NodeOSUpgradeChannel.NODE_IMAGE
            ),
            addon_profiles={
                "omsagent": aks.ManagedClusterAddonProfileArgs(
                    enabled=True,
                    config={"logAnalyticsWorkspaceResourceID": args["workspace_id"], "useAADAuth": "true"},
                )
            },
            agent_pool_profiles=[
                aks.ManagedClusterAgentPoolProfileArgs(
                    name="nodes",
                    mode=aks.AgentPoolMode.SYSTEM,
                    type=aks.AgentPoolType.VIRTUAL_MACHINE_SCALE_SETS,
                    os_type=aks.OSType.LINUX,
                    vm_size=args.get("node_size", _DEFAULTS.node_size),
                    enable_auto_scaling=True,
                    # Azure asks for a count also where it scales by itself.
                    count=args.get("min_nodes", _DEFAULTS.min_nodes),
                    min_count=args.get("min_nodes", _DEFAULTS.min_nodes),
                    max_count=args.get("max_nodes", _DEFAULTS.max_nodes),
                    orchestrator_version=args.get("kubernetes_version"),  # otherwise nodes stay behind at an upgrade
                    availability_zones=args.get("zones"),
                )
            ],
            opts=pulumi.ResourceOptions(parent=self, ignore_changes=_left_to_azure(args)),
        )

    def _insights(self, name: str, args: AksClusterArgs, group: pulumi.Output[str]) -> None:
        """The data collection rule of the monitoring add-on, which collects nothing without one."""
        from pulumi_azure_native import monitor

        rule = monitor.DataCollectionRule(
            f"{name}-insights",
            resource_group_name=group,
            location=args["location"],
            kind=monitor.KnownDataCollectionRuleResourceKind.LINUX,
            data_sources=monitor.DataCollectionRuleDataSourcesArgs(
                extensions=[
                    monitor.ExtensionDataSourceArgs(
                        name="ContainerInsightsExtension",
                        extension_name="ContainerInsights",
                        streams=[_LOGS],
                        extension_settings={
                            "dataCollectionSettings": {
                                "interval": "1m",
                                "namespaceFilteringMode": "Off",
                                "enableContainerLogV2": True,
                            }
                        },
                    )
                ]
            ),
            destinations=monitor.DataCollectionRuleDestinationsArgs(
                log_analytics=[
                    monitor.LogAnalyticsDestinationArgs(name="workspace", workspace_resource_id=args["workspace_id"])
                ]
            ),
            data_flows=[monitor.DataFlowArgs(streams=[_LOGS], destinations=["workspace"])],
            opts=pulumi.ResourceOptions(parent=self),
        )
        monitor.DataCollectionRuleAssociation(
            f"{name}-insights-association",
            association_name="ContainerInsightsExtension",
            resource_uri=self.cluster_id,
            data_collection_rule_id=rule.id,
            opts=pulumi.ResourceOptions(parent=self),
        )


def _left_to_azure(args: AksClusterArgs) -> list[str]:
    """Properties that Azure changes by itself: the autoscaler's count, and the version unless the program names one."""
    versions = ["kubernetesVersion", "agentPoolProfiles[0].orchestratorVersion"]
    return ["agentPoolProfiles[0].count", *([] if args.get("kubernetes_version") is not None else versions)]


def _dns_prefix(name: str) -> str:
    readable = re.sub("[^a-z0-9-]", "-", name.lower())[:_LONGEST_DNS_PREFIX]
    return readable.strip("-")
