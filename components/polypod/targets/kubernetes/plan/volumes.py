"""The volumes of a pod, and the ConfigMaps, Secrets and claims they stand on."""

from __future__ import annotations

import base64
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
    FileVolume,
    HostPathVolume,
    PersistentVolume,
    ScratchVolume,
    SecretVolume,
    Volume,
)
from polypod.targets.kubernetes.plan.quantities import amount
from polypod.targets.kubernetes.plan.records import Manifest, Name, Object
from polypod.targets.kubernetes.plan.records import Volume as Claim
from polypod.targets.kubernetes.plan.settings import Settings

_NONE: Mapping[str, str] = {}
_EVERYBODY_READS = 0o004
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
            return {"name": volume.name, "configMap": {"name": files, **_items(volume)}}
        case SecretVolume():
            return {"name": volume.name, "secret": {"secretName": files, **_items(volume)}}
        case PersistentVolume(per_replica=False):
            return {"name": volume.name, "persistentVolumeClaim": {"claimName": volume.name}}
        case HostPathVolume(path=path):
            return {"name": volume.name, "hostPath": {"path": path}}
    return None


def _items(volume: FileVolume) -> dict[str, Any]:
    keys = _keys(volume.files)
    items = [
        {"key": keys[path], "path": path, **({"mode": file.mode} if file.mode != volume.mode else {})}
        for path, file in volume.contents.items()
    ]
    return {"defaultMode": volume.mode, "items": items}


def needs_group(volume: Volume) -> bool:
    """Whether a volume holds files that the containers of a pod can read only by a group that all of them are in."""
    return isinstance(volume, FileVolume) and any(
        file.mode is not None and not file.mode & _EVERYBODY_READS for file in volume.contents.values()
    )


def _keys(files: Mapping[str, Any]) -> dict[str, str]:
    """The key of each file: its path, in the characters that a key may have."""
    keys: dict[str, str] = {}
    for path in sorted(files):
        key = re.sub(r"[^-._a-zA-Z0-9]+", "_", path)
        keys[path] = key if key not in keys.values() and not key.startswith("..") else f"{len(keys)}_{key}"
    return keys


def files_object(key: str, volume: FileVolume, files: Mapping[str, Template | bytes], metadata: Manifest) -> Object:
    """The ConfigMap or Secret that holds files.

    Args:
        key: Its logical name.
        volume: The volume of the files.
        files: Their content, by path.
        metadata: Its metadata, without a name: the name is generated, so that a change gives it another one.
    """
    content = {name: files[path] for path, name in _keys(files).items()}
    texts = {name: text for name, text in content.items() if not isinstance(text, bytes)}
    binary = {name: base64.b64encode(data).decode() for name, data in content.items() if isinstance(data, bytes)}
    if isinstance(volume, SecretVolume):
        return secret_object(key, texts, metadata, binary=binary)
    head = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "immutable": True}
    return Object(key=key, manifest={**head, **_given(data=texts, binaryData=binary)})


def secret_object(
    key: str, texts: Mapping[str, Any], metadata: Manifest, kind: str = "Opaque", *, binary: Mapping[str, str] = _NONE
) -> Object:
    """A Secret.

    Args:
        key: Its logical name.
        texts: The texts in it, by key.
        metadata: Its metadata, without a name.
        kind: Its type.
        binary: What else is in it, in base64, by key.
    """
    head = {"apiVersion": "v1", "kind": "Secret", "metadata": metadata, "type": kind, "immutable": True}
    return Object(key=key, manifest={**head, **_given(stringData=texts, data=binary)})


def _given(**content: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    return {field: dict(entries) for field, entries in content.items() if entries}


def owned(pod: Workload) -> tuple[str, ...]:
    """The persistent volumes of a pod that only one workload may use at a time, unless the program says otherwise."""
    volumes = volumes_of(pod).values()
    return tuple(v.name for v in volumes if isinstance(v, PersistentVolume) and not v.per_replica and not v.shared)


def writes_to_host(pod: Workload) -> bool:
    """Whether a pod may write to a directory of its node, which a second copy of it would write to, too."""
    mounts = (mount for _, container in pod.containers for mount in container.mounts)
    return any(isinstance(mount.volume, HostPathVolume) and not mount.read_only for mount in mounts)


def records_of(path: str, pod: Workload) -> Iterator[Claim]:
    """Records of the persistent volumes of a pod.

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


def claim_objects(app: Application, labels: Mapping[str, str], settings: Settings) -> Iterator[Object]:
    """The claims of an application, but for those of single replicas.

    Args:
        app: The application.
        labels: The labels of everything in its component.
        settings: The stack's config of the target.
    """
    for claimed in claims(app):
        name = claimed.volume.name
        manifest = _claim(name, {**labels, **KEPT}, claim_spec(claimed, settings))
        yield Object(key=f"volume-{name}", manifest=manifest, keep=True)


def templates(pod: Workload, selects: Mapping[str, str], settings: Settings) -> list[Manifest]:
    """The templates of the claims that each replica of a pod has of its own.

    Args:
        pod: The pod.
        selects: The labels that only its pods have; they cannot be changed, nor can a template.
        settings: The stack's config of the target.
    """
    return [
        _claim(name, {**selects, **KEPT}, claim_spec(Claimed(volume, shared=False), settings))
        for name, volume in volumes_of(pod).items()
        if isinstance(volume, PersistentVolume) and volume.per_replica
    ]


def _claim(name: str, labels: Mapping[str, str], spec: Manifest) -> Manifest:
    metadata = {"name": name, "labels": dict(labels)}
    return {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": metadata, "spec": spec}
