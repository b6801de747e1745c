"""What is left of a program that has run: a service with Pulumi's Automation API runs many in one process."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Mapping
from typing import Any

import pulumi
import pytest

from polypod import GatewayStack
from tests.engines import DOCKER, run_on
from tests.programs import gateway
from tests.targets.aci.engines import AZURE

KUBERNETES = {"polypod:target": "kubernetes"}
AKS = {**KUBERNETES, "polypod:azure": {"location": "westeurope"}}


@pytest.mark.parametrize("target", [DOCKER, KUBERNETES, AKS, AZURE], ids=["docker", "kubernetes", "aks", "aci"])
def test_a_program_that_has_run_is_gone(target: Mapping[str, Any]) -> None:
    """Its stack, and with it all that was registered."""
    stacks = []

    def program() -> None:
        stacks.append(weakref.ref(pulumi.runtime.get_root_resource()))
        GatewayStack("shop", gateway())

    run_on(target, program)
    gc.collect()
    assert [stack() for stack in stacks] == [None]
