"""Jobs that are there: one that has failed runs again, though nothing in the program has changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

from polypod.targets.kubernetes.present import Present
from polypod.targets.kubernetes.records import Manifest, Plan, Pod
from polypod.targets.kubernetes.rollout import failure_of_job, is_complete

_ATTEMPT = "dev.polypod.attempt"
"""The annotation of a Job's pods that names the failed Job which they were made after."""


def with_reruns(plan: Plan, present: Present) -> Plan:
    """A plan that replaces Jobs which have failed, and knows which ones it replaces.

    Args:
        plan: The plan.
        present: What is there.
    """
    return attrs.evolve(plan, pods=tuple(_pod(pod, present) for pod in plan.pods))


def _pod(pod: Pod, present: Present) -> Pod:
    live = present.of("Job").get(pod.name) if pod.kind_of_workload == "Job" else None
    if live is None:
        return pod
    annotations = live["spec"]["template"]["metadata"].get("annotations") or {}
    attempt = live["metadata"]["uid"] if failure_of_job(live) else annotations.get(_ATTEMPT)
    job = pod.workload_object
    manifest = _attempted(job.manifest, attempt) if attempt else job.manifest
    if is_complete({**live, "kind": "Job"}):
        manifest = _with_account(manifest, live["spec"]["template"]["spec"].get("serviceAccountName"))
    changed = attrs.evolve(job, manifest=manifest)
    return attrs.evolve(
        pod,
        objects=tuple(changed if item is job else item for item in pod.objects),
        remade=not _is_part(manifest["spec"], live["spec"]),
    )


def _attempted(manifest: Manifest, attempt: str) -> Manifest:
    template = manifest["spec"]["template"]
    metadata = {**template["metadata"], "annotations": {_ATTEMPT: attempt}}
    return {**manifest, "spec": {**manifest["spec"], "template": {**template, "metadata": metadata}}}


def _with_account(manifest: Manifest, account: str | None) -> Manifest:
    """A Job with the account it ran with: a component of another name is no reason to run it once more."""
    template = manifest["spec"]["template"]
    spec = {**template["spec"], "serviceAccountName": account or template["spec"]["serviceAccountName"]}
    return {**manifest, "spec": {**manifest["spec"], "template": {**template, "spec": spec}}}


def _is_part(wanted: Any, live: Any) -> bool:
    """Whether an object has what a manifest says; what is known only while deploying is not compared."""
    if isinstance(wanted, Mapping):
        return isinstance(live, Mapping) and all(_is_part(value, live.get(name)) for name, value in wanted.items())
    if isinstance(wanted, list | tuple):
        return isinstance(live, list) and len(wanted) == len(live) and all(map(_is_part, wanted, live))
    return not isinstance(wanted, str | int | bool) or wanted == live
