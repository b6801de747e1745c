"""What targets make of a program, as its author reads it: one error, and warnings."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping
from typing import TypeVar

from polypod.checks.features import Verdict
from polypod.checks.findings import Finding
from polypod.errors import Problem, RejectedError

Found = Mapping[str, Iterable[Finding]]
"""Findings by the name of the target that made them."""

Item = TypeVar("Item", bound=Hashable)


def refuse_rejected(found: Found) -> None:
    """Refuse a program that a target cannot run.

    Args:
        found: What each target makes of it.

    Raises:
        RejectedError: With every place that a target rejects, and which target that is.
    """
    said = {
        target: [(f.path, f.reason, f.fix) for f in findings if f.verdict is Verdict.REJECTED]
        for target, findings in found.items()
    }
    problems = [
        Problem(path, f"rejected on {targets}: {reason}", fix) for targets, (path, reason, fix) in _together(said)
    ]
    if problems:
        raise RejectedError(problems)


def warnings(found: Found) -> list[str]:
    """One line for each thing that a target does less well than asked, with the target and all places.

    Args:
        found: What each target makes of the program.
    """
    said = {target: list(_degraded(findings)) for target, findings in found.items()}
    return [
        f"degraded on {targets}: {', '.join(paths)}: {reason}; {fix}"
        for targets, (paths, reason, fix) in _together(said)
    ]


def _degraded(findings: Iterable[Finding]) -> Iterator[tuple[tuple[str, ...], str, str]]:
    places: dict[tuple[str, str], list[str]] = {}
    for finding in findings:
        if finding.verdict is Verdict.DEGRADED:
            places.setdefault((finding.reason, finding.fix), []).append(finding.path)
    for (reason, fix), paths in places.items():
        yield tuple(paths), reason, fix


def _together(said: Mapping[str, Iterable[Item]]) -> Iterator[tuple[str, Item]]:
    """What targets say, once each, with the names of all targets that say it."""
    targets: dict[Item, list[str]] = {}
    for target, items in said.items():
        for item in items:
            targets.setdefault(item, []).append(target)
    for item, names in targets.items():
        yield ", ".join(dict.fromkeys(names)), item
