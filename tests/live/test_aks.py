"""AKS with the real engine: what previews show, what the state holds, in which order things go.

Azure cannot be reached, so a stand-in takes the place of its provider; see `azure_standin`.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.common import cannot_run

from .deployment import engine_environment

pytestmark = pytest.mark.xdist_group("azure-engine")

STANDIN = Path(__file__).with_name("azure_standin.py")
PLUGINS = {"azure-native": "3.29.0", "kubernetes": "4.25.0"}
PROGRAM = """
import pulumi

from polypod.azure import aks

cluster = aks(pulumi.Config("polypod").require_object("azure"), "shop-test")
in_it = pulumi.ResourceOptions(provider=cluster.provider)
inside = {"apiVersion": "v1", "kind": "ConfigMap", "data": {"server": cluster.registry.server}}
pulumi.CustomResource("kubernetes:core/v1:ConfigMap", "inside", inside, in_it)
pulumi.export("kubeconfig", cluster.kubeconfig)
pulumi.export("password", cluster.registry.password)
"""
POOL = {
    "name": "nodes",
    "mode": "System",
    "type": "VirtualMachineScaleSets",
    "osType": "Linux",
    "vmSize": "Standard_D2s_v5",
    "enableAutoScaling": True,
    "minCount": 1,
    "maxCount": 3,
}


class Stack:
    """A stack of the program, driven through the command line."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environment = {**engine_environment(folder), "STANDIN_FOLDER": str(folder)}
        for name, version in PLUGINS.items():
            plugin = folder / name / f"pulumi-resource-{name}"
            plugin.parent.mkdir()
            plugin.write_text(f'#!/bin/sh\nexec python3 "{STANDIN}" {name} {version} "$@"\n')
            plugin.chmod(0o755)
        providers = "".join(f"    - {{name: {name}, path: ./{name}}}\n" for name in PLUGINS)
        (folder / "Pulumi.yaml").write_text(f"name: azure\nruntime: python\nplugins:\n  providers:\n{providers}")
        (folder / "__main__.py").write_text(PROGRAM)
        (folder / "drift.json").write_text("{}")
        self.configure({})
        self.run("stack", "init", "test")

    def configure(self, cluster: Mapping[str, Any]) -> None:
        """Set the options of the cluster."""
        config = {"polypod:azure": {"location": "westeurope", "cluster": cluster}}
        salt = [
            line
            for file in self.folder.glob("Pulumi.test.yaml")
            for line in file.read_text().splitlines()
            if line.startswith("encryptionsalt")
        ]
        (self.folder / "Pulumi.test.yaml").write_text("\n".join([*salt, f"config: {json.dumps(config)}", ""]))

    def run(self, *command: str) -> str:
        """What a command of Pulumi prints."""
        done = subprocess.run(
            ["pulumi", "--non-interactive", *command],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=200,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def preview(self) -> dict[str, str]:
        """What a preview would do to what, by logical name, apart from nothing."""
        steps = json.loads(self.run("preview", "--json"))["steps"]
        return {step["urn"].rpartition("::")[2]: step["op"] for step in steps if step["op"] != "same"}

    def log(self) -> list[str]:
        """What the stand-in did since the last time."""
        file = self.folder / "log"
        lines = file.read_text().splitlines() if file.exists() else []
        file.unlink(missing_ok=True)
        return lines


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Stack:
    """A stack of the program; the tests of this module go through its life, one after another."""
    if shutil.which("pulumi") is None:
        cannot_run("pulumi is not on PATH; run the tests with `make test`")
    return Stack(tmp_path_factory.mktemp("azure"))


def test_the_first_preview_asks_azure_for_nothing(stack: Stack) -> None:
    """There is nothing to ask for yet, and still everything is planned."""
    planned = stack.preview()
    assert set(planned.values()) == {"create"}
    assert {"shop-test-cluster", "shop-test-registry", "shop-test-cluster-pull", "inside"} <= planned.keys()
    assert stack.log() == []


def test_the_nodes_may_pull_before_anything_is_in_the_cluster(stack: Stack) -> None:
    """A pod that comes earlier would fail."""
    stack.run("up", "--yes", "--skip-preview")
    created = [line.removeprefix("create ") for line in stack.log() if line.startswith("create ")]
    assert created.index("shop-test-cluster-pull") < created.index("inside")


def test_the_second_preview_shows_no_change(stack: Stack) -> None:
    """Also in what is asked of Azure."""
    assert stack.preview() == {}


def test_the_state_holds_no_secret_in_plain(stack: Stack) -> None:
    """The kubeconfig, the registry's password and the workspace's key are encrypted."""
    state = stack.run("stack", "export")
    assert "shop-test-cluster-kubernetes" in state
    assert [s for s in ("kind: Config", "password-of-the-registry", "key-of-the-workspace") if s in state] == []


def test_what_the_autoscaler_and_the_upgrades_did_is_no_change(stack: Stack) -> None:
    """After a refresh, which takes what it finds for what was asked for."""
    pool = {**POOL, "count": 3, "orchestratorVersion": "1.34"}
    drift = {"shop-test-cluster": {"agentPoolProfiles": [pool], "kubernetesVersion": "1.34"}}
    (stack.folder / "drift.json").write_text(json.dumps(drift))
    stack.run("refresh", "--yes", "--skip-preview")
    assert '"orchestratorVersion": "1.34"' in stack.run("stack", "export")
    assert stack.preview() == {}


def test_an_update_of_the_cluster_touches_nothing_else(stack: Stack) -> None:
    """Neither the right to pull nor the provider, and so nothing in the cluster, is seen to be replaced."""
    stack.configure({"maxNodes": 7})
    assert stack.preview() == {"shop-test-cluster": "update"}
    stack.run("up", "--yes", "--skip-preview")
    assert [line for line in stack.log() if not line.startswith("ask ")] == ["update shop-test-cluster"]


def test_what_is_in_the_cluster_goes_before_it(stack: Stack) -> None:
    """And the resource group last."""
    stack.run("destroy", "--yes", "--skip-preview")
    deleted = [line.removeprefix("delete ") for line in stack.log() if line.startswith("delete ")]
    assert deleted.index("inside") < deleted.index("shop-test-cluster")
    assert deleted[-1] == "shop-test-resources"
