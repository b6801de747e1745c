"""Converters from the lists of a program to tuples."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeVar

Item = TypeVar("Item")


def as_tuple(items: Iterable[Item]) -> tuple[Item, ...]:
    """The items as a tuple; what is no list stays as it is, for the rules to report with its path.

    A single text is no list: it would fall apart into its letters.

    Args:
        items: What the program gave.
    """
    if isinstance(items, str | bytes | Mapping):
        return items  # type: ignore[return-value]
    try:
        return tuple(items)
    except TypeError:
        return items  # type: ignore[return-value]
