"""Whole programs, as the records that Docker's target renders and as the resources that Pulumi gets to see."""

from __future__ import annotations

import os
import re
import runpy
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import attrs
import pytest
import yaml

from polypod import Secret, Template
from polypod.model.application import Application
from polypod.model.value import Deferred
from polypod.targets.base import Site
from polypod.targets.docker.render import render
from polypod.testing import MockedEngine

ROOT = Path(__file__).parent.parent.parent
HERE = Path(__file__).parent
PROJECTS = {file.parent.name: file.parent for file in sorted((ROOT / "examples").glob("*/Pulumi.yaml"))} | {
    "reference": ROOT
}
STACK = "golden"


@attrs.frozen
class Program:
    """A program that ran: its name, where it is deployed, its model, and what it registered."""

    name: str
    site: Site
    model: Any
    engine: MockedEngine


@pytest.fixture(scope="module", params=sorted(PROJECTS))
def program(request: pytest.FixtureRequest) -> Iterator[Program]:
    """A program of this repository, run as ``pulumi preview`` runs it."""
    root = PROJECTS[request.param]
    project = yaml.safe_load((root / "Pulumi.yaml").read_text())
    folder = root / project.get("main", "")
    name = project["name"]
    config = {key if ":" in key else f"{name}:{key}": value for key, value in project.get("config", {}).items()}
    password = f"{name}:dbPassword"
    engine = MockedEngine(
        config={"polypod:target": "docker", **config, password: "geheim"},
        secrets=[password],
        project=name,
        stack=STACK,
        root=root,
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("POLYPOD_IMAGES", raising=False)
        patch.syspath_prepend(folder)
        patch.chdir(folder)
        sys.modules.pop("app", None)
        engine.preview(lambda: runpy.run_path("__main__.py", run_name="__main__"))
        (component,) = (resource for resource in engine.resources if resource.parent == "")
        site = Site(project=name, stack=STACK, component=component.name, root=root)
        yield Program(request.param, site, sys.modules.pop("app").app, engine)


def test_the_records_of_a_program(program: Program, golden: Callable[[Path, object], None]) -> None:
    """What the pure part of the target makes of it."""
    plan = render(Application.of(program.model), program.site)
    golden(HERE / f"{program.name}.plan.json", _plain(plan))


def test_the_resources_of_a_program(program: Program, golden: Callable[[Path, object], None]) -> None:
    """What the engine gets to see, and what the preview warns of."""
    resources = [_plain(resource) for resource in program.engine.resources]
    outputs = _plain(program.engine.outputs)
    golden(
        HERE / f"{program.name}.resources.json",
        {"warnings": program.engine.warnings, "outputs": outputs, "resources": resources},
    )


def test_every_golden_file_belongs_to_a_program() -> None:
    """A program that is gone takes its files with it."""
    kinds = ("plan", "resources")
    assert {file.name for file in HERE.glob("*.json")} == {f"{name}.{kind}.json" for name in PROJECTS for kind in kinds}


def _plain(value: Any) -> Any:
    """A value as JSON has it: stable, the same on every machine, and without secrets or what is the default anyway."""
    if attrs.has(type(value)) and not isinstance(value, Secret | Template):
        fields = ((field.name, getattr(value, field.name), field.default) for field in attrs.fields(type(value)))
        value = {name: item for name, item, default in fields if item not in (default, "", (), {}, frozenset())}
    match value:
        case Template(parts=parts):
            value = _stable("".join(part if isinstance(part, str) else str(_plain(part)) for part in parts))
        case Secret():
            value = "[secret]"
        case Deferred():
            value = "[deferred]"
        case Path():
            value = os.path.relpath(value, ROOT)
        case str():
            value = _stable(value)
        case Mapping():
            value = {key: _plain(item) for key, item in value.items() if item is not None}
        case set() | frozenset():
            value = sorted(_plain(item) for item in value)
        case Iterable():
            value = [_plain(item) for item in value]
    return value


def _stable(text: str) -> str | list[str]:
    """A text without the path of this machine and without the digests of build contexts; several lines as a list."""
    text = text.replace(str(ROOT), "[root]")
    text = re.sub(r"(?<=:)[0-9a-f]{16}$|\b[0-9a-f]{64}\b", "[digest]", text)
    return text.splitlines() if "\n" in text else text
