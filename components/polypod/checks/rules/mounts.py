"""Rules for the volumes that a container mounts, and for their files."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import PurePosixPath

from polypod.checks.rules.basics import name_problems, size_problems
from polypod.errors import Problem
from polypod.model.file import File
from polypod.model.suggestions import suggestion
from polypod.model.value import Secret, parts_of
from polypod.model.volume import ConfigVolume, FileVolume, HostPathVolume, Mount, PersistentVolume, ScratchVolume

_ALL_BITS = 0o777


def mount_problems(path: str, mounts: tuple[Mount, ...]) -> Iterator[Problem]:
    """Check the mounts of a container.

    Args:
        path: The container's path in the model.
        mounts: Its mounts.
    """
    places: list[tuple[PurePosixPath, Mount]] = []
    for i, mount in enumerate(mounts):
        where = f"{path}.mounts[{i}]"
        place = PurePosixPath(mount.path)
        if not _is_absolute(mount.path) or place == PurePosixPath(place.root):
            yield Problem(
                "PP150",
                f"{where}.path",
                f"{mount.path!r} is not a place to mount",
                "use an absolute path below '/', without '..' and ':'",
            )
        for other, outer in places:
            if other == place:
                yield Problem("PP151", f"{where}.path", f"{mount.path!r} is mounted twice", "mount one volume per path")
            elif other in place.parents and _is_fixed(outer):
                yield from _inside(f"{where}.path", mount, outer)
            elif place in other.parents and _is_fixed(mount):
                yield from _inside(f"{where}.path", outer, mount)
        places.append((place, mount))
        yield from name_problems(f"{where}.volume", mount.volume.name)
        yield from _volume_problems(f"{where}.volume", mount)
        if mount.sub_path is not None:
            yield from _sub_path_problems(f"{where}.sub_path", mount.sub_path, mount)


def _is_absolute(path: str) -> bool:
    return path.startswith("/") and not {":", "\0"} & set(path) and ".." not in PurePosixPath(path).parts


def _is_fixed(mount: Mount) -> bool:
    return mount.read_only or isinstance(mount.volume, FileVolume)


def _inside(path: str, inner: Mount, outer: Mount) -> Iterator[Problem]:
    yield Problem(
        "PP152",
        path,
        f"{inner.path!r} is inside {outer.path!r}, where nothing can be mounted: it is read-only",
        "mount one of them somewhere else",
    )


def _volume_problems(path: str, mount: Mount) -> Iterator[Problem]:
    match mount.volume:
        case FileVolume():
            yield from _files_problems(path, mount.volume)
        case ScratchVolume(size=size) | PersistentVolume(size=size):
            yield from size_problems(f"{path}.size", size)
        case HostPathVolume(path=host_path):
            if not _is_absolute(host_path):
                yield Problem(
                    "PP153",
                    f"{path}.path",
                    f"{host_path!r} is not a path of the machine",
                    "use an absolute path such as '/srv/data', without '..' and ':'",
                )


def _files_problems(path: str, volume: FileVolume) -> Iterator[Problem]:
    if not volume.files:
        yield Problem("PP154", f"{path}.files", "there are no files", "add a file, or use a ScratchVolume")
    yield from _mode_problems(f"{path}.mode", volume.mode)
    for name, given in volume.files.items():
        where = f"{path}.files.{name}"
        yield from _file_name_problems(f"{path}.files", name, volume.files.keys())
        file = given if isinstance(given, File) else File(given)
        yield from _mode_problems(f"{where}.mode", file.mode)
        for field, number in (("user", file.user), ("group", file.group)):
            if number is not None and number < 0:
                yield Problem("PP117", f"{where}.{field}", f"{number} is negative", "use a numeric id of 0 or more")
        parts = () if isinstance(file.content, bytes) else parts_of(file.content)
        if isinstance(volume, ConfigVolume) and any(isinstance(part, Secret) for part in parts):
            yield Problem("PP155", where, "a config volume does not hide the secret in this file", "use a SecretVolume")


def _mode_problems(path: str, mode: int | None) -> Iterator[Problem]:
    if mode is not None and not 0 <= mode <= _ALL_BITS:
        fix = "write its permission bits in octal, from 0o000 to 0o777, as in 0o600"
        yield Problem("PP156", path, f"{mode} is not the mode of a file", fix)


def _sub_path_problems(path: str, name: str, mount: Mount) -> Iterator[Problem]:
    if not isinstance(mount.volume, FileVolume):
        yield Problem(
            "PP157", path, "only the files of a config or secret volume can be mounted one by one", "leave it out"
        )
    elif name not in mount.volume.files:
        what = f"{name!r} is no file of the volume {mount.volume.name!r}"
        yield Problem("PP158", path, what, suggestion(name, mount.volume.files))


def _file_name_problems(path: str, name: str, names: Collection[str]) -> Iterator[Problem]:
    file = PurePosixPath(name)
    if not name or "\0" in name or file.is_absolute() or ".." in file.parts or str(file) != name:
        yield Problem("PP159", path, f"{name!r} is not a file name", "use a path relative to the mount path")
    yield from (
        Problem("PP160", path, f"{str(directory)!r} is a file and the directory of {name!r}", "rename one of them")
        for directory in file.parents
        if str(directory) in names
    )
