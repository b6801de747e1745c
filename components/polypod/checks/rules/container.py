"""Rules for a single container."""

from __future__ import annotations

import re
from collections.abc import Iterator
from ipaddress import ip_address
from pathlib import Path

from polypod.checks.rules.basics import name_problems, quantity_problems, size_problems
from polypod.checks.rules.mounts import mount_problems
from polypod.checks.rules.texts import lost_values, text_problems, unresolved
from polypod.errors import Problem
from polypod.model.build import Build
from polypod.model.container import Container
from polypod.model.port import Port
from polypod.model.probe import Exec, HttpGet, Probe
from polypod.model.quantity import Memory
from polypod.model.resources import Resources

_PORT_NAME = re.compile(r"[A-Za-z0-9]([A-Za-z0-9_-]{0,61}[A-Za-z0-9])?")
_HOST = r"(?:(?:localhost|[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)(?::[0-9]+)?|[A-Za-z0-9-]+:[0-9]+)/"
_PART = r"[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*"
_VERSION = r":[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}|@sha256:[0-9a-f]{64}"
_IMAGE = re.compile(rf"(?:{_HOST})?{_PART}(?:/{_PART})*(?:{_VERSION}){{0,2}}")
_TAGGED = re.compile(rf"(?:{_VERSION})$")


def container_problems(path: str, container: Container, root: Path) -> Iterator[Problem]:
    """Everything that is wrong with one container.

    Args:
        path: Its path in the model.
        container: The container.
        root: The directory that build contexts are relative to.
    """
    yield from name_problems(path, container.name)
    yield from image_problems(f"{path}.image", container.image, root)
    yield from _port_problems(path, container)
    yield from text_problems(path, container)
    yield from mount_problems(path, container.mounts)
    for kind in ("readiness", "liveness", "startup"):
        probe = getattr(container, kind)
        if probe is not None:
            yield from _probe_problems(f"{path}.{kind}", probe, container)
    yield from _resource_problems(f"{path}.resources", container.resources)
    yield from _process_problems(path, container)


def port_number_problems(path: str, number: int | None) -> Iterator[Problem]:
    """Check a port number."""
    if number is not None and not 1 <= number <= 65535:  # noqa: PLR2004
        yield Problem("PP115", path, f"{number} is not a port", "use a number from 1 to 65535")


def address_problems(path: str, address: str) -> Iterator[Problem]:
    """Check an address of the host."""
    try:
        ip_address(address)
    except ValueError:
        yield Problem(
            "PP116", path, f"{address!r} is not an IP address", "use '127.0.0.1', '0.0.0.0' or an address of the host"
        )


def image_problems(path: str, image: object, root: Path) -> Iterator[Problem]:
    """Check an image; a deferred one cannot be checked."""
    if isinstance(image, Build):
        yield from _build_problems(path, image, root)
    elif isinstance(image, str):
        lost = list(lost_values(path, image))
        if lost:
            yield from lost
        elif not _IMAGE.fullmatch(image):
            yield Problem("PP120", path, f"{image!r} is not an image reference", "write it as in 'nginx:1.29'")
        elif not _TAGGED.search(image):
            yield Problem(
                "PP121",
                path,
                f"{image!r} names no version",
                f"add a tag or a digest, such as '{image}:1.0'; ':latest' if you mean it",
            )


def _build_problems(path: str, build: Build, root: Path) -> Iterator[Problem]:
    context = root / build.context
    if not context.is_dir():
        fix = "give the build context relative to the project's root"
        yield Problem("PP122", path, f"there is no directory {build.context!r}", fix)
    elif not (context / build.dockerfile).is_file():
        fix = "add it, or name another file with dockerfile="
        yield Problem("PP123", path, f"there is no {build.dockerfile!r} in {build.context!r}", fix)
    for name, value in build.args.items():
        yield from unresolved(f"{path}.args.{name}", value)


def _port_problems(path: str, container: Container) -> Iterator[Problem]:
    seen: set[tuple[int, str]] = set()
    for place, port in container.listed_ports:
        where = f"{path}.{place}"
        yield from port_number_problems(f"{where}.number", port.number)
        yield from port_number_problems(f"{where}.publish", port.publish)
        yield from address_problems(f"{where}.address", port.address)
        if port.name and not _PORT_NAME.fullmatch(port.name):
            yield Problem(
                "PP125",
                f"{where}.name",
                f"{port.name!r} is not the name of a port",
                "use 1 to 63 letters, digits, hyphens and underscores, a letter or a digit first and last",
            )
        if (port.number, port.protocol) in seen:
            yield Problem("PP126", where, f"port {port.number}/{port.protocol} is listed twice", "remove one of them")
        seen.add((port.number, port.protocol))


def _probe_problems(path: str, probe: Probe, container: Container) -> Iterator[Problem]:
    match probe.action:
        case Exec(command=command):
            yield from _command_problems(f"{path}.command", command)
            if not command:
                yield Problem(
                    "PP130", f"{path}.command", "there is no command", "give the program to run and its arguments"
                )
            for i, argument in enumerate(command):
                yield from unresolved(f"{path}.command[{i}]", argument)
        case action:
            if isinstance(action, HttpGet) and (not action.path.startswith("/") or len(action.path.split()) != 1):
                yield Problem(
                    "PP131", f"{path}.path", f"{action.path!r} is not a path", "start it with '/', without spaces"
                )
            elif isinstance(action, HttpGet):
                yield from unresolved(f"{path}.path", action.path)
            yield from _probe_port_problems(f"{path}.port", action.port, container.all_ports)
    for field in ("period", "timeout", "initial_delay"):
        yield from quantity_problems(f"{path}.{field}", getattr(probe, field))
    if probe.failure_threshold < 1:
        yield Problem(
            "PP114", f"{path}.failure_threshold", f"{probe.failure_threshold} is less than 1", "use 1 or more"
        )


def _probe_port_problems(path: str, number: int | None, ports: tuple[Port, ...]) -> Iterator[Problem]:
    yield from port_number_problems(path, number)
    asked = [port for port in ports if number in (None, port.number)]
    if number is None and not ports:
        yield Problem("PP132", path, "the container has no port to ask", "give the probe or the container a port")
    elif asked and asked[0].protocol == "udp":
        yield Problem(
            "PP133", path, f"port {asked[0].number} is a UDP port, which a probe cannot ask", "ask a TCP port"
        )


def _resource_problems(path: str, resources: Resources) -> Iterator[Problem]:
    for field in ("cpu", "memory"):
        promised, limit = getattr(resources, field), getattr(resources, f"{field}_limit")
        for name, amount in {field: promised, f"{field}_limit": None if limit is promised else limit}.items():
            if isinstance(amount, Memory):
                yield from size_problems(f"{path}.{name}", amount)
            else:
                yield from quantity_problems(f"{path}.{name}", amount)
        if promised and limit and not promised.problem and not limit.problem and limit.amount < promised.amount:
            yield Problem(
                "PP135",
                f"{path}.{field}_limit",
                f"the limit {limit.text} is below the promised {promised.text}",
                f"raise {field}_limit or lower {field}",
            )


def _command_problems(path: str, command: tuple[str, ...]) -> Iterator[Problem]:
    if command and not command[0]:
        yield Problem(
            "PP136", f"{path}[0]", "the program to run has no name", "give its path, or leave the command out"
        )


def _process_problems(path: str, container: Container) -> Iterator[Problem]:
    yield from _command_problems(f"{path}.command", container.command)
    for field in ("user", "group"):
        number = getattr(container, field)
        if number is not None and number < 0:
            yield Problem("PP117", f"{path}.{field}", f"{number} is negative", "use a numeric id of 0 or more")
    if container.group is not None and container.user is None:
        yield Problem("PP137", f"{path}.group", "a group is given without a user", "give user= too")
    if container.working_dir is not None and not container.working_dir.startswith("/"):
        yield Problem("PP138", f"{path}.working_dir", f"{container.working_dir!r} is not absolute", "start it with '/'")
    yield from quantity_problems(f"{path}.logs.max_size", container.logs.max_size)
    yield from quantity_problems(f"{path}.shm_size", container.shm_size)
    if container.logs.max_files < 1:
        yield Problem("PP114", f"{path}.logs.max_files", f"{container.logs.max_files} is less than 1", "use 1 or more")
