"""What can go wrong before there is a report."""

from __future__ import annotations


class PreviewError(Exception):
    """There is no report: an input cannot be read, or a program cannot be run.

    Args:
        source: What it is about, such as the name of a file.
        what: What is wrong with it.
        fix: What to do.
    """

    def __init__(self, source: str, what: str, fix: str) -> None:
        super().__init__(f"{source}: {what}\n  fix: {fix}")
        self.source = source
        self.what = what
        self.fix = fix
