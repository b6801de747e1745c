"""The codes of what can be wrong with a gateway and its routes."""

from __future__ import annotations

from collections.abc import Sequence

from polypod.checks.codes.code import Code
from polypod.checks.codes.programs import gateway, pod, web


def _routed(*routes: str) -> str:
    return gateway(f"routes=[{', '.join(routes)}]")


def _before(container: str, route: str) -> str:
    return gateway(f"routes=[{route}]", pods=(pod(main=container),))


CODES: Sequence[Code] = (
    Code(
        "PP620",
        "a header that is too large",
        "Every request takes several buffers of this size.",
        gateway('max_header_size="32Mi"'),
        gateway('max_header_size="64Ki"'),
    ),
    Code(
        "PP621",
        "two routes with the same prefix",
        "Only one of them could answer. A route may have several backends.",
        _routed('Route("/", "web")', 'Route("/", "web")'),
        _routed('Route("/", "web")', 'Route("/api/", "web")'),
    ),
    Code(
        "PP622",
        "not a network",
        "Trusted proxies are addresses or networks.",
        gateway('trusted_proxies=["10.0.0.0/33"]'),
        gateway('trusted_proxies=["10.0.0.0/8"]'),
    ),
    Code(
        "PP623",
        "a number too large for nginx",
        "Times end at 24 days, sizes at 4 EiB; where there is to be no limit, write 'unlimited'.",
        gateway('timeout="1000h"'),
        gateway('timeout="unlimited"'),
    ),
    Code(
        "PP624",
        "a route without a backend",
        "It names no pod.",
        _routed('Route("/", [])'),
        _routed('Route("/", "web")'),
    ),
    Code(
        "PP625",
        "a duplicate backend",
        "A weight gives it a larger share.",
        _routed('Route("/", ["web", "web"])'),
        _routed('Route("/", [Backend("web", weight=2)])'),
    ),
    Code(
        "PP626",
        "not the prefix of a route",
        "A prefix is an absolute path as a client may send it.",
        _routed('Route("api", "web")'),
        _routed('Route("/api", "web")'),
    ),
    Code(
        "PP627",
        "a route below /.polypod/",
        "The gateway keeps this path for itself.",
        _routed('Route("/.polypod/", "web")'),
        _routed('Route("/polypod/", "web")'),
    ),
    Code(
        "PP628",
        "a prefix that is too long",
        "nginx reads 4,096 bytes at once.",
        _routed('Route("/" + "a" * 5000, "web")'),
        _routed('Route("/" + "a" * 500, "web")'),
    ),
    Code(
        "PP629",
        "a stripped prefix of a gRPC route",
        "Clients of gRPC put nothing before the name of the service.",
        _routed('Route("/api/", "web", protocol="grpc", strip_prefix=True)'),
        _routed('Route("/package.Service/", "web", protocol="grpc")'),
    ),
    Code(
        "PP630",
        "gRPC that is buffered or not",
        "Both directions of a stream are passed on as they come, whatever is said.",
        _routed('Route("/package.Service/", "web", protocol="grpc", buffer_responses=True)'),
        _routed('Route("/package.Service/", "web", protocol="grpc")'),
    ),
    Code(
        "PP631",
        "a route to an unknown pod",
        "The application has no pod of this name.",
        _routed('Route("/", "wbe")'),
        _routed('Route("/", "web")'),
    ),
    Code(
        "PP632",
        "a route to a pod without a port",
        "The container that listens there says so with port=.",
        _before(web(), 'Route("/", "web")'),
        _before(web("port=80"), 'Route("/", "web")'),
    ),
    Code(
        "PP633",
        "a route to an unknown port",
        "Its container says on which ports it listens.",
        _routed('Route("/", Backend("web", port=81))'),
        _routed('Route("/", Backend("web", port=80))'),
    ),
    Code(
        "PP634",
        "a route to a UDP port",
        "A gateway speaks HTTP, which needs TCP.",
        _before(web('port=Port(80, protocol="udp")'), 'Route("/", "web")'),
        _before(web("port=80"), 'Route("/", "web")'),
    ),
)
