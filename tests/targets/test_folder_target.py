"""A target that another package installs: polypod finds it by its entry point and treats it as its own."""

from __future__ import annotations

import importlib.metadata
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

import pulumi
import pytest

from polypod import *
from polypod.checks.messages import refuse_rejected
from polypod.targets.base import load_target, target_names
from polypod.testing import MockedEngine
from tests.programs import container, gateway, web

ON_HOST = web(mounts=[Mount("/a", HostPathVolume("a", "/a"))])


def test_it_is_installed_by_another_package() -> None:
    """Its name and its place are in that package's metadata only."""
    package = importlib.metadata.distribution("polypod-folder-target")
    assert package.entry_points.select(group="polypod.targets").names == {"folder"}
    own = importlib.metadata.distribution("polypod").entry_points.select(group="polypod.targets").names
    assert own == {"aci", "docker", "kubernetes"}
    assert set(target_names()) == own | {"folder"}


@pytest.mark.parametrize("name", ["aci", "docker", "kubernetes"])
def test_polypods_own_targets_are_found_without_a_look_at_all_packages(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """A look at a hundred packages takes longer than a small program is checked."""

    def look(**_: Any) -> NoReturn:
        raise AssertionError

    monkeypatch.setattr(importlib.metadata, "entry_points", look)
    assert load_target(name).name == name
    engine = MockedEngine(config={"polypod:target": name, "polypod:azure": {"location": "westeurope"}})
    engine.preview(lambda: SidecarPod("c", web()))


def test_a_check_asks_its_table_and_its_rules() -> None:
    """With its verdicts and reasons."""
    main = container("web", port=80, liveness=Probe.http("/"), mounts=ON_HOST.main.mounts)
    found = check(Pod(main, replicas=4), "folder")
    assert {(f.path, f.verdict) for f in found if f.verdict is not Verdict.EXACT} == {
        ("pods.web.main.mounts[0]", Verdict.REJECTED),
        ("pods.web.main.liveness", Verdict.DEGRADED),
        ("pods.web.replicas", Verdict.REJECTED),
    }
    with pytest.raises(RejectedError, match=r"FOLDER101 pods\.web\.replicas: rejected on folder: a folder"):
        refuse_rejected({"folder": found})


def test_its_findings_can_be_accepted() -> None:
    """By a program for another target too."""
    model = web(liveness=Probe.http("/"), accept={"PP216": "it is a folder"})
    assert [finding.accepted for finding in check(model, "folder") if finding.accepted] == ["it is a folder"]
    check(model, "docker")
    with pytest.raises(ModelError, match="FOLDER101 is an error"):
        check(web(accept={"FOLDER101": "it is a folder"}), "folder")


def test_its_settings_are_checked() -> None:
    """As those of every target, at their place."""
    with pytest.raises(ModelError, match=r"config polypod:folder\.pth: unknown key\n    fix: did you mean 'path'\?"):
        check(web(), "folder", settings={"pth": "x"})


def run(root: Path, model: Any, preview: bool = False, **config: object) -> tuple[MockedEngine, dict[str, Any]]:
    """The engine after a program ran on the target, and what was written."""
    keys = {f"polypod:{key}": value for key, value in config.items()}
    engine = MockedEngine(config={"polypod:target": "folder", **keys}, root=root)
    kind: Callable[..., Any] = GatewayStack if isinstance(model, Gateway) else SidecarPod

    def program() -> None:
        pulumi.export("endpoints", kind("c", model).endpoints)

    (engine.preview if preview else engine.up)(program)
    files = root.rglob("*.json")
    return engine, {str(file.relative_to(root)): json.loads(file.read_text()) for file in files}


def test_a_component_deploys_to_it(tmp_path: Path) -> None:
    """An update writes the files; a preview writes none, and knows the addresses too."""
    model = gateway(web(env={"WORD": Secret("xyzzy")}), Pod(container("b")))
    engine, written = run(tmp_path, model, preview=True)
    place = tmp_path / "deployed" / "project-stack-c"
    assert written == {}
    assert engine.outputs == {"endpoints": {"gateway": (place / "gateway.json").as_uri()}}
    engine, written = run(tmp_path, model)
    assert engine.outputs == {"endpoints": {"gateway": (place / "gateway.json").as_uri()}}
    assert written == {
        "deployed/project-stack-c/web.json": {"main": {"name": "web", "image": "web:1", "ports": [80]}},
        "deployed/project-stack-c/b.json": {"main": {"name": "b", "image": "b:1", "ports": []}},
        "deployed/project-stack-c/gateway.json": {"/": ["web"]},
    }


def test_it_has_a_key_of_the_stacks_config(tmp_path: Path) -> None:
    """Which is no unknown one, and which it reads."""
    _, written = run(tmp_path, web(), folder={"path": "elsewhere"})
    assert list(written) == ["elsewhere/project-stack-c/web.json"]
    with pytest.raises(pulumi.RunError, match=r"config polypod:floder: unknown key\n    fix: did you mean 'folder'\?"):
        run(tmp_path, web(), floder={"path": "elsewhere"})


def test_what_it_rejects_and_degrades_is_said(tmp_path: Path) -> None:
    """Before the component exists, and as a warning."""
    with pytest.raises(pulumi.RunError, match="rejected on folder: a folder has no host"):
        run(tmp_path, ON_HOST)
    engine, _ = run(tmp_path, web(liveness=Probe.http("/")), preview=True)
    assert engine.warnings == [
        "degraded on folder (1 finding):\n"
        "  PP216 pods.web.main.liveness: nothing runs that could fail; look at the file"
    ]


def test_a_program_for_another_target_can_stay_portable_to_it() -> None:
    """As to each of polypod's own."""
    engine = MockedEngine(config={"polypod:target": "docker", "polypod:portable": ["folder"]})
    with pytest.raises(pulumi.RunError, match="rejected on folder: a folder has no host"):
        engine.preview(lambda: SidecarPod("c", ON_HOST))
