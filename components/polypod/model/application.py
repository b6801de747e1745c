"""The one shape that checks and targets work on, whatever component the program used."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Set
from functools import cached_property
from graphlib import CycleError, TopologicalSorter

import attrs

from polypod.errors import ModelError, Problem
from polypod.model.container import Container
from polypod.model.gateway import Gateway
from polypod.model.pod import Workload, name_of
from polypod.model.port import Port
from polypod.model.value import Reference, Value, references
from polypod.model.volume import FileVolume

GATEWAY = "gateway"
"""The name of the gateway's own pod."""


def pod_path(name: str) -> str:
    """The model path of a pod.

    Args:
        name: Its name, or its place in brackets where it has none of its own.
    """
    return f"pods{name}" if name.startswith("[") else f"pods.{name}"


@attrs.frozen
class Application:
    """The pods of a program and the gateway in front of them, if there is one.

    Args:
        pods: The pods and groups by name.
        gateway: The gateway.
    """

    pods: Mapping[str, Workload]
    gateway: Gateway | None = None

    @classmethod
    def of(cls, model: Gateway | Workload) -> Application:
        """The application that a component's argument stands for.

        Raises:
            ModelError: It is something else.
        """
        if isinstance(model, Gateway):
            return cls(model.pods, model)
        if isinstance(model, Workload):
            name = name_of(model)
            return cls({name if isinstance(name, str) else "[0]": model})
        what = f"{type(model).__name__} is not an application"
        raise ModelError([Problem("PP103", "program", what, "give a Gateway, a Pod or a Group")])

    def containers(self) -> Iterator[tuple[str, Workload, Container]]:
        """Every container with its path and its pod."""
        for name, pod in self.pods.items():
            for path, container in pod.containers:
                yield f"{pod_path(name)}.{path}", pod, container

    @cached_property
    def container_names(self) -> Counter[str]:
        """The number of containers by name."""
        return Counter(container.name for _, _, container in self.containers())

    @cached_property
    def dependencies(self) -> Mapping[str, frozenset[str]]:
        """The other pods of the application that each pod waits for, named or referred to."""
        return {
            name: self._others(name, {*pod.depends_on, *(ref.pod for _, ref in pod_references(pod) if ref.waits)})
            for name, pod in self.pods.items()
        }

    @cached_property
    def connections(self) -> Mapping[str, frozenset[str]]:
        """The other pods of the application that each pod connects to: waits for, or refers to without waiting."""
        return {
            name: self._others(name, {*pod.depends_on, *(ref.pod for _, ref in pod_references(pod))})
            for name, pod in self.pods.items()
        }

    @cached_property
    def clients(self) -> Mapping[str, tuple[str, ...]]:
        """The other pods of the application that connect to each pod, in the order of their names."""
        found: dict[str, list[str]] = {name: [] for name in self.pods}
        for name in sorted(self.connections):
            for other in self.connections[name]:
                found[other].append(name)
        return {name: tuple(clients) for name, clients in found.items()}

    @cached_property
    def routed(self) -> frozenset[str]:
        """The pods that the gateway has a route to."""
        routes = self.gateway.routes if self.gateway is not None else ()
        return frozenset(backend.pod for route in routes for backend in route.to)

    def _others(self, name: str, named: Set[str]) -> frozenset[str]:
        return frozenset(other for other in named if other in self.pods and other != name)

    def ports_of(self, reference: Reference, pod: Workload) -> tuple[Port, ...] | None:
        """The ports that a reference can mean; ``None`` where there is nothing of the name it gives.

        Args:
            reference: The reference.
            pod: The pod it stands in, whose containers it may name too.
        """
        if reference.pod in self.pods:
            return self.pods[reference.pod].ports
        siblings = {container.name: container.all_ports for _, container in pod.members}
        return siblings.get(reference.pod)

    def start_order(self, *, connected: bool = False) -> tuple[str, ...]:
        """The names of the pods, each after the pods it waits for.

        Args:
            connected: Whether each comes also after those that it refers to without waiting.

        Raises:
            graphlib.CycleError: Two pods wait for each other, or refer to each other.
        """
        graph = self.connections if connected else self.dependencies
        return tuple(TopologicalSorter({name: sorted(graph[name]) for name in graph}).static_order())

    def cycle(self, *, connected: bool = False) -> tuple[str, ...]:
        """Pods each of which waits for the next, the last for the first; empty when there are none.

        Args:
            connected: Whether references without waiting count too.
        """
        try:
            self.start_order(connected=connected)
        except CycleError as error:
            ring = error.args[1][:0:-1]
            first = next(i for name in self.pods for i, other in enumerate(ring) if other == name)
            return (*ring[first:], *ring[: first + 1])
        return ()


def values(container: Container) -> Iterator[tuple[str, Value]]:
    """Every value in a container that may hold a reference, with its path below the container."""
    yield from ((f"env.{name}", value) for name, value in container.env.items())
    for field in ("command", "args"):
        yield from ((f"{field}[{i}]", value) for i, value in enumerate(getattr(container, field)))
    for i, mount in enumerate(container.mounts):
        if isinstance(mount.volume, FileVolume):
            for name, file in mount.volume.contents.items():
                if not isinstance(file.content, bytes):
                    yield f"mounts[{i}].volume.files.{name}", file.content


def pod_references(pod: Workload) -> Iterator[tuple[str, Reference]]:
    """Every reference in a pod with its path below the pod."""
    for path, container in pod.containers:
        for field, value in values(container):
            yield from ((f"{path}.{field}", reference) for reference in references(value))
