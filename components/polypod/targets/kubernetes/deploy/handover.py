"""Hand over claims that only one workload may use at a time.

Pulumi deletes last: a pod under a new name would start on data whose old owner still runs. So the old owner is stopped
before the new one is made. It stays stopped until Pulumi deletes it, or until a program wants it again.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from itertools import zip_longest
from typing import Any

import attrs

from polypod.errors import DeploymentError, Problem
from polypod.targets.kubernetes.deploy.client import Cluster, Found, NoAnswerError
from polypod.targets.kubernetes.deploy.listing import POLL_SECONDS, Listing
from polypod.targets.kubernetes.plan.names import stack_labels
from polypod.targets.kubernetes.plan.records import Plan, Pod
from polypod.targets.shared.deploy.threads import in_thread

STOPPED = "dev.polypod.stopped"
"""The annotation of a workload that was stopped for another one."""

_STOP: Mapping[str, Mapping[str, Any]] = {
    "Deployment": {"replicas": 0},
    "StatefulSet": {"replicas": 0},
    "Job": {"suspend": True},
}
"""What stops the pods of a workload, with their grace period."""

WORKLOADS = tuple(_STOP)
"""The kinds of objects that run pods."""

_CONTROLLERS = {"ReplicaSet": "Deployment", "StatefulSet": "StatefulSet", "Job": "Job"}
_ENDED = ("Succeeded", "Failed")
_GONE = (404, 409)
_MARGIN_SECONDS = 30
"""How much longer than its grace period a pod may take to be gone."""


@attrs.frozen
class Owner:
    """A workload that mounts claims which another one is to have.

    Args:
        workload: The workload.
        kind: Its kind, which lists do not tell.
        claims: The claims, by name.
    """

    workload: Found
    kind: str
    claims: tuple[str, ...]

    @property
    def name(self) -> str:
        """Its name."""
        return str(self.workload["metadata"]["name"])

    @property
    def is_told(self) -> bool:
        """Whether it was told to stop."""
        spec = self.workload["spec"]
        return all(spec.get(field) == value for field, value in _STOP[self.kind].items())

    @property
    def is_stopped(self) -> bool:
        """Whether it makes no pods any more."""
        status = self.workload.get("status", {})
        seen = self.kind == "Job" or status.get("observedGeneration", 0) >= self.workload["metadata"]["generation"]
        return self.is_told and seen and not status.get("replicas") and not status.get("active")


class Owners:
    """The workloads that are there, and what the plan lets them keep.

    Args:
        plan: The plan.
        workloads: The workloads of the stack, by kind.
    """

    def __init__(self, plan: Plan, workloads: Mapping[str, Iterable[Found]]) -> None:
        self._wanted = {(pod.kind_of_workload, pod.name): {*pod.owns} for pod in plan.pods}
        self._users: dict[str, list[tuple[str, Found]]] = {}
        for kind, found in workloads.items():
            for workload in found:
                for claim in claims_of(workload["spec"]["template"]["spec"]):
                    self._users.setdefault(claim, []).append((kind, workload))

    def former(self, pod: Pod) -> Iterator[Owner]:
        """The workloads that mount a claim which a pod is to have for itself, and that do not mount it in the plan.

        Args:
            pod: The pod.
        """
        found: dict[tuple[str, str], tuple[Found, list[str]]] = {}
        for claim in sorted(pod.owns):
            for kind, workload in self._users.get(claim, ()):
                key = (kind, str(workload["metadata"]["name"]))
                if claim not in self._wanted.get(key, ()):
                    found.setdefault(key, (workload, []))[1].append(claim)
        for (kind, _), (workload, claims) in found.items():
            yield Owner(workload, kind, tuple(claims))


def claims_of(spec: Found) -> set[str]:
    """The claims that a pod mounts, by its spec."""
    volumes = spec.get("volumes") or ()
    return {v["persistentVolumeClaim"]["claimName"] for v in volumes if "persistentVolumeClaim" in v}


def _by_claim(pods: Iterable[Found]) -> dict[str, list[Found]]:
    """The pods that have not ended, by the claims they mount."""
    found: dict[str, list[Found]] = {}
    for pod in pods:
        if pod.get("status", {}).get("phase") not in _ENDED:
            for claim in claims_of(pod["spec"]):
                found.setdefault(claim, []).append(pod)
    return found


class Handover:
    """Sees to it that what a plan's pods want for themselves has no other owner.

    Args:
        plan: The plan.
    """

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._listing = Listing(plan.namespace, stack_labels(plan.labels))
        self._keepers: dict[str, set[tuple[str, str]]] = {}
        for pod in plan.pods:
            for claim in pod.owns:
                self._keepers.setdefault(claim, set()).add((pod.kind_of_workload, pod.name))
        self._owners: tuple[list[list[Found]], Owners] = ([], Owners(plan, {}))
        self._pods: tuple[list[Found], dict[str, list[Found]]] = ([], {})

    async def release(self, cluster: Cluster, pod: Pod) -> None:
        """Stop the former owners of a pod's claims, and wait until they are gone.

        Args:
            cluster: The cluster.
            pod: The pod.

        Raises:
            DeploymentError: One of them does not end, or may not be stopped.
        """
        if not pod.owns:
            return
        keepers = {keeper for claim in pod.owns for keeper in self._keepers[claim]}

        async def others() -> tuple[Sequence[Owner], Sequence[Found]]:
            owners, users = await self._former_owners(cluster, pod), await self._users(cluster, pod)
            return owners, [item for item in users if _workload_of(item) not in keepers]

        try:
            await _end_of(others, pod)
        except NoAnswerError as error:
            fix = "ask for the permission to patch workloads, or stop by hand what mounts the claim"
            what = f"the former owner of its data ({', '.join(pod.owns)}) cannot be stopped: {error}"
            raise DeploymentError([Problem("PP463", pod.path, what, fix)]) from None

    async def _former_owners(self, cluster: Cluster, pod: Pod) -> list[Owner]:
        """The workloads that are to give up what a pod wants, after they were told to stop."""
        listed = [await self._listing.of(cluster, kind) for kind in WORKLOADS]
        if any(old is not new for old, new in zip_longest(self._owners[0], listed)):
            self._owners = (listed, Owners(self._plan, dict(zip(WORKLOADS, listed, strict=True))))
        owners = list(self._owners[1].former(pod))
        for owner in owners:
            if not owner.is_told:
                await in_thread(_stop, cluster, self._plan.namespace, owner)
        return owners

    async def _users(self, cluster: Cluster, pod: Pod, since: float = 0.0) -> list[Found]:
        """The pods in the cluster that use what a pod is to have."""
        listed = await self._listing.of(cluster, "Pod", since=since)
        if self._pods[0] is not listed:
            self._pods = (listed, _by_claim(listed))
        return list({id(item): item for claim in pod.owns for item in self._pods[1].get(claim, ())}.values())

    async def resume(self, cluster: Cluster, pod: Pod) -> None:
        """Start a pod again that an earlier update stopped for another one, which is not wanted any more.

        What was stopped has ended by then: Kubernetes does not wait for that before it makes other pods in its place.

        Args:
            cluster: The cluster.
            pod: The pod.

        Raises:
            DeploymentError: It does not end.
        """
        found = await in_thread(cluster.get, pod.kind_of_workload, self._plan.namespace, pod.name)
        if found is None or STOPPED not in (found["metadata"].get("annotations") or {}):
            return
        started, own = time.monotonic(), (pod.kind_of_workload, pod.name)

        async def stopped() -> tuple[Sequence[Owner], Sequence[Found]]:
            users = await self._users(cluster, pod, since=started)
            return (), [item for item in users if _workload_of(item) == own]

        await _end_of(stopped, pod)
        spec = {"suspend": False} if pod.kind_of_workload == "Job" else {"replicas": pod.copies}
        part = {"metadata": {"annotations": {STOPPED: None}}, "spec": spec}
        await in_thread(cluster.patch, pod.kind_of_workload, self._plan.namespace, pod.name, part)

    async def clear(self, cluster: Cluster) -> None:
        """Delete what was stopped for others and no plan of the component names, once all that is wanted is ready.

        Pulumi deletes what it knows of. An update that was killed may have made a workload that it does not know.

        Args:
            cluster: The cluster.
        """
        wanted = {(pod.kind_of_workload, pod.name) for pod in self._plan.pods}
        for kind in WORKLOADS:
            for found in await in_thread(cluster.list, kind, self._plan.namespace, self._plan.labels):
                name = found["metadata"]["name"]
                stopped = STOPPED in (found["metadata"].get("annotations") or {}) and Owner(found, kind, ()).is_told
                if stopped and (kind, name) not in wanted:
                    await in_thread(cluster.delete, kind, self._plan.namespace, name)


async def _end_of(look: Callable[[], Awaitable[tuple[Sequence[Owner], Sequence[Found]]]], pod: Pod) -> None:
    """Wait until what has the data of a pod has ended: workloads, and pods within their grace periods."""
    started, grace = time.monotonic(), 0
    while True:
        owners, users = await look()
        if not users and all(owner.is_stopped for owner in owners):
            return
        grace = max(grace, *map(_grace, users), 0)
        if time.monotonic() - started > grace + _MARGIN_SECONDS:
            raise _held(pod, [*(owner.name for owner in owners), *(user["metadata"]["name"] for user in users)])
        await asyncio.sleep(POLL_SECONDS)


def _stop(cluster: Cluster, namespace: str, owner: Owner) -> None:
    """Stop a workload, unless it has changed or gone meanwhile: then it is looked at again."""
    metadata = {"resourceVersion": owner.workload["metadata"].get("resourceVersion"), "annotations": {STOPPED: "true"}}
    try:
        cluster.patch(owner.kind, namespace, owner.name, {"metadata": metadata, "spec": _STOP[owner.kind]})
    except NoAnswerError as error:
        if error.status not in _GONE:
            raise


def _workload_of(pod: Found) -> tuple[str, str]:
    """Kind and name of the workload of a pod; an orphan waits for a StatefulSet to take it over."""
    controllers = [owner["kind"] for owner in pod["metadata"].get("ownerReferences") or () if owner.get("controller")]
    kind = _CONTROLLERS.get(next(iter(controllers), "StatefulSet"), "")
    return kind, str(pod["metadata"].get("labels", {}).get("dev.polypod.pod", ""))


def _grace(pod: Found) -> int:
    return int(
        pod["metadata"].get("deletionGracePeriodSeconds") or pod["spec"].get("terminationGracePeriodSeconds", 30)
    )


def _held(pod: Pod, users: Iterable[str]) -> DeploymentError:
    names = " ".join(sorted({*users}))
    what = f"its data ({', '.join(pod.owns)}) is still in use: {names} did not end within the grace period"
    fix = "find out why with `kubectl describe pod`, delete the pod that is left, and run `pulumi up` again"
    return DeploymentError([Problem("PP464", pod.path, what, fix)])
