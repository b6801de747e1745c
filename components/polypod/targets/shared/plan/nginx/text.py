"""Texts of an nginx configuration."""

from __future__ import annotations

from collections.abc import Iterable

_ESCAPES = str.maketrans({"\\": r"\\", '"': r"\""})


def quoted(text: str) -> str:
    """A text as one argument of a directive that takes no variables.

    Args:
        text: The text, without control characters.
    """
    return f'"{text.translate(_ESCAPES)}"'


def block(head: str, lines: Iterable[str], depth: int) -> str:
    """A block of directives.

    Args:
        head: What stands before the brace.
        lines: The directives.
        depth: How many blocks it is in.
    """
    margin = "  " * depth
    body = "".join(f"{margin}  {line}\n" for line in lines)
    return f"{margin}{head} {{\n{body}{margin}}}\n"
