"""Type hints, as those who read plain data or check values by them see them."""

from __future__ import annotations

from collections.abc import Mapping
from types import UnionType
from typing import Any, Union, get_args, get_origin


def members(hint: Any) -> Mapping[Any, tuple[Any, ...]]:
    """The members of a type hint.

    Args:
        hint: The type hint; a union or anything else.

    Returns:
        The arguments by class: ``{Secret: (), tuple: (str, ...)}`` for ``Secret | tuple[str, ...]``.
    """
    union = get_args(hint) if get_origin(hint) in (Union, UnionType) else (hint,)
    return {get_origin(member) or member: get_args(member) for member in union}
