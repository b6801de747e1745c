"""The numbers and patterns of the limits of Azure Container Instances."""

from __future__ import annotations

from collections.abc import Mapping

import attrs

NAME = r"[a-z0-9]([-a-z0-9]*[a-z0-9])?"
DNS_LABEL = r"[A-Za-z0-9]([-A-Za-z0-9]{3,61})[A-Za-z0-9]"
ENVIRONMENT_NAME = r"[A-Za-z_][A-Za-z0-9_]*"
FILE_NAME = r"[-._A-Za-z0-9]{1,253}"
HOST = r"[A-Za-z0-9]([-A-Za-z0-9.]*[A-Za-z0-9])?(:[0-9]{1,5})?"
SUBNET_ID = (
    r"(?i)/subscriptions/[^/]+/resourceGroups/[^/]+/providers/Microsoft\.Network/virtualNetworks/[^/]+/subnets/[^/]+"
)

NAME_LENGTH = 63
VOLUME_NAME_LENGTH = (5, 63)
CONTAINERS = 60
INIT_CONTAINERS = 59
VOLUMES = 20
PUBLIC_PORTS = 5
PORTS = (1, 65535)
RESERVED_PORTS: tuple[tuple[int, int], ...] = (
    (22, 22),
    (1025, 1027),
    (3389, 3399),
    (9999, 9999),
    (19000, 19000),
    (19080, 19080),
    (19100, 19100),
    (19390, 19390),
    (20000, 30000),
    (49152, 65534),
)
CPU_STEP = "0.01"
MEMORY_STEP = "0.1"
GROUP_MINIMUM = {"cpu": 1.0, "memoryInGB": 1.0}
GROUP_MAXIMUM: Mapping[str, Mapping[str, float]] = {
    "Regular": {"cpu": 31.0, "memoryInGB": 240.0},
    "Spot": {"cpu": 4.0, "memoryInGB": 16.0},
}


@attrs.frozen
class Limit:
    """One limit of the service.

    Args:
        name: Its name here.
        code: The error code of the refusal.
        message: The message, with places for what was refused.
        source: Where the limit is documented.
        status: The HTTP status of the refusal.
        attested: Whether code and message have been seen in answers of the service.
    """

    name: str
    code: str
    message: str
    source: str
    status: int = 400
    attested: bool = False
