"""Likely causes of failures, by patterns of messages."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TypeAlias

import attrs


@attrs.frozen
class Cause:
    """The cause of a failure.

    Args:
        what: What is wrong.
        fix: What to do about it.
    """

    what: str
    fix: str


Row: TypeAlias = tuple[str, str, str]
"""A pattern, what is wrong where it is found, with what its groups hold as ``{it}``, and what to do."""

SPACE = "free some: `docker system df` shows what images, volumes and build caches take"
COMMAND = "write a command that is in the image, with its path, or use an image that has it"


def first_cause(text: str, table: Iterable[Row]) -> Cause | None:
    """The cause of the first row whose pattern is in a text; ``None`` where there is none.

    Args:
        text: The text, line by line.
        table: The rows.
    """
    for pattern, what, fix in table:
        if found := re.search(pattern, text, re.MULTILINE):
            return Cause(_filled(what, found), fix.format())
    return None


def _filled(what: str, found: re.Match[str]) -> str:
    it = next(filter(None, found.groups()), None)
    if it is None:
        what = re.sub(r" \(?\{it(!r)?\}\)?", "", what)
    return what.format(it=it)
