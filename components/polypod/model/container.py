"""One container."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal

import attrs

from polypod.model.build import Build
from polypod.model.converters import as_tuple
from polypod.model.log_options import LogOptions
from polypod.model.port import Port
from polypod.model.probe import Probe
from polypod.model.quantity import Memory, memory
from polypod.model.resources import Resources
from polypod.model.value import Deferred, Value
from polypod.model.volume import Mount

RestartPolicy = Literal["always", "on-failure", "never"]
StopSignal = Literal[
    "SIGABRT", "SIGALRM", "SIGHUP", "SIGINT", "SIGKILL", "SIGQUIT", "SIGTERM", "SIGUSR1", "SIGUSR2", "SIGWINCH"
]


def _texts(texts: list[str] | tuple[str, ...]) -> tuple[str, ...]:
    return as_tuple(texts)


def _ports(ports: Iterable[int | Port]) -> tuple[Port, ...]:
    items = as_tuple(ports)
    return tuple(map(Port.of, items)) if isinstance(items, tuple) else items


def _mounts(mounts: Iterable[Mount]) -> tuple[Mount, ...]:
    return as_tuple(mounts)


@attrs.frozen(kw_only=True)
class Container:
    """One container, the same on every target.

    Args:
        name: Its name, a DNS label. Siblings in the pod reach it by this name and as ``localhost``.
        image: An image reference with a tag or digest, or a `Build`.
        command: Replaces the image's entrypoint.
        args: Replaces the image's command.
        env: Environment variables. Values may refer to other pods.
        port: The port it listens on; shorthand for the first of ``ports``.
        ports: Further ports.
        mounts: The volumes it sees.
        readiness: When it can serve. Dependent pods and the gateway wait for it.
        liveness: When it must be restarted.
        startup: When it has started; the other probes wait for it.
        resources: What it is promised and where it is stopped; no limits by default.
        restart: Whether it is started again when it ends; ``always`` by default.
        user: The numeric user it runs as; the image's by default.
        group: The numeric group it runs as; the image's by default.
        read_only_root: Whether its own file system is read-only; ``False`` by default.
        working_dir: The directory it starts in; the image's by default.
        logs: How much of its output is kept; three files of 10 MB by default.
        shm_size: The size of ``/dev/shm``; the platform's by default, 64 MiB on most.
        allow_privilege_escalation: Whether a process may gain more rights than its parent has, as ``sudo`` does;
            ``False`` by default.
        stop_signal: The signal that asks it to end, such as ``SIGQUIT``; the image's by default, ``SIGTERM`` in most.
        accept: Why, by code, the program accepts findings about it; they are counted and not shown. None by default.
    """

    name: str = attrs.field(kw_only=False)
    image: str | Build | Deferred
    command: tuple[str, ...] = attrs.field(default=(), converter=_texts)
    args: tuple[str, ...] = attrs.field(default=(), converter=_texts)
    env: Mapping[str, Value] = attrs.field(factory=dict)
    port: int | Port | None = None
    ports: tuple[Port, ...] = attrs.field(default=(), converter=_ports)
    mounts: tuple[Mount, ...] = attrs.field(default=(), converter=_mounts)
    readiness: Probe | None = None
    liveness: Probe | None = None
    startup: Probe | None = None
    resources: Resources = Resources()
    restart: RestartPolicy = "always"
    user: int | None = None
    group: int | None = None
    read_only_root: bool = False
    working_dir: str | None = None
    logs: LogOptions = LogOptions()
    shm_size: Memory | None = attrs.field(default=None, converter=attrs.converters.optional(memory))
    allow_privilege_escalation: bool = False
    stop_signal: StopSignal | None = None
    accept: Mapping[str, str] = attrs.field(factory=dict)

    @property
    def all_ports(self) -> tuple[Port, ...]:
        """Every port, the shorthand first."""
        return tuple(port for _, port in self.listed_ports)

    @property
    def listed_ports(self) -> tuple[tuple[str, Port], ...]:
        """Every port with its path below the container, the shorthand first."""
        first = () if self.port is None else (("port", Port.of(self.port)),)
        return (*first, *((f"ports[{i}]", port) for i, port in enumerate(self.ports)))
