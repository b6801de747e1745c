"""The containers of a pod."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from typing import Any

from polypod.model.container import Container
from polypod.model.probe import Exec, HttpGet, Probe
from polypod.model.quantity import Memory
from polypod.model.value import Template
from polypod.model.volume import FileVolume
from polypod.targets.kubernetes.plan.quantities import amount
from polypod.targets.kubernetes.plan.records import Name
from polypod.targets.kubernetes.plan.values import ContainerValues
from polypod.targets.shared.plan.probes import timing

_KEY = re.compile(r"[-._a-zA-Z0-9]{1,200}")
_PROBES = {"readiness": "readinessProbe", "liveness": "livenessProbe", "startup": "startupProbe"}


def container_spec(
    container: Container, image: object, values: ContainerValues, env_secret: Name, drain: int = 0
) -> dict[str, Any]:
    """A container as a pod's manifest has it.

    Args:
        container: The container.
        image: Its image, as a leaf of a manifest.
        values: Its values.
        env_secret: The Secret that holds its secret environment variables.
        drain: Seconds between the request to stop and the signal, in which it goes on serving.
    """
    spec = {
        "name": container.name,
        "image": image,
        "imagePullPolicy": "IfNotPresent",
        "command": [_expanded(text) for text in values.command],
        "args": [_expanded(text) for text in values.args],
        "workingDir": container.working_dir,
        "env": [_variable(container, name, value, env_secret) for name, value in values.env.items()],
        "ports": [_port(port.number, port.protocol, port.name) for port in container.all_ports],
        "volumeMounts": [
            _without_empty(
                {
                    "name": mount.volume.name,
                    "mountPath": mount.path,
                    "subPath": mount.sub_path,
                    "readOnly": mount.read_only or isinstance(mount.volume, FileVolume) or None,
                }
            )
            for mount in container.mounts
        ]
        + ([{"name": shm_name(container), "mountPath": "/dev/shm"}] if container.shm_size else []),  # noqa: S108
        **{field: _probe(getattr(container, kind), container) for kind, field in _PROBES.items()},
        "resources": _resources(container),
        "lifecycle": {"preStop": {"sleep": {"seconds": drain}}} if drain else None,
        "securityContext": _security(container),
    }
    return _without_empty(spec)


def shm_name(container: Container) -> str:
    """The name of the volume that is a container's /dev/shm."""
    return f"polypod-shm-{hashlib.sha256(container.name.encode()).hexdigest()[:8]}"


def shm_volume(container: Container, size: Memory) -> dict[str, Any]:
    """The volume that is a container's /dev/shm.

    Args:
        container: The container.
        size: Its size.
    """
    return {"name": shm_name(container), "emptyDir": {"medium": "Memory", "sizeLimit": amount(size)}}


def secret_key(container: Container, name: str) -> str:
    """The key of a container's variable in the Secret of its pod; a digest where a key may not have the name."""
    plain = _KEY.fullmatch(name) is not None
    return f"{container.name}.{name if plain else hashlib.sha256(name.encode()).hexdigest()[:16]}"


def is_plain(value: Template) -> bool:
    """Whether a resolved value holds nothing that is secret or known only later."""
    return all(isinstance(part, str) for part in value.parts)


def _expanded(value: Template) -> object:
    return _literal("".join(map(str, value.parts)))


def _literal(text: str) -> str:
    """A text in which Kubernetes finds no variable of its own: it would read ``$$`` and ``$(NAME)`` in another way.

    Commands, arguments, variables and the commands of probes are read so; see ``expansion.Expand`` in its source.
    """
    return re.sub(r"\$(?=[$(])", "$$", text)


def _variable(container: Container, name: str, value: Template, env_secret: Name) -> dict[str, Any]:
    if is_plain(value):
        return {"name": name, "value": _expanded(value)}
    return {
        "name": name,
        "valueFrom": {"secretKeyRef": {"name": env_secret, "key": secret_key(container, name)}},
    }


def _port(number: int, protocol: str, name: str) -> dict[str, Any]:
    return _without_empty({"containerPort": number, "protocol": protocol.upper(), "name": name})


def _probe(probe: Probe | None, container: Container) -> dict[str, Any] | None:
    if probe is None:
        return None
    return {**_action(probe, container), **timing(probe)}


def _action(probe: Probe, container: Container) -> dict[str, Any]:
    action = probe.action
    if isinstance(action, Exec):
        return {"exec": {"command": [_literal(text) for text in action.command]}}
    port = action.port or container.all_ports[0].number
    return (
        {"httpGet": {"path": action.path, "port": port}}
        if isinstance(action, HttpGet)
        else {"tcpSocket": {"port": port}}
    )


def _resources(container: Container) -> dict[str, Any]:
    wanted = container.resources
    requests = {"cpu": wanted.cpu and f"{wanted.cpu.amount}m", "memory": wanted.memory and amount(wanted.memory)}
    limits = {
        "cpu": wanted.cpu_limit and f"{wanted.cpu_limit.amount}m",
        "memory": wanted.memory_limit and amount(wanted.memory_limit),
    }
    return _without_empty({"requests": _without_empty(requests), "limits": _without_empty(limits)})


def _security(container: Container) -> dict[str, Any]:
    """The security context that meets the level ``restricted``, unless the container runs as root.

    See Kubernetes' "Pod Security Standards"; the pod itself says the rest.
    """
    as_root = container.user == 0
    return _without_empty(
        {
            "allowPrivilegeEscalation": container.allow_privilege_escalation,
            "capabilities": {} if as_root or container.allow_privilege_escalation else {"drop": ["ALL"]},
            "readOnlyRootFilesystem": container.read_only_root,
            "runAsNonRoot": False if as_root else None,
            "runAsUser": container.user,
            "runAsGroup": container.group,
        }
    )


def _without_empty(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value not in (None, [], {}, "")}
