"""What a preview says of pods that are stopped before their next version starts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pulumi

from polypod.targets.kubernetes.records import Pod


def outage_hooks(
    component: str, pod: Pod, resources: Mapping[str, pulumi.Resource]
) -> pulumi.ResourceHookBinding | None:
    """Hooks that say in a preview how long nobody answers; ``None`` for a pod that goes on answering.

    Args:
        component: The name of the component.
        pod: The pod.
        resources: The resources by the keys of their objects; filled while they are registered.
    """
    if not interrupts(pod):
        return None
    grace = pod.workload_object.manifest["spec"]["template"]["spec"]["terminationGracePeriodSeconds"]
    why = f", as only one may use its data ({', '.join(pod.owns)})" if pod.owns else ""
    text = (
        f"{pod.name} is stopped before its next version starts{why}: nobody answers for at most {grace} s until it has "
        f"stopped, and {pod.ready_seconds} s until that is ready"
    )

    async def say(args: pulumi.ResourceHookArgs) -> None:
        if pulumi.runtime.is_dry_run() and _template(args.old_inputs) != _template(args.new_inputs):
            pulumi.log.info(text, resources.get(pod.workload))

    previewed = pulumi.ResourceHookOptions(on_dry_run=True, ignore_errors=True)
    hook = pulumi.ResourceHook(f"{component}-{pod.name}-outage", say, previewed)
    return pulumi.ResourceHookBinding(before_update=[hook])


def interrupts(pod: Pod) -> bool:
    """Whether an update of a pod stops the only copy before the next one starts.

    A StatefulSet deletes a replica before it makes its successor; an autoscaler may leave it the fewest it is to keep.
    """
    workload = pod.workload_object
    spec = workload.manifest["spec"]
    if workload.kind == "StatefulSet":
        return bool(spec.get("replicas", pod.copies) == 1)
    return bool(spec.get("strategy", {}).get("type") == "Recreate")


def _template(inputs: Mapping[str, Any] | None) -> Any:
    return (inputs or {}).get("spec", {}).get("template")
