"""Rules about a group's address: ports, DNS label, subnet."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from polypod.azure.aci import limits
from polypod.azure.aci.violation import Group, Json, Violation, repeated

_PATH = "properties.ipAddress"


def rules(group: Group) -> Iterator[Violation]:
    """Check the address."""
    address, subnets = group.properties.get("ipAddress"), group.items("subnetIds")
    if address is not None:
        yield from _ports(group, address.get("ports") or ())
        yield from _kind(group, address, bool(subnets))
    for i, subnet in enumerate(subnets):
        if not re.fullmatch(limits.SUBNET_ID, subnet.get("id") or "", re.IGNORECASE):
            yield group.refuse("subnet-id", f"properties.subnetIds[{i}].id", value=subnet.get("id"))
    if len(subnets) > 1:
        yield group.refuse("subnets-max", "properties.subnetIds")
    if group.properties.get("dnsConfig") is not None and not subnets:
        yield group.refuse("dns-config-needs-subnet", "properties.dnsConfig")
    if str(group.properties.get("priority") or "").lower() == "spot" and (address is not None or subnets):
        yield group.refuse("spot-address", "properties.priority")


def _ports(group: Group, ports: Sequence[Json]) -> Iterator[Violation]:
    if not ports:
        yield group.refuse("address-ports-given", f"{_PATH}.ports")
    if len(ports) > limits.PUBLIC_PORTS:
        yield group.refuse("address-ports-max", f"{_PATH}.ports", value=len(ports), limit=limits.PUBLIC_PORTS)
    low, high = limits.PORTS
    for i, port in enumerate(ports):
        number, protocol, path = port.get("port"), port.get("protocol") or "TCP", f"{_PATH}.ports[{i}]"
        if number is None or not low <= number <= high:
            yield group.refuse("address-port-range", f"{path}.port", value=number)
        elif any(first <= number <= last for first, last in limits.RESERVED_PORTS):
            yield group.refuse("port-reserved", f"{path}.port", value=number)
        if protocol.upper() not in {"TCP", "UDP"}:
            yield group.refuse("port-protocol", f"{path}.protocol", value=protocol)
    for i, (number, _) in repeated([(port.get("port"), (port.get("protocol") or "TCP").upper()) for port in ports]):
        yield group.refuse("address-ports-unique", f"{_PATH}.ports[{i}].port", value=number)


def _kind(group: Group, address: Json, in_subnet: bool) -> Iterator[Violation]:
    kind, label = str(address.get("type") or ""), address.get("dnsNameLabel")
    if kind.lower() not in {"public", "private"}:
        yield group.refuse("address-type", f"{_PATH}.type", value=kind)
    if kind.lower() == "private" and not in_subnet:
        yield group.refuse("private-needs-subnet", f"{_PATH}.type")
    if kind.lower() == "public" and in_subnet:
        yield group.refuse("subnet-has-no-public-address", f"{_PATH}.type")
    if label is not None:
        if not re.fullmatch(limits.DNS_LABEL, label):
            yield group.refuse("dns-label", f"{_PATH}.dnsNameLabel", value=label)
        if kind.lower() != "public":
            yield group.refuse("dns-label-needs-public", f"{_PATH}.dnsNameLabel", value=label)
