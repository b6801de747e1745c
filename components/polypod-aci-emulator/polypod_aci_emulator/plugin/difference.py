"""What changes between two sets of inputs, and what of it replaces the resource."""

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
    """The answer to the engine's question what an update would do.

    Args:
        kind: The resource.
        old: The inputs of the last update.
        new: The inputs of this one.
        ignored: Inputs whose changes do not count.
    """
    if "*" in ignored:
        return DiffResponse(changes=False)
    before, after = plain_with_unknowns(old), plain_with_unknowns(new)
    # What an import read may be a default that the program does not give.
    before = {key: value for key, value in before.items() if key in after or kind.defaults.get(key) != value}
    found = dict(_changes("", _compared(before), _compared(after)))
    found = {path: change for path, change in found.items() if _top(path) not in ignored}
    always = "|".join(re.escape(name) for name in (*kind.parameters, "location"))
    pattern = re.compile("|".join((always, *kind.replace)))
    replaces = {path for path in found if pattern.fullmatch(path)}
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
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        for key in sorted({*old, *new}):
            place = f"{path}.{key}" if path else key
            if key not in old:
                yield place, PropertyDiffKind.ADD
            elif key not in new:
                yield place, PropertyDiffKind.DELETE
            else:
                yield from _changes(place, old[key], new[key])
    elif isinstance(old, list) and isinstance(new, list):
        for i in range(max(len(old), len(new))):
            place = f"{path}[{i}]"
            if i >= len(old):
                yield place, PropertyDiffKind.ADD
            elif i >= len(new):
                yield place, PropertyDiffKind.DELETE
            else:
                yield from _changes(place, old[i], new[i])
    elif isinstance(old, bool) != isinstance(new, bool) or old != new:
        yield path, PropertyDiffKind.UPDATE


def _totals(inputs: Mapping[str, PropertyValue]) -> tuple[Decimal, ...]:
    """What the containers request together, as far as it is known."""
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
