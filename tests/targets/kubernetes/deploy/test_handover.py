"""Data that only one workload may use changes hands: the old owner is stopped first."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest

from polypod import DeploymentError, Gateway, Mount, PersistentVolume, Pod
from polypod.targets.kubernetes.deploy import handover
from polypod.targets.kubernetes.deploy.handover import STOPPED, Handover
from polypod.targets.kubernetes.plan.records import Plan
from polypod.testing import FakeCluster
from tests.programs import container
from tests.targets.kubernetes.manifests import plan

DATA = PersistentVolume("data")
LABELS = {"dev.polypod.project": "p", "dev.polypod.stack": "s"}
CONTROLLERS = {"Deployment": "ReplicaSet", "StatefulSet": "StatefulSet", "Job": "Job"}


def store(name: str, *volumes: PersistentVolume, **fields: Any) -> Pod:
    """A pod with data."""
    return Pod(container(name, mounts=[Mount(f"/{v.name}", v) for v in volumes or (DATA,)]), **fields)


def running(name: str, *claims: str, kind: str = "Deployment", labels: Mapping[str, str] = LABELS) -> list[Any]:
    """A workload that mounts claims, and its pod."""
    spec = {"volumes": [{"name": c, "persistentVolumeClaim": {"claimName": c}} for c in claims or ("data",)]}
    metadata = {"name": name, "labels": {**labels, "dev.polypod.pod": name}, "generation": 1}
    owner = {"kind": CONTROLLERS[kind], "name": f"{name}-1", "controller": True}
    return [
        {"kind": kind, "metadata": metadata, "spec": {"replicas": 1, "template": {"spec": spec}}},
        {"kind": "Pod", "metadata": {**metadata, "name": f"{name}-1-x", "ownerReferences": [owner]}, "spec": spec},
    ]


def released(wanted: Plan, pod: str, *there: Any) -> FakeCluster:
    """A cluster after the data of a pod was released."""
    cluster = FakeCluster(objects=there)
    (record,) = (item for item in wanted.pods if item.name == pod)
    asyncio.run(Handover(wanted).release(cluster, record))
    return cluster


@pytest.mark.parametrize("kind", ["Deployment", "StatefulSet", "Job"])
def test_the_former_owner_of_data_is_stopped(kind: str) -> None:
    """Whatever runs it, and nothing else; it is not deleted: that is for Pulumi to do."""
    wanted = plan(store("database"))
    there = [*running("db", kind=kind), *running("other", "else")]
    cluster = released(wanted, "database", *there)
    assert cluster.changed == [("patch", kind, "db")]


def test_a_workload_of_another_kind_is_another_owner() -> None:
    """Also under the same name."""
    cluster = released(plan(store("db")), "db", *running("db", kind="Job"))
    assert cluster.changed == [("patch", "Job", "db")]


def test_who_keeps_the_data_runs_on() -> None:
    """The pod itself, and those that the program lets use the same volume."""
    assert released(plan(store("db")), "db", *running("db")).changed == []
    both = plan(Gateway([store("db"), store("backup")]))
    assert released(both, "db", *running("db"), *running("backup")).changed == []


def test_an_owner_that_stays_but_gives_its_data_away_is_stopped() -> None:
    """Until Pulumi has taken the volume from it."""
    wanted = plan(Gateway([store("a", PersistentVolume("other")), store("b")]))
    assert released(wanted, "b", *running("a")).changed == [("patch", "Deployment", "a")]


def test_shared_data_has_many_owners() -> None:
    """Nobody is stopped."""
    wanted = plan(store("database", PersistentVolume("data", shared=True)))
    assert released(wanted, "database", *running("db")).changed == []


def test_what_is_not_this_stacks_is_left_alone() -> None:
    """Somebody else's pods are not ours to stop."""
    elsewhere = running("db", labels={**LABELS, "dev.polypod.stack": "other"})
    assert released(plan(store("database")), "database", *elsewhere).changed == []


def test_an_owner_that_does_not_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """Is said, with its pod, and nothing is started on its data."""
    monkeypatch.setattr(handover, "_MARGIN_SECONDS", -100)
    workload, pod = running("db")
    workload = {**workload, "spec": {**workload["spec"], "replicas": 0}}
    with pytest.raises(
        DeploymentError, match=r"pods\.database: its data \(data\) is still in use: db db-1-x did not end"
    ):
        released(plan(store("database")), "database", workload, pod)


def test_what_was_stopped_starts_again_when_it_is_wanted_again() -> None:
    """The update for which it was stopped never came to its end, and the program is the former one again."""
    wanted = plan(store("db", replicas=1))
    stopped, _ = running("db")
    stopped["metadata"]["annotations"] = {STOPPED: "true"}
    stopped["spec"]["replicas"] = 0
    cluster = FakeCluster(objects=[stopped])
    asyncio.run(Handover(wanted).resume(cluster, wanted.pods[0]))
    found = cluster.get("Deployment", "p-s", "db")
    assert found is not None
    assert found["spec"]["replicas"] == 1
    assert STOPPED not in found["metadata"]["annotations"]


def test_what_was_stopped_has_ended_before_it_starts_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Kubernetes recreates the pods of a Deployment while the former ones are still about to end."""
    monkeypatch.setattr("polypod.targets.kubernetes.deploy.listing.POLL_SECONDS", 0.0)
    wanted = plan(store("db", replicas=1))
    stopped, ending = running("db")
    stopped["metadata"]["annotations"] = {STOPPED: "true"}
    stopped["spec"]["replicas"] = 0
    looks: list[int] = []

    class Ending(FakeCluster):
        def list(self, kind: str, namespace: str, labels: Any) -> list[Any]:
            if kind != "Pod":
                return super().list(kind, namespace, labels)
            assert self.changed == []
            looks.append(len(looks))
            return [ending] if len(looks) < 3 else []

    cluster = Ending(objects=[stopped])
    asyncio.run(Handover(wanted).resume(cluster, wanted.pods[0]))
    assert len(looks) == 3
    found = cluster.get("Deployment", "p-s", "db")
    assert found is not None
    assert found["spec"]["replicas"] == 1


def test_what_somebody_else_stopped_stays_stopped() -> None:
    """It is not for polypod to say that this was a mistake."""
    wanted = plan(store("db"))
    cluster = FakeCluster(objects=running("db"))
    asyncio.run(Handover(wanted).resume(cluster, wanted.pods[0]))
    assert cluster.changed == []


def test_what_was_stopped_and_nobody_wants_is_removed() -> None:
    """An update that was killed may have made it, and Pulumi not know; what others stopped is left to them."""
    wanted = plan(store("db"))
    component = {**LABELS, **wanted.labels}
    stopped = [running(name, labels=component)[0] for name in ("db", "second", "third")]
    for workload, said in zip(stopped, ({STOPPED: "true"}, {STOPPED: "true"}, {}), strict=True):
        workload["metadata"]["annotations"] = said
        workload["spec"]["replicas"] = 0
    cluster = FakeCluster(objects=[*stopped, *running("alive", labels=component)])
    asyncio.run(Handover(wanted).clear(cluster))
    assert cluster.changed == [("delete", "Deployment", "second")]
