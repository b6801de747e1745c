"""Volumes, and where a container sees them.

A volume needs no declaration of its own: containers that mount a volume of the same name share it. Scratch,
config and secret volumes belong to one pod (and to each replica of it); a persistent volume of one name is the
same data for every pod of the application.
"""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from polypod.model.file import Content, File
from polypod.model.quantity import Memory, memory

READABLE = 0o444
"""The mode of a file that says none: everybody may read it."""


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
class FileVolume:
    """The base of config and secret volumes; programs use `ConfigVolume` or `SecretVolume`."""

    name: str
    files: Mapping[str, Content | File]
    mode: int = attrs.field(default=READABLE, kw_only=True)

    @property
    def contents(self) -> dict[str, File]:
        """Every file by its name, with the mode that it has."""
        found = {name: file if isinstance(file, File) else File(file) for name, file in sorted(self.files.items())}
        return {name: attrs.evolve(file, mode=self.mode) if file.mode is None else file for name, file in found.items()}


@attrs.frozen
class ConfigVolume(FileVolume):
    """A directory with the given files and nothing else. A change of a file replaces the containers that mount it.

    Args:
        name: The name of the volume.
        files: Files by name, relative to the mount path: text, bytes, or a `File` where mode or owner matter.
        mode: The permission bits of files that have none of their own; ``0o444``, readable by everybody, by default.
    """


@attrs.frozen
class SecretVolume(FileVolume):
    """A directory with files that must not be shown: their content never reaches a plain state, a preview or a log.

    Args:
        name: The name of the volume.
        files: Files by name, relative to the mount path: usually `Secret` values, bytes such as a keystore, or a `File`
            where mode or owner matter.
        mode: The permission bits of files that have none of their own; ``0o444``, readable by everybody, by default.
    """


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

KINDS: Mapping[str, type] = {
    "scratch": ScratchVolume,
    "config": ConfigVolume,
    "secret": SecretVolume,
    "persistent": PersistentVolume,
    "hostPath": HostPathVolume,
}
"""The volumes, by their names in plain data."""


@attrs.frozen
class Mount:
    """A place where a container sees a volume.

    Args:
        path: The absolute path in the container.
        volume: The volume.
        read_only: Whether the container may only read; config and secret volumes are read-only on every target.
        sub_path: The one file of a config or secret volume to mount: ``path`` is then its place, next to whatever the
            image has in that directory. By default the whole volume takes the place of the directory ``path``.
    """

    path: str
    volume: Volume
    read_only: bool = attrs.field(default=False, kw_only=True)
    sub_path: str | None = attrs.field(default=None, kw_only=True)
