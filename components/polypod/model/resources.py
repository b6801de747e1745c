"""Resource requests and limits of a container."""

from __future__ import annotations

import attrs

from polypod.model import quantity


@attrs.frozen
class Resources:
    """Resource requests and limits of a container.

    Args:
        cpu: Promised CPU, such as ``"250m"`` or ``0.5``; unlimited by default.
        memory: Promised memory, such as ``"256Mi"``; unlimited by default.
        cpu_limit: The most it may take; ``cpu`` by default.
        memory_limit: The most it may take; ``memory`` by default.
    """

    cpu: quantity.Cpu | None = attrs.field(default=None, converter=attrs.converters.optional(quantity.cpu))
    memory: quantity.Memory | None = attrs.field(default=None, converter=attrs.converters.optional(quantity.memory))
    cpu_limit: quantity.Cpu | None = attrs.field(
        default=attrs.Factory(lambda self: self.cpu, takes_self=True),
        converter=attrs.converters.optional(quantity.cpu),
        kw_only=True,
    )
    memory_limit: quantity.Memory | None = attrs.field(
        default=attrs.Factory(lambda self: self.memory, takes_self=True),
        converter=attrs.converters.optional(quantity.memory),
        kw_only=True,
    )
