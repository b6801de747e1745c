"""Plain data, such as a stack's config, to frozen values, with every problem found on the way."""

import re
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from typing import Any, TypeVar, get_type_hints

import attrs

from polypod.errors import ModelError, Problem
from polypod.hints import members
from polypod.model.value import Secret

Settings = TypeVar("Settings")


def field(allowed: str | range | None, form: str, default: Any = attrs.NOTHING) -> Any:
    """A field of a class that `read` reads.

    Args:
        allowed: The pattern that a text, or each text of a list or a mapping, must match as a whole; the range of a
            number; ``None`` for a nested class, and for true or false.
        form: What a value should be, for the message that says what to write.
        default: The default; the field is required where there is none.
    """
    return attrs.field(default=default, metadata={"allowed": allowed, "form": form})


def read(kind: type[Settings], data: object, path: str, problems: list[Problem]) -> Settings | None:
    """Data in the shape of a class, or ``None`` where something is wrong with it.

    Keys are the fields of the class in camelCase or snake_case; nothing (``null``) stands for the default.

    Args:
        kind: A class whose fields `field` made.
        data: The data.
        path: Where it stands.
        problems: Gets what is wrong.
    """
    fields = attrs.fields_dict(kind)  # type: ignore[arg-type]  # attrs has no public bound for its classes
    if not isinstance(data, Mapping):
        what = f"a mapping is expected, not a {type(data).__name__}"  # the value may be a password
        problems.append(Problem("PP701", path, what, f"write a mapping with {_listing(fields)}"))
        return None
    found = len(problems)
    values = _values(kind, fields, data, path, problems)
    for name, attribute in fields.items():
        if attribute.default is attrs.NOTHING and name not in values:
            what = "the key is missing"
            problems.append(Problem("PP704", f"{path}.{_camel(name)}", what, f"write {attribute.metadata['form']}"))
    if len(problems) > found:
        return None
    settings = kind(**values)
    rules: Callable[[str], Any] | None = getattr(settings, "problems", None)
    problems += rules(path) if rules else ()
    return settings if len(problems) == found else None


def _values(
    kind: type, fields: Mapping[str, Any], data: Mapping[Any, object], path: str, problems: list[Problem]
) -> dict[str, Any]:
    """The values that are given, by the names of the fields."""
    hints = get_type_hints(kind)
    values: dict[str, Any] = {}
    for key, item in data.items():
        name = re.sub(r"(?<=[a-z0-9])([A-Z])", r"_\1", str(key)).lower()
        if name not in fields:
            close = get_close_matches(name, fields)
            fix = f"did you mean {_camel(close[0])!r}?" if close else f"use one of {_listing(fields)}"
            problems.append(Problem("PP702", f"{path}.{key}", "unknown key", fix))
        elif name in values:
            problems.append(Problem("PP703", f"{path}.{key}", "the key is given twice", "remove one of them"))
        elif item is not None:
            values[name] = _value(hints[name], item, f"{path}.{key}", fields[name].metadata, problems)
    return values


def read_config(kind: type[Settings], data: object, path: str) -> Settings:
    """Data in the shape of a class, as `read` gives it.

    Args:
        kind: A class whose fields `field` made.
        data: The data.
        path: Where it stands, such as ``config polypod:kubernetes``.

    Raises:
        ModelError: With everything that is wrong.
    """
    problems: list[Problem] = []
    settings = read(kind, data, path, problems)
    if settings is None:
        raise ModelError(problems)
    return settings


def _value(hint: Any, item: object, path: str, rule: Mapping[str, Any], problems: list[Problem]) -> Any:
    """One value; ``None``, and a problem, where it is wrong."""
    (kind,) = members(hint).keys() - {type(None)}
    if kind not in _READERS:
        return read(kind, item, path, problems)
    value = _READERS[kind](item, rule["allowed"])
    if value is None:
        shown = "the value" if kind is Secret else repr(item)
        form = rule["form"]
        problems.append(Problem("PP705", path, f"{shown} is not {form.partition(';')[0]}", f"write {form}"))
    return value


def _text(item: object, pattern: str) -> str | None:
    return item if isinstance(item, str) and re.fullmatch(pattern, item) else None


def _secret(item: object, pattern: str) -> Secret | None:
    text = _text(item, pattern)
    return None if text is None else Secret(text)


def _number(item: object, numbers: range) -> int | None:
    number = int(item) if isinstance(item, float) and item.is_integer() else item
    return number if isinstance(number, int) and not isinstance(number, bool) and number in numbers else None


def _flag(item: object, _: None) -> bool | None:
    return item if isinstance(item, bool) else None


def _texts(item: object, pattern: str) -> tuple[str, ...] | None:
    """A list that is not empty; numbers in it are texts that YAML has read otherwise."""
    texts = tuple(map(str, item)) if isinstance(item, list | tuple) else ()
    return texts if texts and all(re.fullmatch(pattern, text) for text in texts) else None


def _mapping(item: object, pattern: str) -> dict[str, str] | None:
    fits = isinstance(item, Mapping) and all(_text(text, pattern) is not None for text in item.values())
    return dict(item) if fits else None  # type: ignore[call-overload]  # a mapping by now


_READERS: Mapping[Any, Callable[[object, Any], Any]] = {
    str: _text,
    Secret: _secret,
    int: _number,
    bool: _flag,
    tuple: _texts,
    Mapping: _mapping,
}
"""What reads a value, by the type of its field: the value, or ``None`` where it is not what is allowed."""


def _camel(name: str) -> str:
    return re.sub(r"_([a-z])", lambda match: match[1].upper(), name)


def _listing(fields: Mapping[str, Any]) -> str:
    return ", ".join(sorted(map(_camel, fields)))
