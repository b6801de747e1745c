"""Per-run singletons."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import pulumi

_T = TypeVar("_T")


def once(owner: pulumi.Resource | None, what: str, make: Callable[[], _T]) -> _T:
    """Make something the first time it is asked for, and return the same afterwards.

    The owner holds it, so both are freed together. A table with weak references to the owners would keep what it holds,
    and so everything that refers to its owner: all programs that a process ever ran.

    Args:
        owner: A provider, or the stack; without one, nothing is kept.
        what: The name of what is made.
        make: Makes it.
    """
    if owner is None:
        return make()
    made: dict[str, Any] = vars(owner).setdefault("_polypod_once", {})
    if what not in made:
        made[what] = make()
    return made[what]  # type: ignore[no-any-return]
