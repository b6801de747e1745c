"""CPU and memory limits of containers."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from polypod.model.container import Container

CPU_PERIOD = 100_000
"""Microseconds of a scheduling period. The provider rounds ``cpus`` to one decimal when it reads."""

MIB = 1024 * 1024
_SMALLEST_QUOTA = 1000


def limits(container: Container) -> Mapping[str, Any]:
    """The limits of a container, as fields of its record."""
    resources = container.resources
    limits: dict[str, Any] = {}
    if resources.memory_limit is not None:
        limits["memory"] = math.ceil(resources.memory_limit.amount / MIB)
    if resources.memory is not None and resources.memory != resources.memory_limit:
        limits["memory_reservation"] = math.ceil(resources.memory.amount / MIB)
    if resources.cpu_limit is not None:
        limits["cpu_quota"] = max(_SMALLEST_QUOTA, resources.cpu_limit.amount * CPU_PERIOD // 1000)
    if resources.cpu is not None:
        limits["cpu_shares"] = max(2, resources.cpu.amount * 1024 // 1000)
    return limits
