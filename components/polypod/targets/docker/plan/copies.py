"""One copy of a pod as Docker objects. Pure: nothing is asked, nothing is made."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

import attrs

from polypod.config.site import Site
from polypod.model.application import GATEWAY, Application
from polypod.model.container import Container, RestartPolicy
from polypod.model.pod import Workload
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
from polypod.targets.docker.plan import records
from polypod.targets.docker.plan.amounts import MIB, limits
from polypod.targets.docker.plan.names import TOOLS, host, labels, persistent_name
from polypod.targets.docker.plan.probes import STATE, TOOLS_PATH, health_check, may_be_ended, needs_tools
from polypod.targets.shared.plan.images import ImageTable
from polypod.targets.shared.plan.published_ports import is_gateway, published_ports
from polypod.targets.shared.plan.references import concealed, content, resolved

_STATE_OPTIONS = "mode=0777,size=1m"
_RESTART: Mapping[RestartPolicy, str] = {"always": "always", "on-failure": "on-failure", "never": "no"}


@attrs.frozen
class Copy:
    """One replica of a pod on its way to Docker.

    Args:
        pod: The pod.
        replica: Which of its copies it is, from zero.
        app: The application.
        site: Where it is deployed.
        images: The images, to which its own are added.
    """

    pod: Workload
    replica: int
    app: Application
    site: Site
    images: ImageTable

    @property
    def key(self) -> str:
        """Its key, from which its names follow."""
        return f"{self.pod.name}-{self.replica}"

    @property
    def shared(self) -> bool:
        """Whether several containers share its network."""
        return len(self.pod.members) > 1

    @property
    def path(self) -> str:
        """The place of its pod in the program."""
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
            aliases=(self.pod.name, host(self.pod.name, self.replica)),
            hostname=self.key,
            hosts=tuple(container.name for _, container in self.pod.members),
            extra_hosts=self.pod.extra_hosts,
            ports=tuple(p for path, c in self.pod.members for p in self._published(path, c)),
            init=True,
            stop_seconds=0,
            options={"stopSignal": "SIGKILL"},
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
            share_processes=self.shared and self.pod.share_processes,
            init=may_be_ended(container),
            tmpfs={f"{TOOLS_PATH}/{STATE}": _STATE_OPTIONS} if needs_tools(container) else {},
            options=_options(container),
            **limits(container),
            **self._restarts(role, container),
            **alone,
        )

    def _restarts(self, role: str, container: Container) -> Mapping[str, Any]:
        """The restart policy; a sidecar of a job is stopped with it, and is not restarted after a reboot."""
        if not self.pod.ends or role == "init":
            return {"restart": _RESTART[container.restart]}
        if container.restart == "always":
            return {"restart": "unless-stopped"}
        attempts = self.pod.attempts or (1 if container.restart == "never" else None)
        return (
            {"restart": "no"} if attempts == 1 else {"restart": "on-failure", "max_retries": attempts and attempts - 1}
        )

    def _scratch_paths(self) -> dict[str, tuple[str, ...]]:
        """The paths of each scratch volume in the containers of the pod."""
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
        own = labels(self.site, pod=self.pod.name, replica=str(self.replica), container=name, role=role)
        logs = next((c.logs for _, c in self.pod.containers if c.name == name), self.pod.members[0][1].logs)
        alone = name == self.pod.name and not self.shared
        return records.Container(
            key=self.key if alone else f"{self.key}.{name}",
            name=f"{self.site.prefix}-{self.key}" + ("" if alone else f".{name}"),
            path=path,
            role=role,
            image=self.images.key(image, f"{path}.image"),
            labels=own,
            log_options={"max-size": str(logs.max_size.amount), "max-file": str(logs.max_files)},
            stop_seconds=self.pod.termination_grace_period.seconds,
        )

    def _network(self, path: str, container: Container) -> Mapping[str, Any]:
        return {
            "aliases": (self.pod.name, host(self.pod.name, self.replica)),
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
                key = f"{records.KEY}{persistent_name(mount.volume, self.replica)}"
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


def _options(container: Container) -> Mapping[str, Any]:
    """The provider's options for a container that come straight from the program."""
    options = {
        "user": _user(container),
        "readOnly": container.read_only_root or None,
        "workingDir": container.working_dir,
        "stopSignal": container.stop_signal,
        "shmSize": math.ceil(container.shm_size.amount / MIB) if container.shm_size else None,
    }
    given = {name: value for name, value in options.items() if value is not None}
    return {**given, "securityOpts": None} if container.allow_privilege_escalation else given


def _user(container: Container) -> str | None:
    if container.user is None:
        return None
    return str(container.user) if container.group is None else f"{container.user}:{container.group}"
