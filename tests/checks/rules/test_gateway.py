"""Each rule about a gateway and its routes: a program that breaks it, and what its author reads."""

from __future__ import annotations

from typing import Any

import pytest

from polypod import Backend, Gateway, Pod, Port, Route
from tests.programs import DB, container, found, gateway, said, web

from .messages import MEMORY, TIME

PREFIX = "write '/api/' for everything below it, or '/api' for this path only"
MAIN_PORT = "give its main container port="


def routed(prefix: str = "/", to: Any = "web", *others: Any, **fields: Any) -> Gateway:
    """An application with one route."""
    return Gateway([web(), *others], routes=[Route(prefix, to, **fields)])


BROKEN: list[tuple[Any, str, str, str]] = [
    (gateway(port=0), "gateway.port", "0 is not a port", "use a number from 1 to 65535"),
    (
        gateway(address="everywhere"),
        "gateway.address",
        "'everywhere' is not an IP address",
        "use '127.0.0.1', '0.0.0.0' or an address of the host",
    ),
    (
        gateway(image="nginx"),
        "gateway.image",
        "'nginx' names no version",
        "add a tag or a digest, such as 'nginx:1.0'; ':latest' if you mean it",
    ),
    (gateway(timeout="x"), "gateway.timeout", f"'x' is not {TIME[6:]}", f"{TIME}, or 'unlimited'"),
    (gateway(connect_timeout="x"), "gateway.connect_timeout", f"'x' is not {TIME[6:]}", TIME),
    (gateway(max_body_size="x"), "gateway.max_body_size", f"'x' is not {MEMORY[6:]}", f"{MEMORY}, or 'unlimited'"),
    (gateway(max_header_size="x"), "gateway.max_header_size", f"'x' is not {MEMORY[6:]}", MEMORY),
    (
        Gateway([web()], routes=[Route("/a/", "web"), Route("/b/", "web"), Route("/a/", "web")]),
        "routes[2].prefix",
        "'/a/' is also the prefix of routes[0]",
        "list several backends in one route, or choose another prefix",
    ),
    (
        Gateway([web()], routes=[Route("/\u00fc/", "web"), Route("/%C3%BC/", "web")]),
        "routes[1].prefix",
        "'/%C3%BC/' is also the prefix of routes[0]",
        "list several backends in one route, or choose another prefix",
    ),
    *(
        (routed(prefix), "routes[0].prefix", f"{prefix!r} is not a path: {why}", PREFIX)
        for prefix, why in {
            "": "a path starts with '/'",
            "api/": "a path starts with '/'",
            "//": "it has an empty segment, '//'",
            "/a//b": "it has an empty segment, '//'",
            "/a/../": "it has a segment '.' or '..'",
            "/%2e/": "it has a segment '.' or '..'",
            "/a/..": "it has a segment '.' or '..'",
            "/users/{id}/": "a route takes no patterns",
            "/a?b": "a path ends before the '?'",
            "/a#b": "a path ends before the '#'",
            "/100%/": "'%' is not followed by two hexadecimal digits",
            "/%2f/": "'%2f' cannot be in the path of a route",
            "/a/\n": "'\\n' cannot be in the path of a route",
            "/%ff/": "its bytes are not UTF-8",
        }.items()
    ),
    *(
        (routed(prefix), "routes[0].prefix", "the gateway keeps '/.polypod/' for itself", "choose another prefix")
        for prefix in ("/.polypod", "/.polypod/health", "/%2epolypod/")
    ),
    (
        gateway(trusted_proxies=["10.0.0.1/8"]),
        "gateway.trusted_proxies[0]",
        "10.0.0.1/8 has host bits set",
        "write an address or a network, such as '10.0.0.0/8'",
    ),
    (
        routed("/a/", protocol="grpc", strip_prefix=True),
        "routes[0].strip_prefix",
        "clients of gRPC put nothing before the name of the service",
        "leave it out, and let the prefix be '/package.Service/'",
    ),
    (
        routed("/a/", protocol="grpc", buffer_requests=False),
        "routes[0].buffer_requests",
        "gRPC is passed on as it comes, in both directions",
        "leave it out",
    ),
    (routed("/", []), "routes[0].to", "the route leads nowhere", "name at least one pod"),
    (routed(timeout="x"), "routes[0].timeout", f"'x' is not {TIME[6:]}", f"{TIME}, or 'unlimited'"),
    (
        routed(max_body_size=0),
        "routes[0].max_body_size",
        "'0' is not more than nothing",
        f"{MEMORY}, or 'unlimited'",
    ),
    (routed("/", "api"), "routes[0].to[0]", "'api' is not a pod of the application", "use one of web"),
    (
        routed("/", ["web", "job"], Pod(container("job"))),
        "routes[0].to[1]",
        "the pod 'job' has no port",
        MAIN_PORT,
    ),
    (
        routed("/", Backend("web", port=81)),
        "routes[0].to[0]",
        "the pod 'web' does not list port 81",
        "list it in the ports of its container",
    ),
    (
        routed("/", "dns", Pod(container("dns", port=Port(53, protocol="udp")))),
        "routes[0].to[0]",
        "port 53 of the pod 'dns' is a UDP port",
        "name a TCP port with Backend(pod, port=...)",
    ),
    (
        routed("/", ["web", Backend("web", weight=2)]),
        "routes[0].to[1]",
        "'web' is listed twice",
        "list it once; weight= gives it a larger share",
    ),
    (routed("/", Backend("web", weight=0)), "routes[0].to[0].weight", "0 is less than 1", "use 1 or more"),
]


@pytest.mark.parametrize(("model", "path", "what", "fix"), BROKEN, ids=[f"{row[1]}: {row[2]}" for row in BROKEN])
def test_a_broken_rule_gives_one_problem(model: Any, path: str, what: str, fix: str) -> None:
    """The author reads where it is, what is wrong there and what to do."""
    assert [(path, what, fix)] == said(model)


VALID: list[Any] = [
    gateway(),
    gateway(routes=[]),
    gateway(DB, port=1, routes=[Route("/", DB, timeout="1h", max_body_size="1G", balance="least-connections")]),
    routed("/v1.0/~me/a_b-c/"),
    routed("/health/"),
    *(
        routed(path)
        for path in ("/healthz", "/graphql", "/@scope/", "/a b/", "/\u00fc/", "/a;b=c,d/", "/it's/", '/"/', "/a$b/")
    ),
    Gateway([web()], routes=[Route("/api", "web"), Route("/api/", "web"), Route("/", "web")]),
    routed("/p.Service/", protocol="grpc", max_body_size="1M"),
    gateway(timeout="unlimited", max_body_size="unlimited", trusted_proxies=["10.0.0.0/8", "::1", "192.0.2.1"]),
    routed(timeout="unlimited", max_body_size="unlimited", retry=True, buffer_requests=False, buffer_responses=True),
    routed("/", ["web", Backend("db", weight=3), Backend("web", port=80)], DB),
    routed("/", Backend("dns", port=54), Pod(container("dns", ports=[Port(53, protocol="udp"), 54]))),
]


@pytest.mark.parametrize("model", VALID)
def test_a_valid_application_has_no_problem(model: Any) -> None:
    """What every target can run is not complained about."""
    assert found(model) == []
