"""Fields and values in words of the program."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping
from typing import Any

from polypod.model.application import GATEWAY
from polypod.model.container import Container
from polypod.model.gateway import Gateway, Route
from polypod.model.pod import Pod
from polypod.model.probe import ACTIONS
from polypod.model.quantity import Quantity, canonical
from polypod.preview.fields import ORDER, FieldChange, Path

_NONE = "none"
_LISTS = ("init", "sidecars", "peers")


def place(path: Path) -> str:
    """The path of a field in the model, such as ``pods.web.sidecars[tail].image``.

    Args:
        path: The place.
    """
    text = path[0] if path[0] == GATEWAY else f"pods.{path[0]}"
    in_list = False
    for name in (name for name in path[1:] if name != ORDER):
        text += f"[{name}]" if in_list else f".{name}"
        in_list = name in (*_LISTS, "mounts", "ports", "routes") and not in_list
    return text


def owner(path: Path) -> str:
    """What a change is about: a pod, a container other than its main one, or the gateway.

    Args:
        path: The place.
    """
    return f"{path[0]}/{path[2]}" if len(path) > 3 and path[1] in _LISTS else path[0]  # noqa: PLR2004 - what follows it


def field(path: Path) -> str:
    """What a field is called below its owner.

    Args:
        path: The place.
    """
    names = list(path[1:])
    if names[:1] and names[0] in _LISTS:
        names = names[2:] or names
    elif names[:1] == ["main"]:
        names = names[1:]
    if names[-1:] == [ORDER]:
        return f"{names[0]} order"
    if names[:1] and names[0] in _ITEMS and len(names) > 1:
        item, key, *rest = names
        rest = rest[1:] if rest[:1] == ["volume"] else rest
        return " ".join([_ITEMS[item], key, ".".join(rest)]).rstrip()
    if names in (["port", "number"], ["resources"]):
        return names[0]
    return ".".join(names).removeprefix("resources.")


_ITEMS = {
    "init": "init",
    "sidecars": "sidecar",
    "peers": "peer",
    "mounts": "volume",
    "routes": "route",
    "ports": "port",
}
"""What one item of each list is called."""


def value(data: Any, path: Path = ()) -> str:
    """A value of the program as one short text.

    Args:
        data: The value, as `polypod.model_to_data` writes it.
        path: Its place.
    """
    if data is None:
        return _NONE
    if isinstance(data, bool) or data == {}:
        return "no" if data is False else "yes"
    if isinstance(data, Mapping):
        known = next((write for key, write in _MAPPINGS.items() if key in data), _fields)
        return known(data)
    if isinstance(data, list):
        return shlex.join(data) if all(isinstance(item, str) for item in data) else ", ".join(map(value, data))
    return f"{data:#o}" if path[-1:] == ("mode",) else str(data)


def _fields(data: Mapping[str, Any], *without: str) -> str:
    return ", ".join(f"{name}={value(item)}" for name, item in data.items() if name not in without)


def _with_fields(text: str, data: Mapping[str, Any], *without: str) -> str:
    return " ".join(filter(None, (text, _fields(data, *without))))


_MAPPINGS: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "secret": lambda data: str(data["secret"]),
    "concat": lambda data: "".join(map(value, data["concat"])),
    "volume": lambda data: f"{data['volume'].get('kind')} at {data['path']}",
    "prefix": lambda data: _with_fields(f"to {value(data['to'])}", data, "prefix", "to"),
    "context": lambda data: _with_fields(f"built from {data['context']}", data, "context"),
    "image": lambda data: value(data["image"]),
    "main": lambda data: value(data["main"]),
    "peers": lambda data: value(data["peers"]),
    **{
        action: lambda data, action=action: _with_fields(  # type: ignore[misc]  # mypy sees no default of a lambda
            f"{action} {value(next(iter(data[action].values()), ''))}".rstrip(), data, action
        )
        for action in ACTIONS
    },
    "number": lambda data: _with_fields(str(data["number"]), data, "number"),
    "pod": lambda data: _with_fields(str(data["pod"]), data, "pod"),
}
"""How mappings are written, by the first of these keys that they have."""


def sentence(change: FieldChange) -> str:
    """A change as a reviewer reads it, such as ``cpu 250m -> 300m``.

    Args:
        change: The change.
    """
    path, name = change.path, field(change.path)
    shown = [value(_with_default(held, path), path) for held in (change.before, change.after)]
    if len(path) == 1 or _is_item(path):
        there = "" if shown[1] in ("", path[-1]) else f": {shown[1]}"
        return f"{name} removed".lstrip() if change.after is None else f"{name} added{there}".lstrip()
    if path[-1] == "content" and "files" in path:
        return f"{name.removesuffix('.content').replace('files.', 'file ')} changes"
    return f"{name} {shown[0]} -> {shown[1]}" if shown[0] != shown[1] else f"{name} changes"


def _is_item(path: Path) -> bool:
    return len(path) > 1 and path[-2] in _ITEMS and path[-1] != ORDER


def _with_default(held: Any, path: Path) -> Any:
    """A value, or the one that the model has by default."""
    holders: Mapping[bool, Any] = {
        path[0] == GATEWAY and len(path) == 2: _GATEWAY,  # noqa: PLR2004 - the gateway and a field
        path[0] == GATEWAY and len(path) == 4: _ROUTE,  # noqa: PLR2004 - the gateway, its routes, one, and a field
        path[0] != GATEWAY and len(path) == 2: _POD,  # noqa: PLR2004 - the pod and a field
        path[0] != GATEWAY and path[1:2] == ("main",) and len(path) == 3: _POD.main,  # noqa: PLR2004 - and a field
    }
    if held is not None or True not in holders:
        return held
    default = getattr(holders[True], path[-1], None)
    return canonical(default) if isinstance(default, Quantity) else default or None


_POD = Pod(Container("", image=""))
_GATEWAY = Gateway({})
_ROUTE = Route("", ())
