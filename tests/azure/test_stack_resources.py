"""The reference application on a stack whose config asks for a cluster in Azure."""

from __future__ import annotations

import runpy
import sys
from collections.abc import Mapping
from typing import Any

import pytest
import yaml

from polypod import Secret
from polypod.targets.kubernetes.deploy import location
from polypod.testing import MockedEngine, Registered
from tests.azure.programs import CLUSTER, KUBERNETES, REGISTRY
from tests.common import AZURE_SDK, ROOT

pytestmark = AZURE_SDK

TEMPLATE: Mapping[str, Any] = yaml.safe_load((ROOT / "stacks" / "aks.config.yaml").read_text())["config"]
CREDENTIALS = "geheim"


def engine_of(**config: Any) -> MockedEngine:
    """An engine with the config of the stack ``aks``, as the repository has it."""
    return MockedEngine(
        config={**TEMPLATE, "polypod:dbPassword": CREDENTIALS, **config},
        secrets=["polypod:dbPassword"],
        project="polypod",
        stack="aks",
        root=ROOT,
    )


@pytest.fixture(autouse=True)
def _at_the_stacks(monkeypatch: pytest.MonkeyPatch) -> None:
    """The program is found as Pulumi finds it, and no image of this machine plays a part."""
    monkeypatch.delenv("POLYPOD_IMAGES", raising=False)
    monkeypatch.syspath_prepend(ROOT / "stacks")
    monkeypatch.chdir(ROOT / "stacks")
    monkeypatch.delitem(sys.modules, "app", raising=False)


def program() -> None:
    """The program of the stacks, unchanged."""
    runpy.run_path("__main__.py", run_name="__main__")


@pytest.fixture
def shop() -> MockedEngine:
    """The engine after an update."""
    engine = engine_of()
    engine.up(program)
    return engine


def of_type(engine: MockedEngine, kind: str) -> list[Registered]:
    """What a program registered of a type."""
    return [resource for resource in engine.resources if resource.type == kind]


def pod_spec(engine: MockedEngine, pod: str) -> Mapping[str, Any]:
    """The pods of a Deployment."""
    (found,) = (item for item in of_type(engine, "kubernetes:apps/v1:Deployment") if f"-{pod}." in item.name)
    spec: Mapping[str, Any] = found.inputs["spec"]["template"]["spec"]
    return spec


def test_everything_in_the_cluster_is_made_with_its_own_access(shop: MockedEngine) -> None:
    """And nothing goes where the user's kubeconfig leads."""
    (cluster,), (access,) = of_type(shop, CLUSTER), of_type(shop, KUBERNETES)
    assert cluster.name.startswith("polypod-aks")
    inside = [resource for resource in shop.resources if resource.type.startswith("kubernetes:")]
    assert len(inside) > 20
    assert {resource.provider for resource in inside} == {access.name}


def test_built_images_go_to_the_stacks_registry_by_digest(shop: MockedEngine) -> None:
    """With its login, which is secret; the pods need none, as the nodes may pull."""
    assert len(of_type(shop, REGISTRY)) == 1
    (builder,) = of_type(shop, "pulumi:providers:docker")
    assert isinstance(builder.inputs["registryAuth"], Secret)
    pushed = [str(resource.inputs["name"]) for resource in of_type(shop, "docker:index/registryImage:RegistryImage")]
    assert len(pushed) == 2
    deployments = {
        resource.name: resource.inputs["spec"] for resource in of_type(shop, "kubernetes:apps/v1:Deployment")
    }
    (flask,) = (spec for name, spec in deployments.items() if "flask" in name)
    images = [container["image"] for container in flask["template"]["spec"]["containers"]]
    server = pushed[0].partition("/")[0]
    assert server.endswith(".azurecr.io")
    assert any(image.startswith(f"{server}/") and "@sha256:" in image for image in images)
    assert "imagePullSecrets" not in flask


def test_no_secret_is_plain(shop: MockedEngine) -> None:
    """Neither the kubeconfig nor a password."""
    (access,) = of_type(shop, KUBERNETES)
    assert isinstance(access.inputs["kubeconfig"], Secret)
    assert CREDENTIALS not in repr([resource.inputs for resource in shop.resources])


def test_a_first_preview_needs_no_cluster() -> None:
    """What is not there yet is not asked."""
    engine = engine_of()
    engine.preview(program)
    assert len(of_type(engine, CLUSTER)) == 1


def test_a_registry_of_ones_own_takes_the_place_of_azures() -> None:
    """Its login goes to the pods, as the nodes know nothing of it."""
    login = {"server": "reg.test", "username": "me", "password": CREDENTIALS}
    engine = engine_of(**{"polypod:registry": login})
    engine.up(program)
    names = [str(image.inputs["name"]) for image in of_type(engine, "docker:index/registryImage:RegistryImage")]
    assert {name.partition("/")[0] for name in names} == {"reg.test"}
    assert "imagePullSecrets" in pod_spec(engine, "flask")


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ({"location": "westeurope", "cluster": {"minNode": 1}}, "config polypod:azure.cluster.minNode: unknown key"),
        ({"cluster": {}}, "config polypod:azure.location"),
    ],
)
def test_a_mistake_in_the_config_ends_it_before_anything_is_made(config: Mapping[str, Any], message: str) -> None:
    """With its place."""
    engine = engine_of(**{"polypod:azure": config})
    with pytest.raises(Exception, match=message):
        engine.up(program)
    assert [resource for resource in engine.resources if not resource.type.startswith("polypod:")] == []


def test_without_azures_sdk_the_message_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not a traceback of an import."""
    monkeypatch.setattr(location, "find_spec", lambda _: None)
    with pytest.raises(Exception, match=r"pip install polypod\[azure\]"):
        engine_of().up(program)
