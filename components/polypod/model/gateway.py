"""A gateway: one address in front of many pods."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal

import attrs

from polypod.model.converters import as_tuple
from polypod.model.pod import Workload, name_of
from polypod.model.quantity import (
    Duration,
    Memory,
    Unlimited,
    duration,
    duration_limit,
    memory,
    memory_limit,
)
from polypod.model.route_path import is_exact

Balance = Literal["round-robin", "least-connections"]
RouteProtocol = Literal["http", "grpc"]


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
    """Requests by their path, and who answers them.

    The pod sees the path and the query byte for byte as the client sent them, without the prefix where it is
    stripped. Requests are matched by their decoded path.

    Args:
        prefix: A path. With a slash at its end, such as ``/flask/``, it means everything below, and requests to
            ``/flask`` are sent there with 308; without one, such as ``/graphql``, it means itself only. Characters may
            be percent-encoded or not.
        to: The pod that answers, by value or name, or several; `Backend` says a port or a weight.
        strip_prefix: Whether the pod sees the path without the prefix, and the prefix in ``X-Forwarded-Prefix``. By
            default ``True`` for a path with a slash at its end, ``False`` for others and for gRPC.
        restore_prefix: Whether the prefix that was stripped is put before the paths of ``Location`` and of cookies in
            answers, where it is missing; ``True`` by default. Cookies named ``__Host-...`` must not have one.
        protocol: What the pod speaks: ``http``, with WebSockets and every other upgrade, or ``grpc``, also for HTTP/2
            without TLS in general; ``http`` by default.
        balance: How several backends share the requests; ``round-robin`` by default.
        retry: Whether a request that may be repeated (GET, HEAD, PUT, DELETE, OPTIONS) is sent to another replica when
            the first breaks the connection or answers 502 or 503. ``False`` by default: what a pod has once got is
            never sent again. Where no connection was made, another replica is always tried.
        buffer_requests: Whether the body of a request is received whole before the pod gets it, so that slow clients do
            not keep it busy; ``True`` by default. ``False`` passes it on as it comes, and a request with a body is then
            tried at one replica only.
        buffer_responses: Whether answers are taken from the pod faster than the client reads them. ``False`` by
            default: event streams and other answers that come in parts are passed on as they come.
        timeout: How long the pod may be silent before the answer is 504, or ``"unlimited"``; the gateway's ``timeout``
            by default. It also ends idle WebSockets.
        max_body_size: The largest request body, or ``"unlimited"``; the gateway's ``max_body_size`` by default,
            unlimited for gRPC, where a body is a whole stream.
    """

    prefix: str
    to: tuple[Backend, ...] = attrs.field(converter=_backends)
    strip_prefix: bool | None = attrs.field(default=None, kw_only=True)
    restore_prefix: bool = attrs.field(default=True, kw_only=True)
    protocol: RouteProtocol = attrs.field(default="http", kw_only=True)
    balance: Balance = attrs.field(default="round-robin", kw_only=True)
    retry: bool = attrs.field(default=False, kw_only=True)
    buffer_requests: bool = attrs.field(default=True, kw_only=True)
    buffer_responses: bool = attrs.field(default=False, kw_only=True)
    timeout: Duration | Unlimited | None = attrs.field(
        default=None, converter=attrs.converters.optional(duration_limit), kw_only=True
    )
    max_body_size: Memory | Unlimited | None = attrs.field(
        default=None, converter=attrs.converters.optional(memory_limit), kw_only=True
    )

    @property
    def strips(self) -> bool:
        """Whether the pod sees the path without the prefix."""
        if self.strip_prefix is None:
            return self.protocol == "http" and not is_exact(self.prefix)
        return self.strip_prefix


def _routes(routes: Iterable[Route]) -> tuple[Route, ...]:
    return as_tuple(routes)


def _networks(networks: Iterable[str]) -> tuple[str, ...]:
    return as_tuple(networks)


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

    It speaks HTTP/1.1 and, with clients that know it, HTTP/2 without TLS. ``GET /`` answers a text listing of the
    routes and ``GET /healthz`` 200, unless a route takes these paths; ``/.polypod/`` is its own.

    Args:
        pods: The pods by name, or just the pods; the name of a pod is that of its main container.
        routes: What the gateway passes on, and to whom. The longest matching prefix wins.
        port: The published port; 8080 by default.
        address: The host address it is published on, where the platform has one; loopback by default.
        image: The nginx image, 1.29 or newer.
        trusted_proxies: Addresses or networks, such as ``10.0.0.0/8``, of proxies in front of the gateway. What they
            say in ``X-Forwarded-For``, ``-Proto``, ``-Host``, ``-Port`` and ``-Prefix`` is passed on; what anybody
            else says is replaced. None by default.
        timeout: How long a pod may be silent before the answer is 504, or ``"unlimited"`` (24 days); 60 s by default.
        connect_timeout: How long connecting to a pod may take before the next is tried; 1 s by default.
        max_body_size: The largest request body, or ``"unlimited"``; 10 MB by default.
        max_header_size: The largest header field, the longest path with its query, and the largest head of an answer;
            64 KiB by default.
        accept: Why, by code, the program accepts findings about the gateway and all that is behind it; they are counted
            and not shown. None by default.
    """

    pods: Mapping[str, Workload] = attrs.field(kw_only=False, converter=_by_name)
    routes: tuple[Route, ...] = attrs.field(default=(), converter=_routes)
    port: int = 8080
    address: str = "127.0.0.1"
    image: str = "nginx:1.29"
    trusted_proxies: tuple[str, ...] = attrs.field(default=(), converter=_networks)
    timeout: Duration | Unlimited = attrs.field(default=duration("60s"), converter=duration_limit)
    connect_timeout: Duration = attrs.field(default=duration("1s"), converter=duration)
    max_body_size: Memory | Unlimited = attrs.field(default=memory("10M"), converter=memory_limit)
    max_header_size: Memory = attrs.field(default=memory("64Ki"), converter=memory)
    accept: Mapping[str, str] = attrs.field(factory=dict)
