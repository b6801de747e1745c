"""Limits, buffers and retries of forwarded requests, shared by routes with the same options."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property

import attrs

from polypod.model.gateway import Gateway, Route
from polypod.model.quantity import Duration, Memory, Unlimited
from polypod.targets.shared.plan.nginx.text import block

OWN = "/.polypod/"
"""What the gateway keeps for itself of all paths."""

_FOREVER = "24d"
"""About the longest time that nginx can wait: it counts the milliseconds in an int."""

_PASS = {"http": "proxy_pass http://$upstream$path;", "grpc": "grpc_pass grpc://$upstream;"}
_MODULE = {"http": "proxy", "grpc": "grpc"}

_NO_PATH = 'if ($path = "") { return 400 "The path does not begin with the prefix of the route as it is written.\\n"; }'
_FAILED = """\
    location @timed_out { return 504; }
    location @unreachable { return 502; }
"""


@attrs.frozen
class Way:
    """The options of a route for forwarding requests.

    Args:
        protocol: What the pod speaks.
        timeout: How long it may be silent, as nginx writes it.
        body: The largest request body in bytes; 0 for no limit.
        retry: Whether a request may be repeated.
        buffer_requests: Whether bodies are received whole first.
        buffer_responses: Whether answers are taken faster than the client reads them.
    """

    protocol: str
    timeout: str
    body: int
    retry: bool
    buffer_requests: bool
    buffer_responses: bool


def way_of(route: Route, gateway: Gateway) -> Way:
    """The forwarding options of a route.

    Args:
        route: The route.
        gateway: Its gateway.
    """
    body = route.max_body_size or ("unlimited" if route.protocol == "grpc" else gateway.max_body_size)
    return Way(
        route.protocol,
        timeout=_time(route.timeout or gateway.timeout),
        body=_bytes(body),
        retry=route.retry,
        buffer_requests=route.buffer_requests and route.protocol == "http",
        buffer_responses=route.buffer_responses,
    )


def _time(timeout: Duration | Unlimited) -> str:
    return f"{timeout.amount}ms" if isinstance(timeout, Duration) else _FOREVER


def _bytes(size: Memory | Unlimited) -> int:
    return size.amount if isinstance(size, Memory) else 0


@attrs.frozen(slots=False)
class Ways:
    """The ways of a gateway.

    The location of a way is entered twice: by routes, and again by requests for which no connection could be made. No
    backend has seen those, so that is safe for every method. nginx itself would only try again, too, what a backend has
    got and not answered. A body that is passed on as it comes is gone with the first try.

    Args:
        gateway: The gateway.
    """

    gateway: Gateway

    @cached_property
    def names(self) -> Mapping[Way, str]:
        """The name of each way."""
        ways = dict.fromkeys(way_of(route, self.gateway) for route in self.gateway.routes)
        return {way: f"{way.protocol}_{i}" for i, way in enumerate(ways)}

    def directives(self, route: Route) -> list[str]:
        """The directives of a route's location that forward its requests.

        Args:
            route: The route.
        """
        way = way_of(route, self.gateway)
        name = self.names[way]
        if way.protocol == "grpc":  # It sends the path as it came only where nothing has rewritten it.
            return list(_directives(way, name))
        return [f"rewrite ^ {OWN}{name}{'' if way.buffer_requests else '$streamed'} last;"]

    def text(self) -> str:
        """The locations of all ways."""
        return "".join(part for way, name in self.names.items() for part in _locations(way, name)) + _FAILED


def _locations(way: Way, name: str) -> Iterator[str]:
    if way.protocol == "http":
        yield block(f"location = {OWN}{name}", ["internal;", *_directives(way, name)], 2)
    if not way.buffer_requests and way.protocol == "http":
        yield block(f"location = {OWN}{name}_streamed", ["internal;", *_streamed(way)], 2)
    yield block(f"location @{name}", _directives(way, name), 2)


def _directives(way: Way, name: str) -> Iterator[str]:
    yield f"set $again @{name};"
    yield "error_page 502 504 = $on_failure;"
    yield from _common(way)


def _streamed(way: Way) -> Iterator[str]:
    yield "proxy_request_buffering off;"
    yield from _common(way)


def _common(way: Way) -> Iterator[str]:
    module = _MODULE[way.protocol]
    if way.protocol == "http":
        yield _NO_PATH
    yield f"{module}_read_timeout {way.timeout};"
    yield f"{module}_send_timeout {way.timeout};"
    if not way.buffer_requests:
        yield f"client_body_timeout {way.timeout};"
    yield f"client_max_body_size {way.body};"
    if way.retry:
        yield f"{module}_next_upstream error http_502 http_503;"
    if way.buffer_responses:
        yield "proxy_buffering on;"
    yield _PASS[way.protocol]
