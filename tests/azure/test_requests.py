"""What would be sent to Azure, by the request models of the official SDK: Azure cannot be asked in a test."""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from polypod.testing import MockedEngine
from polypod_aci_emulator import private_apis
from tests.azure.programs import everything
from tests.azure.requests import MODELS, body, mistakes
from tests.common import AZURE_SDK

pytestmark = AZURE_SDK


@pytest.fixture(scope="module")
def engine() -> MockedEngine:
    """Everything that there is, made once."""
    engine = MockedEngine()
    engine.up(everything)
    return engine


@pytest.mark.parametrize("kind", MODELS)
def test_azure_would_take_every_request(engine: MockedEngine, kind: str) -> None:
    """Every property is known at its place, every value allowed there, and nothing that is required is missing."""
    made = [resource for resource in engine.resources if resource.type == kind]
    assert made
    assert {resource.name: mistakes(kind, body(resource)) for resource in made} == {
        resource.name: [] for resource in made
    }


def test_no_request_is_left_unchecked(engine: MockedEngine) -> None:
    """What is added later is checked too."""
    assert {r.type for r in engine.resources if r.type.startswith("azure-native:")} == MODELS.keys()


@pytest.mark.parametrize(
    ("kind", "change", "mistake"),
    [
        ("azure-native:containerservice:ManagedCluster", {"properties": {"nope": 1}}, "has no such property"),
        ("azure-native:containerservice:ManagedCluster", {"properties": {"fqdn": "x"}}, "Azure sets it"),
        ("azure-native:containerservice:ManagedCluster", {"sku": {"tier": "Gratis"}}, "'Gratis' is none of"),
        ("azure-native:containerservice:ManagedCluster", {"location": 5}, "5 is none of"),
        ("azure-native:containerservice:ManagedCluster", {"identity": "mine"}, "is no ManagedClusterIdentity"),
        ("azure-native:containerservice:ManagedCluster", {"properties": {"agentPoolProfiles": [{}]}}, "is required"),
        ("azure-native:containerregistry:Registry", {"sku": {}}, "sku.name: it is required"),
        ("azure-native:monitor:DataCollectionRule", {"properties": {"flows": []}}, "it would be sent as"),
        ("azure-native:authorization:RoleAssignment", {"properties": {}}, "principal_id: it is required"),
    ],
)
def test_the_models_find_mistakes(engine: MockedEngine, kind: str, change: Mapping[str, Any], mistake: str) -> None:
    """Otherwise the tests above could not fail."""
    resource = next(resource for resource in engine.resources if resource.type == kind)
    assert mistake in "\n".join(mistakes(kind, {**body(resource), **change}))


@pytest.mark.parametrize("kind", MODELS)
def test_the_provider_knows_every_input(engine: MockedEngine, kind: str) -> None:
    """By the provider's own types, also inside of nested ones."""
    _, module, name = kind.split(":")
    sdk = importlib.import_module(f"pulumi_azure_native.{module}")
    for resource in (resource for resource in engine.resources if resource.type == kind):
        assert list(_unknown(getattr(sdk, f"{name}Args"), resource.inputs, resource.name)) == []


def _unknown(args: Any, inputs: Mapping[str, Any], path: str) -> Iterator[str]:
    hints = private_apis.input_types(args)
    for key, value in inputs.items():
        if key not in hints:
            yield f"{path}.{key}"
            continue
        nested = private_apis.without_input(hints[key])
        items = value if isinstance(value, list) else [value]
        for item in items:
            if isinstance(item, dict) and private_apis.is_input_type(nested):
                yield from _unknown(nested, item, f"{path}.{key}")
