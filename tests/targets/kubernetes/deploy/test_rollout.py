"""Whether a rollout is complete."""

from __future__ import annotations

from typing import Any

import pytest

from polypod.targets.kubernetes.deploy.rollout import failure_of_job, is_complete, present_pods, refusal_of


def workload(kind: str, spec: Any, generation: int = 2, **status: Any) -> dict[str, Any]:
    """A workload with a status."""
    metadata = {"name": "web", "generation": generation, "uid": "u"}
    return {"kind": kind, "metadata": metadata, "spec": spec, "status": {"observedGeneration": 2, **status}}


ALL = {"replicas": 2, "updatedReplicas": 2, "availableReplicas": 2, "readyReplicas": 2}
TWO = {"replicas": 2}


@pytest.mark.parametrize(
    ("expected", "found"),
    [
        (True, workload("Deployment", TWO, **ALL)),
        (True, workload("Deployment", {"replicas": 0})),
        (False, workload("Deployment", TWO, generation=3, **ALL)),
        (False, workload("Deployment", TWO)),
        (False, workload("Deployment", TWO, **{**ALL, "updatedReplicas": 1})),
        (False, workload("Deployment", TWO, **{**ALL, "availableReplicas": 1})),
        (False, workload("Deployment", TWO, **{**ALL, "replicas": 3})),
        (True, workload("StatefulSet", TWO, **ALL)),
        (False, workload("StatefulSet", TWO, **{**ALL, "updatedReplicas": 0}, currentRevision="a", updateRevision="a")),
        (False, workload("StatefulSet", TWO, **{**ALL, "updatedReplicas": 1}, currentRevision="a", updateRevision="b")),
        (False, workload("StatefulSet", TWO, **{**ALL, "readyReplicas": 1})),
        (False, workload("StatefulSet", TWO, generation=3, **ALL)),
        (True, workload("Job", {"completions": 2}, succeeded=2)),
        (True, workload("Job", {"completions": 2}, conditions=[{"type": "Complete", "status": "True"}])),
        (False, workload("Job", {"completions": 2}, succeeded=1, ready=1)),
    ],
)
def test_a_rollout_is_complete_when_all_replicas_are_new_and_ready(expected: bool, found: Any) -> None:
    """And none of the old ones is left."""
    assert is_complete(found) is expected


def test_a_workload_says_why_it_has_no_pods() -> None:
    """A quota, for example."""
    refused = [{"type": "ReplicaFailure", "status": "True", "message": "exceeded quota"}]
    assert refusal_of(workload("Deployment", TWO, conditions=refused)) == "exceeded quota"
    assert refusal_of(workload("Deployment", TWO, conditions=[{"type": "Available", "status": "True"}])) == ""


@pytest.mark.parametrize("kind", ["Failed", "FailureTarget"])
def test_a_job_says_that_it_has_failed_for_good(kind: str) -> None:
    """With why, and not as long as it is tried again."""
    failed = [{"type": kind, "status": "True", "message": "Job has reached the specified backoff limit"}]
    assert "backoff limit" in failure_of_job(workload("Job", {}, conditions=failed))
    assert failure_of_job(workload("Job", {}, failed=2)) == ""


def pod(name: str, **labels: str) -> dict[str, Any]:
    """A pod with labels."""
    return {"metadata": {"name": name, "labels": {key.replace("_", "-"): value for key, value in labels.items()}}}


def replica_set(revision: int, digest: str) -> dict[str, Any]:
    """A ReplicaSet of a revision."""
    annotations = {"deployment.kubernetes.io/revision": str(revision)}
    return {"metadata": {"annotations": annotations, "labels": {"pod-template-hash": digest}}}


def test_only_pods_of_the_present_state_count() -> None:
    """The old ones may well be ending."""
    pods = [pod("old", pod_template_hash="a"), pod("new", pod_template_hash="b")]
    sets = [replica_set(10, "b"), replica_set(9, "a")]
    assert [p["metadata"]["name"] for p in present_pods(workload("Deployment", TWO), pods, sets)] == ["new"]
    pods = [pod("old", controller_revision_hash="a"), pod("new", controller_revision_hash="b")]
    found = present_pods(workload("StatefulSet", TWO, updateRevision="b"), pods, [])
    assert [p["metadata"]["name"] for p in found] == ["new"]
    job = {"metadata": {"name": "mine", "labels": {"batch.kubernetes.io/controller-uid": "u"}}}
    assert present_pods(workload("Job", {}), [job, pod("other")], []) == [job]
    ending = {"metadata": {**job["metadata"], "deletionTimestamp": "now"}}
    assert present_pods(workload("Job", {}), [ending], []) == []
