"""What a program has once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import pulumi

_T = TypeVar("_T")


def once(owner: pulumi.Resource | None, what: str, make: Callable[[], _T]) -> _T:
    """What was made for a resource before, made now the first time.

    The resource holds it, and both go together. A table with weak references to the owners would keep what it holds,
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
