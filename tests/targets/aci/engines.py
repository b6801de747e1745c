"""Programs on Azure Container Instances, for the tests to look at."""

from __future__ import annotations

from functools import partial

from polypod.testing import MockedEngine, Registered
from tests.engines import TWO_PODS, exporting, failure_on, run_on
from tests.targets.aci.plan.test_settings import WORKSPACE

AZURE = {"polypod:target": "aci", "polypod:azure": {"location": "westeurope"}}
GROUP = "azure-native:containerinstance:ContainerGroup"
REGISTRY = {"server": "registry.test", "username": "ci", "password": "geheim"}
GIVEN = {"workspaceId": WORKSPACE, "workspaceKey": "geheim"}


run, failure = partial(run_on, AZURE), partial(failure_on, AZURE)
shop = exporting(TWO_PODS)


def groups(engine: MockedEngine) -> dict[str, Registered]:
    """The container groups by logical name."""
    return {resource.name: resource for resource in engine.resources if resource.type == GROUP}


def of_type(engine: MockedEngine, kind: str) -> list[Registered]:
    """The resources of a type in Azure."""
    return [resource for resource in engine.resources if resource.type == f"azure-native:{kind}"]
