"""Diagnose a pod that does not become ready from its status. Pure: it reads objects of the API server."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import attrs

from polypod.model.quantity import cpu

Found = Mapping[str, Any]

AGAIN = "correct the program and run `pulumi up` again"
LONGER = "find out what it waits for, or give the pod more time with ready_within="
_IMAGE = (
    "check its name and tag, that the cluster's nodes reach the registry, and the login in registries= or in the "
    "stack's config polypod:registry"
)
_WORKS = "correct the program, or what it waits for, or give the pod more time with ready_within="
_LITTLE_CPU = 100
"""Thousandths of a processor with which most programs take long to start."""

_NOT_ROOT = "say with user= which number other than 0 it runs as, or user=0 if it must be root"
_STARTS = (
    "correct command= or the image: it must have that program, executable and built for the architecture of the nodes"
)
_UNSTARTABLE = re.compile(r"exec.*(no such file|not found|permission denied|format error|is a directory)", re.DOTALL)
"""What a runtime says of a program that it can never start."""

_UNSTARTED = re.compile(r"exec \S+: (no such file or directory|permission denied|exec format error)")
"""The same, where the runtime says it into the container's log: the whole of it."""

_START_REASONS = ("StartError", "ContainerCannotRun")

_WAITING: Mapping[str, tuple[str, str, bool]] = {
    "ImagePullBackOff": ("its image cannot be pulled", _IMAGE, True),
    "InvalidImageName": ("its image cannot be pulled", _IMAGE, False),
    "ErrImageNeverPull": ("its image cannot be pulled", _IMAGE, False),
    "ImageInspectError": ("its image cannot be read", _IMAGE, True),
    "CreateContainerConfigError": ("the container cannot be created", AGAIN, True),
    "CreateContainerError": ("the container cannot be created", AGAIN, True),
    "RunContainerError": ("the container cannot be started", AGAIN, True),
}
"""States that waiting does not cure, what they mean, what to do, and whether the node tries again."""


@attrs.frozen(kw_only=True)
class Failure:
    """The reason why a pod will not become ready.

    Args:
        pod: The name of the pod in the cluster.
        what: What is wrong.
        fix: What to do about it.
        container: The container; empty where it is the whole pod.
        details: What the cluster says, a line each.
        again: Whether the node tries again, so that it counts only once it has lasted.
        previous: Whether the output that tells is that of the run before the present one; ``None`` for no output.
    """

    pod: str
    what: str
    fix: str = AGAIN
    container: str = ""
    details: tuple[str, ...] = ()
    again: bool = False
    previous: bool | None = None


def failure_of(pod: Found) -> Failure | None:
    """The reason why a pod will never become ready; ``None`` if it still may.

    Args:
        pod: The pod.
    """
    name = pod["metadata"]["name"]
    found = (_unstartable(name, status) or _stuck(name, status) for status in _statuses(pod))
    return next(filter(None, found), None)


def _statuses(pod: Found) -> Iterator[Found]:
    for field in ("initContainerStatuses", "containerStatuses"):
        yield from pod["status"].get(field) or ()


def _last_end(status: Found) -> Found | None:
    """The last termination of a container, if there was one."""
    found: Found | None = status.get("state", {}).get("terminated") or status.get("lastState", {}).get("terminated")
    return found


def _unstartable(pod: str, status: Found) -> Failure | None:
    last = _last_end(status) or {}
    message = str(last.get("message", ""))
    if last.get("reason") not in _START_REASONS or not _UNSTARTABLE.search(message):
        return None
    return Failure(
        pod=pod, what="the container can never start", fix=_STARTS, container=status["name"], details=tuple(_end(last))
    )


def _stuck(pod: str, status: Found) -> Failure | None:
    waiting = status.get("state", {}).get("waiting") or {}
    reason, message = waiting.get("reason", ""), waiting.get("message", "")
    if reason not in _WAITING:
        return None
    what, fix, again = _WAITING[reason]
    if "runAsNonRoot" in message or "non-root" in message:
        fix, again = _NOT_ROOT, False
    details = (f"reason: {reason}", *([message] if message else []))
    return Failure(pod=pod, what=what, fix=fix, container=status["name"], details=details, again=again)


def crashed(pod: Found) -> Iterator[Failure]:
    """The containers of a pod that have failed, with where their last output is.

    Args:
        pod: The pod.
    """
    for status in _statuses(pod):
        last = _last_end(status)
        if last is not None and last.get("exitCode", 0) != 0:
            yield _crash(pod, status, last)


def _crash(pod: Found, status: Found, last: Found) -> Failure:
    times = status.get("restartCount", 0) + (0 if "running" in status.get("state", {}) else 1)
    what = "the container keeps exiting" if times > 1 else "the container ended"
    if status["name"] in {c["name"] for c in pod["spec"].get("initContainers", ()) if "restartPolicy" not in c}:
        what = "the init container failed"
    how_often = [f"ended {times} times"] if times > 1 else []
    return Failure(
        pod=pod["metadata"]["name"],
        what=what,
        container=status["name"],
        details=(*how_often, *_end(last)),
        previous="running" in status.get("state", {}),
    )


def never_started(crash: Failure, log: str) -> Failure | None:
    """The failure of a container whose runtime has said into its log that it can never start; otherwise ``None``.

    Args:
        crash: How it ended.
        log: Its log.
    """
    if not _UNSTARTED.fullmatch(log.strip()):
        return None
    return attrs.evolve(crash, what="the container can never start", fix=_STARTS)


def _end(terminated: Found) -> Iterator[str]:
    yield f"exit code: {terminated.get('exitCode')}"
    if terminated.get("reason") not in (None, "Error", "Completed"):
        yield f"reason: {terminated['reason']}"
    if terminated.get("message"):
        by_program = terminated.get("reason") not in _START_REASONS
        yield f"{'termination message: ' if by_program else ''}{str(terminated['message']).strip()}"


def unready(pod: Found) -> Failure:
    """The state of a pod that was not ready in time.

    Args:
        pod: The pod.
    """
    name = pod["metadata"]["name"]
    for condition in pod["status"].get("conditions") or ():
        if condition["type"] == "PodScheduled" and condition["status"] == "False":
            details = (f"reason: {condition.get('reason')}", condition.get("message", ""))
            fix = "free or add capacity, or ask for less with resources=; for a volume, see to its storage class"
            return Failure(pod=name, what="no node takes the pod", fix=fix, details=tuple(filter(None, details)))
    for status in _statuses(pod):
        done = (status.get("state", {}).get("terminated") or {}).get("exitCode") == 0
        if not status.get("ready") and not done:
            found = _where(pod, status)
            return attrs.evolve(found, details=(*found.details, *_throttled(pod, status["name"])))
    if pod["status"].get("phase") == "Failed":
        details = (f"reason: {pod['status'].get('reason', 'unknown')}", pod["status"].get("message", ""))
        return Failure(pod=name, what="the pod failed", details=tuple(filter(None, details)))
    return Failure(pod=name, what="the pod was not ready in time", fix=LONGER)


def _throttled(pod: Found, container: str) -> Iterator[str]:
    """A CPU limit that a container can hardly start with."""
    specs = [*pod["spec"].get("initContainers", ()), *pod["spec"].get("containers", ())]
    limits = [spec.get("resources", {}).get("limits", {}).get("cpu") for spec in specs if spec["name"] == container]
    yield from (
        f"its CPU is limited to {limit}: raise cpu_limit=, which is cpu= where the program does not say it"
        for limit in limits
        if limit and cpu(limit).amount < _LITTLE_CPU
    )


def _where(pod: Found, status: Found) -> Failure:
    state, last = status.get("state", {}), _last_end(status)
    if last is not None:
        return attrs.evolve(_crash(pod, status, last), fix=_WORKS)
    waiting = state.get("waiting")
    details = [f"reason: {waiting['reason']}", waiting.get("message", "")] if waiting else ["it runs, but is not ready"]
    return Failure(
        pod=pod["metadata"]["name"],
        what="the container was not ready in time",
        fix=LONGER,
        container=status["name"],
        details=tuple(filter(None, details)),
        previous=None if waiting else False,
    )


def is_ready(pod: Found) -> bool:
    """Whether a pod is ready.

    Args:
        pod: The pod.
    """
    conditions: list[Found] = pod["status"].get("conditions") or []
    return any(condition["type"] == "Ready" and condition["status"] == "True" for condition in conditions)


def running(pod: Found) -> list[str]:
    """The names of a pod's containers that run."""
    return [status["name"] for status in _statuses(pod) if "running" in status.get("state", {})]


def claims_of(pod: Found) -> list[str]:
    """The names of the claims that a pod mounts."""
    volumes = pod["spec"].get("volumes") or ()
    return [v["persistentVolumeClaim"]["claimName"] for v in volumes if "persistentVolumeClaim" in v]


def warnings_about(names: Iterable[str], events: Iterable[Found], most: int = 3) -> list[str]:
    """The last warnings about objects, a line each.

    Args:
        names: The names of the objects.
        events: The events of their namespace.
        most: The most lines.
    """
    wanted = set(names)
    about = [e for e in events if e.get("type") == "Warning" and e.get("involvedObject", {}).get("name") in wanted]
    about.sort(key=lambda e: e.get("lastTimestamp") or e.get("eventTime") or "")
    lines = [f"{e.get('reason')}: {str(e.get('message', '')).strip()}" for e in about]
    return list(dict.fromkeys(reversed(lines)))[:most]
