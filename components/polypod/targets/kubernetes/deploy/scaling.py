"""The number of replicas on its way from the program to an autoscaler, and back: never below what either asks for."""

from __future__ import annotations

from typing import Any

from polypod.targets.kubernetes.deploy.client import Cluster, Found
from polypod.targets.kubernetes.plan.records import Object, Pod
from polypod.targets.shared.deploy.threads import in_thread

_AUTOSCALER = "HorizontalPodAutoscaler"
_OURS = "polypod"


async def before_update(cluster: Cluster, namespace: str, pod: Pod) -> None:
    """Hand the number of replicas over before Pulumi updates the workload.

    A field that Pulumi does not apply any more is removed, and a Deployment without replicas has one: so the number
    that is there gets another owner first, which the autoscaler then takes it from. Where there is no autoscaler any
    more, it goes before it can take the number back; Pulumi would delete it last.

    Args:
        cluster: The cluster.
        namespace: The namespace.
        pod: The pod.
    """
    kind = pod.kind_of_workload
    if kind == "Job":
        return
    if _autoscaler(pod) is None:
        await in_thread(_remove_autoscaler, cluster, namespace, pod)
        return
    live = await in_thread(cluster.get, kind, namespace, pod.name)
    if live is not None and _is_applied_by_others(live):
        await _own(cluster, namespace, pod, max(live["spec"].get("replicas", 1), pod.copies))


async def after_update(cluster: Cluster, namespace: str, pod: Pod) -> None:
    """See to it that a workload has the fewest replicas that its autoscaler is to keep, and the autoscaler is there.

    Args:
        cluster: The cluster.
        namespace: The namespace.
        pod: The pod.
    """
    autoscaler = _autoscaler(pod)
    if autoscaler is None:
        return
    live = await in_thread(cluster.get, pod.kind_of_workload, namespace, pod.name)
    if live is not None and live["spec"].get("replicas", 1) < pod.copies:
        await _own(cluster, namespace, pod, pod.copies)
    if await in_thread(cluster.get, _AUTOSCALER, namespace, autoscaler.name) is None:
        metadata = {**autoscaler.manifest["metadata"], "namespace": namespace}
        await in_thread(cluster.apply, _AUTOSCALER, namespace, {**autoscaler.manifest, "metadata": metadata})


def _autoscaler(pod: Pod) -> Object | None:
    return next((item for item in pod.objects if item.kind == _AUTOSCALER), None)


def _remove_autoscaler(cluster: Cluster, namespace: str, pod: Pod) -> None:
    live = cluster.get(_AUTOSCALER, namespace, pod.name)
    labels = pod.workload_object.manifest["metadata"]["labels"]
    own = {name: labels[name] for name in ("dev.polypod.project", "dev.polypod.stack")}
    if live is not None and own.items() <= (live["metadata"].get("labels") or {}).items():
        cluster.delete(_AUTOSCALER, namespace, pod.name)


def _is_applied_by_others(live: Found) -> bool:
    """Whether the number of replicas is a field that somebody applies."""
    managers: list[Any] = live["metadata"].get("managedFields") or []
    return any(
        m["operation"] == "Apply" and m["manager"] != _OURS and "f:replicas" in m["fieldsV1"].get("f:spec", {})
        for m in managers
    )


async def _own(cluster: Cluster, namespace: str, pod: Pod, replicas: int) -> None:
    workload = pod.workload_object
    manifest = {
        "apiVersion": workload.manifest["apiVersion"],
        "kind": workload.kind,
        "metadata": {"name": pod.name, "namespace": namespace},
        "spec": {"replicas": replicas},
    }
    await in_thread(cluster.apply, workload.kind, namespace, manifest)
