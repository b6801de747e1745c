"""A gateway: one address in front of many pods."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal

import attrs

from polypod.model.converters import as_tuple
from polypod.model.pod import Workload, name_of
from polypod.model.quantity import Duration, Memory, duration, memory

Balance = Literal["round-robin", "least-connections"]


@attrs.frozen
class Backend:
    """A pod that answers the requests of a route.

    Args:
        pod: The name of the pod.
        port: The port; the first of the pod by default.
        weight: Its share of the requests compared with the other backends; 1 by default.
    """

    pod: str
    port: int | None = attrs.field(default=None, kw_only=True)
    weight: int = attrs.field(default=1, kw_only=True)


def _backends(to: str | Workload | Backend | Iterable[str | Workload | Backend]) -> tuple[Backend, ...]:
    items = (to,) if isinstance(to, str | Workload | Backend) else as_tuple(to)
    if not isinstance(items, tuple):
        return items
    return tuple(item if isinstance(item, Backend) else Backend(name_of(item)) for item in items)


@attrs.frozen
class Route:
    """Requests whose path starts with a prefix, and who answers them.

    Args:
        prefix: The prefix, with a slash at both ends, such as ``/flask/``.
        to: The pod that answers, by value or name, or several; `Backend` says a port or a weight.
        strip_prefix: Whether the pod sees the path without the prefix; ``True`` by default.
        balance: How several backends share the requests; ``round-robin`` by default.
        timeout: How long the pod may be silent; the gateway's ``timeout`` by default.
        max_body_size: The largest request body; the gateway's ``max_body_size`` by default.
    """

    prefix: str
    to: tuple[Backend, ...] = attrs.field(converter=_backends)
    strip_prefix: bool = attrs.field(default=True, kw_only=True)
    balance: Balance = attrs.field(default="round-robin", kw_only=True)
    timeout: Duration | None = attrs.field(default=None, converter=attrs.converters.optional(duration), kw_only=True)
    max_body_size: Memory | None = attrs.field(default=None, converter=attrs.converters.optional(memory), kw_only=True)


def _routes(routes: Iterable[Route]) -> tuple[Route, ...]:
    return as_tuple(routes)


def _by_name(pods: Mapping[str, Workload] | Iterable[Workload]) -> Mapping[str, Workload]:
    if isinstance(pods, Mapping):
        return dict(pods)
    items = as_tuple(pods)
    if not isinstance(items, tuple):
        return items
    found: dict[str, Workload] = {}
    for i, pod in enumerate(items):
        name = name_of(pod)
        found[name if isinstance(name, str) and name not in found else f"[{i}]"] = pod
    return found


@attrs.frozen(kw_only=True)
class Gateway:
    """An application of several pods with one address in front.

    ``GET /`` answers a text listing of the routes unless a route takes ``/``, and ``GET /healthz`` answers 200.

    Args:
        pods: The pods by name, or just the pods; the name of a pod is that of its main container.
        routes: What the gateway passes on, and to whom. The longest matching prefix wins.
        port: The published port; 8080 by default.
        address: The host address it is published on, where the platform has one; loopback by default.
        image: The nginx image, 1.27.3 or newer.
        timeout: How long a pod may be silent before the gateway gives up; 60 s by default.
        connect_timeout: How long connecting to a pod may take before the next is tried; 1 s by default.
        max_body_size: The largest request body; 10 MB by default.
    """

    pods: Mapping[str, Workload] = attrs.field(kw_only=False, converter=_by_name)
    routes: tuple[Route, ...] = attrs.field(default=(), converter=_routes)
    port: int = 8080
    address: str = "127.0.0.1"
    image: str = "nginx:1.29"
    timeout: Duration = attrs.field(default=duration("60s"), converter=duration)
    connect_timeout: Duration = attrs.field(default=duration("1s"), converter=duration)
    max_body_size: Memory = attrs.field(default=memory("10M"), converter=memory)
