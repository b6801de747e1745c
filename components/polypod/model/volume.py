"""Volumes, and where a container sees them.

A volume needs no declaration of its own: containers that mount a volume of the same name share it. Scratch,
config and secret volumes belong to one pod (and to each replica of it); a persistent volume of one name is the
same data for every pod of the application.
"""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from polypod.model.quantity import Memory, memory
from polypod.model.value import Value


@attrs.frozen
class ScratchVolume:
    """An empty directory that every user may write to; it is gone when the pod is.

    Args:
        name: The name of the volume.
        size: The most it may hold; unlimited by default.
    """

    name: str
    size: Memory | None = attrs.field(default=None, converter=attrs.converters.optional(memory))


@attrs.frozen
class ConfigVolume:
    """Files with the given content. A change of a file replaces the containers that mount it.

    Args:
        name: The name of the volume.
        files: Content by file name, relative to the mount path.
    """

    name: str
    files: Mapping[str, Value]


@attrs.frozen
class SecretVolume:
    """Files that must not be shown; their content never reaches a plain state, a preview or a log.

    Args:
        name: The name of the volume.
        files: Content by file name, relative to the mount path; usually `Secret` values.
    """

    name: str
    files: Mapping[str, Value]


@attrs.frozen
class PersistentVolume:
    """A directory that outlives its pod, and also a ``pulumi destroy``.

    A new one can be written by every user of the containers that mount it; on Docker, where the image has a directory
    at the mount path, by that directory's owner.

    Args:
        name: The name of the volume, unique in the application.
        size: How much it must hold; the target's choice by default, 1 GiB where it has to name a size.
        per_replica: Whether each replica of a pod has one of its own; ``False``, the default, means one for all.
        shared: Whether several pods or replicas may use it at once. ``False`` by default: then it has one owner at a
            time, unless the program mounts it in several pods or replicas.
    """

    name: str
    size: Memory | None = attrs.field(default=None, converter=attrs.converters.optional(memory))
    per_replica: bool = attrs.field(default=False, kw_only=True)
    shared: bool = attrs.field(default=False, kw_only=True)


@attrs.frozen
class HostPathVolume:
    """A directory of the machine that runs the container.

    Args:
        name: The name of the volume.
        path: The absolute path on that machine.
    """

    name: str
    path: str


Volume = ScratchVolume | ConfigVolume | SecretVolume | PersistentVolume | HostPathVolume


@attrs.frozen
class Mount:
    """A place where a container sees a volume.

    Args:
        path: The absolute path in the container.
        volume: The volume.
        read_only: Whether the container may only read; config and secret volumes are read-only on every target.
    """

    path: str
    volume: Volume
    read_only: bool = attrs.field(default=False, kw_only=True)
