"""What an update does to pods on Docker, from what is to be made before and after it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import attrs

from polypod.targets.docker.plan.records import Container, Plan, Pod
from polypod.targets.docker.plan.revision import revision
from polypod.targets.effects import Effect, Kind

SERVES = ("main", "peer", "owner")
"""The roles of containers that a pod is unavailable without."""

_OLD_FIRST = "the old container is removed first"


def effects(before: Plan, after: Plan) -> Iterator[Effect]:
    """What becomes of each pod.

    Args:
        before: What is there.
        after: What is to be there.
    """
    old, new = _copies(before), _copies(after)
    routed = {name for pod in after.pods if pod.finds_seconds for name in pod.waits_for}
    for name in {**old, **new}:
        if name not in new:
            yield Effect(pod=name, kind=Kind.REMOVED)
        elif name not in old:
            yield Effect(pod=name, kind=Kind.ADDED)
        else:
            effect = _effect(old[name], new[name], routed=name in routed)
            yield attrs.evolve(effect, address=_address(old[name], new[name]))


def _copies(plan: Plan) -> dict[str, list[Pod]]:
    found: dict[str, list[Pod]] = {}
    for pod in plan.pods:
        found.setdefault(pod.name, []).append(pod)
    return found


def _effect(old: Sequence[Pod], new: Sequence[Pod], *, routed: bool) -> Effect:
    pairs = [(one, two) for one in old for two in new if one.key == two.key]
    replaced = {container.key: container for pair in pairs for container in _replaced(*pair)}
    pod = new[0]
    if not replaced:
        reads = any(_reread(*pair) for pair in pairs)
        order = "it reads its new configuration, and answers all requests meanwhile" if reads else ""
        return Effect(pod=pod.name, kind=Kind.NOTHING, order=order)
    if pod.ends:
        return Effect(pod=pod.name, kind=Kind.RUNS_AGAIN, order=_OLD_FIRST)
    if not any(container.role in SERVES for container in replaced.values()):
        helpers = ", ".join(sorted({container.key.rpartition(".")[2] for container in replaced.values()}))
        return Effect(pod=pod.name, kind=Kind.ROLLS, order=f"only {helpers} is replaced")
    if pod.start_first and routed:
        return Effect(pod=pod.name, kind=Kind.ROLLS, order="the old container answers until the new one is ready")
    if len(old) > 1 and len(new) > 1 and routed:
        return Effect(pod=pod.name, kind=Kind.ROLLS, order="one copy after the other; the rest answers meanwhile")
    stops = max(container.stop_seconds for copy in (*old, *new) for container in copy.members)
    return Effect(pod=pod.name, kind=Kind.RESTARTS, order=_OLD_FIRST, seconds=stops + pod.ready_seconds)


def _replaced(old: Pod, new: Pod) -> list[Container]:
    """The containers of a copy that are replaced, those that another one takes along too."""
    there = {container.key: container for container in old.containers}
    if _revision(old.owner) != _revision(new.owner):
        return list(new.containers)
    before, after = (
        {volume.key: revision(volume) for volume in pod.volumes if not volume.reread} for pod in (old, new)
    )
    filled = {key for key, value in after.items() if key in before and before[key] != value}
    found = [container for container in new.containers if _differs(there.get(container.key), container, filled)]
    if any(container.role == "init" for container in found):
        found += [container for container in new.members if container.key in there]
    return found


def _differs(old: Container | None, new: Container, filled: set[str]) -> bool:
    if old is None:
        return False
    return revision(old) != revision(new) or any(mount.volume in filled for mount in new.mounts)


def _revision(container: Container | None) -> str:
    return "" if container is None else revision(container)


def _reread(old: Pod, new: Pod) -> bool:
    """Whether a file has changed that is read again without a new container."""
    return {v.key: revision(v) for v in old.volumes if v.reread} != {
        v.key: revision(v) for v in new.volumes if v.reread
    }


def _address(old: Sequence[Pod], new: Sequence[Pod]) -> str:
    return f"{_published(old)} -> {_published(new)}" if _published(old) != _published(new) else ""


def _published(copies: Sequence[Pod]) -> str:
    ports = {port for pod in copies for container in pod.containers for port in container.ports}
    return ", ".join(sorted(f"{port.address}:{port.external}" for port in ports)) or "none"
