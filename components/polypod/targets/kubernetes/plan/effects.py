"""What an update does to pods on Kubernetes, from what is to be made before and after it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import attrs

from polypod.targets.effects import Effect, Kind
from polypod.targets.kubernetes.plan.records import Name, Plan, Pod

_FIXED = ("volumeClaimTemplates", "serviceName", "podManagementPolicy")
"""What a StatefulSet cannot change: https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/."""


def effects(before: Plan, after: Plan) -> Iterator[Effect]:
    """What becomes of each pod.

    Args:
        before: What is there.
        after: What is to be there.
    """
    old, new = ({pod.name: pod for pod in plan.pods} for plan in (before, after))
    renamed = _renamed(before, after)
    for name in {**old, **new}:
        if name not in new:
            yield Effect(pod=name, kind=Kind.REMOVED)
        elif name not in old:
            yield Effect(pod=name, kind=Kind.ADDED)
        else:
            effect = _effect(old[name], new[name], renamed)
            yield attrs.evolve(effect, address=_address(old[name], new[name]))


def interrupts(pod: Pod) -> bool:
    """Whether an update of a pod stops the only copy before the next one starts.

    A StatefulSet deletes a replica before it makes its successor; an autoscaler may leave it the fewest it is to keep.

    Args:
        pod: The pod.
    """
    spec = pod.workload_object.manifest["spec"]
    if pod.kind_of_workload == "StatefulSet":
        return bool(spec.get("replicas", pod.copies) == 1)
    return bool(spec.get("strategy", {}).get("type") == "Recreate")


def outage_seconds(pod: Pod) -> tuple[int, int]:
    """How long a copy has to stop, and its successor to be ready.

    Args:
        pod: The pod.
    """
    template = pod.workload_object.manifest["spec"]["template"]
    return int(template["spec"]["terminationGracePeriodSeconds"]), pod.ready_seconds


def _renamed(before: Plan, after: Plan) -> set[str]:
    """The keys of the objects whose names are generated, and other ones when what they hold changes."""
    old = {item.key: item for item in before.objects()}
    return {item.key for item in after.objects() if not item.name and item.key in old and old[item.key] != item}


def _effect(old: Pod, new: Pod, renamed: set[str]) -> Effect:
    if old.kind_of_workload != new.kind_of_workload:
        forced_by = f"{old.kind_of_workload} -> {new.kind_of_workload}"
        return attrs.evolve(_outage(new, Kind.RECREATED), forced_by=forced_by)
    one, two = (pod.workload_object.manifest["spec"] for pod in (old, new))
    fixed = [field for field in _FIXED if one.get(field) != two.get(field)]
    if fixed:
        return attrs.evolve(_outage(new, Kind.RECREATED), forced_by=", ".join(fixed))
    if one["template"] == two["template"] and not renamed & set(_names(two["template"])):
        return Effect(pod=new.name, kind=Kind.NOTHING)
    if new.kind_of_workload == "Job":
        return Effect(pod=new.name, kind=Kind.RUNS_AGAIN, order="the old Job is removed first")
    if interrupts(new):
        return _outage(new, Kind.RESTARTS)
    strategy = two.get("strategy", {}).get("rollingUpdate", {})
    first = "a new copy is ready before an old one stops"
    order = first if strategy.get("maxSurge") else "one copy after the other; the rest answers meanwhile"
    return Effect(pod=new.name, kind=Kind.ROLLS, order=order)


def _outage(pod: Pod, kind: Kind) -> Effect:
    return Effect(pod=pod.name, kind=kind, order="the old copy stops first", seconds=sum(outage_seconds(pod)))


def _names(value: Any) -> Iterator[str]:
    """The keys of the objects that a manifest names."""
    if isinstance(value, Name):
        yield value.key
    elif isinstance(value, Mapping | list | tuple):
        for item in value.values() if isinstance(value, Mapping) else value:
            yield from _names(item)


def _address(old: Pod, new: Pod) -> str:
    return f"{_published(old)} -> {_published(new)}" if _published(old) != _published(new) else ""


def _published(pod: Pod) -> str:
    return ", ".join(sorted(f"{item.scheme}://{item.host or item.service}:{item.port}" for item in pod.addresses)) or (
        "none"
    )
