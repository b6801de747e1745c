"""Ownership of what only one container can have: a host port, a persistent volume that is not shared, a host path."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from posixpath import normpath

import attrs
import pulumi

from polypod.run_state import once
from polypod.targets.docker.deploy.container_state import ContainerState
from polypod.targets.docker.deploy.kept_data import KeptData
from polypod.targets.docker.plan.names import COMPONENT
from polypod.targets.docker.plan.records import Container, Plan

ROLE = "dev.polypod.role"
"""The label that says what a container is in its pod."""

_POD = (COMPONENT, "dev.polypod.pod", "dev.polypod.replica")
_ORDER = {"main": 0, "peer": 0, "sidecar": 1, "init": 2, "owner": 3}


@attrs.frozen
class Holding:
    """The host ports, volumes and host paths that a container holds.

    Args:
        ports: Host ports, with their protocol.
        volumes: The names of volumes, and the directories of the host that are written to.
    """

    ports: frozenset[tuple[int, str]] = frozenset()
    volumes: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.ports or self.volumes)

    def __and__(self, other: Holding) -> Holding:
        return Holding(self.ports & other.ports, self.volumes & other.volumes)

    def __sub__(self, other: Holding) -> Holding:
        return Holding(self.ports - other.ports, self.volumes - other.volumes)


class Owners:
    """The holdings of the containers of all plans of a run, once the run is over.

    Args:
        whole: Whether the run makes all components of the stack. A component provider makes one at a time, and cannot
            know what the others want.
    """

    def __init__(self, *, whole: bool = True) -> None:
        self._whole = whole
        self._components: set[str] = set()
        self._wanted: dict[str, Holding] = {}
        self._volumes: set[str] = set()
        self.data = KeptData(whole=whole)
        """Where the persistent volumes are."""

    @classmethod
    def of_stack(cls) -> Owners:
        """Those of the program that runs."""
        root = pulumi.runtime.get_root_resource()
        return once(root, "docker-owners", lambda: cls(whole=root is not None))

    def add(self, plan: Plan) -> None:
        """Take note of a plan.

        Args:
            plan: A plan of the run.
        """
        self._components.add(plan.labels[COMPONENT])
        self.data.add(plan)
        names = {volume.key: volume.name for volume in plan.volumes if volume.keep and not volume.shared}
        self._volumes |= {volume.name for volume in plan.volumes if volume.keep}
        for record in plan.containers():
            self._wanted[record.name] = _holding(record, names)

    def holding(self, name: str) -> Holding:
        """The planned holdings of a container; empty if no plan has it.

        Args:
            name: The name of the container.
        """
        wanted = self._wanted.get(name, Holding())
        return Holding(wanted.ports, frozenset(map(self.data.name, wanted.volumes)))

    @property
    def volumes(self) -> set[str]:
        """The names of the volumes that outlive their pods."""
        return set(map(self.data.name, self._volumes))

    def in_the_way(self, name: str, live: Iterable[ContainerState]) -> dict[str, Holding]:
        """The live containers that hold what another is to hold, and are not to hold it any more, by id.

        Args:
            name: The name of the container that is to hold it.
            live: The containers of the stack.
        """
        wanted = self.holding(name)
        found = {}
        for state in live:
            if not self._whole and state.labels.get(COMPONENT) not in self._components:
                continue
            held = wanted & Holding(state.published, state.volumes) - self.holding(state.name)
            if state.name != name and state.alive and held:
                found[state.id] = held
        return found

    def giving_way(self, ids: Iterable[str], live: Sequence[ContainerState]) -> list[ContainerState]:
        """The containers to stop with the given ones: their whole pod, if the run does not keep it.

        Args:
            ids: The ids of the containers.
            live: The containers of the stack, newest first.

        Returns:
            The containers that live, in the order in which they are stopped.
        """
        going = set(ids)
        pods = {_pod(state) for state in live if state.id in going}
        members = [state for state in live if _pod(state) in pods]
        kept = {_pod(state) for state in members if state.name in self._wanted}
        return in_order(state for state in members if state.id in going or _pod(state) not in kept)


def pod_of(state: ContainerState, live: Iterable[ContainerState]) -> list[ContainerState]:
    """The live containers of a container's pod, in the order in which they are stopped.

    Args:
        state: The container.
        live: The containers of the stack, newest first.
    """
    return in_order(other for other in live if _pod(other) == _pod(state))


def in_order(states: Iterable[ContainerState]) -> list[ContainerState]:
    """Live containers in the order in which they are stopped: the main one, the sidecars from the last, the owner.

    Args:
        states: Containers, newest first.
    """
    return sorted((state for state in states if state.alive), key=lambda state: _ORDER.get(_role(state), 0))


def _role(state: ContainerState) -> str:
    return state.labels.get(ROLE, "")


def _pod(state: ContainerState) -> tuple[str, ...]:
    return tuple(state.labels.get(label, state.id) for label in _POD)


def _holding(record: Container, names: dict[str, str]) -> Holding:
    ports = frozenset((port.external, port.protocol) for port in record.ports)
    return Holding(ports, frozenset(_mounted(record, names)))


def _mounted(record: Container, names: dict[str, str]) -> Iterator[str]:
    for mount in record.mounts:
        if mount.volume in names:
            yield names[mount.volume]
        elif mount.host_path is not None and not mount.read_only:
            yield normpath(mount.host_path)
