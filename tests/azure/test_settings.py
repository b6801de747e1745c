"""What a stack's config may say about Azure, and what is said about everything else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from polypod.azure.settings import AzureSettings, ClusterSettings, Existing, PushLogin, RegistrySettings, read_settings
from polypod.errors import ModelError
from polypod.model.value import Secret


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        ({"location": "westeurope"}, AzureSettings(location="westeurope")),
        (
            {"location": "westeurope", "cluster": None, "registry": {"existing": None}},
            AzureSettings(location="westeurope"),
        ),
        (
            {
                "location": "westeurope",
                "cluster": {"nodeSize": "Standard_D4s_v5", "minNodes": 2, "maxNodes": 9, "kubernetesVersion": "1.33"},
            },
            AzureSettings(
                location="westeurope",
                cluster=ClusterSettings(
                    node_size="Standard_D4s_v5", min_nodes=2, max_nodes=9, kubernetes_version="1.33"
                ),
            ),
        ),
        (
            {"location": "westeurope", "cluster": {"zones": [1, "3"], "min_nodes": 3.0}},
            AzureSettings(location="westeurope", cluster=ClusterSettings(zones=("1", "3"), min_nodes=3)),
        ),
        (
            {
                "cluster": {"existing": {"name": "c", "resourceGroup": "g"}},
                "registry": {
                    "existing": {"name": "registry", "resourceGroup": "g"},
                    "push": {"username": "me", "password": "geheim"},
                },
            },
            AzureSettings(
                cluster=ClusterSettings(existing=Existing(name="c", resource_group="g")),
                registry=RegistrySettings(
                    existing=Existing(name="registry", resource_group="g"),
                    push=PushLogin(username="me", password=Secret("geheim")),
                ),
            ),
        ),
    ],
)
def test_the_config_is_read(config: Mapping[str, Any], expected: AzureSettings) -> None:
    """Keys in camelCase or snake_case; zones and numbers as YAML and JSON have them."""
    assert read_settings(config) == expected


@pytest.mark.parametrize(
    ("config", "path", "what"),
    [
        ({}, "location", "missing"),
        ({"location": "West Europe"}, "location", "'West Europe' is not the name of a region"),
        ({"cluster": {"minNodes": 0}}, "cluster.minNodes", "0 is not a number from 1 to 1000"),
        ({"cluster": {"minNodes": True}}, "cluster.minNodes", "True is not a number"),
        ({"cluster": {"minNodes": "2"}}, "cluster.minNodes", "'2' is not a number"),
        ({"cluster": {"maxNodes": 1001}}, "cluster.maxNodes", "1001 is not a number"),
        ({"cluster": {"minNodes": 4}}, "cluster.minNodes", "4 is more than maxNodes, which is 3"),
        ({"cluster": {"kubernetesVersion": 1.3}}, "cluster.kubernetesVersion", "1.3 is not a minor version in quotes"),
        ({"cluster": {"kubernetesVersion": "1.33.2"}}, "cluster.kubernetesVersion", "'1.33.2' is not a minor version"),
        ({"cluster": {"nodeSize": "D2s_v5"}}, "cluster.nodeSize", "'D2s_v5' is not the size of a virtual machine"),
        ({"cluster": {"zones": "1"}}, "cluster.zones", "'1' is not a list"),
        ({"cluster": {"zones": [4]}}, "cluster.zones", "[4] is not a list with some of 1, 2, 3"),
        ({"cluster": {"zones": []}}, "cluster.zones", "[] is not a list"),
        ({"cluster": {"zones": [1, 1]}}, "cluster.zones", "a zone is listed twice"),
        ({"cluster": "big"}, "cluster", "a mapping is expected, not a str"),
        ({"cluster": {"nodes": 3}}, "cluster.nodes", "unknown key"),
        ({"cluster": {"minNodes": 1, "min_nodes": 2}}, "cluster.min_nodes", "given twice"),
        ({"cluster": {"existing": {"name": "c"}}}, "cluster.existing.resourceGroup", "missing"),
        ({"cluster": {"existing": {"name": "a/b", "resourceGroup": "g"}}}, "cluster.existing.name", "'a/b' is not"),
        (
            {"cluster": {"existing": {"name": "c", "resourceGroup": "g"}, "maxNodes": 9}},
            "cluster",
            "an existing cluster has its own nodes and version",
        ),
        ({"registry": {"push": {"username": "me"}}}, "registry.push.password", "missing"),
        ({"registry": {"push": {"username": "me", "password": 5}}}, "registry.push.password", "the value is not"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(config: dict[str, Any], path: str, what: str) -> None:
    """And with a fix."""
    if path != "location":
        config = {"location": "westeurope", **config}
    with pytest.raises(ModelError) as error:
        read_settings(config)
    (problem,) = error.value.problems
    assert problem.path == f"config polypod:azure.{path}"
    assert what in problem.what
    assert problem.fix


def test_all_problems_are_reported_together() -> None:
    """One run shows everything, also a key that was misspelt, with what was meant."""
    config = {"locaton": "westeurope", "cluster": {"nodesize": 3, "minNodes": 0}, "registry": {"existing": {}}}
    with pytest.raises(ModelError) as error:
        read_settings(config)
    found = {problem.path.removeprefix("config polypod:azure."): problem.fix for problem in error.value.problems}
    assert found.keys() == {
        "locaton",
        "cluster.nodesize",
        "cluster.minNodes",
        "registry.existing.name",
        "registry.existing.resourceGroup",
    }
    assert found["locaton"] == "did you mean 'location'?"
    assert found["cluster.nodesize"] == "did you mean 'nodeSize'?"


def test_a_password_is_never_shown() -> None:
    """Neither one that is right nor one that is wrong."""
    for push in ({"username": "me", "password": "ge heim"}, "geheim", {"username": "me", "passwort": "geheim"}):
        with pytest.raises(ModelError) as error:
            read_settings({"location": "westeurope", "registry": {"push": push}})
        assert "heim" not in str(error.value)
    config = {"location": "westeurope", "registry": {"push": {"username": "me", "password": "geheim"}}}
    assert "geheim" not in repr(read_settings(config))


def test_a_value_that_is_no_mapping_is_refused() -> None:
    """As when only the region is given."""
    with pytest.raises(
        ModelError, match="a mapping is expected, not a str\n    fix: write a mapping with cluster, location"
    ):
        read_settings("westeurope")  # type: ignore[arg-type]
