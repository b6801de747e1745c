"""Preview messages: who takes over data, who starts without, and who is stopped before its next version starts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

import pulumi

from polypod.targets.kubernetes.deploy.existing_objects import ExistingObjects
from polypod.targets.kubernetes.deploy.handover import WORKLOADS, Owners
from polypod.targets.kubernetes.plan.effects import interrupts, outage_seconds
from polypod.targets.kubernetes.plan.names import stack_labels, stem, stem_of
from polypod.targets.kubernetes.plan.records import Plan, Pod, Volume
from polypod.targets.kubernetes.plan.volumes import KEPT

_CLAIM = "PersistentVolumeClaim"


def preview_messages(plan: Plan, present: ExistingObjects) -> Iterator[str]:
    """A line for each claim that changes hands, and for each pod that starts on an empty one although data was kept.

    Args:
        plan: The plan.
        present: What is there.
    """
    if not any(pod.volumes for pod in plan.pods):
        return
    stack = stack_labels(plan.labels)
    owners = Owners(plan, {kind: present.of(kind, stack).values() for kind in WORKLOADS})
    data = _Data(plan, present)
    for pod in plan.pods:
        for owner in owners.former(pod):
            yield f"{owner.name} is stopped, then {pod.name} starts on its data ({', '.join(owner.claims)})"
        for volume in pod.volumes:
            yield from data.empty(pod, volume)


class _Data:
    """Messages about existing data that no workload uses.

    Args:
        plan: The plan.
        present: What is there.
    """

    def __init__(self, plan: Plan, present: ExistingObjects) -> None:
        self._plan = plan
        self._present = present
        self._claims = present.of(_CLAIM, stack_labels(plan.labels))

    def empty(self, pod: Pod, volume: Volume) -> Iterator[str]:
        """The message about a new volume that starts empty although similar data exists."""
        if (f"{stem(volume.name, pod.name)}-0" if volume.per_replica else volume.name) in self._claims:
            return
        if volume.per_replica and volume.name in self._claims:
            yield f"the replicas of {pod.name} start empty: the data of the claim {volume.name} stays in it"
        elif kept := self._like(pod, volume):
            yield f"{pod.name} starts on empty data ({volume.name}): what was kept under a former name stays in {kept}"

    def _like(self, pod: Pod, volume: Volume) -> str:
        """The claims nobody uses that may be what a volume was before: of its replicas, of another pod or name."""
        if not volume.per_replica:
            return self._everything
        first, last = f"{volume.name}-", f"-{pod.name}-0"
        return ", ".join(name for name in self._unused if name.startswith(first) or name.endswith(last))

    @cached_property
    def _everything(self) -> str:
        return ", ".join(self._unused)

    @cached_property
    def _unused(self) -> list[str]:
        """The kept claims of the component that no pod of the plan mounts."""
        component = self._plan.labels["dev.polypod.component"]
        volumes = [(pod, volume) for pod in self._plan.pods for volume in pod.volumes]
        shared = {volume.name for _, volume in volumes if not volume.per_replica}
        replicas = {stem(volume.name, pod.name) for pod, volume in volumes if volume.per_replica}
        own = {**stack_labels(self._plan.labels), **KEPT}
        return sorted(
            name
            for name, found in self._present.of(_CLAIM, own).items()
            if found["metadata"]["labels"].get("dev.polypod.component", component) == component
            and name not in shared
            and stem_of(name) not in replicas
        )


def outage_hooks(
    component: str, pod: Pod, resources: Mapping[str, pulumi.Resource]
) -> pulumi.ResourceHookBinding | None:
    """Hooks that say in a preview how long a pod is unavailable; ``None`` if it stays available.

    Args:
        component: The name of the component.
        pod: The pod.
        resources: The resources by the keys of their objects; filled while they are registered.
    """
    if not interrupts(pod):
        return None
    grace, ready = outage_seconds(pod)
    why = f", as only one may use its data ({', '.join(pod.owns)})" if pod.owns else ""
    text = (
        f"{pod.name} is stopped before its next version starts{why}: it is unavailable for at most {grace} s until "
        f"it has stopped, and {ready} s until that is ready"
    )

    async def say(args: pulumi.ResourceHookArgs) -> None:
        if pulumi.runtime.is_dry_run() and _template(args.old_inputs) != _template(args.new_inputs):
            pulumi.log.info(text, resources.get(pod.workload))

    previewed = pulumi.ResourceHookOptions(on_dry_run=True, ignore_errors=True)
    hook = pulumi.ResourceHook(f"{component}-{pod.name}-outage", say, previewed)
    return pulumi.ResourceHookBinding(before_update=[hook])


def _template(inputs: Mapping[str, Any] | None) -> Any:
    return (inputs or {}).get("spec", {}).get("template")
