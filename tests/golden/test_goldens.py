"""Whole programs, as the records that Docker's target renders and as the resources that Pulumi gets to see."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from polypod.model.application import Application
from polypod.targets.docker.plan.render import render

from .programs import HERE, PROJECTS, Program, plain, ran


@pytest.fixture(scope="module", params=sorted(PROJECTS))
def program(request: pytest.FixtureRequest) -> Iterator[Program]:
    """A program of this repository on Docker."""
    with ran(request.param, "docker") as program:
        yield program


def test_the_records_of_a_program(program: Program, golden: Callable[[Path, object], None]) -> None:
    """What the pure part of the target makes of it."""
    plan = render(Application.of(program.model), program.site)
    golden(HERE / f"{program.name}.plan.json", plain(plan))


def test_the_resources_of_a_program(program: Program, golden: Callable[[Path, object], None]) -> None:
    """What the engine gets to see, and what the preview warns of."""
    resources = [plain(resource) for resource in program.engine.resources]
    outputs = plain(program.engine.outputs)
    golden(
        HERE / f"{program.name}.resources.json",
        {"warnings": program.engine.warnings, "outputs": outputs, "resources": resources},
    )


def test_every_golden_file_belongs_to_a_program() -> None:
    """A program that is gone takes its files with it."""
    kinds = ("plan.json", "resources.json", "kubernetes.json", "kubernetes.yaml", "aci.json", "aci.yaml")
    in_one_group = {"api-gateway.aci-group.yaml", "load-balancer.aci-group.yaml"}
    files = {file.name for pattern in ("*.json", "*.yaml") for file in HERE.glob(pattern)}
    assert files == {f"{name}.{kind}" for name in PROJECTS for kind in kinds} | in_one_group
