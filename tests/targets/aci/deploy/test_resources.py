"""What components register with Pulumi on Azure Container Instances, without an engine and without Azure."""

from __future__ import annotations

import base64
import importlib
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pulumi
import pytest

from polypod import *
from polypod.testing import MockedEngine, Registered
from tests.common import AZURE_SDK
from tests.programs import container, gateway, web
from tests.targets.aci.engines import GIVEN, GROUP, REGISTRY, failure, groups, run, shop
from tests.targets.aci.plan.test_settings import IDENTITY, SUBNET
from tests.targets.sdk import fields_of_resource, unknown

pytestmark = AZURE_SDK


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


def changed(restart: str) -> set[str]:
    """What replaces the group of a container when its image and a variable change."""
    one, other = (
        groups(run(lambda f=fields: SidecarPod("c", web(restart=restart, **f))))["c-web-0"].replacement_trigger
        for fields in ({"image": "a:1", "env": {"A": Secret("b")}}, {"image": "a:2", "env": {"A": Secret("c")}})
    )
    return {key for key in one if one[key] != other[key]}


@pytest.mark.parametrize(
    ("restart", "expected"),
    [("always", set()), ("on-failure", {"request", "secrets"}), ("never", {"request", "secrets"})],
)
def test_a_group_that_ends_is_replaced_by_every_change(restart: str, expected: set[str]) -> None:
    """Azure cannot change one that has ended."""
    assert changed(restart) == expected


SECRETS = ("geheim", "key-of-the-account", "key-of-the-workspace", "password-of-the-registry")


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


WITHOUT_SDK = """
import json, sys
from polypod import Container, Pod, SidecarPod
from polypod.testing import MockedEngine

settings = {"azure": {"location": "westeurope"}, "aci": {"addressSpace": "10.0.0.0/24"}}
config = {f"polypod:{name}": json.dumps(value) for name, value in settings.items()}
engine = MockedEngine(config={**config, "polypod:target": "aci"})
engine.up(lambda: SidecarPod("c", Pod(Container("web", image="web:1", port=80))))
print(json.dumps([[resource.type for resource in engine.resources], sorted(sys.modules)]))
"""


def test_groups_in_a_network_need_no_sdk_of_azures() -> None:
    """Importing it takes longer than all else a preview does in Python."""
    done = subprocess.run([sys.executable, "-c", WITHOUT_SDK], check=True, capture_output=True, text=True, cwd="/")
    types, modules = json.loads(done.stdout)
    assert {GROUP, "azure-native:resources:ResourceGroup", "azure-native:network:Subnet"} <= set(types)
    assert [name for name in modules if name.startswith("pulumi_azure_native")] == []


def test_a_misspelt_property_is_seen() -> None:
    """So that the test above can fail."""
    (group,) = groups(run(lambda: SidecarPod("c", web()))).values()
    group.inputs["containers"][0]["imege"] = "x"
    assert list(misspelt(group)) == ["containers[0].imege"]


def test_two_components_cannot_make_groups_of_one_name() -> None:
    """In a resource group a name means one container group."""

    def program() -> None:
        SidecarPod("a-b", web())
        SidecarPod("a", Pod(container("b-web")))

    message = failure(program)
    assert "component a: the component 'a-b' makes a container group of the same name, 'a-b-web-0'" in message
    assert "fix: rename one of the two" in message


def test_two_components_have_no_share_in_common() -> None:
    """Shares of one name are in the storage account of each."""

    def program() -> None:
        SidecarPod("a", Pod(container("one", mounts=[Mount("/data", PersistentVolume("b-c"))])))
        SidecarPod("a-b", Pod(container("two", mounts=[Mount("/data", PersistentVolume("c"))])))

    volumes = [group.inputs["volumes"][0]["azureFile"] for group in groups(run(program)).values()]
    assert [file["shareName"] for file in volumes] == ["a-b-c", "a-b-c"]
    assert len({file["storageAccountName"] for file in volumes}) == 2


def test_two_components_cannot_have_one_label() -> None:
    """It is one name in the whole region."""

    def program() -> None:
        GatewayStack("one", gateway())
        SidecarPod("without", Pod(container("address")))
        if two:
            GatewayStack("two", gateway())

    two = False
    engine = run(program, config={"polypod:aci": {"dnsLabel": "front-end"}}, preview=True)
    (warning,) = (line for line in engine.warnings if "polypod:aci.dnsLabel" in line)
    assert "nothing is published here that could have this name" in warning
    two = True
    run(program)
    message = failure(program, config={"polypod:aci": {"dnsLabel": "front-end"}})
    assert "config polypod:aci.dnsLabel: the components 'one' and 'two' cannot both be 'front-end'" in message
    assert "fix: leave it out, or deploy one of the two with another stack" in message


THERE = {"name": "there", "resourceGroup": "rg"}


@pytest.mark.parametrize("azure", [None, {"cluster": {"existing": THERE}, "registry": {"existing": THERE}}])
def test_the_region_must_be_named(azure: Any) -> None:
    """Nothing is registered before, also where the config names only what is there."""
    engine = MockedEngine(config={"polypod:target": "aci", **({"polypod:azure": azure} if azure else {})})
    with pytest.raises(pulumi.RunError) as caught:
        engine.up(shop)
    assert "config polypod:azure.location: nothing says which region to deploy to" in str(caught.value)
    assert "fix: run `pulumi config set --path polypod:azure.location REGION`, such as westeurope" in str(caught.value)
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
    engine = run(lambda: SidecarPod("c", Pod(container("web"), sidecars=[container("s")])), config=config, preview=True)
    (warning,) = engine.warnings
    assert warning.startswith("degraded on aci (1 finding):\n  PP223 pods.web.sidecars: all")
    assert groups(engine) == {}
