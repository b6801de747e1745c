"""What a program can ask for, and what a target makes of it."""

from __future__ import annotations

import enum

import attrs


class Verdict(enum.Enum):
    """How faithfully a target does what a program asks."""

    EXACT = "exact"
    EMULATED = "emulated"
    DEGRADED = "degraded"
    REJECTED = "rejected"


class Feature(enum.Enum):
    """Something a program can ask for that a target may have or lack."""

    SHARED_NETWORK = "several containers in one pod, reachable as localhost and by name"
    POD_NAMES = "pods reachable by name from other pods"
    SCRATCH_VOLUME = "scratch volume"
    SCRATCH_SIZE = "size of a scratch volume"
    CONFIG_VOLUME = "config files"
    SECRET_VOLUME = "secret files"  # noqa: S105 - a feature, not a password
    FILE_MODE = "mode of a file"
    FILE_OWNER = "owner of a file"
    SINGLE_FILE = "a single file beside those of the image"
    PERSISTENT_VOLUME = "persistent volume"
    SHARED_VOLUME = "persistent volume that several use at once"
    PERSISTENT_SIZE = "size of a persistent volume"
    HOST_PATH = "host path"
    SECRET_ENV = "secret environment variable"  # noqa: S105 - a feature, not a password
    READINESS = "readiness probe"
    LIVENESS = "liveness probe"
    STARTUP = "startup probe"
    HTTP_PROBE = "HTTP probe"
    TCP_PROBE = "TCP probe"
    EXEC_PROBE = "exec probe"
    PROBE_DELAY = "initial delay of a probe"
    INIT = "init containers"
    SIDECAR = "sidecars"
    REPLICAS = "replicas"
    AUTOSCALE = "replicas that follow the load"
    REPLICA_VOLUME = "persistent volume of each replica"
    SHARED_PROCESSES = "processes that containers of a pod share"
    DEPENDS_ON = "a pod waits for another"
    CPU = "promised CPU"
    CPU_LIMIT = "CPU limit"
    MEMORY = "promised memory"
    MEMORY_LIMIT = "memory limit"
    RESTART_ALWAYS = "restart always"
    RESTART_ON_FAILURE = "restart on failure"
    RESTART_NEVER = "never restart"
    LOG_OPTIONS = "log rotation"
    REGISTRY = "registry credentials"
    BUILD = "image built from a Dockerfile"
    PUBLISHED_PORT = "published port"
    READ_ONLY_ROOT = "read-only root file system"
    USER = "user and group"
    STOP_FIRST = "an update stops the old copy first"
    START_FIRST = "an update starts the new copy first"
    SHM_SIZE = "size of /dev/shm"
    PRIVILEGE_ESCALATION = "processes that gain privileges, as sudo does"
    EXTRA_HOSTS = "extra host names"
    ATTEMPTS = "attempts of a job"
    GRACE_PERIOD = "termination grace period"
    GATEWAY = "gateway"


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
