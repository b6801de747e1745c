"""Reserve names that must be unique in a stack."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable

import attrs
import pulumi

from polypod.errors import ModelError, Problem
from polypod.run_state import once


@attrs.frozen
class Unique:
    """A name that only one component of a stack can have.

    Args:
        name: The name, with the place that it is unique in, such as ``("docker", "shop-web")``.
        taken: What is wrong where another component has it, given the name of that component.
    """

    name: Hashable
    taken: Callable[[str], Problem]


def reserve(name: Hashable, component: str) -> str | None:
    """Reserve a name for a component of the program that runs.

    Args:
        name: The name, with the place that it is unique in.
        component: The name of the component.

    Returns:
        The component that has reserved it before; ``None`` where none has.
    """
    owners: dict[Hashable, str] = once(pulumi.runtime.get_root_resource(), "unique names", dict)
    other = owners.get(name)
    if other is None:
        owners[name] = component
    return other


def reserve_all(names: Iterable[Unique], component: str) -> None:
    """Reserve the names of what a component makes; it may use one of them several times itself.

    Args:
        names: The names.
        component: The name of the component.

    Raises:
        ModelError: Other components have some of them, each with its problem.
    """
    taken = [(unique, reserve(unique.name, component)) for unique in names]
    problems = [unique.taken(other) for unique, other in taken if other is not None and other != component]
    if problems:
        raise ModelError(problems)
