"""One thing in a request that a limit of Azure Container Instances refuses, and how rules see a request."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import attrs

from polypod.azure.aci.limits import Limit
from polypod.azure.aci.table import LIMITS

Json = Mapping[str, Any]


@attrs.frozen
class Violation:
    """One thing that is refused.

    Args:
        limit: The limit.
        path: The place in the request, such as ``properties.containers[0].name``.
        message: What the service says.
    """

    limit: Limit
    path: str
    message: str


def violation(limit: str, path: str, /, **details: object) -> Violation:
    """A violation of a limit, by its name."""
    found = LIMITS[limit]
    return Violation(found, path, found.message.format(**details))


@attrs.frozen
class Member:
    """A container or an init container of a group.

    Args:
        group: The name of its group.
        path: Its place in the request.
        name: Its name.
        properties: Its properties.
    """

    group: str
    path: str
    name: str
    properties: Json

    def refuse(self, limit: str, place: str, /, **details: object) -> Violation:
        """A violation at a place in this container."""
        return violation(limit, f"{self.path}.{place}", group=self.group, container=self.name, **details)


@attrs.frozen
class Group:
    """A container group as it stands in a request.

    Args:
        name: Its name.
        body: The request's body; its types are right.
    """

    name: str
    body: Json

    @property
    def properties(self) -> Json:
        """The group's properties."""
        return self.body.get("properties") or {}

    @property
    def containers(self) -> Sequence[Member]:
        """Its containers."""
        return self._members("containers")

    @property
    def init_containers(self) -> Sequence[Member]:
        """Its init containers."""
        return self._members("initContainers")

    @property
    def members(self) -> Sequence[Member]:
        """Its containers and init containers."""
        return (*self.containers, *self.init_containers)

    def _members(self, key: str) -> Sequence[Member]:
        return tuple(
            Member(self.name, f"properties.{key}[{i}]", item.get("name") or "", item.get("properties") or {})
            for i, item in enumerate(self.items(key))
        )

    def items(self, key: str) -> Sequence[Json]:
        """A list among the properties."""
        return self.properties.get(key) or ()

    def refuse(self, limit: str, path: str, /, **details: object) -> Violation:
        """A violation at a place in the request."""
        return violation(limit, path, group=self.name, **details)


def repeated(values: Sequence[Any]) -> Iterator[tuple[int, Any]]:
    """The values that have been there before, with their place."""
    seen = set()
    for i, value in enumerate(values):
        if value in seen:
            yield i, value
        seen.add(value)
