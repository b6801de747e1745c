"""The volumes of a pod, and the ConfigMaps, Secrets and claims they stand on."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import attrs

from polypod.model.application import Application
from polypod.model.pod import Workload
from polypod.model.quantity import Memory, memory
from polypod.model.value import Template
from polypod.model.volume import (
    ConfigVolume,
    HostPathVolume,
    PersistentVolume,
    ScratchVolume,
    SecretVolume,
    Volume,
)
from polypod.targets.kubernetes.containers import amount
from polypod.targets.kubernetes.records import Manifest, Name, Object
from polypod.targets.kubernetes.records import Volume as Claim
from polypod.targets.kubernetes.settings import Settings

_DEFAULT_SIZE = memory("1Gi")
KEPT = {"dev.polypod.keep": "true"}
"""The label of claims, which outlive a destroy."""


def volumes_of(pod: Workload) -> dict[str, Volume]:
    """The volumes that the containers of a pod mount, by name."""
    return {mount.volume.name: mount.volume for _, container in pod.containers for mount in container.mounts}


def pod_volume(volume: Volume, files: Name) -> dict[str, Any] | None:
    """A volume as a pod's manifest has it; ``None`` where each replica claims one of its own.

    Args:
        volume: The volume.
        files: The ConfigMap or Secret of its files, where it has any.
    """
    match volume:
        case ScratchVolume(size=size):
            return {"name": volume.name, "emptyDir": {"sizeLimit": amount(size)} if size else {}}
        case ConfigVolume():
            return {"name": volume.name, "configMap": {"name": files, "items": _items(volume.files)}}
        case SecretVolume():
            return {"name": volume.name, "secret": {"secretName": files, "items": _items(volume.files)}}
        case PersistentVolume(per_replica=False):
            return {"name": volume.name, "persistentVolumeClaim": {"claimName": volume.name}}
        case HostPathVolume(path=path):
            return {"name": volume.name, "hostPath": {"path": path}}
    return None


def _items(files: Mapping[str, Any]) -> list[dict[str, str]]:
    return [{"key": key, "path": path} for path, key in sorted(_keys(files).items())]


def _keys(files: Mapping[str, Any]) -> dict[str, str]:
    """The key of each file: its path, in the characters that a key may have."""
    keys: dict[str, str] = {}
    for path in sorted(files):
        key = re.sub(r"[^-._a-zA-Z0-9]+", "_", path)
        keys[path] = key if key not in keys.values() and not key.startswith("..") else f"{len(keys)}_{key}"
    return keys


def files_object(
    key: str, volume: ConfigVolume | SecretVolume, files: Mapping[str, Template], metadata: Manifest
) -> Object:
    """The ConfigMap or Secret that holds files.

    Args:
        key: Its logical name.
        volume: The volume of the files.
        files: Their content, by path.
        metadata: Its metadata, without a name: the name is generated, so that a change gives it another one.
    """
    content = {name: files[path] for path, name in _keys(files).items()}
    if isinstance(volume, SecretVolume):
        return secret_object(key, content, metadata)
    manifest = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "immutable": True, "data": content}
    return Object(key=key, manifest=manifest)


def secret_object(key: str, content: Mapping[str, Any], metadata: Manifest, kind: str = "Opaque") -> Object:
    """A Secret.

    Args:
        key: Its logical name.
        content: Its content, by key.
        metadata: Its metadata, without a name.
        kind: Its type.
    """
    head = {"apiVersion": "v1", "kind": "Secret", "metadata": metadata, "type": kind, "immutable": True}
    return Object(key=key, manifest={**head, "stringData": dict(content)})


def owned(pod: Workload) -> tuple[str, ...]:
    """The persistent volumes of a pod that only one workload may use at a time, unless the program says otherwise."""
    volumes = volumes_of(pod).values()
    return tuple(v.name for v in volumes if isinstance(v, PersistentVolume) and not v.per_replica and not v.shared)


def records_of(path: str, pod: Workload) -> Iterator[Claim]:
    """What is to be known of the persistent volumes of a pod.

    Args:
        path: The place of the pod in the model.
        pod: The pod.
    """
    seen: set[str] = set()
    for where, container in pod.containers:
        for i, mount in enumerate(container.mounts):
            volume = mount.volume
            if isinstance(volume, PersistentVolume) and volume.name not in seen:
                seen.add(volume.name)
                yield Claim(
                    name=volume.name,
                    path=f"{path}.{where}.mounts[{i}].volume",
                    sized=volume.size is not None,
                    shared=volume.shared,
                    per_replica=volume.per_replica,
                )


@attrs.frozen
class Claimed:
    """A persistent volume, and whether several pods or replicas write to it."""

    volume: PersistentVolume
    shared: bool


def claims(app: Application) -> Iterator[Claimed]:
    """The persistent volumes of an application that are not those of single replicas, in the order of their names."""
    users: dict[str, list[Workload]] = {}
    found: dict[str, PersistentVolume] = {}
    for pod in app.pods.values():
        for name, volume in volumes_of(pod).items():
            if isinstance(volume, PersistentVolume) and not volume.per_replica:
                users.setdefault(name, []).append(pod)
                found[name] = volume
    for name in sorted(found):
        several = len(users[name]) > 1 or any(most_copies(pod) > 1 for pod in users[name])
        yield Claimed(found[name], shared=found[name].shared or several)


def most_copies(pod: Workload) -> int:
    """The most copies of a pod that ever run."""
    return pod.replicas if pod.autoscale is None else pod.autoscale.max_replicas


def claim_spec(claimed: Claimed, settings: Settings) -> dict[str, Any]:
    """The spec of a claim for a volume."""
    storage = (settings.shared_storage_class if claimed.shared else None) or settings.storage_class
    size: Memory = claimed.volume.size or _DEFAULT_SIZE
    return {
        "accessModes": ["ReadWriteMany" if claimed.shared else "ReadWriteOnce"],
        "resources": {"requests": {"storage": amount(size)}},
        **({"storageClassName": storage} if storage else {}),
    }
