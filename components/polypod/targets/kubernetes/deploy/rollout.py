"""Whether a workload's rollout is complete. Pure: it reads what the API server told."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

Found = Mapping[str, Any]

_REVISION = "deployment.kubernetes.io/revision"


def is_observed(workload: Found) -> bool:
    """Whether the workload's controller has seen its present state."""
    return int(workload.get("status", {}).get("observedGeneration", 0)) >= int(workload["metadata"]["generation"])


def is_complete(workload: Found) -> bool:
    """Whether all replicas of a workload are those of its present state and ready, and no others are left."""
    return _COMPLETE[workload["kind"]](workload.get("spec", {}), workload.get("status", {}), workload)


def _deployment(spec: Found, status: Found, workload: Found) -> bool:
    wanted, updated = spec.get("replicas", 1), status.get("updatedReplicas", 0)
    available = status.get("availableReplicas", 0)
    return is_observed(workload) and updated >= wanted and status.get("replicas", 0) <= updated <= available


def _stateful_set(spec: Found, status: Found, workload: Found) -> bool:
    wanted = spec.get("replicas", 1)
    counts = [status.get(field, 0) for field in ("updatedReplicas", "readyReplicas", "availableReplicas")]
    return is_observed(workload) and min(counts) >= wanted and status.get("replicas", 0) <= wanted


def _job(spec: Found, status: Found, workload: Found) -> bool:
    return _condition(workload, "Complete") is not None or status.get("succeeded", 0) >= spec.get("completions", 1)


_COMPLETE: Mapping[str, Callable[[Found, Found, Found], bool]] = {
    "Deployment": _deployment,
    "StatefulSet": _stateful_set,
    "Job": _job,
}


def refusal_of(workload: Found) -> str:
    """The reason why the cluster refuses to create the pods of a workload, such as a quota; empty if it does not."""
    return _condition(workload, "ReplicaFailure") or ""


def failure_of_job(job: Found) -> str:
    """The reason why a Job has failed for good; empty if it has not."""
    return _condition(job, "Failed") or _condition(job, "FailureTarget") or ""


def _condition(workload: Found, kind: str) -> str | None:
    """The message of a condition that is true; ``None`` if it is not."""
    for condition in workload.get("status", {}).get("conditions") or ():
        if condition["type"] == kind and condition["status"] == "True":
            return str(condition.get("message") or condition.get("reason") or kind)
    return None


def present_pods(workload: Found, pods: Iterable[Found], replica_sets: Iterable[Found]) -> list[Found]:
    """The pods of a workload that belong to its present state.

    Args:
        workload: The workload.
        pods: The pods of the same pod of the program.
        replica_sets: The ReplicaSets of the same.
    """
    if workload["kind"] == "Job":
        label, value = "batch.kubernetes.io/controller-uid", workload["metadata"].get("uid")
    elif workload["kind"] == "StatefulSet":
        label, value = "controller-revision-hash", workload.get("status", {}).get("updateRevision")
    else:
        newest = max(replica_sets, key=_revision, default=None)
        label, value = "pod-template-hash", newest and newest["metadata"]["labels"].get("pod-template-hash")
    return [
        pod
        for pod in pods
        if pod["metadata"].get("labels", {}).get(label) == value and "deletionTimestamp" not in pod["metadata"]
    ]


def _revision(replica_set: Found) -> int:
    return int(replica_set["metadata"].get("annotations", {}).get(_REVISION, 0))
