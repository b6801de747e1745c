"""What an application in AKS stands on, and what its target gets."""

from __future__ import annotations

from typing import Any

import pulumi
import pytest
import yaml

from polypod import private_apis, testing
from polypod.azure import aks
from polypod.errors import ModelError
from polypod.model.value import Secret
from polypod.testing import MockedEngine
from tests.azure.programs import CLUSTER, EXISTING, KUBERNETES, OWN, REGISTRY, RIGHT, deployed, export, types
from tests.common import AZURE_SDK, ROOT

pytestmark = AZURE_SDK

NAMED_BY_PULUMI = (":ResourceGroup", ":ManagedCluster", ":Workspace", ":DataCollectionRule")
PUSH = {"username": "me", "password": "geheim"}
SECRETS = ["password-of-the-registry", "key-of-the-workspace", "kind: Config", "geheim"]


@pytest.fixture(scope="module")
def own() -> MockedEngine:
    """A cluster and a registry of the stack's own."""
    return deployed(OWN)


def test_the_target_gets_access_and_a_registry(own: MockedEngine) -> None:
    """Whatever gives access is a secret."""
    server = own.outputs["server"]
    assert own.outputs == {
        "kubeconfig": Secret("apiVersion: v1\nkind: Config\nclusters: []\n"),
        "server": server,
        "username": "admin",
        "password": Secret("password-of-the-registry"),
        "nodes_may_pull": True,
    }
    assert server == f"{own['shop-test-registry'].inputs['registryName']}.azurecr.io"


def test_the_kubernetes_provider_has_the_secret_kubeconfig(own: MockedEngine) -> None:
    """And follows the identity of the cluster, so that a rotated certificate replaces nothing."""
    provider = own["shop-test-cluster-kubernetes"]
    assert provider.type == KUBERNETES
    assert isinstance(provider.inputs["kubeconfig"], Secret)
    assert provider.inputs["clusterIdentifier"].endswith("/managedClusters/shop-test-cluster")


def test_what_is_in_the_cluster_waits_for_the_right_to_pull(own: MockedEngine) -> None:
    """Pods could not start before."""
    assert "shop-test-cluster-pull" in own["shop-test-cluster-kubernetes"].depends_on


def test_the_nodes_may_pull_from_the_registry(own: MockedEngine) -> None:
    """The identity of the nodes gets the role, not that of the cluster, and Azure need not have it replicated yet."""
    right = own["shop-test-cluster-pull"]
    assert right.type == RIGHT
    assert right.inputs["principalId"] == "00000000-0000-0000-0000-000000000001"
    assert right.inputs["principalType"] == "ServicePrincipal"
    assert right.inputs["roleDefinitionId"].endswith("/roleDefinitions/7f951dda-4ed3-4680-a7ca-43fe172d538d")
    assert right.inputs["scope"].endswith(own["shop-test-registry"].inputs["registryName"])
    assert right.delete_before_replace


def test_a_second_deployment_makes_the_same(own: MockedEngine) -> None:
    """Names that Azure wants to be unique are not random."""
    again = deployed(OWN)
    assert {r.name: r.inputs for r in again.resources} == {r.name: r.inputs for r in own.resources}


def test_what_changes_without_the_program_is_left_alone(own: MockedEngine) -> None:
    """The autoscaler counts the nodes, and Azure chooses the version, unless the program does."""
    count, versions = "agentPoolProfiles[0].count", {"kubernetesVersion", "agentPoolProfiles[0].orchestratorVersion"}
    assert set(own["shop-test-cluster"].ignore_changes) == {count, *versions}
    chosen = deployed({**OWN, "cluster": {"kubernetesVersion": "1.33"}})["shop-test-cluster"]
    assert set(chosen.ignore_changes) == {count}


def test_nodes_follow_the_version_of_the_cluster() -> None:
    """Azure upgrades only the control plane otherwise."""
    cluster = deployed({**OWN, "cluster": {"kubernetesVersion": "1.33"}})["shop-test-cluster"]
    assert cluster.inputs["kubernetesVersion"] == "1.33"
    assert cluster.inputs["agentPoolProfiles"][0]["orchestratorVersion"] == "1.33"


def test_the_options_reach_the_nodes() -> None:
    """Size, numbers and zones; the first count is the least."""
    options = {"nodeSize": "Standard_D4s_v5", "minNodes": 2, "maxNodes": 7, "zones": [1, 2, 3]}
    (pool,) = deployed({**OWN, "cluster": options})["shop-test-cluster"].inputs["agentPoolProfiles"]
    assert {
        "vmSize": "Standard_D4s_v5",
        "enableAutoScaling": True,
        "count": 2,
        "minCount": 2,
        "maxCount": 7,
        "availabilityZones": ["1", "2", "3"],
    }.items() <= pool.items()


def test_the_cluster_is_made_as_the_issue_asks(own: MockedEngine) -> None:
    """Managed identity, workload identity, network policies, and logs in the workspace."""
    inputs: Any = own["shop-test-cluster"].inputs
    assert inputs["identity"] == {"type": "SystemAssigned"}
    assert inputs["oidcIssuerProfile"] == {"enabled": True}
    assert inputs["securityProfile"] == {"workloadIdentity": {"enabled": True}}
    network = inputs["networkProfile"]
    assert (network["networkPlugin"], network["networkPluginMode"]) == ("azure", "overlay")
    assert (network["networkDataplane"], network["networkPolicy"]) == ("cilium", "cilium")
    config = inputs["addonProfiles"]["omsagent"]["config"]
    assert config["logAnalyticsWorkspaceResourceID"].endswith("/workspaces/shop-test-logs")
    association = own["shop-test-cluster-insights-association"].inputs
    assert association["associationName"] == "ContainerInsightsExtension"
    assert association["resourceUri"].endswith("/managedClusters/shop-test-cluster")


def test_a_login_of_the_users_own_needs_no_admin() -> None:
    """The registry's admin user is off then."""
    engine = deployed(
        {**OWN, "registry": {"push": {"username": "me", "password": "geheim"}}}, secrets=("polypod:azure",)
    )
    assert engine["shop-test-registry"].inputs["adminUserEnabled"] is False
    assert (engine.outputs["username"], engine.outputs["password"]) == ("me", Secret("geheim"))


def test_an_existing_registry_is_looked_up() -> None:
    """The nodes of a new cluster get the right to pull from it; pushing is up to the machine's own login."""
    engine = deployed({**OWN, "registry": {"existing": EXISTING}})
    assert REGISTRY not in types(engine)
    assert engine["shop-test-cluster-pull"].inputs["scope"].endswith("/resourceGroups/their-group/providers/"
        "Microsoft.ContainerRegistry/registries/theirs")  # fmt: skip
    assert (engine.outputs["server"], engine.outputs["username"]) == ("theirs.azurecr.io", None)


def test_an_existing_cluster_is_looked_up() -> None:
    """It gets the right to pull from a new registry; nothing else is made."""
    engine = deployed({**OWN, "cluster": {"existing": EXISTING}})
    assert types(engine) == {"azure-native:resources:ResourceGroup", REGISTRY, RIGHT, KUBERNETES}
    assert engine["shop-test-cluster-kubernetes"].inputs["clusterIdentifier"].endswith("/managedClusters/theirs")
    assert isinstance(engine.outputs["kubeconfig"], Secret)


def test_what_is_there_already_is_only_used() -> None:
    """A second assignment of a role that the cluster has would be refused."""
    engine = deployed({"cluster": {"existing": EXISTING}, "registry": {"existing": EXISTING}})
    assert types(engine) == {KUBERNETES}
    assert engine.outputs["nodes_may_pull"] is True


def test_a_stack_has_one_cluster() -> None:
    """Two components of a stack share it."""
    clusters = []

    def program() -> None:
        clusters.extend([aks(OWN, "shop-test"), aks(OWN, "shop-test")])

    engine = MockedEngine()
    engine.up(program)
    assert clusters[0] is clusters[1]
    assert [r.name for r in engine.resources if r.type == CLUSTER] == ["shop-test-cluster"]


def test_two_stacks_have_two_clusters() -> None:
    """Nothing is kept from one program to the next."""
    assert CLUSTER in types(deployed(OWN))
    assert CLUSTER in types(deployed(OWN))


def test_wrong_config_makes_nothing() -> None:
    """It is refused before the first resource."""
    engine = MockedEngine()
    with pytest.raises(ModelError, match=r"config polypod:azure\.cluster\.minNodes"):
        engine.up(lambda: aks({**OWN, "cluster": {"minNodes": -1}}, "shop-test"))
    assert engine.resources == []


def test_a_first_preview_asks_azure_for_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Before anything is made, everything is planned without what only Azure knows."""
    monitor = testing.engine._Monitor  # noqa: SLF001 - polypod's own
    register, asked = monitor.RegisterResource, []

    def unknown(engine: Any, request: Any) -> Any:
        made = register(engine, request)
        if request.type.startswith(("azure-native:", "pulumi:providers:")):
            return private_apis.registered(made.urn)
        return made

    monkeypatch.setattr(monitor, "RegisterResource", unknown)
    monkeypatch.setattr(monitor, "Invoke", lambda _, request: asked.append(request.tok))
    engine = MockedEngine()
    engine.preview(lambda: export(aks(OWN, "shop-test")))
    assert {CLUSTER, REGISTRY, RIGHT, KUBERNETES} <= types(engine)
    assert asked == []


def test_no_secret_is_in_plain_inputs() -> None:
    """Wherever it would be seen in the state or in a preview."""
    engine = deployed(
        {**OWN, "registry": {"push": {"username": "me", "password": "geheim"}}}, secrets=("polypod:azure",)
    )
    for shown in (repr(engine.resources), repr(engine.outputs), repr(deployed(OWN).resources)):
        assert [secret for secret in SECRETS if secret in shown] == []


def test_names_are_those_azure_allows() -> None:
    """Also where the project's name has other characters."""
    engine = MockedEngine(config={"polypod:azure": OWN})
    engine.up(lambda: aks(OWN, f"My_Project.{'x' * 100}"))
    assert {r.name.partition("-x")[0] for r in engine.resources} == {"My-Project"}
    named_by_pulumi = [r.name + "12345678" for r in engine.resources if r.type.endswith(NAMED_BY_PULUMI)]
    assert len(named_by_pulumi) == 4
    assert max(map(len, named_by_pulumi)) <= 63
    registry = next(r for r in engine.resources if r.type == REGISTRY).inputs["registryName"]
    assert registry.isalnum()
    assert registry.islower()
    assert 5 <= len(registry) <= 50
    assert len(next(r for r in engine.resources if r.type == CLUSTER).inputs["nodeResourceGroup"]) <= 80


def test_the_template_of_the_stack_is_right() -> None:
    """The config that ``make up STACK=aks`` starts from."""
    config = yaml.safe_load((ROOT / "stacks" / "aks.config.yaml").read_text())["config"]
    assert config["polypod:target"] == "kubernetes"
    engine = MockedEngine(config=config)
    engine.preview(lambda: export(aks(pulumi.Config("polypod").require_object("azure"), "polypod-aks")))
    assert CLUSTER in types(engine)
