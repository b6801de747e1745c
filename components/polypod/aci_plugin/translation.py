"""Inputs of azure-native as bodies of Azure's interface, and answers as outputs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from polypod.aci_plugin.kinds import Json, Kind
from polypod.azure.aci.wire import Member, Tree, is_model, tree

_ENVELOPE = {"location", "tags", "sku", "kind", "identity", "zones", "managedBy", "extendedLocation"}
"""What stands beside ``properties`` in the body of every resource of Azure."""


def body(kind: Kind, inputs: Mapping[str, Any]) -> Json:
    """The body of a PUT."""
    own = {key: value for key, value in inputs.items() if key not in kind.parameters}
    if kind.nested:
        return _to_wire(tree(kind.nested), own)
    result = {key: value for key, value in own.items() if key in _ENVELOPE}
    properties = {kind.wire_names.get(key, key): value for key, value in own.items() if key not in _ENVELOPE}
    return {**result, "properties": properties} if properties else result


def outputs(kind: Kind, answer: Mapping[str, Any]) -> Json:
    """The outputs of a resource."""
    if kind.nested:
        flat = _from_wire(tree(kind.nested), answer)
    else:
        names = {wire: name for name, wire in kind.wire_names.items()}
        properties = {names.get(key, key): value for key, value in answer.get("properties", {}).items()}
        flat = {**answer, **properties}
    return {key: value for key, value in flat.items() if key in kind.outputs}


def inputs(kind: Kind, answer: Mapping[str, Any]) -> Json:
    """The inputs that would make a resource as it is, apart from what Azure does not tell: secrets, and its path."""
    found = _from_wire(tree(kind.nested), answer, read_only=False) if kind.nested else outputs(kind, answer)
    return {key: value for key, value in found.items() if key in kind.inputs}


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
