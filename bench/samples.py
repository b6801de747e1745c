"""Measured seconds, and what is said of them."""

from __future__ import annotations

import statistics
from collections.abc import Sequence

import attrs


@attrs.frozen
class Samples:
    """The seconds of one thing, one sample per round.

    Args:
        seconds: The samples, in the order of the rounds.
    """

    seconds: tuple[float, ...]

    @property
    def median(self) -> float:
        """The median."""
        return statistics.median(self.seconds)

    def plus(self, other: Samples) -> Samples:
        """The sums of the same round.

        Args:
            other: What to add, measured in the same rounds.
        """
        return Samples(tuple(map(sum, zip(self.seconds, other.seconds, strict=True))))

    def ratio(self, other: Samples) -> float:
        """The median of the ratios of the same round, so that what slows a whole round down cancels out.

        Args:
            other: What to compare with, measured in the same rounds.
        """
        return statistics.median(a / b for a, b in zip(self.seconds, other.seconds, strict=True))

    def shown(self) -> str:
        """The median with the smallest and the largest sample."""
        if self.median < 1:
            return f"{self.median * 1e3:.0f} ms ({min(self.seconds) * 1e3:.0f}-{max(self.seconds) * 1e3:.0f})"
        return f"{self.median:.2f} s ({min(self.seconds):.2f}-{max(self.seconds):.2f})"


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table.

    Args:
        head: The titles of the columns.
        rows: The cells.
    """
    return "\n".join("| " + " | ".join(cells) + " |" for cells in (head, ["---"] * len(head), *rows))


def verdict(*ratios_and_goals: tuple[float, float]) -> str:
    """Whether every ratio reaches its goal, which is the most it may be; both as printed, to the hundredth."""
    return "met" if all(round(ratio, 2) <= goal for ratio, goal in ratios_and_goals) else "**not met**"
