"""One thing that is wrong with a program."""

from __future__ import annotations

import attrs


@attrs.frozen(order=True)
class Problem:
    """What is wrong, where in the model, and what to do about it.

    Args:
        path: The place in the model, such as ``pods.web.sidecars[1].ports[0]``.
        what: What is wrong there.
        fix: What the author of the program can do.
    """

    path: str
    what: str
    fix: str

    def __str__(self) -> str:
        return f"{self.path}: {self.what}; {self.fix}"
