"""The number of replicas between the program and an autoscaler."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from polypod import Autoscale, Pod, Resources
from polypod.targets.kubernetes.deploy import scaling
from polypod.targets.kubernetes.deploy.client import Cluster
from polypod.targets.kubernetes.plan.records import Pod as Record
from polypod.testing import FakeCluster
from tests.programs import container
from tests.targets.kubernetes.manifests import plan

SCALED = Pod(container(resources=Resources("10m")), autoscale=Autoscale(min_replicas=3, max_replicas=5))
FIXED = Pod(container(), replicas=2)
STACK = {"dev.polypod.project": "p", "dev.polypod.stack": "s"}
Step = Callable[[Cluster, str, Record], Awaitable[None]]


def deployment(replicas: int, manager: str = "pulumi-kubernetes-1") -> dict[str, Any]:
    """A Deployment whose replicas somebody applies."""
    fields = {"operation": "Apply", "manager": manager, "fieldsV1": {"f:spec": {"f:replicas": {}}}}
    return {
        "kind": "Deployment",
        "metadata": {"name": "web", "managedFields": [fields]},
        "spec": {"replicas": replicas},
    }


def autoscaler(**labels: str) -> dict[str, Any]:
    """An autoscaler."""
    return {"kind": "HorizontalPodAutoscaler", "metadata": {"name": "web", "labels": labels}, "spec": {}}


def after(step: Step, pod: Pod, *there: Any) -> FakeCluster:
    """The cluster after a step."""
    cluster = FakeCluster(objects=there)
    asyncio.run(step(cluster, "p-s", plan(pod).pods[0]))
    return cluster


def replicas(cluster: FakeCluster) -> int:
    """How many replicas the Deployment is to have."""
    found = cluster.get("Deployment", "p-s", "web")
    assert found is not None
    return int(found["spec"]["replicas"])


@pytest.mark.parametrize(("there", "expected"), [(4, 4), (2, 3)])
def test_replicas_outlive_that_the_program_says_them(there: int, expected: int) -> None:
    """Somebody else owns the number before Pulumi gives it up, and it is not below the autoscaler's least."""
    cluster = after(scaling.before_update, SCALED, deployment(there))
    assert cluster.changed == [("apply", "Deployment", "web")]
    assert replicas(cluster) == expected


def test_the_autoscaler_s_number_is_left_alone() -> None:
    """Once it is handed over."""
    assert after(scaling.before_update, SCALED, deployment(4, "polypod")).changed == []
    assert after(scaling.before_update, SCALED).changed == []


def test_a_new_pod_has_the_least_replicas_at_once() -> None:
    """Autoscalers look every fifteen seconds."""
    cluster = after(scaling.after_update, SCALED, deployment(1), autoscaler())
    assert replicas(cluster) == 3


def test_an_autoscaler_goes_before_the_program_says_the_number() -> None:
    """It would take it back."""
    assert after(scaling.before_update, FIXED, deployment(3), autoscaler(**STACK)).changed == [
        ("delete", "HorizontalPodAutoscaler", "web")
    ]


def test_an_autoscaler_of_somebody_else_stays() -> None:
    """Who wrote it has said what it is for."""
    assert after(scaling.before_update, FIXED, deployment(3), autoscaler()).changed == []


def test_an_autoscaler_that_went_too_early_comes_back() -> None:
    """The update for which it went never came to its end, and the program has it again."""
    cluster = after(scaling.after_update, SCALED, deployment(3))
    assert cluster.changed == [("apply", "HorizontalPodAutoscaler", "web")]
