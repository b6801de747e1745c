"""Preview messages: who is stopped for whom, who answers meanwhile, and which volumes start empty."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property

from polypod.targets.docker.deploy.client import Daemon
from polypod.targets.docker.deploy.container_state import ContainerState
from polypod.targets.docker.deploy.kept_data import KeptVolume
from polypod.targets.docker.deploy.owners import Holding, Owners
from polypod.targets.docker.plan import records
from polypod.targets.docker.plan.effects import SERVES
from polypod.targets.docker.plan.names import COMPONENT
from polypod.targets.docker.plan.records import Plan


class PreviewMessages:
    """The sentences about containers of one component that are about to be created.

    Args:
        daemon: The daemon to ask.
        plan: The plan of the component.
        owners: Who is to hold what.
    """

    def __init__(self, daemon: Daemon, plan: Plan, owners: Owners) -> None:
        self._daemon = daemon
        self._plan = plan
        self._owners = owners
        self._pods = {container.name: pod for pod in plan.pods for container in pod.containers}
        self._records = {container.name: container for container in plan.containers()}
        self._reread = {v.name + v.filler for pod in plan.pods for v in pod.volumes if v.reread}
        self._names: Mapping[str | None, str] = {v.key: v.name for v in plan.volumes if v.keep}
        self._said: set[str] = set()

    def of(self, name: str) -> list[str]:
        """The messages for the creation of a container, each only once in a run.

        Args:
            name: The name of the container.
        """
        new = [text for text in dict.fromkeys(self._all(name)) if text not in self._said]
        self._said.update(new)
        return new

    def _all(self, name: str) -> Iterator[str]:
        if name in self._reread:
            yield "the gateway reads its new configuration, and answers all requests meanwhile"
        record = self._records.get(name)
        if record is None:
            return
        yield from self._handover(record)
        yield from self._replacement(record, self._pods[name])
        yield from self._data(record)

    @cached_property
    def _live(self) -> list[ContainerState]:
        """The containers of the stack; a preview changes none."""
        return self._daemon.containers(self._plan.stack_labels)

    @cached_property
    def _running(self) -> Mapping[str, set[str]]:
        """The copies that run, by pod of the component."""
        found: dict[str, set[str]] = {}
        for state in self._live:
            if state.running and state.has(self._plan.labels):
                copies = found.setdefault(state.labels.get("dev.polypod.pod", ""), set())
                copies.add(state.labels.get("dev.polypod.replica", ""))
        return found

    @cached_property
    def _kept(self) -> Mapping[str, KeptVolume]:
        found = self._daemon.kept_volumes(self._plan.stack_labels, [*self._names.values()])
        return {name: KeptVolume(name, labels) for name, labels in found.items()}

    @cached_property
    def _held(self) -> set[str]:
        """The volumes of containers that run."""
        return {name for state in self._live if state.alive for name in state.volumes}

    @cached_property
    def _unused(self) -> list[str]:
        return sorted(self._kept.keys() - self._owners.volumes)

    def _handover(self, record: records.Container) -> Iterator[str]:
        found = self._owners.in_the_way(record.name, self._live)
        for state in (state for state in self._live if state.id in found):
            old, component = state.labels.get("dev.polypod.pod", state.name), state.labels.get(COMPONENT)
            where = "" if component == self._plan.labels[COMPONENT] else f" of the component {component}"
            yield f"{old}{where} is stopped, {self._pods[record.name].name} {self._takes(found[state.id])}"

    def _takes(self, held: Holding) -> str:
        volumes = ", ".join(sorted(self._short(name) for name in held.volumes))
        ports = ", ".join(str(number) for number, _ in sorted(held.ports))
        data = [f"starts on its data ({volumes})"] if volumes else []
        return " and ".join([*data, *([f"takes its host port ({ports})"] if ports else [])])

    def _replacement(self, record: records.Container, pod: records.Pod) -> Iterator[str]:
        before = self._daemon.inspect(record.name)
        if before is None or not before.alive or not before.has(self._plan.labels) or record.role not in SERVES:
            return
        copies = self._running.get(pod.name, set())
        routed = any(pod.name in other.waits_for for other in self._plan.pods if other.finds_seconds)
        if pod.start_first and routed:
            yield f"{pod.name} is replaced: the old container answers until the new one is ready"
        elif len(copies) > 1 and routed:
            yield f"{pod.name} is replaced, one of {len(copies)} copies after the other; the rest answers meanwhile"
        elif routed or any(container.ports for container in pod.containers):
            seconds = max(before.stop_seconds, record.stop_seconds)
            yield (
                f"{pod.name} is replaced: it is unavailable from the stop of the old container, which may take "
                f"{seconds} s, until the new one is ready, within {pod.ready_seconds} s"
            )

    def _data(self, record: records.Container) -> Iterator[str]:
        """Whether it starts on the data of a component that is gone, or on none."""
        keys = (mount.volume for mount in record.mounts if mount.volume in self._names)
        mounted = {self._owners.data.name(self._names[key]) for key in keys}
        pod = self._pods[record.name].name
        for name in sorted((mounted & self._owners.data.taken_over.keys()) - self._held):
            yield f"{pod} starts on the data that the component {self._kept[name].component} left ({self._short(name)})"
        for name in sorted(mounted - self._kept.keys()) if mounted else ():
            if ways := ", ".join(self._way_to(self._kept[old], name) for old in self._unused):
                yield f"{pod} starts on empty data ({self._short(name)}); kept data that nothing uses any more: {ways}"

    def _way_to(self, old: KeptVolume, name: str) -> str:
        """Kept data, and how a program gets it back."""
        if old.component == self._plan.labels[COMPONENT]:
            return f"{old.volume} (give the persistent volume that name, for a store with volume=)"
        copy = f"docker run --rm -v {old.name}:/old -v {name}:/new busybox cp -a /old/. /new"
        return f"{old.name} of the component {old.component} (keep its name, or copy it before: {copy})"

    def _short(self, name: str) -> str:
        """The name of a volume as the program has it."""
        return self._kept[name].volume if name in self._kept else name.removeprefix(f"{self._plan.network}-")
