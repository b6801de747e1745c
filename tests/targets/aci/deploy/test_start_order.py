"""When it is a container group's turn."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

import pulumi
import pytest

from polypod import Gateway, Mount, PersistentVolume, Pod
from polypod.targets.aci.deploy.owners import Owners
from polypod.targets.aci.deploy.start_order import StartOrder
from polypod.testing import FakeManagement, MockedEngine
from tests.programs import container
from tests.targets.aci.deploy.test_handover import there
from tests.targets.aci.groups import plan


def turns(model: Any, live: Mapping[str, str]) -> list[str]:
    """The keys of a program's groups in the order of their turns, given what share each live pod mounts."""
    found = plan(model)
    groups = [there(f"store-{pod}-0", f"store-{volume}") for pod, volume in live.items()]
    order: list[str] = []

    def program() -> None:
        pulumi.Output.from_input("").apply(all_of_them)

    async def all_of_them(_: object) -> None:
        made: dict[str, asyncio.Future[str]] = {group.key: asyncio.Future() for group in found.groups}
        resources: Any = {key: SimpleNamespace(urn=SimpleNamespace(future=lambda key=key: made[key])) for key in made}

        async def working(key: str) -> float:
            await made[key]
            return 0.0

        waiting = StartOrder(found, Owners(found.groups, "account"), FakeManagement(groups=groups), resources, working)

        async def turn(group: Any) -> None:
            await waiting.wait(group, "rg")
            order.append(group.key)
            made[group.key].set_result("urn")

        await asyncio.wait_for(asyncio.gather(*map(turn, found.groups)), 10)

    MockedEngine().up(program)
    return order


def pod(name: str, volume: str, *after: str) -> Pod:
    """A pod with a volume."""
    return Pod(container(name, mounts=[Mount("/data", PersistentVolume(volume))]), depends_on=after)


def test_who_gives_a_volume_up_is_changed_first() -> None:
    """And who takes it after that."""
    order = turns(Gateway([pod("a", "x"), pod("b", "y")]), {"b": "x"})
    assert order.index("b-0") < order.index("a-0")


@pytest.mark.parametrize(
    ("pods", "live"),
    [
        ([pod("a", "x"), pod("b", "y")], {"a": "y", "b": "x"}),
        ([pod("a", "x"), pod("b", "y"), pod("c", "z")], {"a": "z", "b": "x", "c": "y"}),
        ([pod("a", "x", "b"), pod("b", "y", "c"), pod("c", "z")], {"a": "z", "b": "x", "c": "y"}),
        ([pod("a", "x"), pod("b", "y", "c"), pod("c", "z")], {"a": "z", "b": "x"}),
    ],
    ids=["two", "three", "in order", "by a dependency"],
)
def test_pods_that_swap_volumes_do_not_wait_for_each_other(pods: list[Pod], live: Mapping[str, str]) -> None:
    """One of them is stopped instead."""
    assert sorted(turns(Gateway(pods), live)) == [*sorted(f"{pod.name}-0" for pod in pods), "gateway-0"]
