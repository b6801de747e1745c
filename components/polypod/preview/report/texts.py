"""Texts that come from elsewhere, made safe to show."""

from __future__ import annotations

import re

LONGEST = 500
"""How many characters of a text reports for people show."""

_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2066-\u2069]")
"""What moves a cursor, changes a colour, breaks a line or turns the direction of a text."""


def one_line(text: str) -> str:
    """A text in one line, without what a terminal or a browser takes for a command.

    Args:
        text: The text; of a longer one it says how much is left out, as the JSON report has all of it.
    """
    line = _CONTROLS.sub(lambda found: "↵" if found[0] == "\n" else "\ufffd", text)
    left = len(line) - LONGEST
    return line if left <= 0 else f"{line[:LONGEST]}… (and {left} characters more, in the JSON report)"
