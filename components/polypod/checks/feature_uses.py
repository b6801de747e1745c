"""Which features a program asks for, and where."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from polypod.checks.features import Feature, Use
from polypod.model.application import Application
from polypod.model.build import Build
from polypod.model.container import Container, RestartPolicy
from polypod.model.pod import UpdateOrder, Workload
from polypod.model.probe import Exec, HttpGet, Probe, TcpSocket
from polypod.model.value import Secret, Value, parts_of
from polypod.model.volume import (
    READABLE,
    ConfigVolume,
    FileVolume,
    HostPathVolume,
    Mount,
    PersistentVolume,
    ScratchVolume,
    SecretVolume,
)

_VOLUMES: Mapping[type, Feature] = {
    ScratchVolume: Feature.SCRATCH_VOLUME,
    ConfigVolume: Feature.CONFIG_VOLUME,
    SecretVolume: Feature.SECRET_VOLUME,
    PersistentVolume: Feature.PERSISTENT_VOLUME,
    HostPathVolume: Feature.HOST_PATH,
}
_PROBES: Mapping[str, Feature] = {
    "readiness": Feature.READINESS,
    "liveness": Feature.LIVENESS,
    "startup": Feature.STARTUP,
}
_OPTIONS: Mapping[str, Feature] = {
    "read_only_root": Feature.READ_ONLY_ROOT,
    "shm_size": Feature.SHM_SIZE,
    "allow_privilege_escalation": Feature.PRIVILEGE_ESCALATION,
}
_ACTIONS: Mapping[type, Feature] = {
    HttpGet: Feature.HTTP_PROBE,
    TcpSocket: Feature.TCP_PROBE,
    Exec: Feature.EXEC_PROBE,
}
_UPDATES: Mapping[UpdateOrder, Feature] = {
    "stop-first": Feature.STOP_FIRST,
    "start-first": Feature.START_FIRST,
}
_RESTARTS: Mapping[RestartPolicy, Feature] = {
    "always": Feature.RESTART_ALWAYS,
    "on-failure": Feature.RESTART_ON_FAILURE,
    "never": Feature.RESTART_NEVER,
}


def feature_uses(app: Application) -> Iterator[Use]:
    """Every place where an application asks for a feature, in the order of the program."""
    for name, pod in app.pods.items():
        yield from _pod_uses(f"pods.{name}", pod, app)
        for path, container in pod.containers:
            yield from _container_uses(f"pods.{name}.{path}", container)
        for path, container in pod.members:
            yield Use(f"pods.{name}.{path}.restart", _RESTARTS[container.restart])
    if app.gateway is not None:
        yield Use("gateway", Feature.GATEWAY)


def _pod_uses(path: str, pod: Workload, app: Application) -> Iterator[Use]:
    if len(pod.members) > 1:
        yield Use(path, Feature.SHARED_NETWORK)
    if pod.ports and len(app.pods) > 1:
        yield Use(path, Feature.POD_NAMES)
    if pod.init:
        yield Use(f"{path}.init", Feature.INIT)
    if getattr(pod, "sidecars", ()):
        yield Use(f"{path}.sidecars", Feature.SIDECAR)
    if pod.replicas > 1:
        yield Use(f"{path}.replicas", Feature.REPLICAS)
    if pod.autoscale is not None:
        yield Use(f"{path}.autoscale", Feature.AUTOSCALE)
    if pod.share_processes:
        yield Use(f"{path}.share_processes", Feature.SHARED_PROCESSES)
    if app.dependencies[pod.name]:
        yield Use(f"{path}.depends_on", Feature.DEPENDS_ON)
    if pod.registries:
        yield Use(f"{path}.registries", Feature.REGISTRY)
    if pod.update is not None:
        yield Use(f"{path}.update", _UPDATES[pod.update])
    if pod.attempts is not None:
        yield Use(f"{path}.attempts", Feature.ATTEMPTS)
    if pod.extra_hosts:
        yield Use(f"{path}.extra_hosts", Feature.EXTRA_HOSTS)
    yield Use(f"{path}.termination_grace_period", Feature.GRACE_PERIOD)


def _container_uses(path: str, container: Container) -> Iterator[Use]:
    if isinstance(container.image, Build):
        yield Use(f"{path}.image", Feature.BUILD)
    for i, mount in enumerate(container.mounts):
        yield from _mount_uses(f"{path}.mounts[{i}]", mount)
    for field, feature in _PROBES.items():
        probe: Probe | None = getattr(container, field)
        if probe is not None:
            yield Use(f"{path}.{field}", feature)
            yield Use(f"{path}.{field}", _ACTIONS[type(probe.action)])
            if probe.initial_delay is not None:
                yield Use(f"{path}.{field}.initial_delay", Feature.PROBE_DELAY)
    for name, value in container.env.items():
        if is_secret(value):
            yield Use(f"{path}.env.{name}", Feature.SECRET_ENV)
    for place, port in container.listed_ports:
        if port.publish is not None:
            yield Use(f"{path}.{place}.publish", Feature.PUBLISHED_PORT)
    yield from _resource_uses(f"{path}.resources", container)
    if container.user is not None:
        yield Use(f"{path}.user", Feature.USER)
    yield from (Use(f"{path}.{field}", feature) for field, feature in _OPTIONS.items() if getattr(container, field))
    yield Use(f"{path}.logs", Feature.LOG_OPTIONS)


def _mount_uses(path: str, mount: Mount) -> Iterator[Use]:
    yield Use(path, _VOLUMES[type(mount.volume)])
    if isinstance(mount.volume, FileVolume):
        yield from _file_uses(path, mount.volume)
    if mount.sub_path is not None:
        yield Use(f"{path}.sub_path", Feature.SINGLE_FILE)
    if isinstance(mount.volume, ScratchVolume) and mount.volume.size is not None:
        yield Use(f"{path}.volume.size", Feature.SCRATCH_SIZE)
    if isinstance(mount.volume, PersistentVolume) and mount.volume.size is not None:
        yield Use(f"{path}.volume.size", Feature.PERSISTENT_SIZE)
    if isinstance(mount.volume, PersistentVolume) and mount.volume.per_replica:
        yield Use(f"{path}.volume.per_replica", Feature.REPLICA_VOLUME)
    if isinstance(mount.volume, PersistentVolume) and mount.volume.shared:
        yield Use(f"{path}.volume.shared", Feature.SHARED_VOLUME)


def _file_uses(path: str, volume: FileVolume) -> Iterator[Use]:
    for name, file in volume.contents.items():
        if file.mode != READABLE:
            yield Use(f"{path}.volume.files.{name}", Feature.FILE_MODE)
        if (file.user, file.group) != (None, None):
            yield Use(f"{path}.volume.files.{name}", Feature.FILE_OWNER)


def _resource_uses(path: str, container: Container) -> Iterator[Use]:
    resources = container.resources
    amounts = (
        ("cpu", resources.cpu, Feature.CPU),
        ("cpu_limit", resources.cpu_limit, Feature.CPU_LIMIT),
        ("memory", resources.memory, Feature.MEMORY),
        ("memory_limit", resources.memory_limit, Feature.MEMORY_LIMIT),
    )
    yield from (Use(f"{path}.{field}", feature) for field, amount, feature in amounts if amount is not None)


def is_secret(value: Value) -> bool:
    """Whether a value holds a part that is marked as a secret."""
    return any(isinstance(part, Secret) for part in parts_of(value))
