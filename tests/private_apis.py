"""Parts of other libraries' SDKs that are not public, and that tests hold what polypod sends against.

Checked with azure-mgmt-containerservice 41.8.0, azure-mgmt-containerregistry 15.0.0 and pulumi-docker 5.2.0.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import attrs


@attrs.frozen
class Field:
    """A field of a model of Azure's newer SDKs.

    Args:
        attribute: Its name in Python.
        read_only: Whether only answers have it.
    """

    attribute: str
    read_only: bool


def is_model(kind: Any) -> bool:
    """Whether a type is a model of Azure's newer SDKs, which have no public base class."""
    return hasattr(kind, "_is_model")


def has_serializer(model: Any) -> bool:
    """Whether a model belongs to Azure's older SDKs, which know the names on the wire by a map in each class."""
    return hasattr(model, "_attribute_map")


def keys(model: Any) -> Iterator[str]:
    """The names on the wire of a model of the older SDKs, with a dot for each object inside of another."""
    return (entry["key"] for entry in model._attribute_map.values())


def missing(parsed: Any) -> Iterator[str]:
    """The attributes that an object of an older SDK needs and does not have, and those of all objects in it.

    The SDK itself refuses only objects that it sends.
    """
    for name, rules in parsed._validation.items():
        if rules.get("required") and getattr(parsed, name) is None:
            yield name
    for value in vars(parsed).values():
        for item in value if isinstance(value, list) else [value]:
            if hasattr(item, "_validation"):
                yield from missing(item)


def serialized(model: Any, parsed: Any) -> object:
    """What an older SDK would send of an object. The serializer is in each package, in a module of a private name."""
    serialization = sys.modules[model.__mro__[-2].__module__]
    package = sys.modules[model.__module__.rpartition(".")[0]]
    sent: object = serialization.Serializer(vars(package)).body(parsed, model.__name__)
    return sent


def fields(model: Any) -> Mapping[str, Field]:
    """The fields of a model of the newer SDKs, by their names on the wire. The first instance fills them in."""
    known: Mapping[str, Any] = model({})._attr_to_rest_field
    return {field._rest_name: Field(name, field._visibility == ["read"]) for name, field in known.items()}


def input_name(getter: Callable[..., object], name: str) -> str:
    """The provider's name of an input of a Pulumi SDK, which a decorator keeps at its getter."""
    return getattr(getter, "_pulumi_name", name)


def constructor(resource: Any) -> Callable[..., object]:
    """The constructor of a resource of a Pulumi SDK that has its inputs: the public one takes anything."""
    made: Callable[..., object] = resource._internal_init
    return made
