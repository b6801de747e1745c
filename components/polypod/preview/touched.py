"""What the engine's steps do to pods: which of them are changed, replaced or destroyed, and by which properties."""

from __future__ import annotations

import enum
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import attrs

from polypod.preview.engine_output import Step

_SERVES = ("main", "peer", "owner")
_POD = "dev.polypod.pod"
_ROLE = "dev.polypod.role"


class Touch(enum.IntEnum):
    """What becomes of the containers of a pod, from the least to the most."""

    KEPT = 0
    HELPER = 1
    REPLACED = 2
    RECREATED = 3


@attrs.frozen(kw_only=True)
class Touched:
    """What the steps do to a pod.

    Args:
        touch: The most that happens to its containers.
        properties: What changes, in words.
    """

    touch: Touch = Touch.KEPT
    properties: tuple[str, ...] = ()

    def and_(self, other: Touched) -> Touched:
        """What both do."""
        words = tuple(dict.fromkeys((*self.properties, *other.properties)))
        return Touched(touch=max(self.touch, other.touch), properties=words)


def touched(steps: Iterable[Step], component: str) -> dict[str, Touched]:
    """What the steps below a component do to each pod that was there before.

    Args:
        steps: The steps.
        component: The name of the component.
    """
    found: dict[str, Touched] = {}
    for step in steps:
        pod = _pod_of(step, component)
        if pod and step.op in ("update", "replace", "delete"):
            one = Touched(touch=_touch(step), properties=_words(step))
            found[pod] = found.get(pod, Touched()).and_(one)
    return found


def _pod_of(step: Step, component: str) -> str:
    """The name of the pod that a resource belongs to; empty where it belongs to none."""
    labels = _labels(step.inputs() or step.inputs(after=False))
    if _POD in labels:
        return str(labels[_POD])
    if step.type == _GROUP:
        match = re.fullmatch(rf"{re.escape(component)}-(.+)-\d+", step.name)
        return match[1] if match else component
    return ""


def _labels(inputs: Mapping[str, Any]) -> Mapping[str, Any]:
    labels = inputs.get("labels")
    if isinstance(labels, list):
        return {item["label"]: item.get("value") for item in labels if isinstance(item, Mapping) and "label" in item}
    metadata = inputs.get("metadata")
    found = metadata.get("labels") if isinstance(metadata, Mapping) else None
    return found if isinstance(found, Mapping) else {}


def _touch(step: Step) -> Touch:
    decide = _TOUCHES.get(step.type)
    return decide(step) if decide is not None else Touch.KEPT


def _container(step: Step) -> Touch:
    if step.op != "replace":
        return Touch.KEPT  # a copy that goes leaves the others, and what is updated goes on
    return Touch.REPLACED if _labels(step.inputs()).get(_ROLE) in _SERVES else Touch.HELPER


def _workload(step: Step) -> Touch:
    if step.op in ("replace", "delete"):  # another kind of workload takes its place
        return Touch.RECREATED
    told = any("." in path for path in step.changed)
    template = any(path.startswith("spec.template") or (path == "spec" and not told) for path in step.changed)
    return Touch.REPLACED if template and step.op == "update" else Touch.KEPT


def _group(step: Step) -> Touch:
    return {"replace": Touch.RECREATED, "update": Touch.REPLACED}.get(step.op, Touch.KEPT)


_GROUP = "azure-native:containerinstance:ContainerGroup"
_TOUCHES: Mapping[str, Callable[[Step], Touch]] = {
    "docker:index/container:Container": _container,
    **dict.fromkeys(
        ("kubernetes:apps/v1:Deployment", "kubernetes:apps/v1:StatefulSet", "kubernetes:batch/v1:Job"), _workload
    ),
    _GROUP: _group,
}
"""What a step on a resource that runs containers does to them, by its type; other resources run none."""

_PROPERTIES: Mapping[str, str] = {
    "image": "image",
    "envs": "env",
    "environmentVariables": "env",
    "env": "env",
    "uploads": "files",
    "data": "files",
    "stringData": "secrets",
    "labels": "labels",
    "entrypoints": "command",
    "command": "command",
    "args": "args",
    "ports": "port",
    "ipAddress": "port",
    "healthcheck": "readiness",
    "readinessProbe": "readiness",
    "livenessProbe": "liveness",
    "startupProbe": "startup",
    "mounts": "mounts",
    "volumes": "mounts",
    "volumeMounts": "mounts",
    "resources": "resources",
    "memory": "memory_limit",
    "cpuQuota": "cpu_limit",
    "replicas": "replicas",
}
"""What properties of the providers are called in programs."""


def _words(step: Step) -> tuple[str, ...]:
    """The properties that change, in words of the program; those it does not have, by the provider's names."""
    if _touch(step) is Touch.KEPT:
        return ()
    found = (next((_PROPERTIES[name] for name in _names(path) if name in _PROPERTIES), "") for path in step.changed)
    return tuple(dict.fromkeys(word for word in found if word))


def _names(path: str) -> list[str]:
    """The names in a property path, the innermost first."""
    return list(reversed(re.findall(r"[A-Za-z]\w*", path)))
