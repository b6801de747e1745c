"""The volumes of a group, and where its containers see them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any

import attrs

from polypod.model.container import Container
from polypod.model.value import Template
from polypod.model.volume import FileVolume, HostPathVolume, Mount, PersistentVolume, ScratchVolume, SecretVolume
from polypod.targets.aci.plan.names import fitting, joined
from polypod.targets.aci.plan.records import ACCOUNT, ACCOUNT_KEY, Encoded, Share
from polypod.targets.shared.plan.references import content


@attrs.frozen(kw_only=True)
class Mounted:
    """A mounted volume, or a mounted directory of a volume with files.

    Args:
        place: The place of the mount in the model.
        name: The name of the volume in the group.
        directory: Where the container sees it.
        body: The volume, as a request has it.
        read_only: Whether the container may only read it.
        share: The name of the share that it is; empty for other volumes.
        volume: The name of the volume of that share in the model.
        number: The replica that has the share for itself; ``None`` where all have the same.
        owned: Whether the program does not declare the share as shared.
    """

    place: str
    name: str
    directory: str
    body: Mapping[str, Any]
    read_only: bool = False
    share: str = ""
    volume: str = ""
    number: int | None = None
    owned: bool = False

    @property
    def mount(self) -> Mapping[str, Any]:
        """The ``volumeMount`` of the container."""
        read_only = {"readOnly": True} if self.read_only else {}
        return {"name": self.name, "mountPath": self.directory, **read_only}

    @property
    def record(self) -> Share:
        """The share."""
        return Share(f"{self.place}.volume", self.volume if self.number is None else f"{self.number}-{self.volume}")


def mounted(
    component: str, pod: str, replica: int, container: Container, path: str, resolve: Callable[[Any], Template]
) -> Iterator[Mounted]:
    """The mounts of a container.

    Args:
        component: The name of the component.
        pod: The name of the container's pod.
        replica: Which replica of the pod it belongs to.
        container: The container.
        path: Its place in the model.
        resolve: Replaces the references in a value.
    """
    for i, mount in enumerate(container.mounts):
        place = f"{path}.mounts[{i}]"
        match mount.volume:
            case ScratchVolume(name=name):
                yield Mounted(
                    place=place,
                    name=joined(pod, name),
                    directory=mount.path,
                    body={"emptyDir": {}},
                    read_only=mount.read_only,
                )
            case FileVolume():
                yield from _files(place, pod, mount.path, mount.volume, resolve)
            case PersistentVolume():
                yield _share(place, component, replica, mount, mount.volume)
            case HostPathVolume():
                continue


def _files(
    place: str, pod: str, path: str, volume: FileVolume, resolve: Callable[[Any], Template]
) -> Iterator[Mounted]:
    """A volume for each directory: a secret volume of Azure holds files, but no directories."""
    secret = isinstance(volume, SecretVolume)
    for directory, names in by_directory(volume.contents).items():
        contents = {PurePosixPath(file).name: content(volume.contents[file], resolve) for file in names}
        below = () if directory == "." else (directory,)
        yield Mounted(
            place=place,
            name=joined(pod, volume.name, *below),
            directory=str(PurePosixPath(path) / directory),
            body={"secret": {file: Encoded(value, secret) for file, value in contents.items()}},
            read_only=True,
        )


def _share(place: str, component: str, replica: int, mount: Mount, volume: PersistentVolume) -> Mounted:
    number = replica if volume.per_replica else None
    share = fitting(f"{component}-{volume.name}" if number is None else f"{component}-{number}-{volume.name}")
    return Mounted(
        place=place,
        name=joined(volume.name),
        directory=mount.path,
        body={"azureFile": {"shareName": share, "storageAccountName": ACCOUNT, "storageAccountKey": ACCOUNT_KEY}},
        read_only=mount.read_only,
        share=share,
        volume=volume.name,
        number=number,
        owned=not volume.shared,
    )


def by_directory(files: Mapping[str, Any]) -> dict[str, list[str]]:
    """The names of files by the directory they lie in, ``.`` for the volume's own."""
    found: dict[str, list[str]] = {}
    for file in sorted(files):
        found.setdefault(str(PurePosixPath(file).parent), []).append(file)
    return found
