"""What a preview says in words of data: who gets it, and who starts without."""

from __future__ import annotations

import re
from collections.abc import Iterator

from polypod.targets.kubernetes.handover import WORKLOADS, former_owners
from polypod.targets.kubernetes.names import stack_labels
from polypod.targets.kubernetes.present import Present
from polypod.targets.kubernetes.records import Plan, Pod, Volume
from polypod.targets.kubernetes.storage import KEPT


def announcements(plan: Plan, present: Present) -> Iterator[str]:
    """A line for each claim that changes hands, and for each pod that starts on an empty one beside kept data.

    Args:
        plan: The plan.
        present: What is there.
    """
    stack = stack_labels(plan.labels)
    workloads = {kind: present.of(kind, stack).values() for kind in WORKLOADS} if _has_data(plan) else {}
    for pod in plan.pods:
        for owner in former_owners(plan, pod, workloads):
            yield f"{owner.name} is stopped, then {pod.name} starts on its data ({', '.join(owner.claims)})"
        for volume in pod.volumes:
            yield from _empty(plan, pod, volume, present)


def _has_data(plan: Plan) -> bool:
    return any(pod.volumes for pod in plan.pods)


def _empty(plan: Plan, pod: Pod, volume: Volume, present: Present) -> Iterator[str]:
    """What is said of a volume that is new, where there is data that it may be mistaken for."""
    claims = present.of("PersistentVolumeClaim", stack_labels(plan.labels))
    if (f"{volume.name}-{pod.name}-0" if volume.per_replica else volume.name) in claims:
        return
    others = sorted(name for name in _unused(plan, present) if _is_like(name, pod, volume))
    if volume.per_replica and volume.name in claims:
        yield f"the replicas of {pod.name} start empty: the data of the claim {volume.name} stays in it"
    elif others:
        kept = ", ".join(others)
        yield f"{pod.name} starts on empty data ({volume.name}): what was kept under a former name stays in {kept}"


def _is_like(claim: str, pod: Pod, volume: Volume) -> bool:
    """Whether a claim nobody uses may be what a volume was before: of its replicas, of another pod, of another name."""
    return not volume.per_replica or claim.startswith(f"{volume.name}-") or claim.endswith(f"-{pod.name}-0")


def _unused(plan: Plan, present: Present) -> Iterator[str]:
    """The kept claims of the component that no pod of the plan mounts."""
    own = {**stack_labels(plan.labels), **KEPT}
    component = plan.labels["dev.polypod.component"]
    volumes = [(pod, volume) for pod in plan.pods for volume in pod.volumes]
    used = [rf"{re.escape(v.name)}-{re.escape(p.name)}-\d+" if v.per_replica else re.escape(v.name) for p, v in volumes]
    for name, found in present.of("PersistentVolumeClaim", own).items():
        of_component = found["metadata"]["labels"].get("dev.polypod.component", component) == component
        if of_component and not any(re.fullmatch(pattern, name) for pattern in used):
            yield name
