"""What a program can ask for, and where, and what a target makes of it."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Iterator
from typing import Self

import attrs

from polypod.checks import asked
from polypod.checks.asked import Places
from polypod.model.application import Application, pod_path
from polypod.model.build import Build
from polypod.model.probe import Exec, HttpGet, TcpSocket
from polypod.model.volume import (
    READABLE,
    ConfigVolume,
    HostPathVolume,
    PersistentVolume,
    ScratchVolume,
    SecretVolume,
)


class Verdict(enum.Enum):
    """How faithfully a target does what a program asks."""

    EXACT = "exact"
    EMULATED = "emulated"
    DEGRADED = "degraded"
    REJECTED = "rejected"


class Feature(enum.Enum):
    """Something a program can ask for that a target may have or lack: what it is, and where programs ask for it."""

    places: Places

    def __new__(cls, title: str, places: Places) -> Self:
        """A feature whose value is its title."""
        feature = object.__new__(cls)
        feature._value_ = title
        feature.places = places
        return feature

    SHARED_NETWORK = (
        "several containers in one pod, reachable as localhost and by name",
        asked.pod_where(lambda pod, _: len(pod.members) > 1),
    )
    POD_NAMES = (
        "pods reachable by name from other pods",
        asked.pod_where(lambda pod, app: pod.ports and len(app.pods) > 1),
    )
    SCRATCH_VOLUME = ("scratch volume", asked.volume(ScratchVolume))
    SCRATCH_SIZE = ("size of a scratch volume", asked.volume(ScratchVolume, "size"))
    CONFIG_VOLUME = ("config files", asked.volume(ConfigVolume))
    SECRET_VOLUME = ("secret files", asked.volume(SecretVolume))
    FILE_MODE = ("mode of a file", asked.file(lambda file: file.mode != READABLE))
    FILE_OWNER = ("owner of a file", asked.file(lambda file: (file.user, file.group) != (None, None)))
    SINGLE_FILE = (
        "a single file beside those of the image",
        asked.mount(lambda mount: mount.sub_path is not None, "sub_path"),
    )
    PERSISTENT_VOLUME = ("persistent volume", asked.volume(PersistentVolume))
    SHARED_VOLUME = ("persistent volume that several use at once", asked.volume(PersistentVolume, "shared"))
    PERSISTENT_SIZE = ("size of a persistent volume", asked.volume(PersistentVolume, "size"))
    HOST_PATH = ("host path", asked.volume(HostPathVolume))
    SECRET_ENV = ("secret environment variable", asked.variable(asked.is_secret))
    READINESS = ("readiness probe", asked.container("readiness"))
    LIVENESS = ("liveness probe", asked.container("liveness"))
    STARTUP = ("startup probe", asked.container("startup"))
    HTTP_PROBE = ("HTTP probe", asked.probe(lambda probe: isinstance(probe.action, HttpGet)))
    TCP_PROBE = ("TCP probe", asked.probe(lambda probe: isinstance(probe.action, TcpSocket)))
    EXEC_PROBE = ("exec probe", asked.probe(lambda probe: isinstance(probe.action, Exec)))
    PROBE_DELAY = (
        "initial delay of a probe",
        asked.probe(lambda probe: probe.initial_delay is not None, "initial_delay"),
    )
    INIT = ("init containers", asked.pod("init"))
    SIDECAR = ("sidecars", asked.pod("sidecars"))
    REPLICAS = ("replicas", asked.pod("replicas", lambda replicas: replicas > 1))
    AUTOSCALE = ("replicas that follow the load", asked.pod("autoscale"))
    REPLICA_VOLUME = ("persistent volume of each replica", asked.volume(PersistentVolume, "per_replica"))
    SHARED_PROCESSES = ("processes that containers of a pod share", asked.pod("share_processes"))
    DEPENDS_ON = ("a pod waits for another", asked.pod_where(lambda pod, app: app.dependencies[pod.name], "depends_on"))
    CPU = ("promised CPU", asked.resource("cpu"))
    CPU_LIMIT = ("CPU limit", asked.resource("cpu_limit"))
    MEMORY = ("promised memory", asked.resource("memory"))
    MEMORY_LIMIT = ("memory limit", asked.resource("memory_limit"))
    RESTART_ALWAYS = ("restart always", asked.member("restart", asked.equal("always")))
    RESTART_ON_FAILURE = ("restart on failure", asked.member("restart", asked.equal("on-failure")))
    RESTART_NEVER = ("never restart", asked.member("restart", asked.equal("never")))
    LOG_OPTIONS = ("log rotation", asked.container("logs"))
    REGISTRY = ("registry credentials", asked.pod("registries"))
    BUILD = ("image built from a Dockerfile", asked.container("image", lambda image: isinstance(image, Build)))
    PUBLISHED_PORT = ("published port", asked.port("publish"))
    READ_ONLY_ROOT = ("read-only root file system", asked.container("read_only_root"))
    USER = ("user and group", asked.container("user", asked.given))
    STOP_FIRST = ("an update stops the old copy first", asked.pod("update", asked.equal("stop-first")))
    START_FIRST = ("an update starts the new copy first", asked.pod("update", asked.equal("start-first")))
    SHM_SIZE = ("size of /dev/shm", asked.container("shm_size"))
    PRIVILEGE_ESCALATION = (
        "processes that gain privileges, as sudo does",
        asked.container("allow_privilege_escalation"),
    )
    EXTRA_HOSTS = ("extra host names", asked.pod("extra_hosts"))
    ATTEMPTS = ("attempts of a job", asked.pod("attempts", asked.given))
    GRACE_PERIOD = ("termination grace period", asked.pod("termination_grace_period"))
    STOP_SIGNAL = ("stop signal", asked.container("stop_signal"))
    GATEWAY = ("gateway", asked.application("gateway"))


@attrs.frozen
class Support:
    """What a target makes of a feature.

    Args:
        verdict: How faithfully.
        reason: What it does, or why it does not.
        fix: What a program can do instead; empty where nothing is lost.
    """

    verdict: Verdict
    reason: str
    fix: str = ""


@attrs.frozen
class Use:
    """One place where a program asks for a feature."""

    path: str
    feature: Feature


def feature_uses(app: Application) -> Iterator[Use]:
    """Every place where an application asks for a feature, in the order of its pods.

    Args:
        app: The application.
    """
    for name, pod in app.pods.items():
        yield from _uses("pod", pod, pod_path(name), app)
        for path, container in pod.containers:
            yield from _uses("container", container, f"{pod_path(name)}.{path}", app)
        for path, container in pod.members:
            yield from _uses("member", container, f"{pod_path(name)}.{path}", app)
    yield from _uses("application", app, "", app)


def _uses(kind: str, item: object, path: str, app: Application) -> Iterable[Use]:
    for feature in _BY_KIND[kind]:
        for place in feature.places.find(item, app):
            yield Use(".".join(filter(None, (path, place))), feature)


_BY_KIND = {
    kind: [feature for feature in Feature if feature.places.by == kind]
    for kind in ("application", "pod", "container", "member")
}
