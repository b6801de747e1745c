"""Containers that share one network namespace and one life: pods and groups."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Literal

import attrs

from polypod.model.access import Access
from polypod.model.autoscale import Autoscale
from polypod.model.container import Container
from polypod.model.converters import as_tuple
from polypod.model.port import Port
from polypod.model.quantity import Duration, duration
from polypod.model.registry_credentials import RegistryCredentials
from polypod.model.value import Reference, Template

HOST_GATEWAY = "host-gateway"
"""In place of an address: the machine that the Docker daemon runs on."""

UpdateOrder = Literal["stop-first", "start-first"]


def _containers(containers: Iterable[Container]) -> tuple[Container, ...]:
    return as_tuple(containers)


def _registries(registries: Iterable[RegistryCredentials]) -> tuple[RegistryCredentials, ...]:
    return as_tuple(registries)


def name_of(item: Any) -> Any:
    """The name of a pod; what is no pod, or a pod without a name, stays as it is, for the rules to report.

    Args:
        item: A pod, or its name.
    """
    return getattr(item, "name", item) if isinstance(item, Workload) else item


def _names(dependencies: Iterable[str | Workload]) -> tuple[str, ...]:
    items = as_tuple(dependencies)
    return tuple(map(name_of, items)) if isinstance(items, tuple) else items


@attrs.frozen(kw_only=True)
class Workload:
    """The base of pods and groups; programs use `Pod` or `Group`.

    Args:
        init: Containers that run one after another, each to its end, before the others start.
        replicas: How many copies run; 1 by default.
        autoscale: A number of copies that follows the load, in place of ``replicas``; none by default.
        depends_on: Pods, or their names, that must be ready before this one starts. Pods that an environment
            variable or a file refers to count without being listed.
        access: How clients write its address; plain HTTP by default.
        registries: Logins for the private registries its images come from.
        termination_grace_period: Time from the request to stop to the kill; 10 s by default.
        ready_within: Time from creation in which every container must be ready; 2 minutes by default.
        share_processes: Whether its containers see and can signal each other's processes; ``False`` by default.
        update: Whether an update starts the new copy before it stops the old one, or stops the old one first. By
            default Kubernetes starts first where the volumes allow it, and the other targets stop first.
        attempts: How often a pod whose containers end is run until it ends well, in one update; by default once with
            ``restart="never"`` and without a limit with ``restart="on-failure"``.
        extra_hosts: IP addresses by host name, for names that no DNS server knows; none by default. On Docker,
            ``host-gateway`` stands for the machine that the daemon runs on.
        accept: Why, by code, the program accepts findings about it and its containers; they are counted and not shown.
            None by default.
    """

    init: tuple[Container, ...] = attrs.field(default=(), converter=_containers)
    replicas: int = 1
    autoscale: Autoscale | None = None
    depends_on: tuple[str, ...] = attrs.field(default=(), converter=_names)
    access: Access = Access()
    registries: tuple[RegistryCredentials, ...] = attrs.field(default=(), converter=_registries)
    termination_grace_period: Duration = attrs.field(default=duration("10s"), converter=duration)
    ready_within: Duration = attrs.field(default=duration("2m"), converter=duration)
    share_processes: bool = False
    update: UpdateOrder | None = None
    attempts: int | None = None
    extra_hosts: Mapping[str, str] = attrs.field(factory=dict)
    accept: Mapping[str, str] = attrs.field(factory=dict)

    @property
    def name(self) -> str:
        """The name that other pods reach it by."""
        raise NotImplementedError

    @property
    def members(self) -> tuple[tuple[str, Container], ...]:
        """The long-running containers with their paths, in the order they start."""
        raise NotImplementedError

    @property
    def deciding(self) -> Container:
        """The container whose restart policy is that of the pod: the main one, or the first peer."""
        raise NotImplementedError

    @property
    def ends(self) -> bool:
        """Whether the pod is a job: it runs to its end, and who waits for it waits for that."""
        return self.deciding.restart != "always"

    @property
    def copies(self) -> int:
        """The number of copies without autoscaling."""
        return self.replicas if self.autoscale is None else self.autoscale.min_replicas

    @property
    def ports(self) -> tuple[Port, ...]:
        """Every port, the first being the one that a reference without a port name means."""
        raise NotImplementedError

    @property
    def containers(self) -> tuple[tuple[str, Container], ...]:
        """Every container with its path, init containers first."""
        return tuple((f"init[{i}]", container) for i, container in enumerate(self.init)) + self.members

    @property
    def host(self) -> str:
        """A reference to the host name that other pods reach it by."""
        return str(Reference(self.name, "host"))

    @property
    def port(self) -> str:
        """A reference to the port it serves on: the first of its first container that has one."""
        return str(Reference(self.name, "port"))

    def url(self, path: str = "") -> Template:
        """A reference to its URL.

        Args:
            path: What follows the port; for a database its name.
        """
        return self.access.url(self.host, self.port, path)


@attrs.frozen(kw_only=True)
class Pod(Workload):
    """One main container and its helpers, which share its network, its volumes and its life.

    Args:
        main: The container the pod is for; its name is the pod's name.
        sidecars: Helpers that start before the main container and stop after it.
    """

    main: Container = attrs.field(kw_only=False)
    sidecars: tuple[Container, ...] = attrs.field(default=(), converter=_containers)

    @property
    def name(self) -> str:
        """The name of the main container."""
        return self.main.name

    @property
    def members(self) -> tuple[tuple[str, Container], ...]:
        """The sidecars, then the main container."""
        helpers = tuple((f"sidecars[{i}]", container) for i, container in enumerate(self.sidecars))
        return (*helpers, ("main", self.main))

    @property
    def deciding(self) -> Container:
        """The main container, whose restart policy is that of the pod."""
        return self.main

    @property
    def ports(self) -> tuple[Port, ...]:
        """The ports of the main container, then those of the sidecars."""
        return tuple(port for container in (self.main, *self.sidecars) for port in container.all_ports)


@attrs.frozen(kw_only=True)
class Group(Workload):
    """Containers of equal rank that share one network and one life.

    Args:
        name: The name that other pods reach the group by.
        peers: The containers.
    """

    name: str = attrs.field(kw_only=False)
    peers: tuple[Container, ...] = attrs.field(converter=_containers)

    @property
    def members(self) -> tuple[tuple[str, Container], ...]:
        """The peers, in the order of the program."""
        return tuple((f"peers[{i}]", container) for i, container in enumerate(self.peers))

    @property
    def deciding(self) -> Container:
        """The first peer, whose restart policy is that of the group."""
        return self.peers[0]

    @property
    def ports(self) -> tuple[Port, ...]:
        """The ports of the peers, in the order of the program."""
        return tuple(port for container in self.peers for port in container.all_ports)
