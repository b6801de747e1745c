"""What container groups stand on in Azure: network, logs, files, registries and the provider of all that."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pulumi
import pytest

from polypod import Build, ContainerGroup, GatewayStack, Group, Mount, PersistentVolume, Pod, Secret, SidecarPod
from polypod.testing import MockedEngine
from tests.common import AZURE_SDK
from tests.engines import TWO_PODS
from tests.programs import container, gateway, web
from tests.targets.aci.engines import GIVEN, REGISTRY, failure, groups, of_type, run, shop
from tests.targets.aci.plan.test_settings import IDENTITY, SUBNET, WORKSPACE

pytestmark = AZURE_SDK


def test_a_network_of_the_stacks_own_is_made_when_it_is_asked_for() -> None:
    """Once; a subnet that is there needs none."""
    engine = run(shop, config={"polypod:aci": {"addressSpace": "10.0.0.0/24"}})
    (network,) = of_type(engine, "network:VirtualNetwork")
    (subnet,) = of_type(engine, "network:Subnet")
    assert network.inputs["addressSpace"] == {"addressPrefixes": ["10.0.0.0/24"]}
    assert {subnet.name} <= groups(engine)["shop-db-0"].depends_on
    there = run(shop, config={"polypod:aci": {"subnet": SUBNET}})
    assert of_type(there, "network:VirtualNetwork") == of_type(there, "network:Subnet") == []
    assert {repr(group.inputs["subnetIds"]) for group in groups(there).values()} == {repr([{"id": SUBNET}])}


def test_logs_go_to_a_workspace() -> None:
    """To one of the stack's own, or to one that is given with its key."""
    own = run(lambda: SidecarPod("c", web()), config={"polypod:aci": {"logAnalytics": {}}})
    assert len(of_type(own, "operationalinsights:Workspace")) == 1
    there = run(lambda: SidecarPod("c", web()), config={"polypod:aci": {"logAnalytics": GIVEN}})
    assert of_type(there, "operationalinsights:Workspace") == []
    for engine, key in ((own, "key-of-the-workspace"), (there, "geheim")):
        logs = groups(engine)["c-web-0"].inputs["diagnostics"]["logAnalytics"]
        assert logs["workspaceKey"] == Secret(key)
        assert len(logs["workspaceId"]) == len(WORKSPACE)


def test_groups_reach_azure_files_from_the_network() -> None:
    """Without an endpoint for it, the firewall of an account would see them come from anywhere."""
    engine = run(shop, config={"polypod:aci": {"addressSpace": "10.0.0.0/24"}})
    (subnet,) = of_type(engine, "network:Subnet")
    assert subnet.inputs["serviceEndpoints"] == [{"service": "Microsoft.Storage"}]


def test_other_addresses_need_another_network() -> None:
    """The groups in it, which hold on to their addresses, and the subnet are gone before."""
    one, other = (run(shop, config={"polypod:aci": {"addressSpace": f"10.{i}.0.0/24"}}) for i in range(2))
    (network,) = of_type(one, "network:VirtualNetwork")
    (subnet,) = of_type(one, "network:Subnet")
    assert (network.replace_on_changes, subnet.replace_on_changes) == (("addressSpace",), ("addressPrefix",))
    assert network.delete_before_replace
    assert subnet.delete_before_replace
    before, after = (found["shop-db-0"].replacement_trigger for found in map(groups, (one, other)))
    assert {key for key in before if before[key] != after[key]} == {"network"}


def test_data_is_kept_with_everything_around_it() -> None:
    """In a resource group of its own, since a deleted one takes everything along."""
    engine = run(shop)
    kept = {resource.type.rpartition(":")[2]: resource for resource in engine.resources if resource.retain_on_delete}
    assert set(kept) == {"ResourceGroup", "StorageAccount", "FileShare", "FileStorage"}
    assert kept["ResourceGroup"].inputs["resourceGroupName"] == "project-stack-data"
    assert kept["FileShare"].inputs["shareName"] == "shop-db-data"
    (volume,) = groups(engine)["shop-db-0"].inputs["volumes"]
    assert volume["azureFile"] == {
        "shareName": "shop-db-data",
        "storageAccountName": kept["StorageAccount"].inputs["accountName"],
        "storageAccountKey": Secret("key-of-the-account"),
    }
    assert {kept["FileShare"].name} <= groups(engine)["shop-db-0"].depends_on
    assert not any(resource.retain_on_delete for resource in run(lambda: SidecarPod("c", web())).resources)


def test_what_an_earlier_stack_kept_is_taken_over() -> None:
    """As it is, and under the same names; what is not there is made."""
    fresh = run(shop)
    assert {resource.import_id for resource in fresh.resources} == {""}
    (account,) = of_type(fresh, "storage:StorageAccount")
    name = account.inputs["accountName"]
    engine = run(shop, kept=["project-stack-data", name, "shop-db-data"])
    found = {resource.type.rpartition(":")[2]: resource for resource in engine.resources if resource.import_id}
    scope = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/project-stack-data"
    files = f"{scope}/providers/Microsoft.Storage/storageAccounts/{name}"
    assert {kind: resource.import_id for kind, resource in found.items()} == {
        "ResourceGroup": scope,
        "StorageAccount": files,
        "FileShare": f"{files}/fileServices/default/shares/shop-db-data",
    }
    assert {resource.ignore_changes for resource in found.values()} == {("*",)}


def data_group(project: str, stack: str) -> str:
    """The name of the resource group of a stack's data."""
    found = of_type(run(shop, project=project, stack=stack), "resources:ResourceGroup")
    (name,) = (group.inputs["resourceGroupName"] for group in found if group.retain_on_delete)
    return str(name)


@pytest.mark.parametrize("stack", ["dev", "b-c"])
def test_data_has_the_name_of_its_stack(stack: str) -> None:
    """For people to find it."""
    assert data_group("a", stack) == f"a-{stack}-data"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("a", "b-c"), ("a-b", "c")),
        (("a-b", "c-d"), ("a-b-c", "d")),
        (("a", "b.c"), ("a", "b_c")),
        (("a", "b-c"), ("a", "b.c")),
        (("p", f"{'x' * 40}1"), ("p", f"{'x' * 40}2")),
    ],
)
def test_no_two_stacks_share_their_data(one: tuple[str, str], other: tuple[str, str]) -> None:
    """Not even where their names are the same once they are joined, cleaned or cut; and the name stays the same."""
    assert data_group(*one) != data_group(*other)
    assert data_group(*one) == data_group(*one)


def test_two_components_share_the_stacks_place() -> None:
    """One resource group, one workspace, one registry; each its own groups and files."""

    def program() -> None:
        SidecarPod("one", web(mounts=[Mount("/d", PersistentVolume("d"))]))
        ContainerGroup("two", Group("g", peers=[container("a", mounts=[Mount("/d", PersistentVolume("d"))])]))

    engine = run(program, config={"polypod:aci": {"logAnalytics": {}}})
    assert set(groups(engine)) == {"one-web-0", "two-g-0"}
    names = {group.name for group in of_type(engine, "resources:ResourceGroup")}
    assert names == {"project-stack-resources", "project-stack-data"}
    assert len(of_type(engine, "operationalinsights:Workspace")) == 1
    assert len({account.inputs["accountName"] for account in of_type(engine, "storage:StorageAccount")}) == 2


class _Provider(pulumi.ProviderResource):
    def __init__(self, name: str) -> None:
        super().__init__("azure-native", name, {"location": "westeurope"})


def test_a_given_provider_makes_everything() -> None:
    """Groups, and what they stand on."""

    def program() -> None:
        GatewayStack("shop", TWO_PODS, pulumi.ResourceOptions(providers=[_Provider("mine")]))
        SidecarPod("other", Pod(container("plain")))

    engine = run(program, config={"polypod:aci": {"logAnalytics": {}, "addressSpace": "10.0.0.0/24"}})
    used = {r.name: r.provider for r in engine.resources if r.type.startswith("azure-native:")}
    own = {name for name, provider in used.items() if provider == "mine"}
    assert {"shop-web-0", "shop-db-0", "shop-gateway-0"} <= own
    assert used["other-plain-0"] == ""
    kinds = {engine[name].type.rpartition(":")[2] for name in own}
    assert kinds == {
        "ContainerGroup",
        "ResourceGroup",
        "StorageAccount",
        "FileShare",
        "VirtualNetwork",
        "Subnet",
        "Workspace",
    }
    assert len({(r.type, r.name) for r in engine.resources}) == len(engine.resources)


def test_the_emulator_has_a_provider_of_its_own(built: Path) -> None:
    """It runs what the local daemon has built, and is reached by its addresses."""

    def program() -> None:
        pulumi.export("url", GatewayStack("shop", gateway(web(image=Build("app")))).url)

    engine = run(program, root=built, config={"polypod:aci": {"emulator": True}})
    assert {used.provider for used in engine.resources if used.type.startswith("azure-native:")} == {"emulator"}
    assert engine.outputs["url"] == "http://192.0.2.1:8080"
    assert "imageRegistryCredentials" not in groups(engine)["shop-web-0"].inputs
    assert of_type(engine, "containerregistry:Registry") == []
    assert groups(engine)["shop-web-0"].inputs["containers"][0]["image"] == "id-of-shop-image-app"


@pytest.mark.parametrize(
    ("given", "provider", "fix"),
    [
        ("true", "emulator", "run `pulumi config set --path polypod:aci.emulator true`, then `pulumi config rm"),
        ("false", "", "run `pulumi config rm polypod:aciEmulator`"),
    ],
)
def test_the_old_key_of_the_emulator_works_with_a_warning(given: str, provider: str, fix: str) -> None:
    """Said once, however many components there are."""

    def program() -> None:
        for name in ("one", "two"):
            SidecarPod(name, web())

    engine = run(program, config={"polypod:aciEmulator": given})
    assert {used.provider for used in engine.resources if used.type.startswith("azure-native:")} == {provider}
    (warning,) = [text for text in engine.warnings if "aciEmulator" in text]
    assert warning.startswith(f"PP578 config polypod:aciEmulator: the key is now polypod:aci.emulator; {fix}")


def test_an_emulator_in_a_virtual_machine_is_reached_by_the_loopback_address(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on macOS, where the networks of containers cannot be reached; the emulator publishes public ports there."""
    asked: list[tuple[list[str], int]] = []

    def only_loopback(hosts: list[str], port: int) -> str:
        asked.append((hosts, port))
        return hosts[-1]

    monkeypatch.setattr("polypod.targets.aci.deploy.resources.reachable_host", only_loopback)

    def program() -> None:
        pulumi.export("url", GatewayStack("shop", gateway(web())).url)

    engine = run(program, config={"polypod:aci": {"emulator": True}})
    assert asked == [(["192.0.2.1", "127.0.0.1"], 8080)]
    assert engine.outputs["url"] == "http://127.0.0.1:8080"


def login_of(engine: MockedEngine) -> dict[str, Any]:
    """The one login of the pod ``web``."""
    (login,) = groups(engine)["c-web-0"].inputs["imageRegistryCredentials"]
    return dict(login)


def test_images_are_pushed_to_a_registry_of_the_stacks_own(built: Path) -> None:
    """And pulled with its login, by their digest."""
    engine = run(lambda: SidecarPod("c", web(image=Build("app"))), root=built)
    (registry,) = of_type(engine, "containerregistry:Registry")
    server = f"{registry.inputs['registryName']}.azurecr.io"
    assert login_of(engine) == {"server": server, "username": "admin", "password": Secret("password-of-the-registry")}
    image = groups(engine)["c-web-0"].inputs["containers"][0]["image"]
    assert image == f"{server}/project-stack-c/app@sha256:{'0' * 64}"


@pytest.mark.parametrize(("server", "expected"), [("registry.test", "registry.test"), ("docker.io", "index.docker.io")])
def test_images_are_pushed_to_the_registry_in_the_config(built: Path, server: str, expected: str) -> None:
    """Where there is one, none is made."""
    program = lambda: SidecarPod("c", web(image=Build("app")))  # noqa: E731
    config = {"polypod:registry": {**REGISTRY, "server": server}}
    engine = run(program, root=built, config=config, secrets=["polypod:registry"])
    assert of_type(engine, "containerregistry:Registry") == []
    assert login_of(engine) == {"server": expected, "username": "ci", "password": Secret("geheim")}


EXISTING = {"location": "westeurope", "registry": {"existing": {"name": "there", "resourceGroup": "rg"}}}


def test_an_identity_may_pull_in_place_of_a_password(built: Path) -> None:
    """From a registry that is there, which the machine's Docker client is logged in to."""
    config = {"polypod:azure": EXISTING, "polypod:aci": {"identity": IDENTITY}}
    engine = run(lambda: SidecarPod("c", web(image=Build("app"))), root=built, config=config)
    assert login_of(engine) == {"server": "there.azurecr.io", "identity": IDENTITY}
    identity = groups(engine)["c-web-0"].inputs["identity"]
    assert identity == {"type": "UserAssigned", "userAssignedIdentities": [IDENTITY]}


def test_an_identity_may_pull_from_the_registry_in_the_config(built: Path) -> None:
    """Where it is one of Azure."""
    registry = {**REGISTRY, "server": "there.azurecr.io"}
    config = {"polypod:registry": registry, "polypod:aci": {"identity": IDENTITY}}
    engine = run(lambda: SidecarPod("c", web(image=Build("app"))), root=built, config=config)
    assert login_of(engine) == {"server": "there.azurecr.io", "identity": IDENTITY}


def test_an_identity_cannot_pull_from_a_registry_that_is_yet_to_be_made(built: Path) -> None:
    """Nobody has given it the right."""
    config = {"polypod:aci": {"identity": IDENTITY}}
    engine = run(lambda: SidecarPod("c", web(image=Build("app"))), root=built, config=config)
    login = login_of(engine)
    assert (login["username"], login["password"]) == ("admin", Secret("password-of-the-registry"))
    assert "identity" not in login
    assert groups(engine)["c-web-0"].inputs["identity"]["userAssignedIdentities"] == [IDENTITY]


def test_groups_need_a_way_to_pull(built: Path) -> None:
    """A registry that only the machine's Docker client can use is of no use to them."""
    message = failure(lambda: SidecarPod("c", web(image=Build("app"))), root=built, config={"polypod:azure": EXISTING})
    assert "config polypod:azure.registry.existing: container groups pull images with a login or an identity" in message
    assert "fix: give polypod:azure.registry.push, or polypod:aci.identity" in message
