"""The images that components pull and build."""

from __future__ import annotations

from pathlib import Path

import pytest

from polypod import (
    Build,
    GatewayStack,
    Pod,
    SidecarPod,
)
from polypod.config.image_mirrors import IN_CONFIG, IN_FILE
from tests.components.engines import DOCKER, failure_on, run
from tests.programs import container, gateway, web


def test_the_config_names_images_to_use_instead() -> None:
    """On machines that have no registry, for example."""
    images = {"web:1": "mirror/web:2", "nginx:1.29": "mirror/nginx:1"}
    engine = run(lambda: GatewayStack("c", gateway()), config={**DOCKER, "polypod:images": images})
    names = {r.inputs["name"] for r in engine.resources if r.type == "docker:index/remoteImage:RemoteImage"}
    assert names == {"mirror/web:2", "mirror/nginx:1", "busybox:1.37-musl"}


@pytest.mark.parametrize(
    ("images", "expected"),
    [
        (["web:1"], [": a mapping is expected, not a list"]),
        ("web:1", [": a mapping is expected, not a str"]),
        ({"a:1": "b:1", "c:1": "", "d:1": {"e": 1}}, [".c:1: '' is not an image", ".d:1: {'e': 1} is not an image"]),
    ],
    ids=str,
)
def test_images_that_do_not_fit_are_refused(images: object, expected: list[str]) -> None:
    """All that is wrong at once, and what to write."""
    message = failure_on(DOCKER, lambda: SidecarPod("c", web()), config={"polypod:images": images})
    lines = message.splitlines()
    assert lines[1::2] == [f"  config polypod:images{line}" for line in expected]
    assert lines[2::2] == [f"    fix: {IN_CONFIG}"] * len(expected)


def test_a_machine_can_name_images_to_use_instead(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a file that POLYPOD_IMAGES leads to; the stack's config comes first."""
    file = tmp_path / "images.json"
    file.write_text('{"web:1": "machine/web:1", "helper:1": "machine/helper:1"}')
    monkeypatch.setenv("POLYPOD_IMAGES", str(file))
    pod = Pod(container("web"), sidecars=[container("helper")])
    engine = run(lambda: SidecarPod("c", pod), config={**DOCKER, "polypod:images": {"web:1": "stack/web:1"}})
    names = {r.inputs["name"] for r in engine.resources if r.type == "docker:index/remoteImage:RemoteImage"}
    assert names == {"stack/web:1", "machine/helper:1", "busybox:1.37-musl"}


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("no: json", "the file of POLYPOD_IMAGES cannot be read: Expecting value: line 1 column 1 (char 0)"),
        ("[]", "a mapping is expected, not a list"),
    ],
)
def test_images_of_this_machine_that_do_not_fit_are_refused(
    text: str, what: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Together with whatever else is wrong with the config."""
    file = tmp_path / "images.json"
    file.write_text(text)
    monkeypatch.setenv("POLYPOD_IMAGES", str(file))
    config = {"polypod:images": {"a:1": "b 1"}, "polypod:registry": {"server": "s"}, "polypod:portable": "docker"}
    lines = failure_on(DOCKER, lambda: SidecarPod("c", web()), config=config).splitlines()
    assert lines[1::2] == [
        "  config polypod:images.a:1: 'b 1' is not an image",
        f"  {file}: {what}",
        "  config polypod:registry.username: the key is missing",
        "  config polypod:registry.password: the key is missing",
        "  config polypod:portable: 'docker' is not a list of targets",
    ]
    assert lines[4] == f"    fix: {IN_FILE}"


def test_images_of_this_machine_may_be_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """POLYPOD_IMAGES can be set before the file is written."""
    monkeypatch.setenv("POLYPOD_IMAGES", str(tmp_path / "images.json"))
    assert run(lambda: SidecarPod("c", web()))["c-image-web-1"].inputs["name"] == "web:1"


def test_a_build_is_done_anew_when_a_file_changes(tmp_path: Path) -> None:
    """The tag of the image is the digest of its context, so a change replaces just its containers."""
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "Dockerfile").write_text("FROM scratch\n")

    def image() -> tuple[str, str]:
        found = run(lambda: SidecarPod("c", web(image=Build("app"))), root=tmp_path)["c-image-app"].inputs
        return found["name"], found["build"]["context"]

    first, context = image()
    assert (image(), context) == ((first, context), str(tmp_path / "app"))
    (tmp_path / "app" / "file").write_text("new")
    second, _ = image()
    (tmp_path / "app" / ".dockerignore").write_text("file\n")
    third, _ = image()
    (tmp_path / "app" / "file").write_text("newer")
    assert (len({first, second, third}), image()[0]) == (3, third)


def test_a_built_image_belongs_to_its_component(tmp_path: Path) -> None:
    """Two that build the same have an image each: Docker may lose one that is removed and built at the same time."""
    (tmp_path / "Dockerfile").write_text("FROM scratch\n")
    engine = run(lambda: [SidecarPod(name, web(image=Build("."))) for name in ("a", "b")], root=tmp_path)
    for name in ("a", "b"):
        build = engine[f"{name}-image-image"].inputs["build"]
        assert build["label"] == build["labels"] == {"dev.polypod.image-of": f"project-stack-{name}"}
