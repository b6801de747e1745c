"""The translation of an application into Docker objects. Pure: nothing is asked, nothing is made."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

import attrs

from polypod.model.application import GATEWAY, Application
from polypod.model.container import Container, RestartPolicy
from polypod.model.gateway import Backend, Gateway
from polypod.model.pod import Group, Workload
from polypod.model.value import Template
from polypod.model.volume import (
    READABLE,
    FileVolume,
    HostPathVolume,
    Mount,
    PersistentVolume,
    ScratchVolume,
    SecretVolume,
)
from polypod.patterns.images import TOOLS as TOOLS_IMAGE
from polypod.patterns.nginx_gateway import RESOLVES_WITHIN, nginx_gateway
from polypod.targets.base import Site
from polypod.targets.docker import records
from polypod.targets.docker.health import (
    SCRIPT,
    STATE,
    TOOLS_PATH,
    health_check,
    may_be_ended,
    needs_tools,
    script,
)
from polypod.targets.docker.order import starts_first
from polypod.targets.images import ImageTable
from polypod.targets.published import is_gateway, published_ports
from polypod.targets.references import concealed, content, resolved

TOOLS = "tools"
LABEL = "dev.polypod"
CPU_PERIOD = 100_000
"""Microseconds of a scheduling period. The provider rounds ``cpus`` to one decimal when it reads."""

_WRITABLE = "/tmp"  # noqa: S108
"""A directory of the BusyBox image that every user may write to, and nothing is in: new volumes are made like it."""

_GATEWAY_GRACE = "10s"
"""nginx closes its port at once when it is to stop, and Docker gives the port away only when nginx has ended: nobody is
answered for as long as the slowest stream is waited for."""

_STATE_OPTIONS = "mode=0777,size=1m"
_SMALLEST_QUOTA = 1000
_MIB = 1024 * 1024
_RESTART: Mapping[RestartPolicy, str] = {"always": "always", "on-failure": "on-failure", "never": "no"}


def render(app: Application, site: Site) -> records.Plan:
    """Every Docker object to be made for an application.

    Args:
        app: A valid application.
        site: Where it is deployed.
    """
    images = ImageTable(site)
    pods = [
        pod
        for name in app.start_order()
        for pod in _pods(app.pods[name], app, site, images, sorted(app.dependencies[name]))
    ]
    if app.gateway is not None:
        pods += _gateway_pods(app, app.gateway, site, images)
    volumes = tuple(_shared_volumes(app, site, pods))
    if any(volume.filled for volume in [*volumes, *(volume for pod in pods for volume in pod.volumes)]):
        images.key(TOOLS_IMAGE, "polypod")
    return records.Plan(
        network=site.prefix,
        labels=_labels(site),
        images=images.records(),
        volumes=volumes,
        pods=tuple(pods),
        registries=tuple({r.server: r for pod in app.pods.values() for r in pod.registries}.values()),
    )


def _gateway_pods(app: Application, gateway: Gateway, site: Site, images: ImageTable) -> Iterator[records.Pod]:
    """The gateway; timeouts do not change its grace period, so that they do not replace its container."""
    pod = nginx_gateway(gateway, hosts_of=partial(_hosts, app), check_period=None)
    answers = pod.termination_grace_period.seconds
    pod = attrs.evolve(pod, termination_grace_period=_GATEWAY_GRACE)
    backends = sorted({backend.pod for route in gateway.routes for backend in route.to})
    whole = Application({**app.pods, GATEWAY: pod}, gateway)
    for copy in _pods(pod, whole, site, images, backends):
        yield attrs.evolve(copy, finds_seconds=RESOLVES_WITHIN, answers_seconds=answers)


def _hosts(app: Application, backend: Backend) -> list[str]:
    """Each replica of a backend, so that the gateway can be told to pass one over."""
    return [_host(backend.pod, replica) for replica in range(app.pods[backend.pod].copies)]


def _host(pod: str, replica: int) -> str:
    """The name of one copy of a pod; a dot, which no name of a program holds, keeps it apart from others."""
    return f"{pod}-{replica}.{pod}"


def _labels(site: Site, **more: str) -> dict[str, str]:
    labels = {"project": site.project, "stack": site.stack, "component": site.component, **more}
    return {f"{LABEL}.{name}": value for name, value in labels.items()}


def _shared_volumes(app: Application, site: Site, pods: list[records.Pod]) -> Iterator[records.Volume]:
    users: dict[str, set[int | None]] = {}
    shared: set[str] = set()
    for _, pod, container in app.containers():
        for mount in container.mounts:
            if isinstance(mount.volume, PersistentVolume):
                names = {_persistent_name(mount.volume, replica) for replica in range(pod.copies)}
                shared |= names if mount.volume.shared else set()
                for name in names:
                    users.setdefault(name, set()).add(container.user)
    for name in sorted(users):
        like = None if users[name] == {0} else _WRITABLE
        yield records.Volume(
            key=f"{records.KEY}{name}", name=f"{site.prefix}-{name}", keep=True, shared=name in shared, copy_from=like
        )
    if any(mount.volume == TOOLS for pod in pods for container in pod.containers for mount in container.mounts):
        # When a container is started again, a tmpfs gets the mode of the directory that it hides (runc before 1.2).
        files = (
            records.Upload(path=SCRIPT, content=Template((script(),))),
            records.Upload(path=f"{STATE}/", content=Template(("",)), mode=records.SCRATCH),
        )
        yield records.Volume(key=TOOLS, name=f"{site.prefix}.{TOOLS}", copy_from="/bin", files=files)


def _persistent_name(volume: PersistentVolume, replica: int) -> str:
    """A dot, which no name of a program holds, keeps the volumes of replicas apart from others."""
    return f"{volume.name}.{replica}" if volume.per_replica else volume.name


def _pods(
    pod: Workload, app: Application, site: Site, images: ImageTable, waits_for: list[str]
) -> Iterator[records.Pod]:
    for replica in range(pod.copies):
        copy = _Copy(pod, replica, app, site, images)
        members = tuple(copy.container(path, container) for path, container in pod.members)
        volumes = tuple(copy.volumes())
        nested = copy.shared or pod.init or any(volume.paths for volume in volumes)
        single = app.gateway is None or not nested
        yield records.Pod(
            name=pod.name,
            key=copy.key,
            kind=None if single else "ContainerGroup" if isinstance(pod, Group) else "SidecarPod",
            owner=copy.owner() if copy.shared else None,
            init=tuple(copy.init(f"init[{i}]", container) for i, container in enumerate(pod.init)),
            members=members,
            volumes=volumes,
            waits_for=tuple(waits_for),
            ends=pod.ends,
            ready_seconds=pod.ready_within.seconds,
            host=_host(pod.name, replica),
            start_first=starts_first(pod, app),
        )


@attrs.frozen
class _Copy:
    """One replica of a pod on its way to Docker."""

    pod: Workload
    replica: int
    app: Application
    site: Site
    images: ImageTable

    @property
    def key(self) -> str:
        return f"{self.pod.name}-{self.replica}"

    @property
    def shared(self) -> bool:
        return len(self.pod.members) > 1

    @property
    def path(self) -> str:
        return GATEWAY if self._is_gateway else f"pods.{self.pod.name}"

    @property
    def _is_gateway(self) -> bool:
        return is_gateway(self.pod, self.app)

    def owner(self) -> records.Container:
        """The container that holds the network namespace of several."""
        return attrs.evolve(
            self._base("owner", "owner", self.path, TOOLS_IMAGE),
            key=self.key,
            name=f"{self.site.prefix}-{self.key}",
            entrypoint=(Template(("tail",)), Template(("-f",)), Template(("/dev/null",))),
            aliases=(self.pod.name, _host(self.pod.name, self.replica)),
            hostname=self.key,
            hosts=tuple(container.name for _, container in self.pod.members),
            extra_hosts=self.pod.extra_hosts,
            ports=tuple(p for path, c in self.pod.members for p in self._published(path, c)),
            init=True,
            stop_seconds=0,
        )

    def init(self, path: str, container: Container) -> records.Container:
        """A container that runs to its end."""
        again = "no" if self.pod.deciding.restart == "never" else "on-failure"
        container_ = self.container(path, container)
        return attrs.evolve(container_, role="init", restart=again, max_retries=None, aliases=(), hostname=None)

    def container(self, path: str, container: Container) -> records.Container:
        """A container as its program declares it."""
        role = path.partition("[")[0].rstrip("s")
        mounts = [self._mount(mount) for mount in container.mounts]
        if needs_tools(container):
            mounts.append(records.VolumeMount(path=TOOLS_PATH, volume=TOOLS, read_only=True))
        base = self._base(container.name, role, f"{self.path}.{path}", container.image)
        alone: Mapping[str, Any] = {} if self.shared else self._network(path, container)
        return attrs.evolve(
            base,
            entrypoint=self._texts(container.command + container.args) if container.command else (),
            command=() if container.command else self._texts(container.args),
            env={name: self._resolve(value) for name, value in container.env.items()},
            mounts=tuple(mount for mount in mounts if mount is not None),
            health_check=health_check(container, self.pod),
            user=_user(container),
            read_only=container.read_only_root,
            working_dir=container.working_dir,
            share_processes=self.shared and self.pod.share_processes,
            init=may_be_ended(container),
            shm_size=math.ceil(container.shm_size.amount / _MIB) if container.shm_size else None,
            gains_privileges=container.allow_privilege_escalation,
            tmpfs={f"{TOOLS_PATH}/{STATE}": _STATE_OPTIONS} if needs_tools(container) else {},
            **_limits(container),
            **self._restarts(role, container),
            **alone,
        )

    def _restarts(self, role: str, container: Container) -> Mapping[str, Any]:
        """What happens when a container ends; a sidecar of a job is stopped with it, and stays so after a reboot."""
        if not self.pod.ends or role == "init":
            return {"restart": _RESTART[container.restart]}
        if container.restart == "always":
            return {"restart": "unless-stopped"}
        attempts = self.pod.attempts or (1 if container.restart == "never" else None)
        return (
            {"restart": "no"} if attempts == 1 else {"restart": "on-failure", "max_retries": attempts and attempts - 1}
        )

    def _scratch_paths(self) -> dict[str, tuple[str, ...]]:
        """Where the containers of the pod see each scratch volume."""
        paths: dict[str, set[str]] = {}
        for _, container in self.pod.containers:
            for mount in container.mounts:
                if isinstance(mount.volume, ScratchVolume):
                    paths.setdefault(mount.volume.name, set()).add(mount.path)
        return {name: tuple(sorted(found)) for name, found in paths.items()}

    def volumes(self) -> Iterator[records.Volume]:
        """The volumes that live and die with this copy."""
        found: dict[str, records.Volume] = {}
        scratch = self._scratch_paths()
        for _, container in self.pod.containers:
            for mount in container.mounts:
                key = self._volume_key(mount)
                name = f"{self.site.prefix}-{key}"
                if isinstance(mount.volume, ScratchVolume):
                    found[key] = records.Volume(key=key, name=name, paths=scratch[mount.volume.name])
                elif isinstance(mount.volume, FileVolume):
                    files = tuple(self._files(mount.volume))
                    found[key] = records.Volume(key=key, name=name, files=files, reread=self._is_gateway)
        yield from found.values()

    def _base(self, name: str, role: str, path: str, image: object) -> records.Container:
        labels = _labels(self.site, pod=self.pod.name, replica=str(self.replica), container=name, role=role)
        logs = next((c.logs for _, c in self.pod.containers if c.name == name), self.pod.members[0][1].logs)
        alone = name == self.pod.name and not self.shared
        return records.Container(
            key=self.key if alone else f"{self.key}.{name}",
            name=f"{self.site.prefix}-{self.key}" + ("" if alone else f".{name}"),
            path=path,
            role=role,
            image=self.images.key(image, f"{path}.image"),
            labels=labels,
            log_options={"max-size": str(logs.max_size.amount), "max-file": str(logs.max_files)},
            stop_seconds=self.pod.termination_grace_period.seconds,
        )

    def _network(self, path: str, container: Container) -> Mapping[str, Any]:
        return {
            "aliases": (self.pod.name, _host(self.pod.name, self.replica)),
            "hostname": self.key,
            "extra_hosts": self.pod.extra_hosts,
            "ports": tuple(self._published(path, container)),
        }

    def _published(self, path: str, container: Container) -> Iterator[records.PublishedPort]:
        for published in published_ports(self.pod, path, container, self.app):
            yield records.PublishedPort(
                key=published.key,
                internal=published.port.number,
                external=published.port.publish or 0,
                address=published.port.address,
                protocol=published.port.protocol,
                scheme=published.scheme,
                path=published.path,
            )

    def _volume_key(self, mount: Mount) -> str:
        """A dot, which no name of a program holds, keeps it apart from persistent volumes."""
        return f"{self.key}.{mount.volume.name}"

    def _mount(self, mount: Mount) -> records.VolumeMount | None:
        match mount.volume:
            case ScratchVolume(name=name):
                key = self._volume_key(mount)
                paths = self._scratch_paths()[name]
                holder = records.Volume(key=key, name=f"{self.site.prefix}-{key}", paths=paths)
                return records.VolumeMount(
                    path=mount.path,
                    volume=key,
                    holder=holder.name + holder.holder(mount.path),
                    read_only=mount.read_only,
                )
            case PersistentVolume():
                key = f"{records.KEY}{_persistent_name(mount.volume, self.replica)}"
                return records.VolumeMount(path=mount.path, volume=key, read_only=mount.read_only)
            case HostPathVolume(path=host_path):
                return records.VolumeMount(path=mount.path, host_path=host_path, read_only=mount.read_only)
            case FileVolume():
                key = self._volume_key(mount)
                return records.VolumeMount(path=mount.path, volume=key, file=mount.sub_path, read_only=True)

    def _files(self, volume: FileVolume) -> Iterator[records.Upload]:
        secret = isinstance(volume, SecretVolume)
        for name, file in volume.contents.items():
            yield records.Upload(
                path=name,
                content=content(file, self._hidden if secret else self._resolve),
                secret=secret,
                mode=file.mode if file.mode is not None else READABLE,
                owner=file.user,
                group=file.group,
            )

    def _texts(self, texts: tuple[str, ...]) -> tuple[Template, ...]:
        return tuple(self._resolve(text) for text in texts)

    def _hidden(self, value: object) -> Template:
        """A value all of which is secret: no log and no digest shows it."""
        return concealed(self._resolve(value))

    def _resolve(self, value: object) -> Template:
        return resolved(value, self.pod, self.app)


def _user(container: Container) -> str | None:
    if container.user is None:
        return None
    return str(container.user) if container.group is None else f"{container.user}:{container.group}"


def _limits(container: Container) -> Mapping[str, Any]:
    resources = container.resources
    limits: dict[str, Any] = {}
    if resources.memory_limit is not None:
        limits["memory"] = math.ceil(resources.memory_limit.amount / _MIB)
    if resources.memory is not None and resources.memory != resources.memory_limit:
        limits["memory_reservation"] = math.ceil(resources.memory.amount / _MIB)
    if resources.cpu_limit is not None:
        limits["cpu_quota"] = max(_SMALLEST_QUOTA, resources.cpu_limit.amount * CPU_PERIOD // 1000)
    if resources.cpu is not None:
        limits["cpu_shares"] = max(2, resources.cpu.amount * 1024 // 1000)
    return limits
