"""Ports that a container listens on."""

from __future__ import annotations

from typing import Literal, Self

import attrs

Protocol = Literal["tcp", "udp"]


@attrs.frozen(kw_only=True)
class Port:
    """A port that a container listens on.

    Args:
        number: The port inside the container, 1 to 65535.
        name: A name to refer to it by, as in ``polypod{db.port.metrics}``.
        protocol: ``tcp`` or ``udp``.
        publish: The port on the host, or on the public address of the platform; ``None`` keeps it inside.
        address: The host address to publish on. The loopback address by default: nothing is reachable from
            other machines unless the program says so.
    """

    number: int = attrs.field(kw_only=False)
    name: str = ""
    protocol: Protocol = "tcp"
    publish: int | None = None
    address: str = "127.0.0.1"

    @classmethod
    def of(cls, value: int | Self) -> Self:
        """A port from its number."""
        return cls(value) if isinstance(value, int) else value
