"""The numbers and patterns of Azure Container Instances' limits."""

from __future__ import annotations

from collections.abc import Mapping

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
