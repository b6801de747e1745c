"""Applications as plain data: what `polypod.model_from_data` reads, without defaults and without secrets.

It is what a component registers as its input, so that the engine's state and previews hold the program in its own
words. A secret only shows that it is one, a value that is known only while deploying the same, and a file its digest
and what it refers to.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from typing import Any

import attrs

from polypod.model.file import File
from polypod.model.gateway import Gateway
from polypod.model.pod import Workload
from polypod.model.probe import ACTIONS, Probe
from polypod.model.quantity import Quantity, canonical
from polypod.model.value import Deferred, Secret, Template, Value, parts_of, references
from polypod.model.volume import KINDS, FileVolume, SecretVolume

SECRET: Mapping[str, str] = {"secret": "[secret]"}
"""What stands in place of a secret."""

COMPUTED = "[computed]"
"""What stands in place of a value that is known only while deploying."""

_ACTIONS = {kind: name for name, kind in ACTIONS.items()}
_KINDS = {kind: name for name, kind in KINDS.items()}


def unstructure(model: Gateway | Workload) -> dict[str, Any]:
    """A valid model as plain data that can be shown and stored.

    Args:
        model: The model.

    Returns:
        Its fields in snake_case, without those that have their default: mappings, lists, texts, numbers and booleans.
    """
    return _fields(model)


def _fields(item: Any, *without: str) -> dict[str, Any]:
    """The fields of an object of the model that do not have their default."""
    given = ((field, getattr(item, field.name)) for field in attrs.fields(type(item)) if field.name not in without)
    return {field.name: _plain(value) for field, value in given if value != _default(field, item)}


def _default(field: attrs.Attribute[Any], item: Any) -> Any:
    """The default of a field, as it is after conversion."""
    default: Any = field.default
    if not isinstance(default, attrs.Factory):  # type: ignore[arg-type]  # a class, whatever its stub says
        return default
    return default.factory(item) if default.takes_self else default.factory()


def _plain(value: Any) -> Any:
    for kind, write in _WRITE.items():
        if isinstance(value, kind):
            return write(value)
    if isinstance(value, Deferred):
        return COMPUTED
    return _fields(value) if attrs.has(type(value)) else value


def _value(value: Value) -> Any:
    """A value with all that may be shown of it, each pod it refers to included."""
    parts: list[Any] = []
    for part in map(_part, parts_of(value)):
        if isinstance(part, str) and parts and isinstance(parts[-1], str):
            parts[-1] += part
        else:
            parts.append(part)
    return "".join(parts) if all(isinstance(part, str) for part in parts) else {"concat": parts}


def _part(part: Any) -> Any:
    if isinstance(part, Secret):
        return SECRET
    return part if isinstance(part, str) else COMPUTED


def _volume(volume: Any) -> dict[str, Any]:
    return {"kind": _KINDS[type(volume)], **_fields(volume)}


def _files(volume: FileVolume) -> dict[str, Any]:
    """A volume with the digests of its files in place of what they hold."""
    files = {name: _file(file, volume) for name, file in volume.contents.items()}
    return {"kind": _KINDS[type(volume)], **_fields(volume, "files"), "files": files}


def _file(file: File, volume: FileVolume) -> dict[str, Any]:
    own = _fields(file, "content", *(["mode"] if file.mode == volume.mode else []))
    return {"content": _content(file, secret=isinstance(volume, SecretVolume)), **own}


def _content(file: File, *, secret: bool) -> Any:
    if isinstance(file.content, bytes):
        return SECRET if secret else _digest(file.content)
    named = " ".join(sorted({str(reference) for reference in references(file.content)}))
    shown = SECRET if secret else _digest(repr(_value(file.content)).encode())
    if isinstance(shown, str):
        return f"{shown} {named}".rstrip()
    return {"concat": [shown, named]} if named else shown


def _digest(content: bytes) -> str:
    return f"sha256:{hashlib.sha256(content).hexdigest()[:12]}"


def _probe(probe: Probe) -> dict[str, Any]:
    return {_ACTIONS[type(probe.action)]: _fields(probe.action), **_fields(probe, "action")}


def _items(mapping: Mapping[Any, Any]) -> dict[str, Any]:
    return {str(key): _plain(item) for key, item in mapping.items()}


def _list(items: tuple[Any, ...]) -> list[Any]:
    return [_plain(item) for item in items]


_WRITE: Mapping[type, Callable[[Any], Any]] = {
    Secret: lambda _: SECRET,
    Template: _value,
    Quantity: canonical,
    FileVolume: _files,
    **dict.fromkeys((kind for kind in KINDS.values() if not issubclass(kind, FileVolume)), _volume),
    Probe: _probe,
    Mapping: _items,
    tuple: _list,
}
