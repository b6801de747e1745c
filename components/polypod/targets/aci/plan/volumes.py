"""The volumes of a group, and where its containers see them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any

from polypod.model.container import Container
from polypod.model.value import Template
from polypod.model.volume import FileVolume, HostPathVolume, Mount, PersistentVolume, ScratchVolume, SecretVolume
from polypod.targets.aci.plan.names import fitting, joined
from polypod.targets.aci.plan.records import ACCOUNT, ACCOUNT_KEY, Encoded, Share
from polypod.targets.shared.plan.references import content


class Volumes:
    """Collects the volumes of a group while its containers are rendered.

    Attributes:
        shares: The shares it mounts by name.
        owned: Those that the program does not declare shared, with the name of the volume.
        places: The place in the model of each volume of the request.

    Args:
        component: The name of the component.
    """

    def __init__(self, component: str) -> None:
        self._component = component
        self._bodies: dict[str, Mapping[str, Any]] = {}
        self.shares: dict[str, Share] = {}
        self.owned: dict[str, str] = {}
        self.places: dict[str, str] = {}

    def bodies(self) -> list[Mapping[str, Any]]:
        """The volumes, as a request has them."""
        return list(self._bodies.values())

    def mounts(
        self, pod: str, replica: int, container: Container, path: str, resolve: Callable[[Any], Template]
    ) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """The ``volumeMounts`` of a container, each with its place in the model.

        Args:
            pod: The name of its pod.
            replica: Which replica of the pod it belongs to.
            container: The container.
            path: Its place in the model.
            resolve: Replaces the references in a value.
        """
        for i, mount in enumerate(container.mounts):
            place = f"{path}.mounts[{i}]"
            for name, directory, volume in self._volumes(pod, replica, mount, place, resolve):
                if name not in self._bodies:
                    self.places[f"properties.volumes[{len(self._bodies)}]"] = f"{place}.volume"
                    self._bodies[name] = {"name": name, **volume}
                fixed = mount.read_only or "secret" in volume
                body = {"name": name, "mountPath": directory, **({"readOnly": True} if fixed else {})}
                yield place, body

    def _volumes(
        self, pod: str, replica: int, mount: Mount, place: str, resolve: Callable[[Any], Template]
    ) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
        """Name, directory and body of what stands for the volume of a mount."""
        match mount.volume:
            case ScratchVolume(name=name):
                yield joined(pod, name), mount.path, {"emptyDir": {}}
            case FileVolume(name=name):
                secret, files = isinstance(mount.volume, SecretVolume), mount.volume.contents
                for directory, names in by_directory(files).items():
                    contents = {PurePosixPath(file).name: content(files[file], resolve) for file in names}
                    known = {file: Encoded(value, secret) for file, value in contents.items()}
                    where = str(PurePosixPath(mount.path) / directory)
                    below = () if directory == "." else (directory,)
                    yield joined(pod, name, *below), where, {"secret": known}
            case PersistentVolume(name=name, per_replica=own, shared=shared):
                volume = f"{replica}-{name}" if own else name
                share = fitting(f"{self._component}-{volume}")
                self.shares.setdefault(share, Share(f"{place}.volume", volume))
                if not shared:
                    self.owned[share] = name
                azure_file = {"shareName": share, "storageAccountName": ACCOUNT, "storageAccountKey": ACCOUNT_KEY}
                yield joined(name), mount.path, {"azureFile": azure_file}
            case HostPathVolume():
                return


def by_directory(files: Mapping[str, Any]) -> dict[str, list[str]]:
    """The names of files by the directory they lie in, ``.`` for the volume's own."""
    found: dict[str, list[str]] = {}
    for file in sorted(files):
        found.setdefault(str(PurePosixPath(file).parent), []).append(file)
    return found
