"""Which inputs a class of a provider's SDK has, at any depth."""

from __future__ import annotations

import importlib
from collections.abc import Awaitable, Iterator, Mapping, Sequence
from types import UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

import pulumi

from tests import private_apis


def unknown(path: str, value: Any, kinds: Sequence[Any]) -> Iterator[str]:
    """The fields below a value that its class in the SDK does not have."""
    if isinstance(value, list):
        items = [
            kind for member in kinds if get_origin(member) in (list, Sequence) for kind in members(get_args(member)[0])
        ]
        assert items, path
        for i, item in enumerate(value):
            yield from unknown(f"{path}[{i}]", item, items)
    elif isinstance(value, dict):
        inputs = next((kind for kind in kinds if isinstance(kind, type) and kind.__name__.endswith("Args")), None)
        if inputs is None:
            assert any(kind is Any or get_origin(kind) in (dict, Mapping) for kind in kinds), path
            return
        fields = fields_of(inputs)
        for name, item in value.items():
            if name in fields:
                yield from unknown(f"{path}.{name}", item, fields[name])
            else:
                yield f"{path}.{name}"


def members(kind: Any) -> list[Any]:
    """The types that an input may have, without promises."""
    if get_origin(kind) in (Union, UnionType):
        return [member for part in get_args(kind) for member in members(part)]
    if get_origin(kind) is Awaitable or kind is pulumi.Output:
        return []
    return [kind]


def fields_of(inputs: type) -> dict[str, list[Any]]:
    """The fields of a class of inputs, by the name that they have for the provider."""
    return {
        private_apis.input_name(value.fget, name): members(hints(value.fget, inputs)["return"])
        for name, value in vars(inputs).items()
        if isinstance(value, property) and value.fget is not None
    }


def hints(function: Any, owner: Any) -> dict[str, Any]:
    """The types in the signature of a function of the SDK, which names some of them as texts."""
    names = {**vars(importlib.import_module(owner.__module__)), "Output": pulumi.Output, "T": TypeVar("T")}
    return get_type_hints(function, names)


def fields_of_resource(kind: Any) -> dict[str, list[Any]]:
    """The inputs of a resource, by the name that they have for the provider."""
    return {_camel(key): members(value) for key, value in hints(private_apis.constructor(kind), kind).items()}


def _camel(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(map(str.title, others))
