"""What differs between two programs, field by field."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import attrs

from polypod.model.application import GATEWAY

Path = tuple[str, ...]
"""A place in a program: the names of fields, and what tells the items of a list apart."""

_KEYS: Mapping[str, Callable[[Any], str]] = {
    **dict.fromkeys(("init", "sidecars", "peers"), lambda item: str(item["name"])),
    "mounts": lambda item: str(item["volume"]["name"]),
    "ports": lambda item: str(item["number"]),
    "routes": lambda item: str(item["prefix"]),
}
"""What tells the items of a list apart, by the field that holds the list; other lists are compared as a whole."""

ORDER = "(order)"
"""What stands in a path for the order of a list, as no item is called so."""

_WHOLE = ("command", "args", "to", "trusted_proxies", "exec", "concat", "secret")


@attrs.frozen
class FieldChange:
    """A field of the program that changes.

    Args:
        path: Its place: the pod or ``gateway``, then what is below it.
        before: What it holds now; ``None`` where it has its default, or is new.
        after: What it is to hold; ``None`` where it gets its default, or goes.
    """

    path: Path
    before: Any
    after: Any

    @property
    def pod(self) -> str:
        """The name of its pod, or ``gateway``."""
        return self.path[0]


def field_changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[FieldChange]:
    """What differs between two trees of pods, in the order of the second one.

    Args:
        before: The pods, and the gateway, that are there.
        after: Those that are to be there.
    """
    return list(_mappings((), before, after))


def applied(change: FieldChange, before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """The first tree with one change of those that lead to the second.

    Args:
        change: The change.
        before: The pods, and the gateway, that are there.
        after: Those that are to be there; says the order of lists.
    """
    tree = copy.deepcopy(dict(before))
    _apply(tree, change.path, change.after, after)
    return tree


def _mappings(path: Path, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[FieldChange]:
    for name in dict.fromkeys((*after, *before)):
        yield from _values((*path, name), before.get(name), after.get(name))


def _values(path: Path, before: Any, after: Any) -> Iterator[FieldChange]:
    if before == after:
        return
    key = _key_of(path)
    if key is not None and isinstance(before or [], list) and isinstance(after or [], list):
        old, new = ({key(item): item for item in items or ()} for items in (before, after))
        yield from _mappings(path, old, new)
        if [name for name in old if name in new] != [name for name in new if name in old]:
            yield FieldChange((*path, ORDER), [*old], [*new])
    elif _is_open(path, before) and _is_open(path, after) and (before is not None or after is not None):
        yield from _mappings(path, before or {}, after or {})
    else:
        yield FieldChange(path, before, after)


def _is_open(path: Path, value: Any) -> bool:
    """Whether the fields of a value are compared one by one; what is whole on one side is so on both."""
    if len(path) == 1 or path[-1] in _WHOLE or _key_of(path[:-1]) is not None:
        return isinstance(value, Mapping)  # a pod, or an item of a list, comes and goes as a whole
    if isinstance(value, Mapping):
        return not value.keys() & {"secret", "concat", "context"} or "context" in value
    return value is None and path[-1] in ("env", "resources", "logs", "args", "extra_hosts", "files", "accept")


def _key_of(path: Path) -> Callable[[Any], str] | None:
    """What tells the items of the list at a place apart; below files and variables, names are the user's."""
    below_names = len(path) > 1 and path[-2] in ("env", "files", "extra_hosts")
    return None if below_names or (path[0] == GATEWAY and path[-1] != "routes") else _KEYS.get(path[-1])


def _apply(holder: Any, path: Path, value: Any, after: Any, at: Path = ()) -> None:
    """Put a value at a place below a mapping; what is empty then goes."""
    name, rest, here = path[0], path[1:], (*at, path[0])
    goal = after.get(name) if isinstance(after, Mapping) else None
    if not rest:
        holder[name] = value
    elif (key := _key_of(here)) is not None:
        items, goals = ({key(item): item for item in found or ()} for found in (holder.get(name), goal))
        if rest != (ORDER,):
            _apply(items, rest, value, goals, here)
        order = [item for item in goals if item in items]
        holder[name] = [items[item] for item in (*order, *(other for other in items if other not in goals))]
    else:
        _apply(holder.setdefault(name, {}), rest, value, goal, here)
    if holder[name] in (None, [], {}):
        del holder[name]
