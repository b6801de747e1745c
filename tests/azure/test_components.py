"""The components for programs of one's own, and the package that they are in."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pulumi
import pytest
from pulumi.provider.experimental.analyzer import Analyzer

import polypod.azure
from polypod.azure import AksCluster, ContainerRegistry, FileStorage, LogAnalyticsWorkspace, pull_right, resource_group
from polypod.azure.names import unique_name
from polypod.model.value import Secret
from polypod.testing import MockedEngine
from tests.azure.programs import everything
from tests.common import AZURE_SDK

pytestmark = AZURE_SDK

GROUP = "/subscriptions/s/resourceGroups/theirs"
PLACE: Any = {"resource_group_id": GROUP, "location": "westeurope"}
COMPONENTS: dict[str, Callable[[], pulumi.ComponentResource]] = {
    "AksCluster": lambda: AksCluster("it", {**PLACE, "workspace_id": f"{GROUP}/w"}),
    "ContainerRegistry": lambda: ContainerRegistry("it", PLACE),
    "FileStorage": lambda: FileStorage("it", {**PLACE, "shares": {"data": 5}}),
    "LogAnalyticsWorkspace": lambda: LogAnalyticsWorkspace("it", PLACE),
}


def up(program: Callable[[], object]) -> MockedEngine:
    """The engine after a program ran."""
    engine = MockedEngine()
    engine.up(program)
    return engine


@pytest.mark.parametrize("name", COMPONENTS)
def test_type_tokens_are_stable(name: str) -> None:
    """A change would make every deployed component a new one."""
    assert f"polypod:azure:{name}" in {resource.type for resource in up(COMPONENTS[name]).resources}


@pytest.mark.parametrize("name", COMPONENTS)
def test_children_stand_below_their_component(name: str) -> None:
    """With names that start with its own."""
    resources = up(COMPONENTS[name]).resources
    assert [resource.name for resource in resources if not resource.name.startswith("it")] == []
    assert [r.type for r in resources if not r.parent] == [f"polypod:azure:{name}"]
    assert {r.parent for r in resources if not r.type.startswith("polypod:")} == {"it"}


def test_every_name_of_the_foundation_starts_with_that_of_its_parent() -> None:
    """Two of them can stand side by side."""
    assert [r.name for r in up(everything).resources if not r.name.startswith(r.parent)] == []


def test_pulumi_infers_a_schema_for_every_component() -> None:
    """Every component has its inputs and outputs in the schema that Pulumi infers, required and optional ones."""
    schema = Analyzer("polypod").analyze([AksCluster, ContainerRegistry, FileStorage, LogAnalyticsWorkspace])
    found = {
        name: (
            {key for key, value in component.inputs.items() if not value.optional},
            {key for key, value in component.inputs.items() if value.optional},
            set(component.outputs),
        )
        for name, component in schema["component_definitions"].items()
    }
    place = {"resourceGroupId", "location"}
    assert found == {
        "AksCluster": (
            {*place, "workspaceId"},
            {"registryId", "nodeSize", "minNodes", "maxNodes", "kubernetesVersion", "zones"},
            {"clusterId", "clusterName", "oidcIssuer", "kubeletIdentity", "kubeconfig"},
        ),
        "ContainerRegistry": (place, {"admin"}, {"registryId", "server", "username", "password"}),
        "FileStorage": ({*place, "shares"}, set(), {"account", "key"}),
        "LogAnalyticsWorkspace": (place, {"retentionDays"}, {"workspaceId", "customerId", "sharedKey"}),
    }


@pytest.mark.parametrize(
    ("component", "output", "secret"),
    [
        ("AksCluster", "kubeconfig", "apiVersion: v1\nkind: Config\nclusters: []\n"),
        ("FileStorage", "key", "key-of-the-account"),
        ("LogAnalyticsWorkspace", "shared_key", "key-of-the-workspace"),
        ("ContainerRegistry", "password", ""),
    ],
)
def test_what_gives_access_is_secret(component: str, output: str, secret: str) -> None:
    """Encrypted in the state, and hidden in previews."""
    engine = up(lambda: pulumi.export("it", getattr(COMPONENTS[component](), output)))
    assert engine.outputs == {"it": Secret(secret)}


def test_a_registry_has_an_admin_only_when_asked() -> None:
    """Azure advises against it."""
    assert up(COMPONENTS["ContainerRegistry"])["it"].inputs["adminUserEnabled"] is False
    engine = up(lambda: pulumi.export("it", ContainerRegistry("it", {**PLACE, "admin": True}).password))
    assert engine["it"].inputs["adminUserEnabled"] is True
    assert engine.outputs == {"it": Secret("password-of-the-registry")}


def test_shares_can_be_kept() -> None:
    """With their account, as Azure deletes them with it, and with their resource group."""

    def program() -> None:
        keep = pulumi.ResourceOptions(retain_on_delete=True)
        group = resource_group("kept", "westeurope", keep)
        FileStorage("files", {**PLACE, "resource_group_id": group.id, "shares": {"a": 5, "b": 9}}, keep)

    kept = {(r.type.rpartition(":")[2], r.name) for r in up(program).resources if r.retain_on_delete}
    shares = {("FileShare", "files-a"), ("FileShare", "files-b")}
    assert kept >= {("ResourceGroup", "kept"), ("StorageAccount", "files"), *shares}


def test_shares_have_their_names_and_sizes() -> None:
    """In GiB."""
    share = up(COMPONENTS["FileStorage"])["it-data"].inputs
    assert (share["shareName"], share["shareQuota"]) == ("data", 5)


def test_the_storage_account_is_closed_to_the_public() -> None:
    """No anonymous blobs, no plain HTTP, no old TLS."""
    account = next(r.inputs for r in up(COMPONENTS["FileStorage"]).resources if r.type.endswith(":StorageAccount"))
    assert account["allowBlobPublicAccess"] is False
    assert account["enableHttpsTrafficOnly"] is True
    assert account["minimumTlsVersion"] == "TLS1_2"


def test_two_rights_have_two_names() -> None:
    """The name of a role assignment follows from who may pull from where."""

    def program() -> None:
        for name, registry, principal in (("a", "r1", "p1"), ("b", "r1", "p2"), ("c", "r2", "p1"), ("d", "r1", "p1")):
            pull_right(name, f"/subscriptions/s/{registry}", principal)

    names = {r.name: r.inputs["roleAssignmentName"] for r in up(program).resources}
    assert len(set(names.values())) == 3
    assert names["a"] == names["d"]


@pytest.mark.parametrize("limit", [24, 50])
@pytest.mark.parametrize("prefix", ["shop-registry", "1-shop", "Ünïcode", "x" * 90])
def test_unique_names_are_those_azure_allows(prefix: str, limit: int) -> None:
    """Small letters and digits; another subscription has other names."""
    name = unique_name(prefix, "/subscriptions/a/resourceGroups/g", limit)
    assert name.isascii()
    assert name.isalnum()
    assert name == name.lower()
    assert 5 <= len(name) <= limit
    assert name != unique_name(prefix, "/subscriptions/b/resourceGroups/g", limit)
    assert name == unique_name(prefix, "/SUBSCRIPTIONS/a/resourcegroups/G", limit)


def test_public_names_are_sorted_and_there() -> None:
    """So that they are easy to find."""
    assert polypod.azure.__all__ == sorted(polypod.azure.__all__)
    assert [name for name in polypod.azure.__all__ if not hasattr(polypod.azure, name)] == []


def test_importing_the_package_loads_no_heavy_sdk() -> None:
    """Azure's SDK loads only when something is made."""
    code = "import json, sys, polypod.azure; print(json.dumps(sorted(sys.modules)))"
    output = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout
    assert {"pulumi_azure_native", "pulumi_kubernetes", "kubernetes"} & set(json.loads(output)) == set()


def test_a_program_without_azure_loads_none_of_it() -> None:
    """The package itself stays out of programs for other targets."""
    code = "import json, sys, polypod, polypod.targets.docker; print(json.dumps(sorted(sys.modules)))"
    output = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout
    assert [name for name in json.loads(output) if name.startswith(("polypod.azure", "pulumi_azure"))] == []
