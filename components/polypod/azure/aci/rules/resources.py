"""Rules about CPU and memory."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from polypod.azure.aci import limits
from polypod.azure.aci.violation import Group, Json, Member, Violation

_KINDS = {"cpu": "Cpu", "memoryInGB": "MemoryInGB"}
_STEPS = {"cpu": ("cpu-step", Decimal(limits.CPU_STEP)), "memoryInGB": ("memory-step", Decimal(limits.MEMORY_STEP))}


def total(group: Group, kind: str) -> Decimal:
    """The sum of the requests of a group's containers."""
    return sum((_number(_part(member, "requests").get(kind)) for member in group.containers), Decimal(0))


def rules(group: Group) -> Iterator[Violation]:
    """Check requests and limits."""
    for member in group.containers:
        yield from _given(member)
        yield from _steps(member)
        yield from _limits(group, member)
    yield from _totals(group)


def _part(member: Member, part: str) -> Json:
    found: Json = (member.properties.get("resources") or {}).get(part) or {}
    return found


def _number(value: Any) -> Decimal:
    return Decimal(str(value or 0))


def _is_multiple(value: Decimal, step: Decimal) -> bool:
    return value / step == (value / step).to_integral_value()


def _given(member: Member) -> Iterator[Violation]:
    missing = [kind for kind in _KINDS if _part(member, "requests").get(kind) is None]
    path = "properties.resources.requests"
    if len(missing) == len(_KINDS):
        yield member.refuse("cpu-memory-given", path)
    elif missing:
        yield member.refuse("cpu-or-memory-given", f"{path}.{missing[0]}", value=_KINDS[missing[0]])


def _steps(member: Member) -> Iterator[Violation]:
    for part in ("requests", "limits"):
        for kind, (limit, step) in _STEPS.items():
            value = _part(member, part).get(kind)
            if value is not None and (value <= 0 or not _is_multiple(_number(value), step)):
                yield member.refuse(limit, f"properties.resources.{part}.{kind}", value=value)


def _limits(group: Group, member: Member) -> Iterator[Violation]:
    for kind, label in _KINDS.items():
        most, path = _part(member, "limits").get(kind), f"properties.resources.limits.{kind}"
        if most is None:
            continue
        if _number(most) < _number(_part(member, "requests").get(kind)):
            stated = json.dumps(member.properties["resources"], separators=(",", ":"))
            yield member.refuse("limit-below-request", path, resources=stated, kind=label)
        if _number(most) > total(group, kind):
            yield member.refuse("limit-above-group", path, kind=label, value=most, limit=total(group, kind))


def _totals(group: Group) -> Iterator[Violation]:
    path = "properties.containers"
    priority = str(group.properties.get("priority") or "Regular").capitalize()
    largest = limits.GROUP_MAXIMUM.get(priority, limits.GROUP_MAXIMUM["Regular"])
    sums = {kind: total(group, kind) for kind in _KINDS}
    for kind, label in _KINDS.items():
        least = limits.GROUP_MINIMUM[kind]
        if group.containers and 0 < sums[kind] < _number(least):
            yield group.refuse("group-minimum", path, kind=label, value=sums[kind], limit=least)
    if any(sums[kind] > _number(largest[kind]) for kind in _KINDS):
        yield group.refuse(
            "group-maximum",
            path,
            location=group.body.get("location"),
            cpu=sums["cpu"],
            memory=sums["memoryInGB"],
            os=group.properties.get("osType"),
        )
