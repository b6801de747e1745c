"""Rules about a container's own properties."""

from __future__ import annotations

import re
from collections.abc import Iterator

from polypod.azure.aci import limits
from polypod.azure.aci.rules.group import is_name
from polypod.azure.aci.violation import Group, Member, Violation, repeated


def rules(group: Group) -> Iterator[Violation]:
    """Check each container."""
    for member in group.members:
        if not is_name(member.name):
            yield member.refuse("container-name", "name", value=member.name)
        if not member.properties.get("image"):
            yield member.refuse("image-given", "properties.image")
        yield from _environment(member)
    yield from _ports(group)


def _environment(member: Member) -> Iterator[Violation]:
    for i, variable in enumerate(member.properties.get("environmentVariables") or ()):
        path, name = f"properties.environmentVariables[{i}]", variable.get("name") or ""
        if len(name) > limits.NAME_LENGTH or not re.fullmatch(limits.ENVIRONMENT_NAME, name):
            yield member.refuse("environment-name", f"{path}.name", value=name)
        if (variable.get("value") is None) == (variable.get("secureValue") is None):
            yield member.refuse("environment-value", path, value=name)


def _ports(group: Group) -> Iterator[Violation]:
    low, high = limits.PORTS
    used = []
    for member in group.containers:
        for i, port in enumerate(member.properties.get("ports") or ()):
            path, number, protocol = f"properties.ports[{i}]", port.get("port"), port.get("protocol") or "TCP"
            if number is None or not low <= number <= high:
                yield member.refuse("port-range", f"{path}.port", value=number)
            if protocol.upper() not in {"TCP", "UDP"}:
                yield member.refuse("port-protocol", f"{path}.protocol", value=protocol)
            used.append((number, protocol.upper(), member, path))
    for i, _ in repeated([(number, protocol) for number, protocol, _, _ in used]):
        number, _, member, path = used[i]
        yield member.refuse("ports-unique", f"{path}.port", value=number)
