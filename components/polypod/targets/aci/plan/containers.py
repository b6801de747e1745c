"""The containers of a group."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from polypod.model.container import Container
from polypod.model.probe import Exec, HttpGet, Probe
from polypod.model.value import Deferred, Secret, Template
from polypod.targets.shared.plan.probes import timing

_PROBES = {"readiness": "readinessProbe", "liveness": "livenessProbe"}


def init_container(
    name: str,
    container: Container,
    image: object,
    resolve: Callable[[Any], Template],
    mounts: Sequence[Mapping[str, Any]],
) -> dict[str, Any]:
    """A container that runs to its end, as a request has it.

    Args:
        name: Its name in the group.
        container: The container.
        image: Its image, as a leaf of a body.
        resolve: Replaces the references in a value.
        mounts: Its ``volumeMounts``.
    """
    command = [*container.command, *container.args] if container.command else []
    properties = {
        "image": image,
        "command": [resolve(text) for text in command],
        "environmentVariables": [_variable(key, resolve(value)) for key, value in container.env.items()],
        "volumeMounts": list(mounts),
    }
    return {"name": name, "properties": {key: value for key, value in properties.items() if value != []}}


def long_running(body: Mapping[str, Any], container: Container, resources: Mapping[str, Any]) -> dict[str, Any]:
    """A container that goes on running.

    Args:
        body: What `init_container` made of it.
        container: The container.
        resources: What it requests and its limits.
    """
    probes = {field: probe for kind, field in _PROBES.items() if (probe := getattr(container, kind)) is not None}
    more = {
        "ports": [{"port": port.number, "protocol": port.protocol.upper()} for port in container.all_ports],
        "resources": resources,
        **{field: _probe(probe, container) for field, probe in probes.items() if _action(probe, container)},
    }
    return {**body, "properties": {**body["properties"], **{key: value for key, value in more.items() if value}}}


def _variable(name: str, value: Template) -> dict[str, Any]:
    """What is known only while deploying may be a secret: whether it is one shows too late."""
    hidden = any(isinstance(part, Secret | Deferred) for part in value.parts)
    return {"name": name, "secureValue" if hidden else "value": value}


def _probe(probe: Probe, container: Container) -> dict[str, Any]:
    return {**_action(probe, container), **timing(probe)}


def _action(probe: Probe, container: Container) -> dict[str, Any]:
    action = probe.action
    if isinstance(action, Exec):
        return {"exec": {"command": list(action.command)}}
    if isinstance(action, HttpGet):
        port = action.port or container.all_ports[0].number
        return {"httpGet": {"path": action.path, "port": port, "scheme": "http"}}
    return {}
