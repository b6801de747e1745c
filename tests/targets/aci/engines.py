"""Programs on Azure Container Instances, for the tests to look at."""

from __future__ import annotations

from functools import partial

import pulumi

from polypod import (
    ConfigVolume,
    Gateway,
    GatewayStack,
    Mount,
    Route,
)
from polypod.patterns import postgres
from polypod.testing import MockedEngine, Registered
from tests.engines import failure_on, run_on
from tests.programs import web
from tests.targets.aci.plan.test_settings import WORKSPACE

AZURE = {"polypod:target": "aci", "polypod:azure": {"location": "westeurope"}}
GROUP = "azure-native:containerinstance:ContainerGroup"
REGISTRY = {"server": "registry.test", "username": "ci", "password": "geheim"}
DB = postgres("db", password="geheim")
API = web(env={"URL": DB.url("app")}, mounts=[Mount("/etc/api", ConfigVolume("conf", {"db": "polypod{db.host}"}))])
SHOP = Gateway([API, DB], routes=[Route("/", API)])
GIVEN = {"workspaceId": WORKSPACE, "workspaceKey": "geheim"}


run, failure = partial(run_on, AZURE), partial(failure_on, AZURE)


def shop() -> None:
    """An application of two pods."""
    stack = GatewayStack("shop", SHOP)
    pulumi.export("url", stack.url)
    pulumi.export("endpoints", stack.endpoints)


def groups(engine: MockedEngine) -> dict[str, Registered]:
    """The container groups by logical name."""
    return {resource.name: resource for resource in engine.resources if resource.type == GROUP}


def of_type(engine: MockedEngine, kind: str) -> list[Registered]:
    """The resources of a type in Azure."""
    return [resource for resource in engine.resources if resource.type == f"azure-native:{kind}"]
