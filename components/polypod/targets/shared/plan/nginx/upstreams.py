"""Upstreams: the groups of backends that routes share."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property

import attrs

from polypod.model.gateway import Backend, Balance, Gateway, Route
from polypod.targets.shared.plan.nginx.text import block

HostsOf = Callable[[Backend], Sequence[str]]

_BALANCE: Mapping[Balance, tuple[str, ...]] = {"round-robin": (), "least-connections": ("least_conn;",)}
_KEEPALIVE = ("keepalive 64;", "keepalive_timeout 1s;")
"""Shorter than servers wait (gunicorn two seconds, Node.js and uvicorn five): a connection that the server closes just
as a request is sent on it costs the request."""

_BYTES_PER_ADDRESS = 2048
_SMALLEST_ZONE = 64 * 1024


@attrs.frozen(slots=False)
class Upstreams:
    """The groups of backends of a gateway: one for all routes that lead to the same pods in the same way.

    A replica that fails is passed over for a second. When all have failed, all are asked nevertheless, as backups that
    are never passed over: requests that are slow, which nginx takes for failures, must not shut out the others.

    Args:
        gateway: The gateway.
        hosts_of: The host names of a backend.
        resolves: Whether they are resolved again and again.
    """

    gateway: Gateway
    hosts_of: HostsOf
    resolves: bool

    @cached_property
    def names(self) -> Mapping[tuple[tuple[Backend, ...], Balance], str]:
        """The name of each group."""
        keys = dict.fromkeys((route.to, route.balance) for route in self.gateway.routes)
        return {key: f"backends_{i}" for i, key in enumerate(keys)}

    def of(self, route: Route) -> str:
        """The name of a route's group."""
        return self.names[route.to, route.balance]

    def text(self) -> str:
        """The blocks of all groups."""
        zone = f"zone backends {self._zone_size()};"
        return "".join(
            block(f"upstream {name}", [zone, *_BALANCE[balance], *self._servers(to), *_KEEPALIVE], 1)
            for (to, balance), name in self.names.items()
        )

    def _servers(self, to: tuple[Backend, ...]) -> Iterator[str]:
        resolve = " resolve" if self.resolves else ""
        for more in ("max_fails=1 fail_timeout=1s", "max_fails=0 backup"):
            for backend in to:
                port = backend.port or self.gateway.pods[backend.pod].ports[0].number
                for host in self.hosts_of(backend):
                    yield f"server {host}:{port} weight={backend.weight} {more}{resolve};"

    def _zone_size(self) -> int:
        """Room for every replica, twice in updates that start new ones first, and all again as backups."""
        addresses = sum(self._most_copies(backend) for to, _ in self.names for backend in to)
        return _SMALLEST_ZONE + 2 * 2 * addresses * _BYTES_PER_ADDRESS

    def _most_copies(self, backend: Backend) -> int:
        pod = self.gateway.pods[backend.pod]
        return pod.replicas if pod.autoscale is None else pod.autoscale.max_replicas
