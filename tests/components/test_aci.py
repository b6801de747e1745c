"""What components register with Pulumi on Azure Container Instances, without an engine and without Azure."""

from __future__ import annotations

import base64
import importlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pulumi
import pytest

from polypod import (
    Build,
    ConfigVolume,
    ContainerGroup,
    Gateway,
    GatewayStack,
    Group,
    Mount,
    PersistentVolume,
    Pod,
    Port,
    Probe,
    RegistryCredentials,
    Resources,
    Route,
    ScratchVolume,
    Secret,
    SecretVolume,
    SidecarPod,
)
from polypod.patterns import postgres
from polypod.testing import MockedEngine, Registered
from tests.programs import container, gateway, web
from tests.targets.aci.test_settings import IDENTITY, SUBNET, WORKSPACE
from tests.targets.sdk import fields_of_resource, unknown

AZURE = {"polypod:target": "aci", "polypod:azure": {"location": "westeurope"}}
GROUP = "azure-native:containerinstance:ContainerGroup"
REGISTRY = {"server": "registry.test", "username": "ci", "password": "geheim"}
DB = postgres("db", password="geheim")
API = web(env={"URL": DB.url("app")}, mounts=[Mount("/etc/api", ConfigVolume("conf", {"db": "${db.host}"}))])
SHOP = Gateway([API, DB], routes=[Route("/", API)])


def run(program: Callable[[], object], *, preview: bool = False, config: Any = None, **fields: Any) -> MockedEngine:
    """The engine after a program ran on Azure."""
    engine = MockedEngine(config={**AZURE, **(config or {})}, **fields)
    (engine.preview if preview else engine.up)(program)
    return engine


def failure(program: Callable[[], object], **fields: Any) -> str:
    """What a user sees of a program that fails."""
    with pytest.raises(pulumi.RunError) as caught:
        run(program, **fields)
    return str(caught.value)


def shop() -> None:
    """An application of two pods."""
    stack = GatewayStack("shop", SHOP)
    pulumi.export("url", stack.url)
    pulumi.export("endpoints", stack.endpoints)


def groups(engine: MockedEngine) -> dict[str, Registered]:
    """The container groups by logical name."""
    return {resource.name: resource for resource in engine.resources if resource.type == GROUP}


def of_type(engine: MockedEngine, kind: str) -> list[Registered]:
    """The resources of a type in Azure."""
    return [resource for resource in engine.resources if resource.type == f"azure-native:{kind}"]


def test_each_pod_becomes_a_container_group() -> None:
    """With a name that starts with its parent's, in the stack's resource group."""
    engine = run(shop)
    found = groups(engine)
    assert set(found) == {"shop-db-0", "shop-web-0", "shop-gateway-0"}
    assert {group.parent for group in found.values()} == {"shop"}
    for name, group in found.items():
        assert group.inputs["containerGroupName"] == name
        assert group.inputs["location"] == "westeurope"
        assert group.inputs["resourceGroupName"] == "project-stack-resources"
        assert group.delete_before_replace
        assert not group.retain_on_delete


def test_a_component_in_one_group_is_named_after_itself() -> None:
    """There is nothing to tell apart."""
    engine = run(lambda: GatewayStack("store", gateway()), config={"polypod:aci": {"placement": "group"}})
    assert {name: group.inputs["containerGroupName"] for name, group in groups(engine).items()} == {"store": "store"}


def test_the_address_is_the_gateways_name() -> None:
    """The stack's URL and the gateway's endpoint are one."""
    url = "http://shop-gateway-0.westeurope.azurecontainer.io:8080"
    assert run(shop).outputs == {"url": url, "endpoints": {"gateway": url}}


@pytest.mark.parametrize("config", [{"subnet": SUBNET}, {"addressSpace": "10.0.0.0/24"}])
def test_in_a_network_the_address_is_private(config: dict[str, str]) -> None:
    """It has no name."""
    engine = run(shop, config={"polypod:aci": config})
    assert engine.outputs["url"] == "http://10.0.0.4:8080"
    (variable,) = groups(engine)["shop-web-0"].inputs["containers"][0]["environmentVariables"]
    assert variable["secureValue"] == Secret("postgresql://app:geheim@10.0.0.4:5432/app")


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


def test_groups_are_made_after_those_they_wait_for() -> None:
    """Each names what it refers to, and the gateway those it passes requests on to."""
    found = groups(run(shop))
    assert "shop-db-0" in found["shop-web-0"].depends_on
    assert "shop-web-0" in found["shop-gateway-0"].depends_on
    assert "shop-gateway-0" not in found["shop-web-0"].depends_on


def test_files_arrive_as_base64_with_the_hosts_in_them() -> None:
    """Azure knows nothing else."""
    (volume,) = groups(run(shop))["shop-web-0"].inputs["volumes"]
    assert base64.b64decode(volume["secret"]["db"]) == b"shop-db-0.westeurope.azurecontainer.io"


def test_a_change_of_shape_replaces_the_group() -> None:
    """What the engine compares says in words what changed."""
    one, other = (
        groups(run(lambda m=model: SidecarPod("c", m)))["c-web-0"].replacement_trigger
        for model in (web(), web(resources=Resources(cpu=2)))
    )
    assert {key for key in one if one[key] != other[key]} == {"request of web"}


SECRETS = ("geheim", "key-of-the-account", "key-of-the-workspace", "password-of-the-registry")


@pytest.fixture
def built(tmp_path: Path) -> Path:
    """A project with a Dockerfile."""
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "Dockerfile").write_text("FROM scratch\n")
    return tmp_path


def everything() -> None:
    """A program that asks for all that there is."""
    web_container = container(
        "web",
        image=Build("app"),
        command=["a"],
        args=["b"],
        env={"A": "b", "B": Secret("geheim")},
        port=Port(80, publish=80),
        mounts=[
            Mount("/a", ScratchVolume("a", "1Gi")),
            Mount("/b", ConfigVolume("b", {"f": "x"})),
            Mount("/c", SecretVolume("c", {"one/f": Secret("geheim"), "two/f": "geheim"})),
            Mount("/d", PersistentVolume("d"), read_only=True),
        ],
        readiness=Probe.http("/", initial_delay=1),
        liveness=Probe.exec("a"),
        resources=Resources("1", "1Gi"),
    )
    login = RegistryCredentials(server="a.io", username="a", password=Secret("geheim"))
    pod = Pod(web_container, init=[container("i", image="a.io/i:1")], sidecars=[container("s")], registries=[login])
    job = Group("job", peers=[container("once", restart="never")])
    pulumi.export("url", GatewayStack("shop", Gateway([pod, job], routes=[Route("/", "web")])).url)


ALL = {"zone": "1", "tags": {"a": "b"}, "logAnalytics": {}, "spot": ["job"], "dnsLabel": "front-end"}
GIVEN = {"workspaceId": WORKSPACE, "workspaceKey": "geheim"}
CONFIGS: list[dict[str, Any]] = [
    {"polypod:aci": ALL},
    {"polypod:aci": {"addressSpace": "10.0.0.0/24", "identity": IDENTITY}},
    {"polypod:aci": {"logAnalytics": GIVEN}, "polypod:registry": REGISTRY},
]


@pytest.mark.parametrize("config", CONFIGS, ids=["all", "private", "given"])
@pytest.mark.parametrize("preview", [True, False])
def test_no_secret_is_plain(built: Path, config: dict[str, Any], preview: bool) -> None:
    """Neither state nor preview has one, whoever made it; nor do base64 and what a replacement depends on."""
    engine = run(everything, root=built, config=config, secrets=["polypod:registry", "polypod:aci"], preview=preview)
    encoded = [base64.b64encode(text.encode()).decode() for text in SECRETS]
    for resource in engine.resources:
        shown = repr((resource.inputs, resource.replacement_trigger))
        assert [text for text in (*SECRETS, *encoded) if text in shown] == []
    found = groups(engine)["shop-web-0"].inputs
    (secure,) = (item["secureValue"] for item in found["containers"][1]["environmentVariables"] if item["name"] == "B")
    assert secure == Secret("geheim")
    secret = [volume["secret"] for volume in found["volumes"] if volume["name"].startswith("web-c")]
    files = [item for volume in secret for item in volume.values()]
    assert len(files) == 2
    assert all(isinstance(item, Secret) for item in files)


@pytest.mark.parametrize("config", CONFIGS, ids=["all", "private", "given"])
def test_every_property_is_one_of_the_sdks(built: Path, config: dict[str, Any]) -> None:
    """Groups are registered without the SDK's classes: a misspelt property would be dropped."""
    engine = run(everything, root=built, config=config)
    registered = [resource for resource in engine.resources if resource.type.startswith("azure-native:")]
    assert GROUP in {resource.type for resource in registered}
    assert [(resource.name, list(misspelt(resource))) for resource in registered if list(misspelt(resource))] == []


def misspelt(resource: Registered) -> Iterator[str]:
    """The properties, at any depth, that the SDK's class of a resource does not have."""
    _, module, name = resource.type.split(":")
    known = fields_of_resource(getattr(importlib.import_module(f"pulumi_azure_native.{module}"), name))
    for key, value in revealed(resource.inputs).items():
        yield from unknown(key, value, known[key]) if key in known else [key]


def revealed(value: Any) -> Any:
    """Inputs with what is secret in plain."""
    if isinstance(value, Secret):
        return revealed(value.value)
    if isinstance(value, dict):
        return {key: revealed(item) for key, item in value.items() if item is not None}
    return [revealed(item) for item in value] if isinstance(value, list) else value


def test_a_misspelt_property_is_seen() -> None:
    """So that the test above can fail."""
    (group,) = groups(run(lambda: SidecarPod("c", web()))).values()
    group.inputs["containers"][0]["imege"] = "x"
    assert list(misspelt(group)) == ["containers[0].imege"]


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


def test_two_components_cannot_make_groups_of_one_name() -> None:
    """In a resource group a name means one container group."""

    def program() -> None:
        SidecarPod("a-b", web())
        SidecarPod("a", Pod(container("b-web")))

    message = failure(program)
    assert "component a: the component 'a-b' makes a container group of the same name, 'a-b-web-0'" in message
    assert "fix: rename one of the two" in message


class _Provider(pulumi.ProviderResource):
    def __init__(self, name: str) -> None:
        super().__init__("azure-native", name, {"location": "westeurope"})


def test_a_given_provider_makes_everything() -> None:
    """Groups, and what they stand on."""

    def program() -> None:
        GatewayStack("shop", SHOP, pulumi.ResourceOptions(providers=[_Provider("mine")]))
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

    engine = run(program, root=built, config={"polypod:aciEmulator": "true"})
    assert {used.provider for used in engine.resources if used.type.startswith("azure-native:")} == {"emulator"}
    assert engine.outputs["url"] == "http://192.0.2.1:8080"
    assert "imageRegistryCredentials" not in groups(engine)["shop-web-0"].inputs
    assert of_type(engine, "containerregistry:Registry") == []
    assert groups(engine)["shop-web-0"].inputs["containers"][0]["image"] == "id-of-shop-image-app"


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


def test_images_are_pushed_to_the_registry_in_the_config(built: Path) -> None:
    """Where there is one, none is made."""
    program = lambda: SidecarPod("c", web(image=Build("app")))  # noqa: E731
    engine = run(program, root=built, config={"polypod:registry": REGISTRY}, secrets=["polypod:registry"])
    assert of_type(engine, "containerregistry:Registry") == []
    assert login_of(engine) == {"server": "registry.test", "username": "ci", "password": Secret("geheim")}


EXISTING = {"location": "westeurope", "registry": {"existing": {"name": "there", "resourceGroup": "rg"}}}


def test_an_identity_may_pull_in_place_of_a_password(built: Path) -> None:
    """From a registry that is there, which the machine's Docker client is logged in to."""
    config = {"polypod:azure": EXISTING, "polypod:aci": {"identity": IDENTITY}}
    engine = run(lambda: SidecarPod("c", web(image=Build("app"))), root=built, config=config)
    assert login_of(engine) == {"server": "there.azurecr.io", "identity": IDENTITY}
    identity = groups(engine)["c-web-0"].inputs["identity"]
    assert identity == {"type": "UserAssigned", "userAssignedIdentities": [IDENTITY]}


def test_groups_need_a_way_to_pull(built: Path) -> None:
    """A registry that only the machine's Docker client can use is of no use to them."""
    message = failure(lambda: SidecarPod("c", web(image=Build("app"))), root=built, config={"polypod:azure": EXISTING})
    assert "config polypod:azure.registry.existing: container groups pull images with a login or an identity" in message
    assert "fix: give polypod:azure.registry.push, or polypod:aci.identity" in message


def test_the_region_must_be_named() -> None:
    """Nothing is registered before."""
    engine = MockedEngine(config={"polypod:target": "aci"})
    with pytest.raises(pulumi.RunError) as caught:
        engine.up(shop)
    assert "config polypod:azure.location: nothing says which region to deploy to" in str(caught.value)
    assert "fix: run `pulumi config set --path polypod:azure.location REGION`, such as westeurope" in str(caught.value)
    assert groups(engine) == {}
    assert [resource for resource in engine.resources if resource.type.startswith("azure-native:")] == []


def test_config_that_does_not_fit_stops_everything() -> None:
    """With its path and a fix."""
    message = failure(shop, config={"polypod:aci": {"placment": "group"}})
    assert "config polypod:aci.placment: unknown key\n    fix: did you mean 'placement'?" in message


def test_a_missing_package_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the command that installs it."""
    monkeypatch.setattr("polypod.targets.aci.find_spec", lambda _: None)
    message = failure(shop)
    assert "target: the Python package 'pulumi_azure_native' is missing" in message
    assert "fix: run `pip install polypod[azure]`" in message


def test_docker_learns_what_azure_would_refuse() -> None:
    """Where the stack names the targets that the program must keep working on."""
    config = {"polypod:target": "docker", "polypod:portable": ["docker", "aci"]}
    message = failure(lambda: SidecarPod("c", web(port=Port(80, publish=8080))), config=config)
    assert "pods.web.main.port.publish: rejected on aci: port 80 cannot be published as 8080" in message
    assert "fix: let the program listen on 8080" in message
    engine = run(lambda: SidecarPod("c", Pod(container("web"), sidecars=[container("s")])), config=config)
    assert [line.partition(": all")[0] for line in engine.warnings] == ["degraded on aci: pods.web.sidecars"]
    assert groups(engine) == {}
