"""Waiting until the pods of a program are ready, and saying why when they are not."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable, Mapping
from typing import NoReturn

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
        wait = _Wait(cluster, self._namespace, self._listing, pod, tuple(secrets), pulls_late=self._pulls_late)
        await wait.until_complete()


@attrs.frozen
class _Wait:
    """The wait for one pod, with what has been seen on the way.

    Args:
        cluster: The cluster to ask.
        namespace: The namespace.
        listing: What is there.
        pod: The pod.
        secrets: Texts to hide in logs.
        pulls_late: Whether a refused pull may yet be allowed.
        seen: Since when what is not final yet has held.
        started: When the wait began.
    """

    cluster: Cluster
    namespace: str
    listing: Listing
    pod: Pod
    secrets: tuple[str, ...]
    pulls_late: bool = attrs.field(kw_only=True)
    seen: dict[str, float] = attrs.field(factory=dict)
    started: float = attrs.field(factory=time.monotonic)

    async def until_complete(self) -> None:
        while True:
            late = time.monotonic() - self.started > self.pod.ready_seconds
            try:
                if await self.is_complete(late=late):
                    return
            except NoAnswerError as error:
                if error.status in _REFUSED or late:
                    lines = ["the cluster does not answer", str(error)]
                    raise _failed("PP452", self.pod.path, lines, _access_fix(error)) from None
            await asyncio.sleep(POLL_SECONDS)

    async def is_complete(self, *, late: bool) -> bool:
        """Whether the rollout is complete.

        Raises:
            DeploymentError: It cannot become so, or should be by now.
        """
        pod, kind = self.pod, self.pod.kind_of_workload
        listed = await self.listing.of(self.cluster, kind, since=self.started)
        found = next((item for item in listed if item["metadata"]["name"] == pod.name), None)
        if found is None:
            if late or self.held("gone", _GONE_SECONDS):
                raise _failed("PP453", pod.path, [f"the {kind} {pod.name!r} is gone"], _REFRESH)
            return False
        workload = {**found, "kind": kind}
        if is_complete(workload):
            return True
        if is_observed(workload) or kind == "Job":
            await self.look_for_failures(workload)
        if late:
            await self.fail_late(workload)
        return False

    async def look_for_failures(self, workload: Found) -> None:
        """Fail where waiting longer does not help."""
        pods = await self.pods(workload)
        for item in pods:
            self.forget(item)
            failure = failure_of(item)
            if failure is not None and not (failure.again and self.may_yet(failure)):
                await self.fail(failure)
            await self.look_for_starts(item)
        if reason := failure_of_job(workload):
            await self.fail_job(pods, reason)
        refusal = refusal_of(workload)
        if not refusal:
            self.seen.pop("refused", None)
        elif self.held("refused", _REFUSED_SECONDS):
            raise _failed("PP454", self.pod.path, ["the cluster refuses to make its pods", refusal], _CAPACITY)

    def held(self, what: str, seconds: float) -> bool:
        """Whether something that holds now has held for some time."""
        return time.monotonic() - self.seen.setdefault(what, time.monotonic()) >= seconds

    def may_yet(self, failure: Failure) -> bool:
        """Whether the node that tries again may yet succeed."""
        what = f"{failure.pod}/{failure.container}: {failure.what}"
        return self.pulls_late or not self.held(what, _AGAIN_SECONDS)

    def forget(self, item: Found) -> None:
        """Forget what failed before a container ran: it counts from the beginning if it fails again."""
        over = tuple(f"{item['metadata']['name']}/{container}: " for container in running(item))
        for what in [what for what in self.seen if what.startswith(over)]:
            del self.seen[what]

    async def look_for_starts(self, item: Found) -> None:
        """Fail where a container's log says that it can never start; it is looked at once."""
        for crash in crashed(item):
            key = f"{crash.pod}/{crash.container}"
            if key not in self.seen:
                self.seen[key] = time.monotonic()
                failure = never_started(crash, await self.log(crash))
                if failure is not None:
                    await self.fail(failure)

    async def fail_job(self, pods: Iterable[Found], reason: str) -> NoReturn:
        newest = sorted(pods, key=lambda item: str(item["metadata"].get("creationTimestamp")))
        crashes = [crash for item in newest for crash in crashed(item)]
        if not crashes:
            raise _failed("PP455", self.pod.path, ["the job failed", reason], AGAIN)
        runs = [f"runs: {len(newest)}"] if len(newest) > 1 else []
        what = "the job failed" if len(newest) > 1 or len(crashes) > 1 else crashes[-1].what
        await self.fail(attrs.evolve(crashes[-1], what=what, details=(*runs, *crashes[-1].details)))

    async def fail_late(self, workload: Found) -> NoReturn:
        kind, pod = workload["kind"], self.pod
        limit = f"{'did not end' if kind == 'Job' else 'not ready'} within {pod.ready_seconds} s"
        for item in await self.pods(workload):
            if kind == "Job" or not is_ready(item):
                await self.fail(failure_of(item) or unready(item), limit)
        events = await in_thread(self.cluster.list, "Event", self.namespace, {})
        own = {item["metadata"]["name"] for item in await self.replica_sets(workload)}
        warnings = warnings_about({pod.name, *own}, events)
        raise _failed("PP456", pod.path, [f"the pod is {limit}", *(refusal_of(workload), *warnings)], LONGER)

    async def pods(self, workload: Found) -> list[Found]:
        """The pods of the present version of the workload."""
        pods = [item for item in await self.listing.of(self.cluster, "Pod") if _is_of(item, self.pod)]
        return present_pods(workload, pods, await self.replica_sets(workload))

    async def replica_sets(self, workload: Found) -> list[Found]:
        if workload["kind"] != "Deployment":
            return []
        return [item for item in await self.listing.of(self.cluster, "ReplicaSet") if _is_of(item, self.pod)]

    async def fail(self, failure: Failure, limit: str = "") -> NoReturn:
        """End the wait with all that is known of a failure.

        Args:
            failure: The failure.
            limit: What should be so by now, where that is why.
        """
        lines = [failure.what, *([limit] if limit else []), f"pod: {failure.pod}"]
        if failure.container:
            lines.append(f"container: {failure.container}")
        lines += [hide(detail, self.secrets) for detail in failure.details]
        if failure.previous is None or limit:
            said = " ".join(failure.details)
            warnings = await self.warnings(failure.pod)
            lines += [
                hide(line, self.secrets)
                for line in warnings
                if line.partition(": ")[2].removeprefix("Error: ") not in said
            ]
        log = None if failure.previous is None else hide(await self.log(failure), self.secrets)
        path = self.pod.containers.get(failure.container, self.pod.path)
        raise _failed("PP457", path, *explained(lines, log, failure.fix))

    async def log(self, failure: Failure) -> str:
        """The output of a container: of the run that tells, or where that is not kept any more, of the other."""
        log = ""
        for previous in dict.fromkeys((bool(failure.previous), not failure.previous)):
            log = log or await in_thread(
                self.cluster.log, self.namespace, failure.pod, failure.container, _LOG_LINES, previous=previous
            )
        return log

    async def warnings(self, name: str) -> list[str]:
        """The warning events of a pod and its claims."""
        found = await in_thread(self.cluster.get, "Pod", self.namespace, name)
        events = await in_thread(self.cluster.list, "Event", self.namespace, {})
        return warnings_about([name, *(claims_of(found) if found else [])], events)


def _is_of(item: Found, pod: Pod) -> bool:
    return bool(item["metadata"].get("labels", {}).get("dev.polypod.pod") == pod.name)


def _access_fix(error: NoAnswerError) -> str:
    return "ask for the permission, or use another context" if error.status in _REFUSED else AGAIN


def _failed(code: str, path: str, lines: Iterable[str], fix: str) -> DeploymentError:
    return DeploymentError([Problem(code, path, "\n    ".join(filter(None, lines)), fix)])
