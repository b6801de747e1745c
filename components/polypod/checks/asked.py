"""Locate the places where a program uses a feature: the vocabulary of the feature table."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Literal, TypeAlias

import attrs

from polypod.model.application import Application
from polypod.model.container import Container
from polypod.model.file import File
from polypod.model.pod import Workload
from polypod.model.probe import Probe
from polypod.model.value import Secret, Value, parts_of
from polypod.model.volume import FileVolume, Mount

Holds: TypeAlias = Callable[[Any], object]


@attrs.frozen
class Places:
    """Finds the places where a program uses a feature.

    Args:
        by: What asks.
        find: The paths of those places below it, for it and its application; the empty path is itself.
    """

    by: Literal["application", "pod", "container", "member"]
    find: Callable[[Any, Application], Iterable[str]]


def given(value: object) -> bool:
    """Whether a program gives a value, be it zero."""
    return value is not None


def equal(expected: object) -> Holds:
    """Whether a value is this one."""
    return lambda value: value == expected


def application(field: str) -> Places:
    """An application where a field of it holds something."""
    return Places("application", lambda app, _: (field,) if getattr(app, field) else ())


def pod(field: str, holds: Holds = bool) -> Places:
    """A pod where a field of it holds something, or what is given here; groups do not have all fields."""
    return Places("pod", lambda pod, _: (field,) if holds(getattr(pod, field, None)) else ())


def pod_where(holds: Callable[[Workload, Application], object], path: str = "") -> Places:
    """A pod for which something holds."""
    return Places("pod", lambda pod, app: (path,) if holds(pod, app) else ())


def member(field: str, holds: Holds) -> Places:
    """A container that goes on running where something holds for a field of it."""
    return Places("member", lambda container, _: (field,) if holds(getattr(container, field)) else ())


def container(field: str, holds: Holds = bool) -> Places:
    """A container where a field of it holds something, or what is given here."""
    return Places("container", lambda container, _: (field,) if holds(getattr(container, field)) else ())


def resource(field: str) -> Places:
    """A container where a field of its resources is given."""
    path = f"resources.{field}"
    return Places("container", lambda container, _: (path,) if given(getattr(container.resources, field)) else ())


def variable(holds: Callable[[Value], bool]) -> Places:
    """A container with a variable for whose value something holds."""

    def find(container: Container, _: Application) -> Iterator[str]:
        return (f"env.{name}" for name, value in container.env.items() if holds(value))

    return Places("container", find)


def port(field: str) -> Places:
    """A container with a port where a field is given."""

    def find(container: Container, _: Application) -> Iterator[str]:
        return (f"{place}.{field}" for place, port in container.listed_ports if given(getattr(port, field)))

    return Places("container", find)


def probe(holds: Callable[[Probe], bool], field: str = "") -> Places:
    """A container with a probe for which something holds."""
    names = ("readiness", "liveness", "startup")
    below = f".{field}" if field else ""

    def find(container: Container, _: Application) -> Iterator[str]:
        probes = ((name, getattr(container, name)) for name in names)
        return (f"{name}{below}" for name, probe in probes if probe is not None and holds(probe))

    return Places("container", find)


def mount(holds: Callable[[Mount], object], field: str = "") -> Places:
    """A container with a mount for which something holds."""
    below = f".{field}" if field else ""

    def find(container: Container, _: Application) -> Iterator[str]:
        return (f"mounts[{i}]{below}" for i, mount in enumerate(container.mounts) if holds(mount))

    return Places("container", find)


def volume(kind: type, field: str = "") -> Places:
    """A container that mounts a volume of this kind, or one where a field of it holds something."""
    if not field:
        return mount(lambda mount: isinstance(mount.volume, kind))
    return mount(lambda mount: isinstance(mount.volume, kind) and getattr(mount.volume, field), f"volume.{field}")


def file(holds: Callable[[File], bool]) -> Places:
    """A container with a file for which something holds."""

    def find(container: Container, _: Application) -> Iterator[str]:
        for i, mount in enumerate(container.mounts):
            if isinstance(mount.volume, FileVolume):
                files = mount.volume.contents.items()
                yield from (f"mounts[{i}].volume.files.{name}" for name, file in files if holds(file))

    return Places("container", find)


def is_secret(value: Value) -> bool:
    """Whether a value holds a part that is marked as a secret."""
    return any(isinstance(part, Secret) for part in parts_of(value))
