"""What a pod's status says about why it does not get ready. Pure: it reads what the API server told."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import attrs

Found = Mapping[str, Any]

AGAIN = "correct the program and run `pulumi up` again"
LONGER = "find out what it waits for, or give the pod more time with ready_within="
_IMAGE = (
    "check its name and tag, that the cluster's nodes reach the registry, and the login in registries= or in the "
    "stack's config polypod:registry"
)
_NOT_ROOT = "say with user= which number other than 0 it runs as, or user=0 if it must be root"
_CRASHES = 2
"""Restarts after which a container that ends counts as failed. Kubernetes restarts at once, then after 10 seconds."""

_WAITING: Mapping[str, tuple[str, str]] = {
    "ImagePullBackOff": ("its image cannot be pulled", _IMAGE),
    "InvalidImageName": ("its image cannot be pulled", _IMAGE),
    "ErrImageNeverPull": ("its image cannot be pulled", _IMAGE),
    "ImageInspectError": ("its image cannot be read", _IMAGE),
    "CreateContainerConfigError": ("the container cannot be created", AGAIN),
    "CreateContainerError": ("the container cannot be created", AGAIN),
    "RunContainerError": ("the container cannot be started", AGAIN),
}
"""States that waiting does not cure, what they mean, and what to do."""


@attrs.frozen(kw_only=True)
class Failure:
    """Why a pod is not going to be ready.

    Args:
        pod: The name of the pod in the cluster.
        what: What is wrong.
        fix: What to do about it.
        container: The container; empty where it is the whole pod.
        details: What the cluster says, a line each.
        pull: Whether the nodes try again to pull an image.
        previous: Whether the output that tells is that of the run before the present one; ``None`` for no output.
    """

    pod: str
    what: str
    fix: str = AGAIN
    container: str = ""
    details: tuple[str, ...] = ()
    pull: bool = False
    previous: bool | None = None


def failure_of(pod: Found) -> Failure | None:
    """Why a pod is not going to be ready however long one waits; ``None`` where it may still be.

    Args:
        pod: The pod.
    """
    sidecars = {c["name"] for c in pod["spec"].get("initContainers", ()) if c.get("restartPolicy") == "Always"}
    name = pod["metadata"]["name"]
    for kind, status in _statuses(pod):
        ends = kind == "init" and status["name"] not in sidecars
        found = _stuck(name, status) or _ended(
            name, status, ends=ends, again=pod["spec"].get("restartPolicy") != "Never"
        )
        if found is not None:
            return found
    if pod["status"].get("phase") == "Failed":
        details = (f"reason: {pod['status'].get('reason', 'unknown')}", pod["status"].get("message", ""))
        return Failure(pod=name, what="the pod failed", details=tuple(filter(None, details)))
    return None


def _statuses(pod: Found) -> Iterator[tuple[str, Found]]:
    for kind, field in (("init", "initContainerStatuses"), ("main", "containerStatuses")):
        yield from ((kind, status) for status in pod["status"].get(field) or ())


def _stuck(pod: str, status: Found) -> Failure | None:
    waiting = status.get("state", {}).get("waiting") or {}
    reason, message = waiting.get("reason", ""), waiting.get("message", "")
    if reason not in _WAITING:
        return None
    what, fix = _WAITING[reason]
    if "runAsNonRoot" in message or "non-root" in message:
        fix = _NOT_ROOT
    details = (f"reason: {reason}", *([message] if message else []))
    pull = reason == "ImagePullBackOff"
    return Failure(pod=pod, what=what, fix=fix, container=status["name"], details=details, pull=pull)


def _ended(pod: str, status: Found, *, ends: bool, again: bool) -> Failure | None:
    """A container that ended badly: an init container or one that is not restarted at once, others again and again."""
    now = status.get("state", {}).get("terminated")
    last = now or status.get("lastState", {}).get("terminated")
    if last is None:
        return None
    failed = last.get("exitCode", 0) != 0
    waits = (status.get("state", {}).get("waiting") or {}).get("reason") == "CrashLoopBackOff"
    if ends and failed:
        what = "the init container failed"
    elif not ends and not again and failed:
        what = "the container ended"
    elif not ends and waits and status.get("restartCount", 0) >= _CRASHES:
        what = "the container ends again and again"
    else:
        return None
    return Failure(
        pod=pod, what=what, container=status["name"], details=tuple(_end(last)), previous=now is None and not waits
    )


def _end(terminated: Found) -> Iterator[str]:
    yield f"exit code: {terminated.get('exitCode')}"
    if terminated.get("reason") not in (None, "Error", "Completed"):
        yield f"reason: {terminated['reason']}"
    if terminated.get("message"):
        yield str(terminated["message"]).strip()


def unready(pod: Found) -> Failure:
    """Where a pod stands that was not ready in time.

    Args:
        pod: The pod.
    """
    name = pod["metadata"]["name"]
    for condition in pod["status"].get("conditions") or ():
        if condition["type"] == "PodScheduled" and condition["status"] == "False":
            details = (f"reason: {condition.get('reason')}", condition.get("message", ""))
            fix = "free or add capacity, or ask for less with resources=; for a volume, see to its storage class"
            return Failure(pod=name, what="no node takes the pod", fix=fix, details=tuple(filter(None, details)))
    for _, status in _statuses(pod):
        done = (status.get("state", {}).get("terminated") or {}).get("exitCode") == 0
        if not status.get("ready") and not done:
            return _where(name, status)
    return Failure(pod=name, what="the pod was not ready in time", fix=LONGER)


def _where(pod: str, status: Found) -> Failure:
    state = status.get("state", {})
    waiting, last = state.get("waiting"), status.get("lastState", {}).get("terminated")
    details = [f"reason: {waiting['reason']}", waiting.get("message", "")] if waiting else ["it runs, but is not ready"]
    return Failure(
        pod=pod,
        what="the container was not ready in time",
        fix=LONGER,
        container=status["name"],
        details=tuple(filter(None, [*details, *(_end(last) if last else ())])),
        previous=None if waiting and not last else False,
    )


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
