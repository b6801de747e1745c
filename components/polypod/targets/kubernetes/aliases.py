"""Under which names Pulumi may know an object already."""

from __future__ import annotations

from functools import partial

import pulumi

_COMPONENTS = ("ContainerGroup", "GatewayStack", "SidecarPod")
NESTED = ("ContainerGroup", "SidecarPod")
"""The types of the components that pods appear as below a gateway."""


def of_another_parent(component: pulumi.Resource, name: str, *, nested: bool) -> list[pulumi.Alias]:
    """Where the objects of a pod stand when it is alone in the component, or is not alone any more.

    Without the aliases, an object under another parent would be a new one of the same name, and the deletion of the
    old one would take it away.

    Args:
        component: The component.
        name: The name that the pod has, or would have, as a component of its own.
        nested: Whether it is one now.
    """
    if nested:
        return [pulumi.Alias(parent=component)]
    return [pulumi.Alias(parent=pulumi.create_urn(name, f"polypod:index:{kind}", component)) for kind in NESTED]


def of_another_component(
    component: pulumi.Resource, former: str, key: str, token: str
) -> list[pulumi.Input[str | pulumi.Alias]]:
    """What an object is called when another component of the stack has made it, which stood where this one stands.

    Args:
        component: The component that makes it now.
        former: The name of the other one.
        key: The key of the object.
        token: Its type.
    """
    return [
        component.urn.apply(partial(_urn, f"{former}-{key}", token, kind, nested))
        for kind in _COMPONENTS
        for nested in ("", *NESTED)
    ]


def _urn(name: str, token: str, kind: str, nested: str, component: str) -> str:
    start, types, _ = component.rsplit("::", 2)
    above = types.rpartition("$")[0]
    parents = [above, f"polypod:index:{kind}", nested and f"polypod:index:{nested}"]
    return f"{start}::{'$'.join([*filter(None, parents), token])}::{name}"
