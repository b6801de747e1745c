"""The components as programs in other languages see them."""

from __future__ import annotations

from pulumi.provider.experimental.analyzer import Analyzer

from polypod.component_provider import COMPONENTS


def test_pulumi_infers_a_schema_for_every_component() -> None:
    """Every component has its inputs and outputs in the schema that Pulumi infers."""
    schema = Analyzer("polypod").analyze(COMPONENTS)["component_definitions"]
    assert {
        "GatewayStack": ({"pods", "routes", "port"}, {"url", "endpoints"}),
        "SidecarPod": ({"main", "sidecars", "init", "replicas"}, {"endpoints"}),
        "ContainerGroup": ({"name", "peers", "init", "replicas"}, {"endpoints"}),
    } == {name: (set(found.inputs), set(found.outputs)) for name, found in schema.items()}
