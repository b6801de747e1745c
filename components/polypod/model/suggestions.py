"""Suggestions for unknown names."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from functools import wraps
from typing import Any

import attrs


def suggestion(name: str, names: Iterable[str]) -> str:
    """A suggestion for an unknown name.

    Args:
        name: The unknown name.
        names: The names there are.
    """
    known = sorted(names)
    close = [*get_close_matches(name, known), *(other for other in known if name.startswith(other))]
    return f"did you mean {close[0]!r}?" if close else f"use one of {', '.join(known)}"


def suggest_keywords(*models: type) -> None:
    """Let classes say which keyword argument was meant in place of one that they do not have.

    Args:
        models: Classes made by attrs.
    """
    for model in models:
        _wrap(model)


def _wrap(model: type) -> None:
    made: Any = model.__init__  # type: ignore[misc]  # that of this class
    names = [field.alias or field.name for field in attrs.fields(model)]

    @wraps(made)
    def init(self: object, *args: Any, **fields: Any) -> None:
        try:
            made(self, *args, **fields)
        except TypeError:
            unknown = next((name for name in fields if name not in names), None)
            if unknown is None:
                raise
            what = f"{model.__name__}() has no argument {unknown!r}; {suggestion(unknown, names)}"
            raise TypeError(what) from None

    model.__init__ = init  # type: ignore[misc]
