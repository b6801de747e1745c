"""Images that a stack or a machine names in place of public ones."""

from __future__ import annotations

from pathlib import Path

import pytest

from polypod import GatewayStack, Pod, SidecarPod
from polypod.config.image_mirrors import IN_CONFIG, IN_FILE
from tests.engines import DOCKER, failure_on, run
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
    assert [line.partition(" config ")[2] for line in lines[1::2]] == [f"polypod:images{line}" for line in expected]
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
    ("text", "code", "what"),
    [
        ("no: json", "PP709", "the file of POLYPOD_IMAGES cannot be read: Expecting value: line 1 column 1 (char 0)"),
        ("[]", "PP701", "a mapping is expected, not a list"),
    ],
)
def test_images_of_this_machine_that_do_not_fit_are_refused(
    text: str, code: str, what: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Together with whatever else is wrong with the config."""
    file = tmp_path / "images.json"
    file.write_text(text)
    monkeypatch.setenv("POLYPOD_IMAGES", str(file))
    config = {"polypod:images": {"a:1": "b 1"}, "polypod:registry": {"server": "s"}, "polypod:portable": "docker"}
    lines = failure_on(DOCKER, lambda: SidecarPod("c", web()), config=config).splitlines()
    assert lines[1::2] == [
        "  PP710 config polypod:images.a:1: 'b 1' is not an image",
        f"  {code} {file}: {what}",
        "  PP704 config polypod:registry.username: the key is missing",
        "  PP704 config polypod:registry.password: the key is missing",
        "  PP706 config polypod:portable: 'docker' is not a list of targets",
    ]
    assert lines[4] == f"    fix: {IN_FILE}"


def test_images_of_this_machine_may_be_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """POLYPOD_IMAGES can be set before the file is written."""
    monkeypatch.setenv("POLYPOD_IMAGES", str(tmp_path / "images.json"))
    assert run(lambda: SidecarPod("c", web()))["c-image-web-1"].inputs["name"] == "web:1"
