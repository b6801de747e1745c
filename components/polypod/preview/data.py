"""What becomes of data when a program changes: which volumes nobody uses any more, and who starts without them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import attrs

from polypod.model.application import Application
from polypod.model.container import Container
from polypod.model.pod import Workload
from polypod.model.volume import HostPathVolume, Mount, PersistentVolume


@attrs.frozen
class DataRisk:
    """Data that a program no longer sees, or no longer where it looks for them.

    Args:
        pod: The pod that has lost sight of them.
        volume: The volume.
        text: What happens, in words.
    """

    pod: str
    volume: str
    text: str


def data_risks(before: Application, after: Application) -> Iterator[DataRisk]:
    """What becomes of the data of persistent volumes and host paths.

    Args:
        before: What is there.
        after: What is to be there.
    """
    still = {mount.volume.name for pod in after.pods.values() for _, _, mount in _mounts(pod)}
    for name, pod in before.pods.items():
        now = after.pods.get(name)
        new = {key: mount for key, _, mount in _mounts(now)} if now is not None else {}
        for key, container, mount in _mounts(pod):
            yield from _risks(name, key, container, mount, new, used=mount.volume.name in still, gone=now is None)


_Key = tuple[str, str]
_Mounts = Mapping[_Key, Mount]


def _mounts(pod: Workload) -> Iterator[tuple[_Key, Container, Mount]]:
    """The mounts that hold data of the application, each by its container and the name of its volume."""
    for _, container in pod.containers:
        for mount in container.mounts:
            if isinstance(mount.volume, PersistentVolume | HostPathVolume):
                yield (container.name, mount.volume.name), container, mount


def _risks(
    pod: str, key: _Key, container: Container, old: Mount, new: _Mounts, *, used: bool, gone: bool
) -> Iterator[DataRisk]:
    volume = old.volume.name
    now = new.get(key)
    if now is None:
        instead = next((m.volume.name for (name, _), m in new.items() if (name, m.path) == (key[0], old.path)), "")
        if instead:
            kept = f"the data stay in {volume}, which " + ("other pods use" if used else "nothing uses any more")
            yield DataRisk(pod, volume, f"{container.name} sees {instead} at {old.path}, not {volume}: {kept}")
        elif not used:
            why = "is removed with its pod" if gone else "is not mounted any more"
            yield DataRisk(pod, volume, f"{volume} {why}: its data are kept, and nothing uses them")
        return
    yield from (DataRisk(pod, volume, text) for text in _differences(container.name, old, now))


def _differences(container: str, old: Mount, new: Mount) -> Iterator[str]:
    one, two = old.volume, new.volume
    if old.path != new.path:
        yield f"{container} finds the data of {one.name} at {new.path}, and nothing at {old.path}"
    if isinstance(one, HostPathVolume) and isinstance(two, HostPathVolume) and one.path != two.path:
        yield f"{one.name} is another directory of the host: {one.path} -> {two.path}"
    if type(one) is not type(two):
        yield f"{one.name} is another kind of volume: what it held stays behind"
    if not isinstance(one, PersistentVolume) or not isinstance(two, PersistentVolume):
        return
    if one.per_replica != two.per_replica:
        held, wanted = ("a volume of each replica", "one for all")[:: 1 if one.per_replica else -1]
        yield f"{one.name} starts empty as {wanted}: its data stay in what was {held}"
    if one.size is not None and two.size is not None and two.size.amount < one.size.amount:
        yield f"{one.name} shall hold less than it may now: no platform makes a volume smaller, and it stays as it is"
