"""The containers of a group."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import attrs

from polypod.model.container import Container
from polypod.model.probe import Exec, HttpGet, Probe
from polypod.model.value import Deferred, Secret, Template
from polypod.targets.aci.plan.placed import Placed
from polypod.targets.aci.plan.volumes import Mounted
from polypod.targets.shared.plan.probes import timing

_PROBES = {"readiness": "readinessProbe", "liveness": "livenessProbe"}


@attrs.frozen(kw_only=True)
class Member:
    """A container of a group, as a request has it.

    Args:
        name: Its name in the group.
        path: Its place in the model.
        container: The container.
        image: Its image, as a leaf of a body.
        resolve: Replaces the references in a value.
        mounted: What it mounts.
        ports: The places of its ports in the model.
    """

    name: str
    path: str
    container: Container
    image: object
    resolve: Callable[[Any], Template]
    mounted: Sequence[Mounted]
    ports: Sequence[str] = ()

    def init(self) -> Placed:
        """A container that runs to its end."""
        container = self.container
        command = [*container.command, *container.args] if container.command else []
        properties = {
            "image": self.image,
            "command": [self.resolve(text) for text in command],
            "environmentVariables": [_variable(key, self.resolve(value)) for key, value in container.env.items()],
            "volumeMounts": [item.mount for item in self.mounted],
        }
        mounts = {f"properties.volumeMounts[{i}]": item.place for i, item in enumerate(self.mounted)}
        variables = {
            f"properties.environmentVariables[{i}]": f"{self.path}.env.{name}" for i, name in enumerate(container.env)
        }
        body = {"name": self.name, "properties": {key: value for key, value in properties.items() if value != []}}
        return Placed(body, {"": self.path, **mounts, **variables})

    def long_running(self, resources: Mapping[str, Any]) -> Placed:
        """A container that goes on running.

        Args:
            resources: What it requests and its limits.
        """
        container, common = self.container, self.init()
        probes = {field: probe for kind, field in _PROBES.items() if (probe := getattr(container, kind)) is not None}
        more = {
            "ports": [{"port": port.number, "protocol": port.protocol.upper()} for port in container.all_ports],
            "resources": resources,
            **{field: _probe(probe, container) for field, probe in probes.items() if _action(probe, container)},
        }
        properties = {**common.body["properties"], **{key: value for key, value in more.items() if value}}
        places = {
            "properties.resources": f"{self.path}.resources",
            **{f"properties.{field}": f"{self.path}.{kind}" for kind, field in _PROBES.items()},
            **{f"properties.ports[{i}]": place for i, place in enumerate(self.ports)},
        }
        return Placed({**common.body, "properties": properties}, {**common.places, **places})


def _variable(name: str, value: Template) -> dict[str, Any]:
    """A variable; values known only during the deployment are secure, as they may be secrets."""
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
