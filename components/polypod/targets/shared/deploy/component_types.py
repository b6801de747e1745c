"""polypod's components as Pulumi sees them: their types, and the URNs of resources next to and below them."""

from __future__ import annotations

from collections.abc import Iterable

import pulumi

KINDS = ("ContainerGroup", "GatewayStack", "SidecarPod")
"""The components. One that becomes another under the same name keeps what it made: each is an alias of the others."""

NESTED = ("ContainerGroup", "SidecarPod")
"""Those that pods appear as below a gateway."""


def token(kind: str) -> str:
    """The type of a component.

    Args:
        kind: Its class.
    """
    return f"polypod:index:{kind}"


def of_other_kinds(kind: str, kinds: Iterable[str]) -> list[pulumi.Alias]:
    """A component, were it of another kind.

    Args:
        kind: Its kind.
        kinds: The kinds that it may have had.
    """
    return [pulumi.Alias(type_=token(other)) for other in kinds if other != kind]


def nested(kind: str, name: str, parent: pulumi.Resource) -> pulumi.ComponentResource:
    """The component that a pod appears as below another one.

    Args:
        kind: Its kind.
        name: Its logical name.
        parent: The other one.
    """
    options = pulumi.ResourceOptions(parent=parent, aliases=of_other_kinds(kind, NESTED))
    return pulumi.ComponentResource(token(kind), name, opts=options)


def below_nested(name: str, parent: pulumi.Resource | pulumi.Output[str]) -> list[pulumi.Alias]:
    """The URN of a resource below the component of a pod.

    Args:
        name: The logical name of that component.
        parent: Its parent, or the URN of that.
    """
    return [pulumi.Alias(parent=pulumi.create_urn(name, token(kind), parent)) for kind in NESTED]


def sibling(component: str, types: Iterable[str], name: str = "") -> str:
    """The URN of what stands where a component stands.

    Args:
        component: The URN of the component.
        types: The types below those of the component's parents, the last of which is its own.
        name: Its logical name; that of the component where it is empty.
    """
    start, own, component_name = component.rsplit("::", 2)
    return "::".join((start, "$".join((*own.split("$")[:-1], *types)), name or component_name))
