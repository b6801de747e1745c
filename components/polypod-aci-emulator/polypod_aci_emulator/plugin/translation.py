"""Inputs of azure-native as bodies of Azure's interface, and answers as outputs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, get_args

from polypod_aci_emulator import private_apis
from polypod_aci_emulator.arm.sdk_models import Member, Tree, is_model, tree
from polypod_aci_emulator.plugin.kinds import Json, Kind, Lists

_ITEM = {"id", "name", "type", "etag"}
"""What stands next to ``properties`` in an item that is a resource of its own."""

_ENVELOPE = _ITEM | {"location", "tags", "sku", "kind", "identity", "zones", "managedBy", "extendedLocation"}
"""What stands next to ``properties`` in the body of every resource of Azure."""


def body(kind: Kind, inputs: Mapping[str, Any]) -> Json:
    """The body of a PUT."""
    own = {key: value for key, value in inputs.items() if key not in kind.parameters}
    if kind.nested:
        return _to_wire(tree(kind.nested), own)
    top_level = _ENVELOPE - set(kind.inside)
    result = {key: _identities(value) if key == "identity" else value for key, value in own.items() if key in top_level}
    properties = {kind.wire_names.get(key, key): value for key, value in own.items() if key not in top_level}
    return {**result, "properties": _wrapped(properties, kind.lists)} if properties else result


def _wrapped(values: Mapping[str, Any], lists: Lists) -> Json:
    """Values whose items in lists have their properties inside of ``properties``."""
    result = dict(values)
    for key, inner in lists.items():
        if values.get(key) is not None:
            result[key] = [
                {
                    **{name: item[name] for name in item if name in _ITEM},
                    "properties": _wrapped({name: item[name] for name in item if name not in _ITEM}, inner),
                }
                for item in values[key]
            ]
    return result


def _unwrapped(values: Mapping[str, Any], lists: Lists) -> Json:
    result = dict(values)
    for key, inner in lists.items():
        if values.get(key) is not None:
            result[key] = [
                {
                    **{name: value for name, value in item.items() if name != "properties"},
                    **_unwrapped(item.get("properties", {}), inner),
                }
                for item in values[key]
            ]
    return result


def _identities(identity: Any) -> Any:
    """Pulumi lists the ids of identities; Azure has a mapping from them."""
    assigned = identity.get("userAssignedIdentities")
    return {**identity, "userAssignedIdentities": {key: {} for key in assigned}} if assigned else identity


def outputs(kind: Kind, answer: Mapping[str, Any]) -> Json:
    """The outputs of a resource."""
    if kind.nested:
        flat = _from_wire(tree(kind.nested), answer)
    else:
        names = {wire: name for name, wire in kind.wire_names.items()}
        properties = {names.get(key, key): value for key, value in answer.get("properties", {}).items()}
        flat = {**answer, **_unwrapped(properties, kind.lists)}
    return {key: value for key, value in flat.items() if key in kind.outputs}


def inputs(kind: Kind, answer: Mapping[str, Any]) -> Json:
    """The inputs that would make a resource as it is, apart from what Azure does not tell: secrets, and its path."""
    if kind.nested:
        found = _from_wire(tree(kind.nested), answer, read_only=False)
        return {key: value for key, value in found.items() if key in kind.inputs}
    found = {key: value for key, value in outputs(kind, answer).items() if key not in _ITEM and value != {}}
    return {key: _settable(kind.inputs[key], value) for key, value in found.items() if key in kind.inputs}


def _settable(wanted: Any, value: Any) -> Any:
    """A value without what only answers have."""
    wanted = private_apis.without_input(wanted)
    if isinstance(value, list):
        (item,) = get_args(wanted) or (Any,)
        return [_settable(item, part) for part in value]
    if isinstance(value, Mapping) and private_apis.is_input_type(wanted):
        known = private_apis.input_types(wanted)
        return {key: _settable(known[key], part) for key, part in value.items() if key in known}
    return value


def unknown_members(kind: Kind, inputs: Mapping[str, Any]) -> list[str]:
    """The inputs that the emulator's version of the interface does not know."""
    if not kind.nested:
        return []
    known = _names(tree(kind.nested))
    return [key for key in inputs if key not in known and key not in kind.parameters]


def _names(members: Tree) -> set[str]:
    names: set[str] = set()
    for key, member in members.items():
        names |= {key} if isinstance(member, Member) else _names(member)
    return names


def _to_wire(members: Tree, values: Mapping[str, Any]) -> Json:
    result: Json = {}
    for key, member in members.items():
        if not isinstance(member, Member):
            if inner := _to_wire(member, values):
                result[key] = inner
        elif values.get(key) is not None:
            result[key] = _value_to_wire(member.kind, values[key])
    return result


def _value_to_wire(kind: str, value: Any) -> Any:
    if kind.startswith("["):
        return [_value_to_wire(kind[1:-1], item) for item in value]
    if kind.startswith("{"):
        # Pulumi lists the ids of identities; Azure has a mapping from them.
        items = value.items() if isinstance(value, Mapping) else ((item, {}) for item in value)
        return {key: _value_to_wire(kind[1:-1], item) for key, item in items}
    return _to_wire(tree(kind), value) if is_model(kind) else value


def _from_wire(members: Tree, values: Mapping[str, Any], *, read_only: bool = True) -> Json:
    result: Json = {}
    for key, member in members.items():
        if values.get(key) is None:
            continue
        if not isinstance(member, Member):
            result |= _from_wire(member, values[key], read_only=read_only)
        elif read_only or not member.read_only:
            result[key] = _value_from_wire(member.kind, values[key], read_only=read_only)
    return result


def _value_from_wire(kind: str, value: Any, *, read_only: bool) -> Any:
    if kind.startswith("["):
        return [_value_from_wire(kind[1:-1], item, read_only=read_only) for item in value]
    if kind.startswith("{"):
        return {key: _value_from_wire(kind[1:-1], item, read_only=read_only) for key, item in value.items()}
    return _from_wire(tree(kind), value, read_only=read_only) if is_model(kind) else value
