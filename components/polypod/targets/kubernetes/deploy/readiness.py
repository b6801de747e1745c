"""Waiting until the pods of a program are ready, and saying why when they are not."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable, Mapping

import attrs

from polypod.errors import DeploymentError, Problem
from polypod.targets.kubernetes.deploy.client import Cluster, Found, NoAnswerError
from polypod.targets.kubernetes.deploy.diagnosis import (
    AGAIN,
    LONGER,
    Failure,
    claims_of,
    crashed,
    failure_of,
    is_ready,
    never_started,
    running,
    unready,
    warnings_about,
)
from polypod.targets.kubernetes.deploy.listing import POLL_SECONDS, Listing
from polypod.targets.kubernetes.deploy.rollout import failure_of_job, is_complete, is_observed, present_pods, refusal_of
from polypod.targets.kubernetes.plan.records import Pod
from polypod.targets.shared.deploy.explanations import explained
from polypod.targets.shared.deploy.secrets import hide
from polypod.targets.shared.deploy.threads import in_thread

_LOG_LINES = 20
_REFUSED_SECONDS = 5
"""A refusal to make pods counts from then on: a quota is free again once pods that are about to end are gone."""

_GONE_SECONDS = 3
"""How long a workload may be missing, which was made before the wait began."""

_AGAIN_SECONDS = 15
"""What nodes try again counts from then on, such as an image that cannot be pulled: the first time a busy node may not
have the login yet (the event FailedToRetrieveImagePullSecret)."""

_REFUSED = (401, 403)
_REFRESH = "run `pulumi up --refresh`, which brings it back"
_CAPACITY = "raise the quota or correct what the cluster forbids, or ask for less with resources= and replicas="


class Waiter:
    """Waits for the workloads of one deployment.

    Args:
        namespace: The namespace.
        labels: The labels that all objects of the deployment have.
        pulls_late: Whether the nodes may have been given the right to pull images just now: until that is in force,
            which takes minutes, a refused pull is no failure.
    """

    def __init__(self, namespace: str, labels: Mapping[str, str], *, pulls_late: bool = False) -> None:
        self._namespace = namespace
        self._listing = Listing(namespace, labels)
        self._pulls_late = pulls_late

    async def ready(self, cluster: Cluster, pod: Pod, secrets: Iterable[str]) -> None:
        """Wait until the rollout of a pod is complete.

        Args:
            cluster: The cluster to ask.
            pod: The pod.
            secrets: Texts to hide in logs.

        Raises:
            DeploymentError: A container ended or keeps failing, the cluster refuses, or it took too long.
        """
        started = time.monotonic()
        seen: dict[str, float] = {}
        while True:
            late = time.monotonic() - started > pod.ready_seconds
            try:
                listed = await self._listing.of(cluster, pod.kind_of_workload, since=started)
                found = next((item for item in listed if item["metadata"]["name"] == pod.name), None)
                if await self._is_ready(cluster, pod, found, seen, secrets, late=late):
                    return
            except NoAnswerError as error:
                if error.status in _REFUSED or late:
                    raise _failed(
                        "PP452", pod.path, ["the cluster does not answer", str(error)], _access_fix(error)
                    ) from None
            await asyncio.sleep(POLL_SECONDS)

    async def _is_ready(
        self,
        cluster: Cluster,
        pod: Pod,
        found: Found | None,
        seen: dict[str, float],
        secrets: Iterable[str],
        *,
        late: bool,
    ) -> bool:
        kind = pod.kind_of_workload
        if found is None:
            if late or _held(seen, "gone", _GONE_SECONDS):
                raise _failed("PP453", pod.path, [f"the {kind} {pod.name!r} is gone"], _REFRESH)
            return False
        workload = {**found, "kind": kind}
        if is_complete(workload):
            return True
        if is_observed(workload) or kind == "Job":
            await self._fail_early(cluster, pod, workload, seen, secrets)
        if late:
            await self._fail_late(cluster, pod, workload, secrets)
        return False

    async def _fail_early(
        self, cluster: Cluster, pod: Pod, workload: Found, seen: dict[str, float], secrets: Iterable[str]
    ) -> None:
        pods = await self._pods(cluster, pod, workload)
        for item in pods:
            _forget(item, seen)
            failure = failure_of(item)
            if failure is not None and not (failure.again and self._may_yet(failure, seen)):
                await self._fail(cluster, pod, failure, secrets)
            await self._fail_unstarted(cluster, pod, item, seen, secrets)
        if reason := failure_of_job(workload):
            await self._fail_job(cluster, pod, pods, reason, secrets)
        refusal = refusal_of(workload)
        if not refusal:
            seen.pop("refused", None)
        elif _held(seen, "refused", _REFUSED_SECONDS):
            raise _failed("PP454", pod.path, ["the cluster refuses to make its pods", refusal], _CAPACITY)

    def _may_yet(self, failure: Failure, seen: dict[str, float]) -> bool:
        """Whether the node that tries again may yet succeed."""
        what = f"{failure.pod}/{failure.container}: {failure.what}"
        return self._pulls_late or not _held(seen, what, _AGAIN_SECONDS)

    async def _fail_unstarted(
        self, cluster: Cluster, pod: Pod, item: Found, seen: dict[str, float], secrets: Iterable[str]
    ) -> None:
        """Fail where a container's log says that it can never start; it is looked at once."""
        for crash in crashed(item):
            key = f"{crash.pod}/{crash.container}"
            if key not in seen:
                seen[key] = time.monotonic()
                failure = never_started(crash, await self._read(cluster, crash))
                if failure is not None:
                    await self._fail(cluster, pod, failure, secrets)

    async def _fail_job(
        self, cluster: Cluster, pod: Pod, pods: Iterable[Found], reason: str, secrets: Iterable[str]
    ) -> None:
        newest = sorted(pods, key=lambda item: str(item["metadata"].get("creationTimestamp")))
        crashes = [crash for item in newest for crash in crashed(item)]
        if not crashes:
            raise _failed("PP455", pod.path, ["the job failed", reason], AGAIN)
        runs = [f"runs: {len(newest)}"] if len(newest) > 1 else []
        what = "the job failed" if len(newest) > 1 or len(crashes) > 1 else crashes[-1].what
        failure = attrs.evolve(crashes[-1], what=what, details=(*runs, *crashes[-1].details))
        await self._fail(cluster, pod, failure, secrets)

    async def _fail_late(self, cluster: Cluster, pod: Pod, workload: Found, secrets: Iterable[str]) -> None:
        what = "did not end" if workload["kind"] == "Job" else "not ready"
        limit = f"{what} within {pod.ready_seconds} s"
        for item in await self._pods(cluster, pod, workload):
            if workload["kind"] == "Job" or not is_ready(item):
                await self._fail(cluster, pod, failure_of(item) or unready(item), secrets, limit)
        events = await in_thread(cluster.list, "Event", self._namespace, {})
        replica_sets = await self._listing.of(cluster, "ReplicaSet") if workload["kind"] == "Deployment" else []
        own = {item["metadata"]["name"] for item in replica_sets if _is_of(item, pod)}
        warnings = warnings_about({pod.name, *own}, events)
        raise _failed("PP456", pod.path, [f"the pod is {limit}", *(refusal_of(workload), *warnings)], LONGER)

    async def _pods(self, cluster: Cluster, pod: Pod, workload: Found) -> list[Found]:
        pods = [item for item in await self._listing.of(cluster, "Pod") if _is_of(item, pod)]
        replica_sets: list[Found] = []
        if workload["kind"] == "Deployment":
            replica_sets = [item for item in await self._listing.of(cluster, "ReplicaSet") if _is_of(item, pod)]
        return present_pods(workload, pods, replica_sets)

    async def _fail(
        self, cluster: Cluster, pod: Pod, failure: Failure, secrets: Iterable[str], limit: str = ""
    ) -> None:
        lines = [failure.what, *([limit] if limit else []), f"pod: {failure.pod}"]
        if failure.container:
            lines.append(f"container: {failure.container}")
        lines += [hide(detail, secrets) for detail in failure.details]
        if failure.previous is None or limit:
            said = " ".join(failure.details)
            warnings = await self._warnings(cluster, failure.pod)
            lines += [
                hide(line, secrets) for line in warnings if line.partition(": ")[2].removeprefix("Error: ") not in said
            ]
        log = None if failure.previous is None else hide(await self._read(cluster, failure), secrets)
        raise _failed("PP457", pod.containers.get(failure.container, pod.path), *explained(lines, log, failure.fix))

    async def _read(self, cluster: Cluster, failure: Failure) -> str:
        """The output of a container: of the run that tells, or where that is not kept any more, of the other."""
        log = ""
        for previous in dict.fromkeys((bool(failure.previous), not failure.previous)):
            log = log or await in_thread(
                cluster.log, self._namespace, failure.pod, failure.container, _LOG_LINES, previous=previous
            )
        return log

    async def _warnings(self, cluster: Cluster, name: str) -> list[str]:
        """What the cluster's events say about a pod and its claims."""
        found = await in_thread(cluster.get, "Pod", self._namespace, name)
        events = await in_thread(cluster.list, "Event", self._namespace, {})
        return warnings_about([name, *(claims_of(found) if found else [])], events)


def _is_of(item: Found, pod: Pod) -> bool:
    return bool(item["metadata"].get("labels", {}).get("dev.polypod.pod") == pod.name)


def _forget(item: Found, seen: dict[str, float]) -> None:
    """What failed before a container ran is over; it counts anew if it fails again."""
    over = tuple(f"{item['metadata']['name']}/{container}: " for container in running(item))
    for what in [what for what in seen if what.startswith(over)]:
        del seen[what]


def _held(seen: dict[str, float], what: str, seconds: float) -> bool:
    """Whether something that holds now has held for some time."""
    return time.monotonic() - seen.setdefault(what, time.monotonic()) >= seconds


def _access_fix(error: NoAnswerError) -> str:
    return "ask for the permission, or use another context" if error.status in _REFUSED else AGAIN


def _failed(code: str, path: str, lines: Iterable[str], fix: str) -> DeploymentError:
    return DeploymentError([Problem(code, path, "\n    ".join(filter(None, lines)), fix)])
