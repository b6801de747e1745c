"""Under which names Pulumi may know an object already."""

from __future__ import annotations

from functools import partial

import pytest

from polypod.targets.kubernetes.deploy.aliases import _urn

TOKEN = "kubernetes:apps/v1:Deployment"
START = "urn:pulumi:dev::shop"


@pytest.mark.parametrize(
    ("expected", "component", "kind", "nested"),
    [
        (f"polypod:index:SidecarPod${TOKEN}::old-db.deployment", "polypod:index:SidecarPod::new", "SidecarPod", ""),
        (
            f"polypod:index:GatewayStack$polypod:index:ContainerGroup${TOKEN}::old-db.deployment",
            "polypod:index:SidecarPod::new",
            "GatewayStack",
            "ContainerGroup",
        ),
        (
            f"my:own:Part$polypod:index:SidecarPod${TOKEN}::old-db.deployment",
            "my:own:Part$polypod:index:SidecarPod::new",
            "SidecarPod",
            "",
        ),
    ],
)
def test_an_object_of_another_component(expected: str, component: str, kind: str, nested: str) -> None:
    """It stood next to the one that makes it now, alone or below a gateway."""
    name = partial(_urn, "old-db.deployment", TOKEN, kind, nested)
    assert name(f"{START}::{component}") == f"{START}::{expected}"
