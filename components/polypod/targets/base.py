"""What every target is made of: features, verdicts, findings and the `Target` protocol."""

from __future__ import annotations

import enum
import importlib
import pkgutil
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Protocol

import attrs

from polypod.model.application import Application
from polypod.model.registry import RegistryCredentials


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


@attrs.frozen
class Finding:
    """What a target makes of one place in a program.

    Args:
        path: The place in the model.
        feature: The feature asked for there; ``None`` where a rule of its own was broken.
        verdict: How faithfully the target does it.
        reason: What the target does, or why it does not.
        fix: What the program can do instead; empty where nothing is lost.
    """

    path: str
    feature: Feature | None
    verdict: Verdict
    reason: str
    fix: str = ""


@attrs.frozen(kw_only=True)
class Site:
    """Where an application is deployed, as far as it shows in names and references.

    Args:
        project: The Pulumi project.
        stack: The Pulumi stack.
        component: The name of the component.
        root: The directory that build contexts are relative to.
        images: Images to use in place of others, by reference; empty by default.
        settings: The stack's config of the target, ``polypod:<target>``; empty by default.
        registry: The registry that built images are pushed to, where the platform takes none from this machine.
    """

    project: str
    stack: str
    component: str
    root: Path
    images: Mapping[str, str] = attrs.field(factory=dict)
    settings: Mapping[str, Any] = attrs.field(factory=dict)
    registry: RegistryCredentials | None = None

    @property
    def prefix(self) -> str:
        """The start of every name on the platform."""
        return f"{self.project}-{self.stack}-{self.component}"

    def image(self, reference: str) -> str:
        """The image to use for a reference."""
        return self.images.get(reference, reference)


class Target(Protocol):
    """A platform an application can be deployed to."""

    name: str
    features: Mapping[Feature, Support]

    def rules(self, app: Application, site: Site) -> Iterable[Finding]:
        """What the platform forbids beyond the features it lacks.

        Raises:
            ModelError: The stack's config of the target does not fit.
        """

    def render(self, app: Application, site: Site) -> Any:
        """Plain, comparable records of everything that is to be made."""

    def deploy(self, app: Application, site: Site, parent: Any) -> Any:
        """Register the resources under a component and return the published addresses by container."""


def target_names() -> tuple[str, ...]:
    """The names of the targets there are."""
    import polypod.targets as package

    return tuple(sorted(module.name for module in pkgutil.iter_modules(package.__path__) if module.ispkg))


def load_target(name: str) -> Target:
    """The target of a name.

    Args:
        name: One of `target_names`.

    Raises:
        KeyError: There is no such target.
    """
    if name not in target_names():
        raise KeyError(name)
    target: Target = importlib.import_module(f"polypod.targets.{name}").TARGET
    return target


def support_findings(features: Mapping[Feature, Support], uses: Iterable[Use]) -> Iterator[Finding]:
    """What a feature table says about the places where a program asks for its features."""
    for use in uses:
        support = features[use.feature]
        yield Finding(use.path, use.feature, support.verdict, support.reason, support.fix)
