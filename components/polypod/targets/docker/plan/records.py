"""Records of a plan for Docker, which can be compared, printed and stored as golden files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import attrs

from polypod.model.registry_credentials import RegistryCredentials
from polypod.model.value import Template
from polypod.model.volume import READABLE
from polypod.targets.shared.plan.images import Image
from polypod.targets.shared.plan.references import concealed

SCRATCH = 0o777
"""The mode of a directory that every user may write to, as an emptyDir has; the provider knows no sticky bit."""

KEY = "volume-"
"""What the logical names of persistent volumes start with, before the names that the program gives them."""


@attrs.frozen(kw_only=True)
class Upload:
    """A file written into a container before it starts, or into a volume: then its path is relative.

    Args:
        path: Its path; with a slash at its end, a directory, which has no content.
        owner: The numeric user it belongs to, or root.
        group: The numeric group it belongs to, or root's.
    """

    path: str
    content: Template | bytes
    secret: bool = False
    mode: int = READABLE
    owner: int | None = None
    group: int | None = None

    @property
    def templates(self) -> Iterator[Template]:
        """The values that are, or may hold, secrets."""
        if self.secret:
            yield concealed(self.content)
        elif isinstance(self.content, Template):
            yield self.content


@attrs.frozen(kw_only=True)
class Volume:
    """A named volume.

    Args:
        key: Its logical name below the component.
        name: Its name in Docker.
        keep: Whether it outlives a destroy.
        shared: Whether the program says that several pods may use it at once.
        copy_from: A directory of the BusyBox image whose content, owner and mode the new volume gets.
        paths: Where containers see it that take it over from another container, one for each path, which never runs:
            Docker then copies nothing from their image.
        files: Files that are written into it.
        reread: Whether who mounts it is told when a file changes; a container that mounts another is replaced.
    """

    key: str
    name: str
    keep: bool = False
    shared: bool = False
    copy_from: str | None = None
    paths: tuple[str, ...] = ()
    files: tuple[Upload, ...] = ()
    reread: bool = False

    @property
    def filler(self) -> str:
        """The suffix of the name of the container that fills it, which no other name can have."""
        return ".volume.content" if self.keep else ".content"

    @property
    def filled(self) -> bool:
        """Whether a container that never runs is needed to fill it."""
        return self.copy_from is not None or bool(self.files) or bool(self.paths)

    @property
    def listing(self) -> str:
        """The names of its files."""
        return " ".join(file.path for file in self.files)

    def holder(self, path: str = "") -> str:
        """The suffix of the name of the container that fills it, or that holds it at a path."""
        index = self.paths.index(path) if path else 0
        return f"{self.filler}.{index}" if index else self.filler


@attrs.frozen(kw_only=True)
class VolumeMount:
    """A volume, by key, one file in it, or a host path in a container."""

    path: str
    volume: str | None = None
    file: str | None = None
    host_path: str | None = None
    holder: str | None = None
    read_only: bool = False


@attrs.frozen(kw_only=True)
class PublishedPort:
    """A port of a container on an address of the host.

    Args:
        key: What the component calls its address: the container, or container and port where it publishes several.
        scheme: The scheme of its address.
        path: Its place in the model.
    """

    key: str
    internal: int
    external: int
    address: str
    protocol: str
    scheme: str
    path: str


@attrs.frozen(kw_only=True)
class HealthCheck:
    """A health check; times are in milliseconds.

    Args:
        test: What Docker runs.
        look: What asks at once whether the container is ready, without counting failures.
        started: What asks at once whether it has started; empty where it has no startup probe.
        pause: What the time between two checks of polypod's own grows to, while the container is waited for.
        interval: The time between two of Docker's checks.
        timeout: Time after which one check has failed.
        start_period: Time to start up, in which a failure does not count.
        retries: Failures in a row before the container is unhealthy.
    """

    test: tuple[str, ...]
    look: tuple[str, ...]
    started: tuple[str, ...] = ()
    pause: int
    interval: int
    timeout: int
    start_period: int
    retries: int


@attrs.frozen(kw_only=True)
class Container:
    """A container.

    Args:
        key: Its logical name below the component.
        name: Its name in Docker.
        path: Its place in the model.
        role: ``main``, ``sidecar``, ``peer``, ``init`` or ``owner``.
        image: The key of its image.
        aliases: Its names on the component's network; empty for one that joins the owner's network namespace.
        hosts: Names that resolve to the loopback address.
        memory: Limit in MiB.
        memory_reservation: Promise in MiB.
        cpu_quota: Limit in microseconds per period of 100 ms.
        cpu_shares: Relative share, 1024 for a core.
        share_processes: Whether it joins the processes of its owner.
        extra_hosts: Further addresses by host name.
        init: Whether process 1 is Docker's init, which reaps zombies and passes signals on to the program.
        tmpfs: The options of file systems in memory, by path.
        max_retries: How often a container that fails is started again at most; without a limit by default.
        stop_seconds: Time between SIGTERM and SIGKILL.
        options: What the provider is told as the program says it, by the provider's names, in place of its defaults.
    """

    key: str
    name: str
    path: str
    role: str
    image: str
    labels: Mapping[str, str]
    entrypoint: tuple[Template, ...] = ()
    command: tuple[Template, ...] = ()
    env: Mapping[str, Template] = attrs.field(factory=dict)
    aliases: tuple[str, ...] = ()
    hostname: str | None = None
    hosts: tuple[str, ...] = ()
    ports: tuple[PublishedPort, ...] = ()
    mounts: tuple[VolumeMount, ...] = ()
    health_check: HealthCheck | None = None
    memory: int | None = None
    memory_reservation: int | None = None
    cpu_quota: int | None = None
    cpu_shares: int | None = None
    restart: str = "always"
    max_retries: int | None = None
    share_processes: bool = False
    extra_hosts: Mapping[str, str] = attrs.field(factory=dict)
    init: bool = False
    tmpfs: Mapping[str, str] = attrs.field(factory=dict)
    log_options: Mapping[str, str]
    stop_seconds: int
    options: Mapping[str, Any] = attrs.field(factory=dict)

    @property
    def templates(self) -> Iterator[Template]:
        """Every value that may hold a secret."""
        yield from self.env.values()


@attrs.frozen(kw_only=True)
class Pod:
    """One copy of a pod.

    Args:
        name: The name of the pod.
        key: Its logical name below the component.
        kind: The type of the component it appears as, ``SidecarPod`` or ``ContainerGroup``; ``None`` where it is a
            single container, or all that its component has.
        owner: The container that holds the network namespace, where there are several.
        init: The containers that run first, in order.
        members: The other containers, in the order they are created.
        volumes: The volumes that live and die with it.
        waits_for: The names of the pods that must be ready first.
        ends: Whether it is a job, which is done once it has ended well.
        ready_seconds: Time in which every container must be ready, or the job done.
        host: The name of this copy alone on the component's network.
        start_first: Whether its predecessor goes on until it is ready, where a gateway is in front of it.
        finds_seconds: Time in which it finds a pod that it waits for and that was recreated.
        answers_seconds: Time in which a gateway has answered whatever it is at.
    """

    name: str
    key: str
    kind: str | None
    owner: Container | None
    init: tuple[Container, ...]
    members: tuple[Container, ...]
    volumes: tuple[Volume, ...]
    waits_for: tuple[str, ...]
    ends: bool = False
    ready_seconds: int
    host: str
    start_first: bool = False
    finds_seconds: float = 0
    answers_seconds: int = 0

    @property
    def templates(self) -> Iterator[Template]:
        """Every value of its containers and its files that may hold a secret."""
        yield from (template for container in self.containers for template in container.templates)
        yield from (template for volume in self.volumes for file in volume.files for template in file.templates)

    @property
    def containers(self) -> tuple[Container, ...]:
        """Every container of the pod, the owner first."""
        return (*([self.owner] if self.owner else []), *self.init, *self.members)


@attrs.frozen(kw_only=True)
class Plan:
    """Everything that is to be made for an application.

    Args:
        network: The name of its network.
        images: Its images.
        volumes: The volumes that belong to no single pod.
        pods: Its pods, each after the pods it waits for.
        registries: The logins for private registries.
    """

    network: str
    labels: Mapping[str, str]
    images: tuple[Image, ...]
    volumes: tuple[Volume, ...]
    pods: tuple[Pod, ...]
    registries: tuple[RegistryCredentials, ...] = ()

    @property
    def stack_labels(self) -> Mapping[str, str]:
        """The labels of everything in the stack, whichever component makes it."""
        return {name: self.labels[name] for name in ("dev.polypod.project", "dev.polypod.stack")}

    def names(self) -> Iterator[str]:
        """The name of everything in Docker."""
        yield self.network
        yield from (container.name for container in self.containers())
        yield from (volume.name for volume in self.all_volumes())

    def all_volumes(self) -> Iterator[Volume]:
        """Every volume, those of single pods too."""
        yield from self.volumes
        yield from (volume for pod in self.pods for volume in pod.volumes)

    def containers(self) -> Iterator[Container]:
        """Every container, in the order of creation."""
        for pod in self.pods:
            yield from pod.containers
