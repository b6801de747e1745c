"""Under which names Pulumi may know an object already."""

from __future__ import annotations

from functools import partial

import pulumi

from polypod.targets.shared.deploy.component_types import KINDS, NESTED, below_nested, sibling, token


def of_another_parent(component: pulumi.Resource, name: str, *, nested: bool) -> list[pulumi.Alias]:
    """Aliases of a pod's objects for when the component had one pod only, or several.

    Without the aliases, an object under another parent would be a new one of the same name, and the deletion of the
    old one would take it away.

    Args:
        component: The component.
        name: The name that the pod has, or would have, as a component of its own.
        nested: Whether it is one now.
    """
    if nested:
        return [pulumi.Alias(parent=component)]
    return below_nested(name, component)


def of_another_component(
    component: pulumi.Resource, former: str, key: str, type_: str
) -> list[pulumi.Input[str | pulumi.Alias]]:
    """Aliases of an object that another component of the stack has made, under the same parent.

    Args:
        component: The component that makes it now.
        former: The name of the other one.
        key: The key of the object.
        type_: Its type.
    """
    return [
        component.urn.apply(partial(_urn, f"{former}-{key}", type_, kind, nested))
        for kind in KINDS
        for nested in ("", *NESTED)
    ]


def _urn(name: str, type_: str, kind: str, nested: str, component: str) -> str:
    return sibling(component, [token(kind), *([token(nested)] if nested else []), type_], name)
