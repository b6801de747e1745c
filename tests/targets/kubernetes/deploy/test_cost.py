"""What data that is there costs to look at, by the size of the program."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Any

import attrs
import pytest

from polypod import Gateway, PersistentVolume, Pod
from polypod.targets.kubernetes.deploy import listing
from polypod.targets.kubernetes.deploy.existing_claims import ExistingClaims
from polypod.targets.kubernetes.deploy.existing_objects import ExistingObjects
from polypod.targets.kubernetes.deploy.handover import Handover
from polypod.targets.kubernetes.deploy.preview_messages import preview_messages
from polypod.targets.kubernetes.plan.records import Plan
from polypod.testing import FakeCluster
from tests.steps import calls
from tests.targets.kubernetes.deploy.test_existing_claims import claim
from tests.targets.kubernetes.deploy.test_handover import running, store
from tests.targets.kubernetes.deploy.test_preview_messages import KEPT
from tests.targets.kubernetes.manifests import plan


@attrs.frozen
class Case:
    """A program whose former version is in the cluster."""

    plan: Plan
    there: list[Any]

    def present(self) -> ExistingObjects:
        """What is there."""
        return ExistingObjects(FakeCluster(objects=self.there), self.plan.namespace)


def case(pods: int, *, renamed: bool = False) -> Case:
    """Pods with data of their own and of their replicas, half of which there is; all of which under former names."""
    wanted: list[Pod] = []
    there: list[Any] = []
    for i in range(pods):
        volume, own = PersistentVolume(f"d{i}"), PersistentVolume("data", per_replica=True)
        wanted += [store(f"a{i}", volume), store(f"b{i}", own)]
        if renamed or i % 2:
            former = "x" if renamed else "a"
            there += running(f"{former}{i}", f"d{i}")
            there += [claim(name=f"d{i}"), claim(name=f"data-b{i}-0")]
    for item in there:
        item["metadata"].setdefault("labels", KEPT)
    return Case(plan(Gateway(wanted)), there)


def look(known: Case) -> list[str]:
    """What a preview says."""
    return list(preview_messages(known.plan, known.present()))


def fit(known: Case) -> Plan:
    """The plan as it can be."""
    return ExistingClaims(known.plan, known.present()).plan()


def release(known: Case) -> None:
    """An update in which nobody is in the way."""
    handover, cluster = Handover(known.plan), FakeCluster(objects=known.there)

    async def run() -> None:
        for pod in known.plan.pods:
            await handover.release(cluster, pod)

    asyncio.run(run())


@pytest.mark.parametrize("step", [look, fit, release])
def test_twice_the_data_is_twice_the_work(step: Callable[[Case], object], monkeypatch: pytest.MonkeyPatch) -> None:
    """No step asks all claims, workloads or pods once for each pod."""
    monkeypatch.setattr(listing, "POLL_SECONDS", 3600)
    calls(partial(step, case(3)))  # what is computed once for all programs
    small, large = calls(partial(step, case(50))), calls(partial(step, case(100)))
    assert large < 2.2 * small


def test_twice_the_hand_overs_are_twice_the_work() -> None:
    """Also where every pod has another name."""
    calls(partial(look, case(3, renamed=True)))
    small, large = calls(partial(look, case(50, renamed=True))), calls(partial(look, case(100, renamed=True)))
    assert large < 2.2 * small
