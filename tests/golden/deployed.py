"""What a program deploys, as plain data: the resources that Pulumi gets to see, and what no resource shows."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Mapping
from typing import Any

import attrs

from polypod import Secret
from polypod.targets.aci.plan import records as aci
from polypod.targets.docker.plan import records as docker
from polypod.targets.docker.plan.probes import script
from polypod.targets.kubernetes.plan import records as kubernetes
from polypod.targets.shared.plan.images import Image
from polypod.testing import MockedEngine
from polypod.testing.engine import Registered
from tests.common import ROOT

from .once import Resource
from .yaml_text import Base64

SHOWN: Mapping[type, set[str]] = {
    Image: {"reference", "context", "dockerfile", "args", "target", "labels"},
    aci.Address: set(),
    aci.Group: {"body", "places", "waits_for"},
    aci.Plan: {"settings", "network", "label", "logged"},
    aci.Share: set(),
    docker.Container: {field.name for field in attrs.fields(docker.Container)} - {"path", "health_check", "ports"},
    docker.HealthCheck: {"test", "interval", "timeout", "start_period", "retries"},
    docker.Plan: {"network", "labels", "registries"},
    docker.Pod: {"kind", "host"},
    docker.PublishedPort: {"internal", "external", "address", "protocol"},
    docker.Volume: {"keep", "copy_from", "paths", "files", "reread"},
    kubernetes.Address: set(),
    kubernetes.Plan: {"namespace", "security", "own_namespace", "labels", "shared", "nested"},
    kubernetes.Pod: {"kind", "objects", "workload", "values"},
    kubernetes.Volume: set(),
}
"""What resources show of the records of a plan, or what leads to something that they show: to the parts of a request on
Azure Container Instances (``places``), to secrets on Kubernetes (``values``)."""


_SCRIPT = script()


def resources(engine: MockedEngine, model: Any) -> dict[str, Resource]:
    """What the engine gets to see, by name and type; a component that has the given model is said to.

    Args:
        engine: The engine after a run.
        model: The model of the program, as plain data.
    """
    found = {f"{item.name} {item.type}": _resource(item) for item in engine.resources}
    for resource in found.values():
        if resource.get("inputs", {}).get("model") == model:
            resource["inputs"]["model"] = "[model.yaml]"
    return found


def not_shown(plan: Any) -> dict[str, Any]:
    """What a plan says beyond what its resources show: places in the program, who waits for whom, and how long.

    Args:
        plan: The plan.
    """
    return dict(_rest(plan))


def stable(value: Any) -> Any:
    """Plain data as it is on every machine: without the path of this one and without the digests of build contexts.

    Args:
        value: The data.
    """
    match value:
        case Secret(value=text):
            return Secret(stable(text))
        case str():
            text = value.replace(str(ROOT), "[root]").replace(_SCRIPT, "[probes.sh]")
            return re.sub(r"(?<=:)[0-9a-f]{16}$|\b[0-9a-f]{64}\b", "[digest]", text)
        case Mapping():
            return {key: stable(item) for key, item in value.items() if item is not None}
        case set() | frozenset():
            return sorted(value)
        case list() | tuple():
            return [stable(item) for item in value]
    return value


def _resource(item: Registered) -> Resource:
    found = attrs.asdict(item, recurse=False, filter=lambda field, _: field.name not in ("type", "name"))
    resource: Resource = {key: value for key, value in stable(found).items() if value not in ("", [], {}, False)}
    inputs = resource.get("inputs", {})
    if item.type.startswith("docker:") and "labels" in inputs:
        inputs["labels"] = {pair["label"]: pair["value"] for pair in inputs["labels"]}
    if item.type.startswith("kubernetes:"):
        version, kind = inputs.pop("apiVersion"), inputs.pop("kind")
        assert item.type == f"kubernetes:{version if '/' in version else f'core/{version}'}:{kind}"
    if item.type.endswith(":ContainerGroup"):
        for volume in (volume for volume in inputs.get("volumes", ()) if "secret" in volume):
            volume["secret"] = {path: _decoded(text) for path, text in volume["secret"].items()}
    return resource


def _decoded(text: str | Secret) -> Base64:
    coded = str(text.value) if isinstance(text, Secret) else text
    return Base64(base64.b64decode(coded).decode(), isinstance(text, Secret))


def _rest(value: Any) -> Any:
    """What no resource shows of a record, without what is the default; several as a mapping by their keys."""
    if isinstance(value, tuple) and any(attrs.has(type(item)) for item in value):
        return _rest({getattr(item, "key", "") or item.name: item for item in value})
    if isinstance(value, Mapping):
        found = {key: _rest(item) for key, item in value.items()}
        return {key: rest for key, rest in found.items() if rest}
    if not attrs.has(type(value)):
        return stable(value)
    if isinstance(value, docker.HealthCheck) and value.look == _looked(value.test):
        value = attrs.evolve(value, look=())
    fields: Iterable[Any] = attrs.fields(type(value))
    told = {field.name: getattr(value, field.name) for field in fields if getattr(value, field.name) != field.default}
    found = {name: _rest(item) for name, item in told.items() if name not in SHOWN[type(value)] | {"key", "name"}}
    return {name: rest for name, rest in found.items() if rest not in ({}, [], None)}


def _looked(test: tuple[str, ...]) -> tuple[str, ...]:
    """What asks at once whether a container is ready: the same as its health check, without counting failures."""
    return tuple("look" if part == "tick" else part for part in test[1:])
