"""Rules about a container group as a whole."""

from __future__ import annotations

import re
from collections.abc import Iterator

from polypod.azure.aci import limits
from polypod.azure.aci.violation import Group, Violation, repeated

_CHOICES = {
    "osType": ("os-type", {"linux", "windows"}, ""),
    "restartPolicy": ("restart-policy", {"always", "onfailure", "never"}, "Always"),
    "sku": ("sku", {"standard", "dedicated", "confidential"}, "Standard"),
    "priority": ("priority", {"regular", "spot"}, "Regular"),
}
_ZONES = {"1", "2", "3"}


def is_name(text: str) -> bool:
    """Whether a text can name a container group or a container."""
    return len(text) <= limits.NAME_LENGTH and re.fullmatch(limits.NAME, text) is not None


def rules(group: Group) -> Iterator[Violation]:
    """Check the group's own properties."""
    if not is_name(group.name):
        yield group.refuse("group-name", "name")
    for key, (limit, choices, default) in _CHOICES.items():
        value = group.properties.get(key) or default
        if value.lower() not in choices:
            yield group.refuse(limit, f"properties.{key}", value=value)
    yield from _counts(group)
    zones = group.body.get("zones") or ()
    if len(zones) > 1 or not set(zones) <= _ZONES:
        yield group.refuse("zones", "zones", value=",".join(zones))
    yield from _identity(group)
    yield from _registries(group)


def _counts(group: Group) -> Iterator[Violation]:
    if not group.containers:
        yield group.refuse("containers-given", "properties.containers")
    for key, limit, most in (
        ("containers", "containers-max", limits.CONTAINERS),
        ("initContainers", "init-containers-max", limits.INIT_CONTAINERS),
        ("volumes", "volumes-max", limits.VOLUMES),
    ):
        if (count := len(group.items(key))) > most:
            yield group.refuse(limit, f"properties.{key}", value=count, limit=most)
    for i, name in repeated([member.name for member in group.members]):
        yield group.refuse("container-names-unique", f"{group.members[i].path}.name", value=name)


def _identity(group: Group) -> Iterator[Violation]:
    identity = group.body.get("identity") or {}
    kinds = {part.strip().lower() for part in (identity.get("type") or "None").split(",")}
    ids = identity.get("userAssignedIdentities") or {}
    known = kinds <= {"none", "systemassigned", "userassigned"}
    wrong = [name for name in ids if not name.lower().startswith("/subscriptions/")]
    if not known or wrong or ("userassigned" in kinds) != bool(ids):
        yield group.refuse("identity", "identity")


def _registries(group: Group) -> Iterator[Violation]:
    for i, login in enumerate(group.items("imageRegistryCredentials")):
        path, server = f"properties.imageRegistryCredentials[{i}]", login.get("server") or ""
        if not re.fullmatch(limits.HOST, server):
            yield group.refuse("registry-server", f"{path}.server", value=server)
        by_password = bool(login.get("username")) and bool(login.get("password"))
        partly = bool(login.get("username")) or bool(login.get("password"))
        if by_password == bool(login.get("identity")) or (partly and not by_password):
            yield group.refuse("registry-login", path, value=server)
