"""Locations: one for each route."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from polypod.model.gateway import Gateway, Route
from polypod.model.route_path import decoded, encoded, is_exact
from polypod.targets.shared.plan.nginx.text import block, quoted
from polypod.targets.shared.plan.nginx.upstreams import Upstreams
from polypod.targets.shared.plan.nginx.ways import OWN, Ways

HEALTH = f"{OWN}health"
"""Answers 200 while nginx runs."""

LISTING = "routes.txt"
"""The name of the file with the listing, next to the configuration."""

_HEALTHY = 'access_log off; default_type text/plain; return 200 "ok\\n";'
_MISSING = 'default_type text/plain; return 404 "no route\\n";'
_LISTED = f"default_type text/plain; types {{ }} root /etc/polypod; try_files /{LISTING} =404;"


@attrs.frozen
class Routes:
    """The locations of a gateway.

    Args:
        gateway: The gateway.
        upstreams: Who answers.
        ways: How requests are passed on.
    """

    gateway: Gateway
    upstreams: Upstreams
    ways: Ways

    def text(self) -> str:
        """All locations, those of the gateway itself first."""
        taken = {decoded(route.prefix) for route in self.gateway.routes}
        own = {f"= {HEALTH}": _HEALTHY}
        if "/" not in taken:
            own |= {"= /": _LISTED, "/": _MISSING}
            if not taken & {"/healthz", "/healthz/"}:
                own["= /healthz"] = _HEALTHY
        return "".join(
            [
                *(f"    location {path} {{ {directives} }}\n" for path, directives in own.items()),
                *(text for route in self.gateway.routes for text in self._locations(route, taken)),
            ]
        )

    def _locations(self, route: Route, taken: set[str]) -> Iterator[str]:
        path, prefix = decoded(route.prefix), encoded(route.prefix)
        parent = path.removesuffix("/")
        if not is_exact(path) and parent and parent not in taken:
            yield f'    location = {quoted(parent)} {{ return 308 "$outer_prefix{prefix}$query"; }}\n'
        stripped = prefix.removesuffix("/") if route.strips else ""
        directives = [
            f'set $prefix "{stripped}";',
            *([] if route.restore_prefix else ["set $unrestored 1;"]),
            f"set $upstream {self.upstreams.of(route)};",
            *self.ways.directives(route),
        ]
        yield block(f"location {'= ' if is_exact(path) else ''}{quoted(path)}", directives, 2)


def listing(gateway: Gateway) -> str:
    """The listing of routes that ``/`` answers if no route matches.

    Args:
        gateway: The gateway.
    """
    lines = [f"{route.prefix} -> {', '.join(backend.pod for backend in route.to)}" for route in gateway.routes]
    return "\n".join(["API gateway", "Routes:", *lines, ""])
