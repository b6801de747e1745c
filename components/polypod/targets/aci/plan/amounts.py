"""CPU and memory in the steps and the least amounts that Azure has.

See "Resource allocation" in Azure's "Container groups": a container takes no more than it requests unless it has a
limit, and a limit is at least the request and at most what all containers of the group request together.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import attrs

from polypod.azure.aci import limits
from polypod.model.container import Container

_BYTES = 1024**3


@attrs.frozen(kw_only=True)
class Resource:
    """One of the two resources, counted in Azure's steps.

    Args:
        name: Its unit, as messages have it.
        wire: Its name in a request.
        field: Its name in the model.
        steps: How many steps one CPU or one GB has.
        unit: The unit of the model's amounts in one CPU or one GB.
        least: The steps of a container that asks for nothing.
    """

    name: str
    wire: str
    field: str
    steps: int
    unit: int
    least: int

    def count(self, amount: int) -> int:
        """An amount of the model in steps, rounded up."""
        return -(-amount * self.steps // self.unit)

    def number(self, count: int) -> float:
        """Steps as Azure writes them."""
        return count / self.steps if count % self.steps else count // self.steps

    @property
    def minimum(self) -> int:
        """The least that a group requests, in steps."""
        return round(limits.GROUP_MINIMUM[self.wire] * self.steps)


KINDS = (
    Resource(name="CPU", wire="cpu", field="cpu", steps=100, unit=1000, least=25),
    Resource(name="GB", wire="memoryInGB", field="memory", steps=10, unit=_BYTES, least=5),
)


@attrs.frozen
class Amount:
    """One container's share of one resource, in steps.

    Args:
        request: What it is promised.
        limit: The most it may take.
        exceeded: Whether the limit is more than the program's.
        raises: Whether the group requests more than anybody asked for, because of the limit.
    """

    request: int
    limit: int
    exceeded: bool
    raises: bool = False


@attrs.frozen
class _Asked:
    """One container's request and limit of one resource, in steps.

    Args:
        request: What it is promised.
        limit: The most it may take; ``None`` where it states none.
    """

    request: int
    limit: int | None

    def takes(self, more: int) -> int:
        """The part of a further amount that its limit lets it request too."""
        return min(more, self.limit - self.request) if self.limit else more


def amounts(kind: Resource, containers: Sequence[Container]) -> list[Amount]:
    """Distribute one resource among the containers of a group.

    Args:
        kind: The resource.
        containers: The containers.
    """
    asked = [_asked(container, kind) for container in containers]
    together = sum(item.request for item in asked)
    largest = max(item.limit or 0 for item in asked)
    requests = _raised(asked, max(0, kind.minimum - together, largest - together))
    total = sum(requests)
    return [
        Amount(
            request,
            max(item.limit or total, request),
            exceeded=item.limit is not None and request > item.limit,
            raises=item.limit == largest and largest > max(kind.minimum, together),
        )
        for request, item in zip(requests, asked, strict=True)
    ]


def _asked(container: Container, kind: Resource) -> _Asked:
    """At least what Azure asks for by itself, and no more than the limit."""
    request, limit = _count(container, kind, kind.field) or kind.least, _count(container, kind, f"{kind.field}_limit")
    return _Asked(min(request, limit) if limit else request, limit)


def _count(container: Container, kind: Resource, field: str) -> int | None:
    found = getattr(container.resources, field)
    return None if found is None else kind.count(found.amount)


def _raised(asked: Sequence[_Asked], short: int) -> list[int]:
    """The requests, with what the group must request and nobody has asked for.

    That goes to the last container, a main one, as far as its limit allows, then to those before it. What no limit
    allows goes to the last one all the same.
    """
    requests = [item.request for item in asked]
    for i in reversed(range(len(asked))):
        more = asked[i].takes(short)
        requests[i] += more
        short -= more
    requests[-1] += short
    return requests


def resources(containers: Sequence[Container]) -> list[Mapping[str, Any]]:
    """The ``resources`` of each container of a group, as a request has them.

    Args:
        containers: The containers, a main container last.
    """
    table = {kind: amounts(kind, containers) for kind in KINDS}
    return [
        {
            "requests": {kind.wire: kind.number(table[kind][i].request) for kind in KINDS},
            "limits": {kind.wire: kind.number(table[kind][i].limit) for kind in KINDS},
        }
        for i, _ in enumerate(containers)
    ]
