"""The programs of this repository, run as ``pulumi preview`` runs them."""

from __future__ import annotations

import runpy
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import attrs
import pytest
import yaml

from polypod import Secret
from polypod.config.site import Site
from polypod.model.registry_credentials import RegistryCredentials
from polypod.testing import MockedEngine
from tests.common import ROOT

HERE = Path(__file__).parent
PROJECTS = {file.parent.name: file.parent for file in sorted((ROOT / "examples").glob("*/Pulumi.yaml"))} | {
    "reference": ROOT
}
STACK = "golden"
REGISTRY = {"server": "registry.test", "username": "ci", "password": "geheim"}


@attrs.frozen
class Program:
    """A program that ran: its name, where it is deployed, its model, and what it registered."""

    name: str
    site: Site
    model: Any
    engine: MockedEngine


@contextmanager
def ran(example: str, target: str, more: Mapping[str, object] | None = None) -> Iterator[Program]:
    """A program of this repository after it ran on a target, with more config for it."""
    root = PROJECTS[example]
    project = yaml.safe_load((root / "Pulumi.yaml").read_text())
    folder = root / project.get("main", "")
    name = project["name"]
    config = {key if ":" in key else f"{name}:{key}": value for key, value in project.get("config", {}).items()}
    password = f"{name}:dbPassword"
    engine = MockedEngine(
        config={**config, "polypod:target": target, "polypod:registry": REGISTRY, password: "geheim", **(more or {})},
        secrets=[password, "polypod:registry"],
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
        (component,) = (r for r in engine.resources if r.parent == "" and r.type.startswith("polypod:"))
        login = RegistryCredentials(server="registry.test", username="ci", password=Secret("geheim"))
        site = Site(project=name, stack=STACK, component=component.name, root=root, registry=login)
        yield Program(example, site, sys.modules.pop("app").app, engine)
