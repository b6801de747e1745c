"""How faithfully a target does what a program asks."""

from __future__ import annotations

import enum

import attrs


class Verdict(enum.Enum):
    """How faithfully a target does what a program asks."""

    EXACT = "exact"
    EMULATED = "emulated"
    DEGRADED = "degraded"
    REJECTED = "rejected"


@attrs.frozen
class Support:
    """What a target makes of a feature.

    Args:
        verdict: How faithfully.
        reason: What it does, or why it does not.
        fix: What a program can do instead; empty where nothing is lost.
    """

    verdict: Verdict
    reason: str
    fix: str = ""
