"""The rules of Azure Container Instances, applied to the body of a PUT; pure, so that a target can ask them too."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from polypod.azure.aci.rules import address, container, group, probe, resources, volume
from polypod.azure.aci.violation import Group, Json, Violation

RULES: tuple[Callable[[Group], Iterator[Violation]], ...] = (
    group.rules,
    container.rules,
    resources.rules,
    volume.rules,
    probe.rules,
    address.rules,
)


def violations(name: str, body: Json) -> Iterator[Violation]:
    """Everything in a request that the service refuses.

    Args:
        name: The name of the container group.
        body: The body of the PUT; the types in it are right.
    """
    for rule in RULES:
        yield from rule(Group(name, body))
