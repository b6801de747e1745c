"""The grouping of pods into container groups."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property

import attrs

from polypod.config.site import Site
from polypod.model.application import GATEWAY, Application, pod_references
from polypod.model.container import Container
from polypod.model.gateway import Backend
from polypod.model.pod import Workload
from polypod.model.value import Reference
from polypod.targets.aci.plan.gateway import gateway_pod
from polypod.targets.aci.plan.settings import Settings


@attrs.frozen
class Replica:
    """One replica of a pod."""

    pod: Workload
    number: int


@attrs.frozen(slots=False)
class Grouping:
    """The grouping of pods into container groups.

    Args:
        program: The application.
        site: Where it is deployed.
        settings: The stack's config.
    """

    program: Application
    site: Site
    settings: Settings

    @property
    def together(self) -> bool:
        """Whether everything is in one group."""
        return self.settings.placement == "group"

    @cached_property
    def app(self) -> Application:
        """The application with the gateway as one of its pods."""
        gateway = self.program.gateway
        if gateway is None:
            return self.program
        pod = gateway_pod(gateway, None if self.together else self._hosts_of)
        return attrs.evolve(self.program, pods={**self.program.pods, GATEWAY: pod})

    @cached_property
    def groups(self) -> Mapping[str, Sequence[Replica]]:
        """The replicas in each group by the group's key, in the order of creation."""
        order = [*self._order, *([GATEWAY] if self.program.gateway else [])]
        pods = [self.app.pods[name] for name in order]
        if self.together:
            return {"": [Replica(pod, 0) for pod in pods]}
        return {f"{pod.name}-{i}": [Replica(pod, i)] for pod in pods for i in range(pod.copies)}

    @cached_property
    def _order(self) -> tuple[str, ...]:
        """Each pod after those it refers to, whose addresses are known only then.

        Where that goes in a circle, which a rule refuses, each after those it waits for.
        """
        circle = self.program.cycle(connected=True)
        return self.program.start_order(connected=not circle)

    @cached_property
    def _names(self) -> Mapping[str, frozenset[str]]:
        return {key: frozenset(replica.pod.name for replica in replicas) for key, replicas in self.groups.items()}

    @cached_property
    def _keys(self) -> Mapping[str, Sequence[str]]:
        found: dict[str, list[str]] = {}
        for key, names in self._names.items():
            for name in names:
                found.setdefault(name, []).append(key)
        return found

    def names_in(self, key: str) -> frozenset[str]:
        """The names of the pods in a group."""
        return self._names[key]

    def members_of(self, key: str) -> list[tuple[Replica, str, Container]]:
        """The long-running containers of a group with their paths below the pod."""
        return [(replica, path, item) for replica in self.groups[key] for path, item in replica.pod.members]

    def keys_of(self, pod: str) -> Sequence[str]:
        """The keys of the groups that hold a pod's replicas."""
        return self._keys[pod]

    def _hosts_of(self, backend: Backend) -> list[str]:
        copies = self.program.pods[backend.pod].copies
        return [str(Reference(f"{backend.pod}-{i}", "host")) for i in range(copies)]

    @cached_property
    def _routed(self) -> frozenset[str]:
        """The names of the pods that the gateway has a route to."""
        gateway = self.program.gateway
        return frozenset(to.pod for route in (gateway.routes if gateway else ()) for to in route.to)

    @cached_property
    def _clients(self) -> Mapping[str, Sequence[str]]:
        """The names of the pods that refer to each pod."""
        found: dict[str, dict[str, None]] = {}
        for name, pod in self.program.pods.items():
            for _, reference in pod_references(pod):
                if reference.pod != name:
                    found.setdefault(reference.pod, {})[name] = None
        return {name: tuple(clients) for name, clients in found.items()}

    def has_clients(self, pod: Workload) -> bool:
        """Whether other pods, or the gateway, connect to a pod."""
        return pod.name in self._routed or pod.name in self._clients

    def clients_of(self, pod: Workload) -> Sequence[str]:
        """The names of the other pods that refer to a pod; without a reference, none finds it."""
        return self._clients.get(pod.name, ())
