"""What is registered without the provider's SDK is what the SDK would register."""

from __future__ import annotations

import asyncio
import json
import typing
from collections.abc import Iterator, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pulumi
import pulumi_docker as docker
import pytest

import polypod
from polypod import Build, Mount, PersistentVolume, Pod, RegistryCredentials, ScratchVolume, Secret
from polypod.docker_daemon.endpoint import DockerEndpoint, docker_endpoint
from polypod.targets.shared.deploy import docker_provider as provider
from polypod.testing import MockedEngine
from polypod_aci_emulator.private_apis import input_types, is_input_type
from tests.golden.programs import PROJECTS, ran
from tests.programs import container
from tests.targets.docker.deploy.test_properties import FULL

ARGUMENTS: dict[str, type] = {
    "docker:index/container:Container": docker.ContainerArgs,
    "docker:index/network:Network": docker.NetworkArgs,
    "docker:index/volume:Volume": docker.VolumeArgs,
    "docker:index/remoteImage:RemoteImage": docker.RemoteImageArgs,
    "docker:index/registryImage:RegistryImage": docker.RegistryImageArgs,
}


def unknown(value: Any, kind: Any, path: str) -> Iterator[str]:
    """The properties of a value that a type of the SDK does not have, at any depth."""
    if isinstance(value, list):
        for item in value:
            yield from unknown(item, kind, f"{path}[]")
    elif isinstance(value, dict) and (known := input_type(kind)) is not None:
        fields = input_types(known)
        for name, item in value.items():
            if name not in fields:
                yield f"{path}.{name}"
            else:
                yield from unknown(item, fields[name], f"{path}.{name}")


def input_type(kind: Any) -> Any:
    """The SDK's class of inputs in an annotation such as ``Input[Sequence[Input[ContainerPortArgs]]]``."""
    if is_input_type(kind):
        return kind
    return next((found for part in typing.get_args(kind) if (found := input_type(part)) is not None), None)


def test_the_check_itself_finds_what_the_sdk_does_not_have() -> None:
    """At the top and below; where any name is right, it finds nothing."""
    inputs = {"image": "x", "imagee": "x", "ports": [{"internal": 1, "extern": 2}], "logOpts": {"any": "x"}}
    assert list(unknown(inputs, docker.ContainerArgs, "")) == [".imagee", ".ports[].extern"]


def everything() -> None:
    """A program that uses every property there is."""
    sidecar = container("side", mounts=[Mount("/s", ScratchVolume("a"))])
    login = RegistryCredentials(server="reg.test", username="me", password=Secret("geheim"))
    build = Build("examples/apps/flask_echo", args={"A": "b"}, target="final")
    polypod.SidecarPod("a", FULL)
    polypod.SidecarPod("b", Pod(container("b", image=build), sidecars=[sidecar], init=[container("i")]))
    data = Mount("/d", PersistentVolume("d"))
    polypod.SidecarPod("c", Pod(container("c", mounts=[data], read_only_root=True), registries=[login]))


@pytest.fixture
def engine() -> MockedEngine:
    """The engine after that program."""
    engine = MockedEngine(config={"polypod:target": "docker", "docker:host": "tcp://docker.test:2375"})
    engine.preview(everything)
    return engine


def test_the_sdk_has_every_property(engine: MockedEngine) -> None:
    """The provider would drop another in silence."""
    found = {
        f"{resource.type}{path}"
        for resource in engine.resources
        if resource.type in ARGUMENTS
        for path in unknown(dict(resource.inputs), ARGUMENTS[resource.type], "")
    }
    assert found == set()


@pytest.mark.parametrize(
    ("example", "target"), [*((name, "docker") for name in sorted(PROJECTS)), ("reference", "kubernetes")]
)
def test_the_sdk_has_every_property_of_the_examples(example: str, target: str) -> None:
    """Of Docker's provider, which builds images on Kubernetes too."""
    with ran(example, target) as program:
        checked = [resource for resource in program.engine.resources if resource.type in ARGUMENTS]
        assert checked
        for resource in checked:
            assert list(unknown(dict(resource.inputs), ARGUMENTS[resource.type], resource.name)) == []


def registered(program: Any) -> list[tuple[str, str, Mapping[str, Any]]]:
    """What a program registers."""
    engine = MockedEngine()
    engine.preview(program)
    return [(resource.type, resource.name, resource.inputs) for resource in engine.resources]


@pytest.mark.parametrize("host", [None, "ssh://me@example.org"])
def test_the_provider_is_configured_as_the_sdk_does_it(host: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the daemon of the environment too."""
    monkeypatch.setenv("DOCKER_HOST", "tcp://10.0.0.1:2375")
    names = {"address": "reg.test", "username": "me"}
    endpoint = docker_endpoint({"host": host})

    def ours() -> None:
        login = {**names, "password": pulumi.Output.secret("geheim")}
        provider.Provider("p", endpoint, [login], pulumi.ResourceOptions())

    def theirs() -> None:
        login = docker.ProviderRegistryAuthArgs(**names, password=pulumi.Output.secret("geheim"))
        docker.Provider("p", host=host, registry_auth=[login])

    (mine,), (sdk,) = registered(ours), registered(theirs)
    assert [mine[:2], plain(mine[2])] == [sdk[:2], plain(sdk[2])]


def test_the_key_of_a_certificate_is_a_secret(tmp_path: Path) -> None:
    """It is in the provider's inputs only where the provider reads it from no folder."""
    for name in ("cert", "key"):
        (tmp_path / f"{name}.pem").write_text(name)
    endpoint = DockerEndpoint(source="s", host="tcp://10.0.0.1:2376", certificates=tmp_path, verify=False)
    ((_, _, inputs),) = registered(lambda: provider.Provider("p", endpoint, [], pulumi.ResourceOptions()))
    assert inputs["keyMaterial"] == Secret("key")


def plain(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Inputs that can be compared, with what is secret apart and its JSON parsed."""
    return {
        name: (type(value), json.loads(value.value)) if isinstance(value, Secret) else value
        for name, value in inputs.items()
    }


def test_the_plugin_has_the_version_of_the_package() -> None:
    """Which is how the engine knows what to install."""

    async def look() -> str | None:
        options = pulumi.ResourceOptions()
        provider._with_version(options)  # noqa: SLF001 - polypod's own
        return options.version

    assert asyncio.run(look()) == version("pulumi-docker")
