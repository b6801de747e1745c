"""Whole programs on each target: what Pulumi gets to see, what the preview warns of, and what the program gets back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import attrs
import pytest

from polypod.model.application import Application
from polypod.model_to_data import unstructure
from polypod.targets.check import load_target
from tests.targets.aci.groups import TOGETHER

from .deployed import not_shown, resources, stable
from .once import complete, shortened
from .programs import HERE, PROJECTS, ran
from .yaml_text import read, written

AZURE = {"polypod:azure": {"location": "westeurope"}}
VARIANTS: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "aci": ("aci", AZURE),
    "aci-group": ("aci", {**AZURE, "polypod:aci": TOGETHER}),
    "docker": ("docker", {}),
    "kubernetes": ("kubernetes", {}),
}
"""The targets, and the config of each."""

IN_ONE_GROUP = ("api-gateway", "load-balancer")
GOLDENS = [(name, variant) for name in sorted(PROJECTS) for variant in VARIANTS if variant != "aci-group"]
GOLDENS += [(name, "aci-group") for name in IN_ONE_GROUP]


@pytest.mark.parametrize(("name", "variant"), GOLDENS)
def test_a_program(name: str, variant: str, golden: Callable[[Path, object], None]) -> None:
    """Its golden files say all of it, though each thing once; that of the model is the same on all targets."""
    target, config = VARIANTS[variant]
    with ran(name, target, config) as program:
        site = attrs.evolve(program.site, settings=config.get("polypod:aci", {}))
        plan = load_target(target).draft(Application.of(program.model), site).plan
        model = stable(unstructure(program.model))
        made = resources(program.engine, model)
        document = {
            "warnings": program.engine.warnings,
            "outputs": stable(program.engine.outputs),
            "plan": not_shown(plan),
            **shortened(made),
        }
        text = written(document)
        assert complete(read(text)) == made
        golden(HERE / f"{name}.{variant}.yaml", text)
        golden(HERE / f"{name}.model.yaml", written(model))


def test_every_golden_file_belongs_to_a_program() -> None:
    """A program that is gone takes its files with it."""
    models = [(name, "model") for name in PROJECTS]
    assert {file.name for file in HERE.glob("*.yaml")} == {f"{name}.{what}.yaml" for name, what in GOLDENS + models}
