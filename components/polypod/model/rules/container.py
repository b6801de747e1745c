"""What can be wrong with one container."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import get_args

from polypod.model.build import Build
from polypod.model.container import Container, RestartPolicy
from polypod.model.port import Port, Protocol
from polypod.model.probe import Exec, HttpGet, Probe
from polypod.model.problem import Problem
from polypod.model.quantity import Quantity
from polypod.model.resources import Resources
from polypod.model.volume import (
    ConfigVolume,
    HostPathVolume,
    Mount,
    PersistentVolume,
    ScratchVolume,
    SecretVolume,
)

DNS_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
_ENV_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_IMAGE = re.compile(r"[a-z0-9]+([._:/-]+[a-z0-9]+)*(:[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?(@sha256:[0-9a-f]{64})?")
_TAGGED = re.compile(r"(:[A-Za-z0-9_][A-Za-z0-9_.-]*|@sha256:[0-9a-f]{64})$")


def container_problems(path: str, container: Container, root: Path) -> Iterator[Problem]:
    """Everything that is wrong with one container.

    Args:
        path: Its path in the model.
        container: The container.
        root: The directory that build contexts are relative to.
    """
    yield from name_problems(path, container.name)
    yield from _image_problems(f"{path}.image", container.image, root)
    yield from _port_problems(path, container.all_ports)
    yield from _env_problems(f"{path}.env", container)
    yield from _mount_problems(path, container.mounts)
    for kind in ("readiness", "liveness", "startup"):
        probe = getattr(container, kind)
        if probe is not None:
            yield from _probe_problems(f"{path}.{kind}", probe, container)
    yield from _resource_problems(f"{path}.resources", container.resources)
    yield from _process_problems(path, container)


def name_problems(path: str, name: str) -> Iterator[Problem]:
    """What is wrong with the name of a container, a volume or a group."""
    if not DNS_LABEL.fullmatch(name):
        yield Problem(
            f"{path}.name",
            f"{name!r} is not a DNS label",
            "use 1 to 63 lower-case letters, digits and hyphens, with a letter or digit at both ends",
        )


def quantity_problems(path: str, quantity: Quantity | None) -> Iterator[Problem]:
    """What is wrong with an amount."""
    if quantity is not None and quantity.problem:
        yield Problem(path, quantity.problem, f"write {quantity.example}")


def _image_problems(path: str, image: object, root: Path) -> Iterator[Problem]:
    if isinstance(image, Build):
        dockerfile = root / image.context / image.dockerfile
        if not (root / image.context).is_dir():
            yield Problem(
                path,
                f"there is no directory {image.context!r}",
                "give the build context relative to the project's root",
            )
        elif not dockerfile.is_file():
            yield Problem(
                path,
                f"there is no {image.dockerfile!r} in {image.context!r}",
                "add it, or name another file with dockerfile=",
            )
    elif isinstance(image, str):
        if not _IMAGE.fullmatch(image):
            yield Problem(path, f"{image!r} is not an image reference", "write it as in 'nginx:1.29'")
        elif not _TAGGED.search(image):
            yield Problem(
                path,
                f"{image!r} names no version",
                f"add a tag or a digest, such as '{image}:1.0'; ':latest' if you mean it",
            )


def _port_problems(path: str, ports: tuple[Port, ...]) -> Iterator[Problem]:
    seen: set[tuple[int, str]] = set()
    for i, port in enumerate(ports):
        where = f"{path}.ports[{i}]"
        for field, number in (("number", port.number), ("publish", port.publish)):
            if number is not None and not 1 <= number <= 65535:  # noqa: PLR2004
                yield Problem(f"{where}.{field}", f"{number} is not a port", "use a number from 1 to 65535")
        if port.protocol not in get_args(Protocol):
            yield Problem(f"{where}.protocol", f"{port.protocol!r} is not a protocol", "use 'tcp' or 'udp'")
        if (port.number, port.protocol) in seen:
            yield Problem(where, f"port {port.number}/{port.protocol} is listed twice", "remove one of them")
        seen.add((port.number, port.protocol))


def _env_problems(path: str, container: Container) -> Iterator[Problem]:
    for name in container.env:
        if not _ENV_NAME.fullmatch(name):
            yield Problem(
                f"{path}.{name}",
                f"{name!r} is not the name of an environment variable",
                "use letters, digits and underscores, and no digit first",
            )


def _mount_problems(path: str, mounts: tuple[Mount, ...]) -> Iterator[Problem]:
    seen: set[str] = set()
    for i, mount in enumerate(mounts):
        where = f"{path}.mounts[{i}]"
        if not mount.path.startswith("/") or mount.path == "/" or ".." in PurePosixPath(mount.path).parts:
            yield Problem(f"{where}.path", f"{mount.path!r} is not a place to mount", "use an absolute path below '/'")
        if mount.path in seen:
            yield Problem(f"{where}.path", f"{mount.path!r} is mounted twice", "mount one volume per path")
        seen.add(mount.path)
        yield from name_problems(f"{where}.volume", mount.volume.name)
        yield from _volume_problems(f"{where}.volume", mount)


def _volume_problems(path: str, mount: Mount) -> Iterator[Problem]:
    match mount.volume:
        case ConfigVolume(files=files) | SecretVolume(files=files):
            if not files:
                yield Problem(f"{path}.files", "there are no files", "add a file, or use a ScratchVolume")
            for name in files:
                file = PurePosixPath(name)
                if not name or file.is_absolute() or ".." in file.parts:
                    yield Problem(
                        f"{path}.files",
                        f"{name!r} is not a file name",
                        "use a path relative to the mount path",
                    )
        case ScratchVolume(size=size) | PersistentVolume(size=size):
            yield from quantity_problems(f"{path}.size", size)
        case HostPathVolume(path=host_path):
            if not host_path.startswith("/"):
                yield Problem(f"{path}.path", f"{host_path!r} is not absolute", "use an absolute path of the machine")


def _probe_problems(path: str, probe: Probe, container: Container) -> Iterator[Problem]:
    match probe.action:
        case Exec(command=command):
            if not command:
                yield Problem(f"{path}.command", "there is no command", "give the program to run and its arguments")
        case action:
            if isinstance(action, HttpGet) and not action.path.startswith("/"):
                yield Problem(f"{path}.path", f"{action.path!r} is not a path", "start it with '/'")
            if action.port is None and not container.all_ports:
                yield Problem(
                    f"{path}.port",
                    "the container has no port to ask",
                    "give the probe or the container a port",
                )
            elif action.port is not None and not 1 <= action.port <= 65535:  # noqa: PLR2004
                yield Problem(f"{path}.port", f"{action.port} is not a port", "use a number from 1 to 65535")
    for field in ("period", "timeout", "initial_delay"):
        yield from quantity_problems(f"{path}.{field}", getattr(probe, field))
    if probe.failure_threshold < 1:
        yield Problem(f"{path}.failure_threshold", f"{probe.failure_threshold} is less than 1", "use 1 or more")


def _resource_problems(path: str, resources: Resources) -> Iterator[Problem]:
    for field in ("cpu", "memory"):
        promised, limit = getattr(resources, field), getattr(resources, f"{field}_limit")
        yield from quantity_problems(f"{path}.{field}", promised)
        if limit is not promised:
            yield from quantity_problems(f"{path}.{field}_limit", limit)
        if promised and limit and not promised.problem and not limit.problem and limit.amount < promised.amount:
            yield Problem(
                f"{path}.{field}_limit",
                f"the limit {limit.text} is below the promised {promised.text}",
                f"raise {field}_limit or lower {field}",
            )


def _process_problems(path: str, container: Container) -> Iterator[Problem]:
    if container.restart not in get_args(RestartPolicy):
        allowed = ", ".join(map(repr, get_args(RestartPolicy)))
        yield Problem(f"{path}.restart", f"{container.restart!r} is not a restart policy", f"use one of {allowed}")
    for field in ("user", "group"):
        number = getattr(container, field)
        if number is not None and number < 0:
            yield Problem(f"{path}.{field}", f"{number} is negative", "use a numeric id of 0 or more")
    if container.group is not None and container.user is None:
        yield Problem(f"{path}.group", "a group is given without a user", "give user= too")
    if container.working_dir is not None and not container.working_dir.startswith("/"):
        yield Problem(f"{path}.working_dir", f"{container.working_dir!r} is not absolute", "start it with '/'")
    yield from quantity_problems(f"{path}.logs.max_size", container.logs.max_size)
    if container.logs.max_files < 1:
        yield Problem(f"{path}.logs.max_files", f"{container.logs.max_files} is less than 1", "use 1 or more")
