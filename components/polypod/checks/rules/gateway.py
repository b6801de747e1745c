"""Rules for a gateway and its routes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from ipaddress import ip_network
from pathlib import Path

from polypod.checks.rules.basics import quantity_problems
from polypod.checks.rules.container import address_problems, image_problems, port_number_problems
from polypod.errors import Problem
from polypod.model.gateway import Backend, Gateway, Route
from polypod.model.quantity import Duration, Memory, Quantity
from polypod.model.route_path import decoded, encoded, path_problem

_OWN = "/.polypod/"

_LONGEST_PATH = 4_000
"""In bytes. One parameter of nginx's configuration has at most 4,096 (``NGX_CONF_BUFFER`` of its source), of which what
stands around a path takes some."""

_MOST: Mapping[type[Quantity], tuple[int, str]] = {
    Duration: (24 * 24 * 3_600_000, "24 days, '576h'"),
    Memory: (2**62, "4 EiB, '4194304Ti'"),
}
"""The longest time and the largest body that nginx can count: milliseconds in an ``int``, bytes in an ``off_t``."""

_LARGEST_HEADER = 16 * 1024**2
"""In bytes. Every request takes several buffers of this size."""


def gateway_problems(gateway: Gateway) -> Iterator[Problem]:
    """Everything that is wrong with a gateway and its routes."""
    yield from port_number_problems("gateway.port", gateway.port)
    yield from address_problems("gateway.address", gateway.address)
    yield from image_problems("gateway.image", gateway.image, Path())
    for i, network in enumerate(gateway.trusted_proxies):
        yield from _network_problems(f"gateway.trusted_proxies[{i}]", network)
    yield from _limit_problems("gateway", gateway, ("timeout", "max_body_size"))
    for field in ("connect_timeout", "max_header_size"):
        yield from quantity_problems(f"gateway.{field}", getattr(gateway, field))
    yield from _excess(
        "gateway.connect_timeout", gateway.connect_timeout, "write less: a pod that is there takes no time"
    )
    if gateway.max_header_size.amount > _LARGEST_HEADER:
        what = f"{gateway.max_header_size.text!r} is more than 16 MiB, and every request takes several such buffers"
        yield Problem("PP620", "gateway.max_header_size", what, "write at most '16Mi'")
    seen: dict[str, int] = {}
    for i, route in enumerate(gateway.routes):
        yield from _route_problems(f"routes[{i}]", route, gateway)
        path = decoded(route.prefix)
        if path in seen:
            yield Problem(
                "PP621",
                f"routes[{i}].prefix",
                f"{route.prefix!r} is also the prefix of routes[{seen[path]}]",
                "list several backends in one route, or choose another prefix",
            )
        seen.setdefault(path, i)


def _network_problems(path: str, network: str) -> Iterator[Problem]:
    try:
        ip_network(network)
    except ValueError as error:
        yield Problem("PP622", path, str(error), "write an address or a network, such as '10.0.0.0/8'")


def _limit_problems(path: str, holder: Gateway | Route, fields: tuple[str, ...]) -> Iterator[Problem]:
    for field in fields:
        limit = getattr(holder, field)
        if isinstance(limit, Quantity) and limit.problem:
            yield Problem("PP112", f"{path}.{field}", limit.problem, f"write {limit.example}, or 'unlimited'")
        elif isinstance(limit, Quantity):
            yield from _excess(f"{path}.{field}", limit, "write less, or 'unlimited'")


def _excess(path: str, limit: Quantity, fix: str) -> Iterator[Problem]:
    most, words = _MOST[type(limit)]
    if limit.amount > most:
        yield Problem("PP623", path, f"{limit.text!r} is more than nginx can count, which is {words}", fix)


def _route_problems(path: str, route: Route, gateway: Gateway) -> Iterator[Problem]:
    yield from _path_problems(f"{path}.prefix", route.prefix)
    yield from _limit_problems(path, route, ("timeout", "max_body_size"))
    if route.protocol == "grpc":
        yield from _grpc_problems(path, route)
    if not route.to:
        yield Problem("PP624", f"{path}.to", "the route leads nowhere", "name at least one pod")
    seen: set[tuple[str, int | None]] = set()
    for i, backend in enumerate(route.to):
        where = f"{path}.to[{i}]"
        yield from _backend_problems(where, backend, gateway)
        if (backend.pod, backend.port) in seen:
            fix = "list it once; weight= gives it a larger share"
            yield Problem("PP625", where, f"{backend.pod!r} is listed twice", fix)
        seen.add((backend.pod, backend.port))


def _path_problems(path: str, prefix: str) -> Iterator[Problem]:
    if why := path_problem(prefix):
        fix = "write '/api/' for everything below it, or '/api' for this path only"
        yield Problem("PP626", path, f"{prefix!r} is not a path: {why}", fix)
    elif f"{decoded(prefix)}/".startswith(_OWN):
        yield Problem("PP627", path, f"the gateway keeps {_OWN!r} for itself", "choose another prefix")
    elif (length := len(encoded(prefix))) > _LONGEST_PATH:
        what = f"{prefix[:20]!r}... has {length} bytes as nginx reads it, which takes {_LONGEST_PATH}"
        yield Problem("PP628", path, what, "shorten it; letters outside of ASCII and escapes take several bytes")


def _grpc_problems(path: str, route: Route) -> Iterator[Problem]:
    if route.strip_prefix:
        what = "clients of gRPC put nothing before the name of the service"
        yield Problem("PP629", f"{path}.strip_prefix", what, "leave it out, and let the prefix be '/package.Service/'")
    for field, default in (("buffer_requests", True), ("buffer_responses", False)):
        if getattr(route, field) is not default:
            yield Problem(
                "PP630", f"{path}.{field}", "gRPC is passed on as it comes, in both directions", "leave it out"
            )


def _known(gateway: Gateway) -> str:
    return f"use one of {', '.join(sorted(gateway.pods))}" if gateway.pods else "add a pod of that name"


def _backend_problems(path: str, backend: Backend, gateway: Gateway) -> Iterator[Problem]:
    if backend.weight < 1:
        yield Problem("PP114", f"{path}.weight", f"{backend.weight} is less than 1", "use 1 or more")
    pod = gateway.pods.get(backend.pod)
    if pod is None:
        yield Problem("PP631", path, f"{backend.pod!r} is not a pod of the application", _known(gateway))
    elif not pod.ports:
        yield Problem("PP632", path, f"the pod {backend.pod!r} has no port", "give its main container port=")
    else:
        ports = [port for port in pod.ports if backend.port in (None, port.number)]
        if not ports:
            yield Problem(
                "PP633",
                path,
                f"the pod {backend.pod!r} does not list port {backend.port}",
                "list it in the ports of its container",
            )
        elif ports[0].protocol != "tcp":
            what = f"port {ports[0].number} of the pod {backend.pod!r} is a UDP port"
            yield Problem("PP634", path, what, "name a TCP port with Backend(pod, port=...)")
