"""Jobs that are there: one that has failed runs again, though nothing in the program has changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

from polypod.targets.kubernetes.deploy.existing_objects import ExistingObjects
from polypod.targets.kubernetes.deploy.rollout import failure_of_job, is_complete
from polypod.targets.kubernetes.plan.records import Manifest, Plan, Pod

_ATTEMPT = "dev.polypod.attempt"
"""The annotation of a Job's pods that names the failed Job which they were made after."""

_OWN = ("app.kubernetes.io/", "dev.polypod.")
_FILES = ("configMap", "secret")
_DEFAULT_MODE = 0o644
"""What the cluster writes where a volume says no mode, as those of earlier versions do."""


def with_reruns(plan: Plan, present: ExistingObjects) -> Plan:
    """A plan that replaces Jobs which have failed, and knows which ones it replaces.

    Args:
        plan: The plan.
        present: What is there.
    """
    return attrs.evolve(plan, pods=tuple(_pod(pod, present) for pod in plan.pods))


def _pod(pod: Pod, present: ExistingObjects) -> Pod:
    live = present.of("Job").get(pod.name) if pod.kind_of_workload == "Job" else None
    if live is None:
        return pod
    annotations = live["spec"]["template"]["metadata"].get("annotations") or {}
    attempt = live["metadata"]["uid"] if failure_of_job(live) else annotations.get(_ATTEMPT)
    job = pod.workload_object
    manifest = _attempted(job.manifest, attempt) if attempt else job.manifest
    if is_complete({**live, "kind": "Job"}):
        fitted = _as_it_ran(manifest, live["spec"]["template"])
        manifest = fitted if _is_part(fitted["spec"], live["spec"]) else manifest
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


def _as_it_ran(manifest: Manifest, live: Manifest) -> Manifest:
    """A Job with what its pods had from polypod: no other name of a component, and no other version, runs it again."""
    template = manifest["spec"]["template"]
    spec, ran = template["spec"], live["spec"]
    account = ran.get("serviceAccountName") or spec["serviceAccountName"]
    by_default = {v["name"] for v in ran.get("volumes", ()) for kind in _FILES if _mode(v, kind) == _DEFAULT_MODE}
    volumes = [_without_mode(volume) if volume["name"] in by_default else volume for volume in spec.get("volumes", ())]
    spec = {**spec, "serviceAccountName": account, **({"volumes": volumes} if volumes else {})}
    metadata = {**template["metadata"], "labels": _labels(template, live)}
    return {**manifest, "spec": {**manifest["spec"], "template": {**template, "metadata": metadata, "spec": spec}}}


def _labels(template: Manifest, live: Manifest) -> Mapping[str, str]:
    """The labels that polypod gave to pods, where these have all that they would have today."""
    wanted, has = template["metadata"]["labels"], live["metadata"].get("labels") or {}
    own = {name: value for name, value in has.items() if name.startswith(_OWN)}
    return own if wanted.items() <= own.items() else wanted


def _mode(volume: Mapping[str, Any], kind: str) -> int | None:
    mode: int | None = volume.get(kind, {}).get("defaultMode")
    return mode


def _without_mode(volume: Manifest) -> Manifest:
    """A volume with files of the mode that the cluster gives them."""
    return {
        kind: {name: value for name, value in source.items() if name != "defaultMode"} if kind in _FILES else source
        for kind, source in volume.items()
    }


def _is_part(wanted: Any, live: Any) -> bool:
    """Whether an object has what a manifest says; what is known only while deploying is not compared."""
    if isinstance(wanted, Mapping):
        return isinstance(live, Mapping) and all(_is_part(value, live.get(name)) for name, value in wanted.items())
    if isinstance(wanted, list | tuple):
        return isinstance(live, list) and len(wanted) == len(live) and all(map(_is_part, wanted, live))
    return not isinstance(wanted, str | int | bool) or wanted == live
