"""The changes between two sets of inputs, and which of them replace the resource."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from pulumi.provider.experimental.property_value import PropertyValue
from pulumi.provider.experimental.provider import DiffResponse, PropertyDiff, PropertyDiffKind

from polypod_aci_emulator.plugin.kinds import Kind
from polypod_aci_emulator.plugin.values import plain

_REPLACING = {
    PropertyDiffKind.ADD: PropertyDiffKind.ADD_REPLACE,
    PropertyDiffKind.DELETE: PropertyDiffKind.DELETE_REPLACE,
    PropertyDiffKind.UPDATE: PropertyDiffKind.UPDATE_REPLACE,
}


def difference(
    kind: Kind, old: Mapping[str, PropertyValue], new: Mapping[str, PropertyValue], ignored: list[str]
) -> DiffResponse:
    """What an update would do, in the engine's terms.

    Args:
        kind: The resource.
        old: The inputs of the last update.
        new: The inputs of this one.
        ignored: Inputs whose changes do not count.
    """
    if "*" in ignored:
        return DiffResponse(changes=False)
    found = _found(kind, plain_with_unknowns(old), plain_with_unknowns(new), ignored)
    always = re.compile("|".join((*map(re.escape, (*kind.parameters, "location")), *kind.replace)))
    replaces = {path for path in found if always.fullmatch(path)}
    if kind.nested and found and not replaces and _totals(old) != _totals(new):
        replaces = {path for path in found if path.startswith("containers")}
    details = {
        path: PropertyDiff(_REPLACING[change] if path in replaces else change, input_diff=True)
        for path, change in found.items()
    }
    return DiffResponse(
        changes=bool(found),
        replaces=sorted({_top(path) for path in replaces}),
        delete_before_replace=bool(replaces),
        diffs=sorted({_top(path) for path in found}),
        detailed_diff=details,
    )


def _found(kind: Kind, old: dict[str, Any], new: dict[str, Any], ignored: list[str]) -> dict[str, PropertyDiffKind]:
    """The changes by path."""
    # What an import read may be a default that the program does not give.
    before = {key: value for key, value in old.items() if key in new or kind.defaults.get(key) != value}
    changes = _changes("", _compared(before), _compared(new))
    return {path: change for path, change in changes if _top(path) not in ignored}


def plain_with_unknowns(values: Mapping[str, PropertyValue]) -> dict[str, Any]:
    """Plain values; those known only later stay marked."""
    return {key: plain(value) for key, value in values.items()}


def _compared(inputs: dict[str, Any]) -> dict[str, Any]:
    """Inputs in which every location is written one way; Azure takes "West Europe" too."""
    location = inputs.get("location")
    return {**inputs, "location": location.replace(" ", "").lower()} if isinstance(location, str) else inputs


def _top(path: str) -> str:
    return re.split(r"[.\[]", path, maxsplit=1)[0]


def _changes(path: str, old: Any, new: Any) -> Iterator[tuple[str, PropertyDiffKind]]:
    before, after = _parts(path, old), _parts(path, new)
    if before is None or after is None or isinstance(old, list) != isinstance(new, list):
        if isinstance(old, bool) != isinstance(new, bool) or old != new:
            yield path, PropertyDiffKind.UPDATE
        return
    for place in before | after:
        if place not in before:
            yield place, PropertyDiffKind.ADD
        elif place not in after:
            yield place, PropertyDiffKind.DELETE
        else:
            yield from _changes(place, before[place], after[place])


def _parts(path: str, value: Any) -> dict[str, Any] | None:
    """What is in a mapping or a list, by path; ``None`` for other values."""
    if isinstance(value, Mapping):
        return {f"{path}.{key}" if path else key: value[key] for key in sorted(value)}
    if isinstance(value, list):
        return {f"{path}[{i}]": item for i, item in enumerate(value)}
    return None


def _totals(inputs: Mapping[str, PropertyValue]) -> tuple[Decimal, ...]:
    """The sum of the containers' requests, of the known ones."""
    containers = plain_with_unknowns(inputs).get("containers")
    requests = [
        (container.get("resources") or {}).get("requests") or {}
        for container in (containers if isinstance(containers, list) else ())
        if isinstance(container, Mapping)
    ]
    return tuple(
        sum((Decimal(str(item[key])) for item in requests if isinstance(item.get(key), int | float)), Decimal(0))
        for key in ("cpu", "memoryInGB")
    )
