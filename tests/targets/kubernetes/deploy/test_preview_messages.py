"""What a preview says of data, and of pods that an update interrupts."""

from __future__ import annotations

from typing import Any

import pytest

from polypod import Autoscale, Gateway, Mount, PersistentVolume, Pod
from polypod.targets.kubernetes.deploy.existing_objects import ExistingObjects
from polypod.targets.kubernetes.deploy.preview_messages import preview_messages
from polypod.targets.kubernetes.plan.effects import interrupts
from polypod.testing import FakeCluster
from tests.programs import container
from tests.targets.kubernetes.deploy.test_handover import LABELS, running, store
from tests.targets.kubernetes.manifests import plan

KEPT = {**LABELS, "dev.polypod.keep": "true"}


def claim(name: str, **labels: str) -> dict[str, Any]:
    """A claim of the stack."""
    return {"kind": "PersistentVolumeClaim", "metadata": {"name": name, "labels": {**KEPT, **labels}}}


def said(model: Any, *there: Any) -> list[str]:
    """The lines of a preview."""
    wanted = plan(model)
    return list(preview_messages(wanted, ExistingObjects(FakeCluster(objects=there), wanted.namespace)))


OWN = PersistentVolume("data", per_replica=True)


def test_data_that_changes_hands() -> None:
    """Who is stopped, and who starts on what."""
    lines = ["db is stopped, then database starts on its data (data)"]
    assert said(store("database"), *running("db"), claim("data")) == lines
    assert said(store("db"), *running("db"), claim("data")) == []


def test_empty_data_beside_what_was_kept() -> None:
    """Of a volume of another name, or of the replicas of a pod of another name."""
    line = "database starts on empty data (database-data): what was kept under a former name stays in db-data"
    new = store("database", PersistentVolume("database-data"))
    assert said(new, claim("db-data")) == [line]
    assert said(new) == []
    assert said(new, claim("db-data", **{"dev.polypod.component": "other"})) == []
    line = "two starts on empty data (data): what was kept under a former name stays in data-one-0, data-one-1"
    assert said(store("two", OWN), claim("data-one-0"), claim("data-one-1")) == [line]
    assert said(store("one", OWN, replicas=3), claim("data-one-0"), claim("data-one-1")) == []


def test_data_that_replicas_do_not_get() -> None:
    """What they shared stays where it is; and the other way round."""
    line = "the replicas of web start empty: the data of the claim data stays in it"
    assert said(store("web", OWN), claim("data")) == [line]
    line = "web starts on empty data (data): what was kept under a former name stays in data-web-0"
    assert said(store("web"), claim("data-web-0")) == [line]


def test_data_of_others_is_theirs() -> None:
    """Two pods with data of their own have nothing to do with each other."""
    both = Gateway([store("a", PersistentVolume("a-data")), store("b", PersistentVolume("b-data"))])
    assert said(both, claim("a-data"), claim("b-data")) == []
    assert said(Pod(container("c", mounts=[Mount("/d", PersistentVolume("a-data"))])), claim("a-data")) == []


ALONE = Mount("/data", PersistentVolume("data"))


@pytest.mark.parametrize(
    ("expected", "mounts", "copies"),
    [
        (True, [ALONE], {"replicas": 1}),
        (True, [Mount("/data", OWN)], {"replicas": 1}),
        (True, [Mount("/data", OWN)], {"autoscale": Autoscale(min_replicas=1, max_replicas=3)}),
        (False, [Mount("/data", OWN)], {"replicas": 2}),
        (False, [Mount("/data", OWN)], {"autoscale": Autoscale(min_replicas=2, max_replicas=3)}),
        (False, [], {"replicas": 1}),
        (False, [ALONE], {"replicas": 2}),
    ],
)
def test_who_is_alone_with_its_data_is_interrupted(expected: bool, mounts: list[Mount], copies: Any) -> None:
    """A StatefulSet of one replica, too: its pod goes before the next one comes."""
    (pod,) = plan(Pod(container("web", mounts=mounts), **copies)).pods
    assert interrupts(pod) is expected
