"""Values of the wrong kind: what mypy says of typed programs, for those that are not checked by it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, Literal, get_type_hints

import attrs

from polypod.errors import Problem
from polypod.hints import members
from polypod.model.pod import Workload
from polypod.model.value import Deferred, Placeholder, Secret

_WORDS: Mapping[object, str] = {
    str: "a string",
    bytes: "bytes",
    int: "an integer",
    float: "a number",
    bool: "True or False",
    type(None): "None",
    Deferred: "a Pulumi output",
    list: "a list",
    tuple: "a list",
    dict: "a mapping",
    Workload: "a Pod or a Group",
}


@attrs.frozen
class _Kind:
    """The types that a field accepts.

    Args:
        leaves: The classes whose values need no second look.
        literals: The texts it takes.
        classes: The classes of the model it takes.
        items: What each item of a list must be, if it takes a list.
        values: What each value of a mapping must be, if it takes a mapping.
        deferred: Whether it takes a value that is known only later.
        words: All this in words.
    """

    leaves: tuple[type, ...]
    literals: tuple[str, ...]
    classes: tuple[type, ...]
    items: _Kind | None
    values: _Kind | None
    deferred: bool
    words: str

    @property
    def hidden(self) -> bool:
        """Whether a value of a wrong kind may be a password."""
        return Secret in self.classes

    def accepts(self, value: object) -> bool:
        """Whether a value is right, as far as can be seen without looking into it."""
        if isinstance(value, bool):
            return bool in self.leaves
        return isinstance(value, self.leaves + self.classes) or (self.deferred and isinstance(value, Deferred))


def type_problems(path: str, value: object, annotation: Any) -> Iterator[Problem]:
    """Every place below a value that holds something of the wrong kind.

    Args:
        path: Its path in the model.
        value: The value.
        annotation: The type it should have.
    """
    yield from _problems(path, value, _kind(annotation), hidden=False)


def object_problems(path: str, value: Any) -> Iterator[Problem]:
    """The same for every field of an object of the model.

    Args:
        path: Its path in the model.
        value: The object.
    """
    for name, kind in _fields(value.__class__):
        item = getattr(value, name)
        if type(item) not in kind.leaves:
            yield from _problems(f"{path}.{name}", item, kind, hidden=isinstance(value, Secret))


def _problems(path: str, value: Any, kind: _Kind, *, hidden: bool) -> Iterator[Problem]:
    if type(value) in kind.leaves:
        return
    if value is attrs.NOTHING:
        yield Problem("PP102", path, "nothing is given", f"give {kind.words}")
    elif kind.items is not None and isinstance(value, tuple):
        for i, item in enumerate(value):
            yield from _problems(f"{path}[{i}]", item, kind.items, hidden=hidden)
    elif kind.values is not None and isinstance(value, Mapping):
        yield from _mapping_problems(path, value, kind.values, hidden=hidden)
    elif isinstance(value, kind.classes):
        yield from object_problems(path, value)
    elif not kind.accepts(value) and value not in kind.literals:
        yield Problem(
            "PP101", path, f"{_shown(value, hidden=hidden or kind.hidden)} is not {kind.words}", _fix(value, kind)
        )


def _mapping_problems(path: str, value: Mapping[Any, Any], kind: _Kind, *, hidden: bool) -> Iterator[Problem]:
    for key, item in value.items():
        if not isinstance(key, str):
            yield Problem("PP101", path, f"the name {key!r} is not a string", "give a string")
        place = key if str(key).startswith("[") else f".{key}"
        yield from _problems(f"{path}{place}", item, kind, hidden=hidden)


def _shown(value: object, *, hidden: bool) -> str:
    plain = isinstance(value, bool | None) or (isinstance(value, str | int | float) and not hidden)
    return repr(value) if plain else _words(type(value))


def _fix(value: object, kind: _Kind) -> str:
    item = kind.items and kind.items.accepts(value)
    hints = (
        (item, "put it into a list"),
        (isinstance(value, Deferred), f"give {kind.words} that is known before the deployment"),
        (isinstance(value, bool) and str in kind.leaves, "write 'true' or 'false' in quotes"),
        (isinstance(value, int | float) and str in kind.leaves, "write it in quotes"),
        (isinstance(value, str) and value.isdecimal() and int in kind.leaves, "write it without quotes"),
    )
    return next((hint for fits, hint in hints if fits), f"give {kind.words}")


@cache
def _fields(model: type) -> tuple[tuple[str, _Kind], ...]:
    hints = get_type_hints(model)
    return tuple((field.name, _kind(hints[field.name])) for field in attrs.fields(model))


@cache
def _kind(annotation: Any) -> _Kind:
    allowed = members(annotation)
    plain = [member for member, args in allowed.items() if not args and member is not Placeholder]
    literals = allowed.get(Literal, ())
    items = _kind(allowed[tuple][0]) if tuple in allowed else None
    values = _kind(allowed[Mapping][1]) if Mapping in allowed else None
    return _Kind(
        leaves=tuple(member for member in plain if member in (str, bytes, int, float, bool, type(None))),
        literals=literals,
        classes=tuple(member for member in plain if attrs.has(member)),
        items=items,
        values=values,
        deferred=Deferred in plain,
        words=_listed(plain, literals, items, values),
    )


def _listed(plain: list[Any], literals: tuple[str, ...], items: _Kind | None, values: _Kind | None) -> str:
    """The accepted types in words, without ``None``; "a number" includes whole numbers."""
    named = [kind for kind in plain if kind is not type(None) and not (kind is int and float in plain)]
    words = [*map(_words, named), *map(repr, literals)]
    words += [f"a list, each item {items.words}"] if items else []
    words += [f"a mapping, each value {values.words}"] if values else []
    return " or ".join(filter(None, (", ".join(words[:-1]), words[-1])))


def _words(kind: Any) -> str:
    if kind in _WORDS:
        return _WORDS[kind]
    name = kind.__name__
    return f"{'an' if name[0] in 'AEIOU' else 'a'} {name}"
