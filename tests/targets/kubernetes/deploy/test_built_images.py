"""Images that are built, and the registry that they go through."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from polypod import Build, Pod, RegistryCredentials, Secret, SidecarPod
from tests.programs import container, web
from tests.targets.kubernetes.engines import failure, run, shop

REGISTRY = {"server": "registry.test:5000", "username": "ci", "password": "geheim"}


def test_images_are_built_pushed_and_named_by_digest(built: Path) -> None:
    """To the registry that the stack's config names, and pulled with its login."""
    program = lambda: SidecarPod("c", web(image=Build("app")))  # noqa: E731
    engine = run(program, root=built, config={"polypod:registry": REGISTRY}, secrets=["polypod:registry"])
    name = engine["c-image-app"].inputs["name"]
    assert name.startswith("registry.test:5000/project-stack-c/app:")
    assert engine["c-image-app.pushed"].inputs["name"] == name
    spec = engine["c-web.deployment"].inputs["spec"]["template"]["spec"]
    assert spec["containers"][0]["image"] == f"registry.test:5000/project-stack-c/app@sha256:{'0' * 64}"
    (pull,) = spec["imagePullSecrets"]
    assert pull["name"].startswith("c-web.registries-")
    config = engine["c-web.registries"].inputs["stringData"][".dockerconfigjson"]
    auth = {"username": "ci", "password": "geheim", "auth": "Y2k6Z2VoZWlt"}
    assert json.loads(config.value) == {"auths": {"registry.test:5000": auth}}


@pytest.mark.parametrize(
    ("address", "server"),
    [("r.test:1", "r.test:1"), ("http://127.0.0.1:1", "127.0.0.1:1"), ("http://localhost:1", "localhost:1")],
)
def test_a_registry_on_this_machine_is_asked_without_tls(address: str, server: str, built: Path) -> None:
    """As the Docker daemon asks it."""
    config = {"polypod:registry": {**REGISTRY, "server": server}}
    engine = run(lambda: SidecarPod("c", web(image=Build("app"))), root=built, config=config)
    auth = engine["c-docker"].inputs["registryAuth"]
    assert json.loads(auth.value if isinstance(auth, Secret) else auth)[0]["address"] == address


def test_a_built_image_needs_a_registry(built: Path) -> None:
    """The platform cannot pull from this machine."""
    message = failure(lambda: SidecarPod("c", web(image=Build("app"))), root=built)
    assert "pods.web.main.image: the image is built, and the stack's config names no registry" in message
    assert "pulumi config set --path polypod:registry.server HOST" in message


@pytest.mark.parametrize(
    ("path", "what", "value"),
    [
        ("", "a mapping is expected, not a str", "registry.test"),
        (".password", "the key is missing", {"server": "a", "username": "b"}),
        (".user", "unknown key", {**REGISTRY, "user": "x"}),
        (".server", "'' is not the host of a registry", {**REGISTRY, "server": ""}),
        (".password", "the value is not a password", {**REGISTRY, "password": ["geheim"]}),
    ],
)
def test_a_registry_in_the_config_must_be_whole(path: str, what: str, value: Any) -> None:
    """Its password shows in no message."""
    message = failure(shop, config={"polypod:registry": value})
    assert f"config polypod:registry{path}: {what}" in message
    assert "geheim" not in message


def test_docker_hub_has_a_name_of_its_own_in_logins() -> None:
    """The one that the nodes look for."""
    login = RegistryCredentials(server="docker.io", username="u", password=Secret("p"))
    engine = run(lambda: SidecarPod("c", Pod(container("web"), registries=[login])))
    config = engine["c-web.registries"].inputs["stringData"][".dockerconfigjson"]
    assert list(json.loads(config.value)["auths"]) == ["https://index.docker.io/v1/"]
