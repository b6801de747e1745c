"""Verdicts: how faithfully a target implements a feature."""

from __future__ import annotations

import enum

import attrs


class Verdict(enum.Enum):
    """Verdicts: how faithfully a target implements a feature."""

    EXACT = "exact"
    EMULATED = "emulated"
    DEGRADED = "degraded"
    REJECTED = "rejected"


@attrs.frozen
class Support:
    """A target's support for a feature.

    Args:
        verdict: How faithfully.
        reason: What it does, or why it does not.
        fix: What a program can do instead; empty where nothing is lost.
    """

    verdict: Verdict
    reason: str
    fix: str = ""
