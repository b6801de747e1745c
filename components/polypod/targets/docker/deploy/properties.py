"""Records as the arguments of the provider's resources."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from typing import Any

import pulumi

from polypod.model.value import Template
from polypod.targets.docker.plan.amounts import CPU_PERIOD
from polypod.targets.docker.plan.probes import go_duration
from polypod.targets.docker.plan.records import Container, HealthCheck, PublishedPort, Upload, VolumeMount
from polypod.targets.shared.deploy.docker_provider import Volume
from polypod.targets.shared.deploy.secrets import output


def labels(values: Mapping[str, str]) -> list[dict[str, str]]:
    """Labels as the provider takes them."""
    return [{"label": name, "value": value} for name, value in values.items()]


def container_properties(
    record: Container, *, image: pulumi.Input[str], network: Mapping[str, Any], volumes: Mapping[str, Volume]
) -> dict[str, Any]:
    """The arguments of a ``docker.Container``.

    Args:
        record: The record.
        image: The id of its image.
        network: What attaches it to a network.
        volumes: The volumes, by key.
    """
    return {
        "name": record.name,
        "image": image,
        "entrypoints": [output(text) for text in record.entrypoint] or None,
        "command": [output(text) for text in record.command] or None,
        "envs": [pulumi.Output.concat(f"{name}=", output(value)) for name, value in record.env.items()] or None,
        "hostname": record.hostname,
        "hosts": [{"host": name, "ip": ip} for name, ip in _hosts(record)] or None,
        "ports": [_port(port) for port in record.ports] or None,
        "volumes": [_mount(mount, volumes) for mount in record.mounts] or None,
        "healthcheck": _health_check(record.health_check) if record.health_check else None,
        "memory": record.memory,
        "memorySwap": record.memory,
        "memoryReservation": record.memory_reservation,
        "cpuPeriod": CPU_PERIOD if record.cpu_quota else None,
        "cpuQuota": record.cpu_quota,
        "cpuShares": record.cpu_shares,
        "restart": record.restart,
        "maxRetryCount": record.max_retries,
        "mustRun": record.restart == "always",
        "readOnly": False,
        "securityOpts": ["no-new-privileges:true"],
        "init": record.init,
        "tmpfs": dict(record.tmpfs) or None,
        "logDriver": "json-file",
        "logOpts": dict(record.log_options),
        "labels": labels(record.labels),
        "stopTimeout": record.stop_seconds or None,
        "destroyGraceSeconds": record.stop_seconds,
        **record.options,
        **network,
    }


def upload_args(upload: Upload, folder: str = "") -> dict[str, Any]:
    """A file to write into a container, below a folder where one is given."""
    file: dict[str, Any] = {"file": folder + upload.path, "permissions": f"{upload.mode:04o}"}
    if (upload.owner, upload.group) != (None, None):
        file |= {"owner": str(upload.owner or 0), "group": str(upload.group or 0)}
    field, content = _content(upload.content)
    if content == "":
        return {**file, "source": "/dev/null"}
    return {**file, field: pulumi.Output.secret(content) if upload.secret else content}


def _content(content: Template | bytes) -> tuple[str, pulumi.Input[str]]:
    if isinstance(content, bytes):
        return "contentBase64", base64.b64encode(content).decode()
    return "content", output(content)


def _port(port: PublishedPort) -> dict[str, Any]:
    return {"internal": port.internal, "external": port.external, "ip": port.address, "protocol": port.protocol}


def _hosts(record: Container) -> Iterator[tuple[str, str]]:
    yield from ((name, "127.0.0.1") for name in record.hosts)
    yield from record.extra_hosts.items()


def _mount(mount: VolumeMount, volumes: Mapping[str, Volume]) -> dict[str, Any]:
    if mount.holder is not None:
        return {"fromContainer": mount.holder + (":ro" if mount.read_only else "")}
    return {"containerPath": mount.path, "readOnly": mount.read_only, **_source(mount, volumes)}


def _source(mount: VolumeMount, volumes: Mapping[str, Volume]) -> dict[str, Any]:
    """Docker before 26 cannot mount a file of a volume: it is mounted from the directory that the daemon says."""
    if mount.volume is None:
        return {"hostPath": mount.host_path}
    volume = volumes[mount.volume]
    if mount.file is None:
        return {"volumeName": volume.name}
    return {"hostPath": pulumi.Output.concat(volume.mountpoint, "/", mount.file)}


def _health_check(check: HealthCheck) -> dict[str, Any]:
    return {
        "tests": list(check.test),
        "interval": go_duration(check.interval),
        "timeout": go_duration(check.timeout),
        "startPeriod": go_duration(check.start_period),
        "retries": check.retries,
    }
