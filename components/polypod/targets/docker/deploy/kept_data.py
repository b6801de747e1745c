"""Find the volume that holds the data of a program: data follow a pod, or a component, to another component.

A volume bears the name of the component that made it, in Docker for ever. Whose it is today, the containers say that
mount it, and its labels where there are none. What no component of the program holds any more belongs to the one that
has a volume of that name and no data yet; where several could, to none.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

import attrs

from polypod.errors import ModelError, Problem
from polypod.targets.docker.deploy.client import Daemon
from polypod.targets.docker.plan.names import COMPONENT
from polypod.targets.docker.plan.records import KEY, Plan

VOLUME = "dev.polypod.volume"
"""The label with the name that the program gives a volume, where it does not follow from that in Docker."""

_KEEP = "dev.polypod.keep"
_PREFIX = ("dev.polypod.project", "dev.polypod.stack", COMPONENT)


@attrs.frozen
class KeptVolume:
    """A volume in Docker.

    Args:
        name: Its name.
        labels: Its labels.
    """

    name: str
    labels: Mapping[str, str]

    @property
    def component(self) -> str:
        """The component that made it."""
        return self.labels.get(COMPONENT, "")

    @property
    def volume(self) -> str:
        """Its name in the program."""
        prefix = "-".join(self.labels.get(label, "") for label in _PREFIX)
        return self.labels.get(VOLUME) or self.name.removeprefix(f"{prefix}-")

    @property
    def declared(self) -> str:
        """Its name in the program, which it shares with those of the other replicas."""
        return self.volume.partition(".")[0]


class KeptData:
    """The persistent volumes of all plans of a run.

    The components of a program are known when the first of them is asked for: the engine is asked after the program has
    run.

    Args:
        whole: Whether the run makes all components of the stack. Otherwise nothing is taken over from another one.
    """

    def __init__(self, *, whole: bool = True) -> None:
        self._whole = whole
        self._wanted: dict[str, KeptVolume] = {}
        self._found: dict[str, KeptVolume] = {}
        self.taken_over: dict[str, str] = {}
        """The component of each volume in Docker that another one takes over in this run."""

    def add(self, plan: Plan) -> None:
        """Take note of the persistent volumes of a plan.

        Args:
            plan: A plan of the run.
        """
        for volume in plan.volumes:
            if volume.keep:
                marks = {**plan.labels, _KEEP: "true", VOLUME: volume.key.removeprefix(KEY)}
                self._wanted[volume.name] = KeptVolume(volume.name, marks)

    def name(self, name: str) -> str:
        """The name in Docker of a volume; its own as long as nobody has asked for its place.

        Args:
            name: The name that a plan gives it.
        """
        return self._found[name].name if name in self._found else name

    def kept(self, name: str, daemon: Daemon, *, known: bool = True) -> KeptVolume:
        """The volume that holds, or will hold, the data.

        Args:
            name: The name that a plan gives it.
            daemon: The daemon to ask, for all of them at once.
            known: Whether the program has run. Otherwise nothing is taken over, now or later in the run.

        Raises:
            ModelError: A component that was made later still wants what has been taken over.
        """
        self._whole = self._whole and known
        if name not in self._found:
            self._find([wanted for key, wanted in self._wanted.items() if key not in self._found], daemon)
        return self._found[name]

    def _find(self, wanted: Sequence[KeptVolume], daemon: Daemon) -> None:
        stack = {label: wanted[0].labels[label] for label in _PREFIX[:2]}
        found = daemon.kept_volumes(stack, [item.name for item in wanted])
        there = {name: KeptVolume(name, labels) for name, labels in found.items()}
        holders = _Holders(there, daemon, stack)
        self._refuse(wanted, holders)
        taken = {kept.name for kept in self._found.values()}
        for rank in (holders.mounted_and_made, holders.mounted, holders.made):
            for item in wanted:
                free = [kept for kept in rank(item) if kept.name not in taken]
                if free and item.name not in self._found:
                    self._found[item.name] = free[0]
                    taken.add(free[0].name)
        left = [item for item in wanted if item.name not in self._found]
        if self._whole:
            free = [kept for name, kept in there.items() if name not in taken]
            for item, kept in _clear(self._without_data(left), self._given_up(free, holders), holders):
                self._found[item.name] = kept
                self.taken_over[kept.name] = kept.component
        for item in left:
            self._found.setdefault(item.name, _new(item, there, daemon))

    def _without_data(self, left: Iterable[KeptVolume]) -> list[KeptVolume]:
        """Those of which no replica has data."""
        with_data = {(self._wanted[name].component, self._wanted[name].declared) for name in self._found}
        return [item for item in left if (item.component, item.declared) not in with_data]

    def _given_up(self, free: Iterable[KeptVolume], holders: _Holders) -> list[KeptVolume]:
        """Those that no component of the run declares any more, or that it has elsewhere."""
        declared = {(item.component, item.declared) for item in self._wanted.values()}
        elsewhere = {(self._wanted[name].component, self._wanted[name].volume) for name in self._found}
        return [
            kept
            for kept in free
            if not any(
                (one, kept.declared) in declared and (one, kept.volume) not in elsewhere for one in holders.of(kept)
            )
        ]

    def _refuse(self, wanted: Iterable[KeptVolume], holders: _Holders) -> None:
        problems = [
            Problem(
                "PP336",
                f"component {item.component}",
                f"the component {self._owner_of(kept)} has taken over the data of its volume {item.volume!r}: "
                "nothing had said yet that this one is still in the program",
                "make both in the program itself, not in an apply()",
            )
            for item in wanted
            for kept in [*holders.mounted(item), *holders.made(item)]
            if kept.name in self.taken_over
        ]
        if problems:
            raise ModelError(problems)

    def _owner_of(self, kept: KeptVolume) -> str:
        return next(self._wanted[name].component for name, found in self._found.items() if found.name == kept.name)


class _Holders:
    """Whose the volumes are that are there."""

    def __init__(self, there: Mapping[str, KeptVolume], daemon: Daemon, stack: Mapping[str, str]) -> None:
        self._there = there
        self._mounting: defaultdict[str, set[str]] = defaultdict(set)
        self._mounted: defaultdict[tuple[str, str], list[KeptVolume]] = defaultdict(list)
        self._made: defaultdict[tuple[str, str], list[KeptVolume]] = defaultdict(list)
        for state in daemon.containers(stack) if there else ():
            for name in state.volumes & there.keys():
                self._mounting[name].add(state.labels.get(COMPONENT, ""))
        for kept in sorted(there.values(), key=lambda kept: VOLUME not in kept.labels):
            self._made[kept.component, kept.volume].append(kept)
            for component in self._mounting[kept.name]:
                self._mounted[component, kept.volume].append(kept)

    def of(self, kept: KeptVolume) -> set[str]:
        """The components whose containers mount a volume, or the one that made it where none do."""
        return self._mounting[kept.name] or {kept.component}

    def mounted(self, item: KeptVolume) -> list[KeptVolume]:
        """Those that containers of the component mount."""
        own = [kept for kept in self._of_its_name(item) if item.component in self._mounting[kept.name]]
        return [*self._mounted[item.component, item.volume], *own]

    def made(self, item: KeptVolume) -> list[KeptVolume]:
        """Those that the component made, or that bear the name, and no container of another one mounts.

        First the one that it made as another one had taken over the first.
        """
        own = [kept for kept in self._of_its_name(item) if _is_own(item, kept)]
        found = [*self._made[item.component, item.volume], *own]
        return [kept for kept in found if self._mounting[kept.name] <= {item.component}]

    def mounted_and_made(self, item: KeptVolume) -> list[KeptVolume]:
        """Those that are both."""
        return [kept for kept in self.mounted(item) if _is_own(item, kept)]

    def _of_its_name(self, item: KeptVolume) -> list[KeptVolume]:
        """The volume of the name in Docker that the program's has, where its labels do not say that it is that one."""
        found = self._there.get(item.name)
        return [found] if found is not None and found.volume != item.volume else []


def _is_own(item: KeptVolume, kept: KeptVolume) -> bool:
    """Whether a component made a volume, or somebody made it under the name that the component's has."""
    return kept.component == item.component or (kept.name == item.name and not kept.component)


def _clear(
    left: Iterable[KeptVolume], free: Iterable[KeptVolume], holders: _Holders
) -> Iterator[tuple[KeptVolume, KeptVolume]]:
    """The only component that wants what a single other one has left, if there is one.

    The volumes of replicas go together: data of two origins would be one database to those that read them.
    """
    wanting: defaultdict[str, list[KeptVolume]] = defaultdict(list)
    there: defaultdict[str, list[KeptVolume]] = defaultdict(list)
    for item in left:
        wanting[item.declared].append(item)
    for kept in free:
        there[kept.declared].append(kept)
    for declared, items in wanting.items():
        places = {kept.volume: kept for kept in there[declared]}
        former = {component for kept in there[declared] for component in holders.of(kept)}
        heirs = {item.component for item in items}
        if len(heirs) == len(former) == 1 and len(places) == len(there[declared]):
            yield from ((item, places[item.volume]) for item in items if item.volume in places)


def _new(item: KeptVolume, there: Mapping[str, KeptVolume], daemon: Daemon) -> KeptVolume:
    """A new volume, under another name where its own is that of a volume which another component has taken over."""
    if item.name in there:
        return KeptVolume(f"{item.name}.{daemon.new_instance()}", item.labels)
    return KeptVolume(item.name, {label: value for label, value in item.labels.items() if label != VOLUME})
