"""Records as the arguments of the provider's resources."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import attrs
import pulumi
import pulumi_docker as docker

from polypod.targets.docker.records import Container, HealthCheck, PublishedPort, Upload, VolumeMount
from polypod.targets.docker.render import CPU_PERIOD
from polypod.targets.secrets import output


def labels(values: Mapping[str, str], make: Callable[..., Any]) -> list[Any]:
    """Labels as the provider takes them."""
    return [make(label=name, value=value) for name, value in values.items()]


def container_args(
    record: Container, *, image: pulumi.Input[str], network: Mapping[str, Any], volumes: Mapping[str, pulumi.Input[str]]
) -> dict[str, Any]:
    """The arguments of a ``docker.Container``.

    Args:
        record: The record.
        image: The id of its image.
        network: What attaches it to a network.
        volumes: The names of the volumes, by key.
    """
    return {
        "name": record.name,
        "image": image,
        "entrypoints": [output(text) for text in record.entrypoint] or None,
        "command": [output(text) for text in record.command] or None,
        "envs": [pulumi.Output.concat(f"{name}=", output(value)) for name, value in record.env.items()] or None,
        "uploads": [upload_args(upload) for upload in record.uploads] or None,
        "hostname": record.hostname,
        "hosts": [docker.ContainerHostArgs(host=host, ip="127.0.0.1") for host in record.hosts] or None,
        "ports": [_port(port) for port in record.ports] or None,
        "volumes": [_mount(mount, volumes) for mount in record.mounts] or None,
        "healthcheck": _health_check(record.health_check) if record.health_check else None,
        "memory": record.memory,
        "memory_swap": record.memory,
        "memory_reservation": record.memory_reservation,
        "cpu_period": CPU_PERIOD if record.cpu_quota else None,
        "cpu_quota": record.cpu_quota,
        "cpu_shares": record.cpu_shares,
        "restart": record.restart,
        "must_run": record.restart == "always",
        "user": record.user,
        "read_only": record.read_only,
        "working_dir": record.working_dir,
        "security_opts": ["no-new-privileges:true"],
        "log_driver": "json-file",
        "log_opts": dict(record.log_options),
        "labels": labels({**record.labels, "dev.polypod.revision": _revision(record)}, docker.ContainerLabelArgs),
        "destroy_grace_seconds": record.stop_seconds,
        **network,
    }


def _revision(record: Container) -> str:
    """A label whose change makes the provider replace the container where it would wrongly do nothing.

    The provider updates ``healthcheck`` and ``cpu_quota`` in place without telling Docker, and takes an ``env``,
    ``entrypoint``, ``command`` or ``healthcheck`` that is gone for unchanged.
    """
    missed = [
        attrs.astuple(record.health_check) if record.health_check else None,
        record.cpu_quota,
        sorted(record.env),
        bool(record.entrypoint),
        bool(record.command),
    ]
    return hashlib.sha256(json.dumps(missed).encode()).hexdigest()[:12]


def upload_args(upload: Upload, folder: str = "") -> docker.ContainerUploadArgs:
    """A file to write into a container, below a folder where one is given."""
    content = output(upload.content)
    file = folder + upload.path
    if content == "":
        return docker.ContainerUploadArgs(file=file, source="/dev/null", permissions="0444")
    content = pulumi.Output.secret(content) if upload.secret else content
    return docker.ContainerUploadArgs(file=file, content=content, permissions="0444")


def _port(port: PublishedPort) -> docker.ContainerPortArgs:
    return docker.ContainerPortArgs(
        internal=port.internal, external=port.external, ip=port.address, protocol=port.protocol
    )


def _mount(mount: VolumeMount, volumes: Mapping[str, pulumi.Input[str]]) -> docker.ContainerVolumeArgs:
    return docker.ContainerVolumeArgs(
        container_path=mount.path,
        host_path=mount.host_path,
        volume_name=volumes[mount.volume] if mount.volume else None,
        read_only=mount.read_only,
    )


def _health_check(check: HealthCheck) -> docker.ContainerHealthcheckArgs:
    tests: Sequence[str] = check.test
    return docker.ContainerHealthcheckArgs(
        tests=list(tests),
        interval=check.interval,
        timeout=check.timeout,
        start_period=check.start_period,
        retries=check.retries,
    )
