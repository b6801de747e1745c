"""Rules about volumes and where they are mounted."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator

from polypod.azure.aci import limits
from polypod.azure.aci.violation import Group, Json, Member, Violation, repeated

_KINDS = ("azureFile", "emptyDir", "secret", "gitRepo")


def rules(group: Group) -> Iterator[Violation]:
    """Check volumes and mounts."""
    volumes = group.items("volumes")
    for i, volume in enumerate(volumes):
        yield from _volume(group, f"properties.volumes[{i}]", volume)
    for i, name in repeated([volume.get("name") for volume in volumes]):
        yield group.refuse("volumes-unique", f"properties.volumes[{i}].name", value=name)
    for member in group.members:
        yield from _mounts(member, {volume.get("name") for volume in volumes})


def _volume(group: Group, path: str, volume: Json) -> Iterator[Violation]:
    name = volume.get("name") or ""
    low, high = limits.VOLUME_NAME_LENGTH
    if not low <= len(name) <= high or not re.fullmatch(limits.NAME, name) or "--" in name:
        yield group.refuse("volume-name", f"{path}.name", value=name)
    if sum(volume.get(kind) is not None for kind in _KINDS) != 1:
        yield group.refuse("volume-type", path, value=name)
    share = volume.get("azureFile")
    if share is not None and not share.get("storageAccountKey"):
        yield group.refuse("volume-key", f"{path}.azureFile.storageAccountKey", value=name)
    for file, content in (volume.get("secret") or {}).items():
        if file in {".", ".."} or not re.fullmatch(limits.FILE_NAME, file):
            yield group.refuse("secret-file", f"{path}.secret", value=name, file=file)
        if not _is_base64(content):
            yield group.refuse("secret-base64", f"{path}.secret.{file}", value=name, file=file)


def _is_base64(text: str) -> bool:
    try:
        base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return False
    return True


def _mounts(member: Member, volumes: set[str | None]) -> Iterator[Violation]:
    mounts = member.properties.get("volumeMounts") or ()
    for i, mount in enumerate(mounts):
        path, place = f"properties.volumeMounts[{i}]", mount.get("mountPath") or ""
        if mount.get("name") not in volumes:
            yield member.refuse("mount-known", f"{path}.name", value=mount.get("name"))
        if not place.startswith("/") or ":" in place:
            yield member.refuse("mount-path", f"{path}.mountPath", value=place)
    for key, limit in (("name", "mount-once"), ("mountPath", "mount-path-unique")):
        for i, value in repeated([mount.get(key) for mount in mounts]):
            yield member.refuse(limit, f"properties.volumeMounts[{i}].{key}", value=value)
