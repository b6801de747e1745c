"""Claims that grow, and StatefulSets that are recreated."""

from __future__ import annotations

import asyncio
from typing import Any

import attrs
import pytest

from polypod import DeploymentError, Mount, PersistentVolume, Pod
from polypod.targets.kubernetes.deploy import claim_growth
from polypod.targets.kubernetes.plan.records import Pod as Record
from polypod.testing import FakeCluster
from tests.programs import container
from tests.targets.kubernetes.manifests import plan

OWN = Mount("/data", PersistentVolume("data", "128Mi", per_replica=True))
CLAIM = {
    "kind": "PersistentVolumeClaim",
    "metadata": {"name": "data-web-0"},
    "spec": {"resources": {"requests": {"storage": "64Mi"}}},
    "status": {"capacity": {"storage": "64Mi"}},
}


def record(**changes: Any) -> Record:
    """The record of a pod whose claim is to grow."""
    return attrs.evolve(plan(Pod(container(mounts=[OWN]), ready_within="1s")).pods[0], **changes)


def test_claims_are_asked_to_grow() -> None:
    """Before the workload is made."""
    cluster = FakeCluster(objects=[CLAIM])
    asyncio.run(claim_growth.before_update(cluster, "p-s", record(grows={"data-web-0": "128Mi"})))
    found = cluster.get("PersistentVolumeClaim", "p-s", "data-web-0")
    assert found is not None
    assert found["spec"]["resources"]["requests"]["storage"] == "128Mi"


def test_a_stateful_set_leaves_its_pods_when_it_is_made_anew() -> None:
    """They go on serving, and the next one takes them over."""
    cluster = FakeCluster(objects=[{"kind": "StatefulSet", "metadata": {"name": "web"}}])
    asyncio.run(claim_growth.before_update(cluster, "p-s", record()))
    assert cluster.changed == []
    asyncio.run(claim_growth.before_update(cluster, "p-s", record(remade=True)))
    assert cluster.changed == [("orphan", "StatefulSet", "web")]


def test_the_new_size_is_waited_for() -> None:
    """A claim that does not grow in time is said, with what it has."""
    grown = {**CLAIM, "status": {"capacity": {"storage": "128Mi"}}}
    pod = record(grows={"data-web-0": "128Mi"})
    asyncio.run(claim_growth.after_update(FakeCluster(objects=[grown]), "p-s", pod))
    event = {"reason": "Resizing", "message": "no driver", "involvedObject": {"name": "data-web-0"}, "type": "Warning"}
    cluster = FakeCluster(objects=[CLAIM, {"kind": "Event", "metadata": {}, **event}])
    with pytest.raises(DeploymentError, match=r"pods\.web: the claim 'data-web-0' has 64Mi, not 128Mi") as caught:
        asyncio.run(claim_growth.after_update(cluster, "p-s", pod))
    assert "Resizing: no driver" in str(caught.value)


class Recreating(FakeCluster):
    """A cluster in which a pod that is deleted comes back at once, with all volumes."""

    def delete(self, kind: str, namespace: str, name: str, *, orphan: bool = False) -> None:
        """Delete a pod, which comes back."""
        super().delete(kind, namespace, name, orphan=orphan)
        self._objects.append(replica(name, "data", uid="new"))


def replica(name: str, *volumes: str, uid: str = "old") -> dict[str, Any]:
    """A replica that is ready."""
    ready = {"conditions": [{"type": "Ready", "status": "True"}]}
    spec = {"volumes": [{"name": volume} for volume in volumes]}
    return {"kind": "Pod", "metadata": {"name": name, "uid": uid}, "spec": spec, "status": ready}


def test_replicas_without_a_new_volume_are_replaced_one_after_another() -> None:
    """The lowest first: the StatefulSet stops at one that it cannot change."""
    cluster = Recreating(objects=[replica("web-0"), replica("web-1", "data"), replica("web-2")])
    asyncio.run(claim_growth.roll(cluster, "p-s", record(copies=3)))
    assert cluster.changed == [("delete", "Pod", "web-0"), ("delete", "Pod", "web-2")]
