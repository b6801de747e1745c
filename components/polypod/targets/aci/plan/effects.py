"""What an update does to pods on Azure Container Instances, from what is to be made before and after it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import attrs

from polypod.model.application import Application
from polypod.model.gateway import Route
from polypod.targets.aci.plan.grouping import Grouping
from polypod.targets.aci.plan.records import Group, Plan, flat, shown
from polypod.targets.aci.plan.render import render
from polypod.targets.aci.plan.replacement import differences, replacement_trigger
from polypod.targets.effects import Effect, Kind

_IN_TURN = "one replica after the other"


def effects(before: Grouping, after: Grouping) -> Iterator[Effect]:
    """What becomes of each pod.

    Args:
        before: What is there.
        after: What is to be there.
    """
    old, new = _by_pod(before, render(before)), _by_pod(after, render(after))
    for name in {**old, **new}:
        if name not in new:
            yield Effect(pod=name, kind=Kind.REMOVED)
        elif name not in old:
            yield Effect(pod=name, kind=Kind.ADDED)
        else:
            yield _effect(name, old[name], new[name], after.program)


def _by_pod(grouping: Grouping, plan: Plan) -> dict[str, dict[str, Group]]:
    """The groups that each pod runs in, by key."""
    found: dict[str, dict[str, Group]] = {}
    for group in plan.groups:
        for name in sorted(grouping.names_in(group.key)):
            found.setdefault(name, {})[group.key] = group
    return found


def _effect(pod: str, old: Mapping[str, Group], new: Mapping[str, Group], app: Application) -> Effect:
    pairs = [(shown(flat(old[key].body)), shown(flat(group.body))) for key, group in new.items() if key in old]
    changed = [(one, two) for one, two in pairs if one != two]
    if not changed:
        return Effect(pod=pod, kind=Kind.NOTHING)
    group = next(iter(new.values()))
    if group.ends:
        return Effect(pod=pod, kind=Kind.RUNS_AGAIN, order="the old group is deleted first")
    why = "; ".join({differences(replacement_trigger(one), replacement_trigger(two)): None for one, two in changed})
    effect = Effect(
        pod=pod, kind=Kind.RESTARTS, order="all its containers stop and start again", seconds=_seconds(group)
    )
    if why:
        order = "the old group is deleted first"
        address = _address(next(iter(old.values())), group)
        effect = attrs.evolve(effect, kind=Kind.RECREATED, order=order, forced_by=why, address=address)
    if len(old) == 1 or len(new) == 1:
        return effect
    repeated = all(route.retry for route in _routes(pod, app))
    lost = "" if repeated else "; a request that the stopping one has just taken fails, unless its route has retry=True"
    kind = Kind.ROLLS if repeated and effect.kind is Kind.RESTARTS else effect.kind
    return attrs.evolve(effect, kind=kind, seconds=0, order=f"{_IN_TURN}{lost}")


def _address(old: Group, new: Group) -> str:
    """What becomes of a published address when a group is recreated: a public one has a name, which it keeps."""
    one, two = _published(old), _published(new)
    if one != two:
        return f"{one} -> {two}"
    is_private = new.body["properties"].get("ipAddress", {}).get("type") == "Private"
    return "its IP address may change" if new.addresses and is_private else ""


def _published(group: Group) -> str:
    name = group.body["properties"].get("ipAddress", {}).get("dnsNameLabel") or group.name
    return ", ".join(f"{address.scheme}://{name}:{address.port}" for address in group.addresses) or "none"


def _seconds(group: Group) -> int:
    """The longest time that it is unavailable; a group without an address has no outage."""
    return group.ready_seconds if "ipAddress" in group.body["properties"] else 0


def _routes(pod: str, app: Application) -> list[Route]:
    routes = app.gateway.routes if app.gateway is not None else ()
    return [route for route in routes if any(backend.pod == pod for backend in route.to)]
