"""Whole programs, as the requests that Azure Container Instances gets and as the resources that Pulumi gets to see."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import attrs
import pytest
import yaml

from polypod.model.application import Application
from polypod.targets.aci import TARGET
from tests.targets.aci.groups import TOGETHER, readable

from .programs import HERE, PROJECTS, Program, plain, ran
from .readable import as_yaml

AZURE = {"polypod:azure": {"location": "westeurope"}}


@pytest.fixture(scope="module", params=sorted(PROJECTS))
def program(request: pytest.FixtureRequest) -> Iterator[Program]:
    """A program of this repository on Azure Container Instances."""
    with ran(request.param, "aci", AZURE) as program:
        yield program


def requests(program: Program, settings: dict[str, Any]) -> str:
    """The requests for a program in the order of creation, each with the name of its group."""
    site = attrs.evolve(program.site, settings=settings)
    groups = TARGET.draft(Application.of(program.model), site).plan.groups
    return as_yaml([{"name": group.name, **readable(group.body)} for group in groups])


def test_the_requests_of_a_program(program: Program, golden: Callable[[Path, object], None]) -> None:
    """Everything that is put into Azure, with files as their content."""
    golden(HERE / f"{program.name}.aci.yaml", requests(program, {}))


def test_the_resources_of_a_program(program: Program, golden: Callable[[Path, object], None]) -> None:
    """How the engine gets to see them: parents, dependencies, what is kept, what is replaced and what is secret."""
    resources = [plain(resource) for resource in program.engine.resources]
    for resource in resources:
        if resource["type"] == "azure-native:containerinstance:ContainerGroup":
            inputs = resource["inputs"]
            named = {key: inputs.get(key) for key in ("resourceGroupName", "containerGroupName", "location")}
            resource["inputs"] = {**named, "secrets": list(secrets(inputs))}
    outputs = plain(program.engine.outputs)
    golden(
        HERE / f"{program.name}.aci.json",
        {"warnings": program.engine.warnings, "outputs": outputs, "resources": resources},
    )


def secrets(value: Any, path: str = "") -> Iterator[str]:
    """The paths of what is secret; everything else is in the request."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from secrets(item, f"{path}.{key}" if path else key)
    elif isinstance(value, list):
        for i, item in enumerate(value):
            yield from secrets(item, f"{path}[{i}]")
    elif value == "[secret]":
        yield path


@pytest.mark.parametrize("name", ["api-gateway", "load-balancer"])
def test_the_request_of_a_program_in_one_group(name: str, golden: Callable[[Path, object], None]) -> None:
    """Where the gateway and the pods share an address."""
    with ran(name, "aci", {**AZURE, "polypod:aci": TOGETHER}) as program:
        golden(HERE / f"{program.name}.aci-group.yaml", requests(program, TOGETHER))


def test_the_files_can_be_read_back() -> None:
    """Each is a list of groups."""
    for file in HERE.glob("*.aci*.yaml"):
        groups = list(yaml.safe_load_all(file.read_text()))
        assert all(group["properties"]["containers"] for group in groups)
