"""The shape of a container group's request, read off the models of Azure's official SDK."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from typing import Any

from polypod_aci_emulator.arm.errors import AzureError, invalid_content
from polypod_aci_emulator.arm.sdk_models import Member, Tree, tree

_STRICT = {"AzureFileVolume", "GitRepoVolume", "DnsConfiguration", "LogAnalytics", "EncryptionProperties"}
"""The models whose required members no rule asks for."""

_PLAIN: Mapping[str, tuple[Callable[[Any], bool], str]] = {
    "str": (lambda value: isinstance(value, str), "a string"),
    "int": (lambda value: isinstance(value, int) and not isinstance(value, bool), "an integer"),
    "float": (
        lambda value: isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value),
        "a number",
    ),
    "bool": (lambda value: isinstance(value, bool), "a boolean"),
    "object": (lambda value: isinstance(value, Mapping), "an object"),
    "iso-8601": (lambda value: isinstance(value, str), "a time"),
}


def read(model: str, body: Any, path: str = "") -> dict[str, Any]:
    """A request's body without nulls and without what only answers have.

    Args:
        model: The name of the SDK's model, such as ``ContainerGroup``.
        body: The body.
        path: Its place, for messages.

    Raises:
        AzureError: A member is unknown, missing or of the wrong type.
    """
    return _members(model, tree(model), body, path)


def _members(model: str, members: Tree, body: Any, path: str) -> dict[str, Any]:
    if not isinstance(body, Mapping):
        raise _wrong(path, "an object")
    result: dict[str, Any] = {}
    for key, value in body.items():
        place = f"{path}.{key}" if path else key
        if key not in members:
            raise invalid_content(f"Could not find member '{key}' on object of type '{model}'. Path '{place}'")
        if value is None:
            continue
        member = members[key]
        if not isinstance(member, Member):
            result[key] = _members(model, member, value, place)
        elif not member.read_only:
            result[key] = _value(member.kind, value, place)
    if model in _STRICT:
        for key, member in members.items():
            if isinstance(member, Member) and member.required and key not in result:
                raise invalid_content(f"Required property '{key}' not found in JSON. Path '{path}'")
    return result


def _value(kind: str, value: Any, path: str) -> Any:
    if kind in _PLAIN:
        fits, expected = _PLAIN[kind]
        if not fits(value):
            raise _wrong(path, expected)
        return value
    if kind.startswith("["):
        if not isinstance(value, list):
            raise _wrong(path, "an array")
        return [_value(kind[1:-1], item, f"{path}[{i}]") for i, item in enumerate(value)]
    if kind.startswith("{"):
        if not isinstance(value, Mapping):
            raise _wrong(path, "an object")
        return {key: _value(kind[1:-1], item, f"{path}.{key}") for key, item in value.items()}
    return read(kind, value, path)


def _wrong(path: str, expected: str) -> AzureError:
    return invalid_content(f"Error converting value: {expected} is expected. Path '{path}'")


_HIDDEN = re.compile(r"(?i)^(secureValue|password|storageAccountKey|workspaceKey|protectedSettings)$")


def without_secrets(value: Any) -> Any:
    """A copy without what Azure never gives back."""
    if isinstance(value, list):
        return [without_secrets(item) for item in value]
    if not isinstance(value, Mapping):
        return value
    return {
        key: {} if key == "secret" else without_secrets(item) for key, item in value.items() if not _HIDDEN.match(key)
    }
