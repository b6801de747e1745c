"""The wire format of container groups, read off the models of Azure's official SDK."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import attrs
from azure.mgmt.containerinstance import models

from polypod_aci_emulator.private_apis import attributes


@attrs.frozen
class Member:
    """A member of a JSON object.

    Args:
        kind: Its type in the SDK's notation: ``str``, ``[Container]``, ``{str}``, the name of a model.
        read_only: Whether only answers have it.
        required: Whether a request needs it.
    """

    kind: str
    read_only: bool
    required: bool


Tree = Mapping[str, "Member | Tree"]


@cache
def tree(model: str) -> Tree:
    """The members of a model's JSON object; a tree for an object whose members the SDK lifts into the model.

    Args:
        model: The name of the model, such as ``ContainerGroup``.
    """
    found = getattr(models, model)
    root: dict[str, Any] = {}
    for attribute in attributes(found):
        *parents, leaf = attribute.key.split(".")
        node = root
        for parent in parents:
            node = node.setdefault(parent, {})
        node[leaf] = Member(attribute.kind, attribute.read_only, attribute.required)
    return root


def is_model(kind: str) -> bool:
    """Whether a type in the SDK's notation is a model."""
    return hasattr(models, kind)
