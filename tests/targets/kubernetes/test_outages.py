"""Whose updates interrupt it."""

from __future__ import annotations

import pytest

from polypod import Mount, PersistentVolume, Pod
from polypod.targets.kubernetes.outages import interrupts
from tests.programs import container

from .manifests import plan

OWN = Mount("/data", PersistentVolume("data", per_replica=True))
ALONE = Mount("/data", PersistentVolume("data"))


@pytest.mark.parametrize(
    ("expected", "mounts", "replicas"),
    [(True, [ALONE], 1), (True, [OWN], 1), (False, [OWN], 2), (False, [], 1), (False, [ALONE], 2)],
)
def test_who_is_alone_with_its_data_is_interrupted(expected: bool, mounts: list[Mount], replicas: int) -> None:
    """A StatefulSet of one replica, too: its pod goes before the next one comes."""
    (pod,) = plan(Pod(container("web", mounts=mounts), replicas=replicas)).pods
    assert interrupts(pod) is expected
