"""Whose updates interrupt it."""

from __future__ import annotations

from typing import Any

import pytest

from polypod import Autoscale, Mount, PersistentVolume, Pod
from polypod.targets.kubernetes.deploy.preview_messages import interrupts
from tests.programs import container
from tests.targets.kubernetes.manifests import plan

OWN = Mount("/data", PersistentVolume("data", per_replica=True))
ALONE = Mount("/data", PersistentVolume("data"))


@pytest.mark.parametrize(
    ("expected", "mounts", "copies"),
    [
        (True, [ALONE], {"replicas": 1}),
        (True, [OWN], {"replicas": 1}),
        (True, [OWN], {"autoscale": Autoscale(min_replicas=1, max_replicas=3)}),
        (False, [OWN], {"replicas": 2}),
        (False, [OWN], {"autoscale": Autoscale(min_replicas=2, max_replicas=3)}),
        (False, [], {"replicas": 1}),
        (False, [ALONE], {"replicas": 2}),
    ],
)
def test_who_is_alone_with_its_data_is_interrupted(expected: bool, mounts: list[Mount], copies: Any) -> None:
    """A StatefulSet of one replica, too: its pod goes before the next one comes."""
    (pod,) = plan(Pod(container("web", mounts=mounts), **copies)).pods
    assert interrupts(pod) is expected
