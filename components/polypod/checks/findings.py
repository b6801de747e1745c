"""Findings: a target's verdict on one place in a program."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import attrs

from polypod.checks.features import Feature
from polypod.checks.support import Support, Verdict
from polypod.checks.uses import Use


@attrs.frozen
class Finding:
    """A target's verdict on one place in a program.

    Args:
        code: The stable code of its kind, such as ``PP204``; ``docs/findings.md`` lists all.
        path: The place in the model.
        feature: The feature asked for there; ``None`` where a rule of its own was broken.
        verdict: How faithfully the target does it.
        reason: What the target does, or why it does not.
        fix: What the program can do instead; empty where nothing is lost.
        accepted: Why the program accepts it; empty where it does not.
    """

    code: str
    path: str
    feature: Feature | None
    verdict: Verdict
    reason: str
    fix: str = ""
    accepted: str = ""


def support_findings(features: Mapping[Feature, Support], uses: Iterable[Use]) -> Iterator[Finding]:
    """The findings for the places where a program uses features, by the target's feature table."""
    for use in uses:
        support = features[use.feature]
        yield Finding(use.feature.code, use.path, use.feature, support.verdict, support.reason, support.fix)
