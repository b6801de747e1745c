"""Claims that become larger, and StatefulSets whose claim templates change while their pods go on."""

from __future__ import annotations

import asyncio
import time

from polypod.errors import DeploymentError, Problem
from polypod.model.quantity import memory
from polypod.targets.kubernetes.deploy.client import Cluster, Found, NoAnswerError
from polypod.targets.kubernetes.deploy.diagnosis import is_ready, warnings_about
from polypod.targets.kubernetes.deploy.listing import POLL_SECONDS
from polypod.targets.kubernetes.plan.records import Pod
from polypod.targets.shared.deploy.threads import in_thread

_CLAIM, _OWN = "PersistentVolumeClaim", "StatefulSet"
_GONE_SECONDS = 60
_FIX = "see `kubectl describe pvc`; some drivers grow a volume only once no pod uses it"


async def before_update(cluster: Cluster, namespace: str, pod: Pod) -> None:
    """Ask for larger claims, and take away a StatefulSet that Pulumi is to recreate around the pods that run.

    Args:
        cluster: The cluster.
        namespace: The namespace.
        pod: The pod.

    Raises:
        DeploymentError: The cluster refuses.
    """
    try:
        for name, size in pod.grows.items():
            part = {"spec": {"resources": {"requests": {"storage": size}}}}
            await in_thread(cluster.patch, _CLAIM, namespace, name, part)
        if pod.remade and pod.kind_of_workload == _OWN:
            await _orphan(cluster, namespace, pod)
    except NoAnswerError as error:
        fix = "ask for the permission, raise the quota, or leave the volumes as they are"
        raise DeploymentError([Problem("PP460", pod.path, f"its volumes cannot be changed: {error}", fix)]) from None


async def _orphan(cluster: Cluster, namespace: str, pod: Pod) -> None:
    await in_thread(cluster.delete, _OWN, namespace, pod.name, orphan=True)
    deadline = time.monotonic() + _GONE_SECONDS
    while await in_thread(cluster.get, _OWN, namespace, pod.name) is not None:
        if time.monotonic() > deadline:
            fix = "find out what holds it with `kubectl describe`, and run `pulumi up` again"
            raise DeploymentError([Problem("PP461", pod.path, f"the StatefulSet {pod.name!r} does not go", fix)])
        await asyncio.sleep(POLL_SECONDS)


async def roll(cluster: Cluster, namespace: str, pod: Pod) -> None:
    """Replace the replicas that a StatefulSet took over without a volume that it has now.

    The StatefulSet cannot give it to them, and tries for ever. It looks at the lowest first, and stops at one that it
    cannot change; so they go in that order, each once the one before is ready.

    Args:
        cluster: The cluster.
        namespace: The namespace.
        pod: The pod, whose StatefulSet is there.
    """
    templates = pod.workload_object.manifest["spec"].get("volumeClaimTemplates", ())
    wanted = {template["metadata"]["name"] for template in templates}
    deadline = time.monotonic() + pod.ready_seconds
    for name in [f"{pod.name}-{i}" for i in range(pod.copies)] if wanted else ():
        found = await in_thread(cluster.get, "Pod", namespace, name)
        if found is None or wanted <= {volume["name"] for volume in found["spec"].get("volumes") or ()}:
            continue
        await in_thread(cluster.delete, "Pod", namespace, name)
        while not _is_new_and_ready(await in_thread(cluster.get, "Pod", namespace, name), found):
            if time.monotonic() > deadline:
                return
            await asyncio.sleep(POLL_SECONDS)


def _is_new_and_ready(pod: Found | None, before: Found) -> bool:
    return pod is not None and pod["metadata"]["uid"] != before["metadata"]["uid"] and is_ready(pod)


async def after_update(cluster: Cluster, namespace: str, pod: Pod) -> None:
    """Wait until the claims of a pod have the size that was asked for.

    Args:
        cluster: The cluster.
        namespace: The namespace.
        pod: The pod, which is ready.

    Raises:
        DeploymentError: It took longer than the pod has to become ready.
    """
    deadline = time.monotonic() + pod.ready_seconds
    while small := await in_thread(_small, cluster, namespace, pod):
        if time.monotonic() > deadline:
            events = await in_thread(cluster.list, "Event", namespace, {})
            lines = [*small, f"not larger within {pod.ready_seconds} s", *warnings_about(pod.grows, events)]
            raise DeploymentError([Problem("PP462", pod.path, "\n    ".join(lines), _FIX)])
        await asyncio.sleep(POLL_SECONDS)


def _small(cluster: Cluster, namespace: str, pod: Pod) -> list[str]:
    found = []
    for name, size in pod.grows.items():
        live = cluster.get(_CLAIM, namespace, name) or {}
        has = live.get("status", {}).get("capacity", {}).get("storage", size)
        if memory(has).amount < memory(size).amount:
            found.append(f"the claim {name!r} has {has}, not {size}")
    return found
