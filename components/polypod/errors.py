"""The errors polypod raises on purpose.

::

    PolypodError
    ├── ModelError        the program cannot work on any target (also a ValueError)
    ├── RejectedError     the program cannot work on a target that it must work on
    ├── UnreadyError      the machine or the platform is not ready for the program
    └── DeploymentError   the platform took the program, but a container failed

Each carries ``problems``: everything that was found, each with its code, its model path and a fix.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from collections.abc import Iterable


import attrs


@attrs.frozen(order=True)
class Problem:
    """A problem: its place in the model, what is wrong, and how to fix it.

    Args:
        code: The stable code of its kind, such as ``PP115``; ``docs/findings.md`` lists all.
        path: The place in the model, such as ``pods.web.sidecars[1].ports[0]``.
        what: What is wrong there.
        fix: What the author of the program can do.
    """

    code: str
    path: str
    what: str
    fix: str

    def __str__(self) -> str:
        return f"{self.code} {self.path}: {self.what}; {self.fix}"


class PolypodError(Exception):
    """Base of every polypod error.

    Args:
        problems: Everything that was found, in the order of the model.
    """

    title: ClassVar[str] = "polypod cannot go on"

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        lines = [f"{self.title} ({len(self.problems)} {'problem' if len(self.problems) == 1 else 'problems'}):"]
        lines += [
            f"  {problem.code} {problem.path}: {problem.what}\n    fix: {problem.fix}" for problem in self.problems
        ]
        super().__init__("\n".join(lines))


class ModelError(PolypodError, ValueError):
    """The program contradicts itself, whatever the target."""

    title = "the program is not valid"


class RejectedError(PolypodError):
    """A target that the stack names has no way to do what the program asks."""

    title = "a target cannot run this program"


class UnreadyError(PolypodError):
    """The machine or the platform lacks something the program needs: a daemon, an image, a free port."""

    title = "the platform is not ready for this program"


class DeploymentError(PolypodError):
    """A container failed after the platform accepted it."""

    title = "the deployment failed"
