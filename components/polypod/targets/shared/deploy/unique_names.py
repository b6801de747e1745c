"""Reserve names that must be unique in a stack."""

from __future__ import annotations

from collections.abc import Hashable

import pulumi

from polypod.run_state import once


def reserve(name: Hashable, component: str) -> str | None:
    """Reserve a name for a component of the program that runs.

    Args:
        name: The name, with the place that it is unique in, such as ``("docker", "shop-web")``.
        component: The name of the component.

    Returns:
        The component that has reserved it before; ``None`` where none has.
    """
    owners: dict[Hashable, str] = once(pulumi.runtime.get_root_resource(), "unique names", dict)
    other = owners.get(name)
    if other is None:
        owners[name] = component
    return other
