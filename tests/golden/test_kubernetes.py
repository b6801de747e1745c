"""Whole programs, as the manifests that the Kubernetes target renders and as the resources that Pulumi gets to see."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from polypod.model.application import Application
from polypod.targets.kubernetes import TARGET
from tests.targets.kubernetes.manifests import as_text

from .programs import HERE, PROJECTS, Program, plain, ran
from .readable import as_yaml


@pytest.fixture(scope="module", params=sorted(PROJECTS))
def program(request: pytest.FixtureRequest) -> Iterator[Program]:
    """A program of this repository on Kubernetes."""
    with ran(request.param, "kubernetes") as program:
        yield program


def test_the_manifests_of_a_program(program: Program, golden: Callable[[Path, object], None]) -> None:
    """Everything in the order of creation, as ``kubectl apply`` would take it."""
    plan = TARGET.draft(Application.of(program.model), program.site).plan
    text = as_yaml(as_text(plan))
    golden(HERE / f"{program.name}.kubernetes.yaml", text)


def test_the_resources_of_a_program(program: Program, golden: Callable[[Path, object], None]) -> None:
    """How the engine gets to see them: parents, dependencies, what is kept and what is secret."""
    resources = [plain(resource) for resource in program.engine.resources]
    for resource in resources:
        if resource["type"].startswith("kubernetes:"):
            resource["inputs"] = {
                "metadata": {"name": None, **resource["inputs"]["metadata"]},
                **{key: value for key, value in resource["inputs"].items() if key == "stringData"},
            }
            resource["inputs"]["metadata"].pop("labels", None)
    outputs = plain(program.engine.outputs)
    golden(
        HERE / f"{program.name}.kubernetes.json",
        {"warnings": program.engine.warnings, "outputs": outputs, "resources": resources},
    )
