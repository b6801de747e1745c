"""The path of a route: what a program writes, what clients send and what a server makes of it."""

from __future__ import annotations

import re
from urllib.parse import quote, unquote

_REFUSED = re.compile(r"[?#{}\\\x00-\x1f\x7f]|%(?![0-9A-Fa-f]{2})|%[01][0-9A-Fa-f]|%2[Ff]|%5[Cc]|%7[BbDdFf]")
_WHY = {
    "?": "a path ends before the '?'",
    "#": "a path ends before the '#'",
    "{": "a route takes no patterns",
    "}": "a route takes no patterns",
    "%": "'%' is not followed by two hexadecimal digits",
}
_SAFE = "/!&()*+,;=:@"
"""What RFC 3986 allows in a path besides letters, digits and ``-._~``, without what a configuration could take for a
quote or a variable."""


def path_problem(path: str) -> str:
    """Why a string is not a valid path of a route; empty if it is.

    Args:
        path: What the program wrote, with or without percent-encoding.
    """
    if not path.startswith("/"):
        return "a path starts with '/'"
    if refused := _REFUSED.search(path):
        return _WHY.get(refused[0], f"{refused[0]!r} cannot be in the path of a route")
    try:
        segments = unquote(path, errors="strict").split("/")[1:]
    except UnicodeDecodeError:
        return "its bytes are not UTF-8"
    if "" in segments[:-1]:
        return "it has an empty segment, '//'"
    if {".", ".."} & set(segments):
        return "it has a segment '.' or '..'"
    return ""


def decoded(path: str) -> str:
    """The path as servers compare it.

    Args:
        path: What the program wrote.
    """
    return unquote(path)


def encoded(path: str) -> str:
    """The path as clients send it.

    Args:
        path: What the program wrote.
    """
    return quote(unquote(path), safe=_SAFE)


def is_exact(path: str) -> bool:
    """Whether a path means itself only, not everything below it.

    Args:
        path: What the program wrote.
    """
    return not path.endswith("/")
