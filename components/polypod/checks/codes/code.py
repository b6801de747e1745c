"""The meaning of a code, with a bad and a good example."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, TypeAlias

import attrs

Kind: TypeAlias = Literal["error", "warning", "notice", "note"]
Level: TypeAlias = Literal["container", "pod", "application"]


@attrs.frozen
class Example:
    """A program and the stack's config that it is deployed with.

    Args:
        program: The program in Python, where everything in `polypod` is imported; empty where any will do.
        config: What the stack's config says, by full key such as ``polypod:aci``.
    """

    program: str = ""
    config: Mapping[str, Any] = attrs.field(factory=dict)


def _example(example: Example | str | None) -> Example | None:
    return Example(example) if isinstance(example, str) else example


@attrs.frozen
class Code:
    """The meaning of a code.

    Args:
        code: The code, such as ``PP115``.
        title: What is wrong, in a few words.
        meaning: Why that is so, and what to do.
        bad: A program that gets the code and no other; ``None`` where it is not the program that does.
        good: One like it that does not.
        kind: ``error``: nothing is deployed, or the deployment fails. ``warning``: less than asked for, which a program
            may accept. ``notice``: a warning about the platform, which it may not. ``note``: never reported by itself.
        varies: Where the stack's config decides whether there is such a finding: the smallest object that it is about.
    """

    code: str
    title: str
    meaning: str
    bad: Example | None = attrs.field(default=None, converter=_example)
    good: Example | None = attrs.field(default=None, converter=_example)
    kind: Kind = attrs.field(default="error", kw_only=True)
    varies: Level | None = attrs.field(default=None, kw_only=True)
