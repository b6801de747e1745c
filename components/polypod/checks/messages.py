"""Messages about findings: an error for rejections, a warning for degradations, and a summary."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping
from typing import TypeVar

from polypod.checks.findings import Finding
from polypod.checks.support import Verdict
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
        target: [(f.code, f.path, f.reason, f.fix) for f in findings if f.verdict is Verdict.REJECTED]
        for target, findings in found.items()
    }
    problems = [
        Problem(code, path, f"rejected on {targets}: {reason}", fix)
        for targets, (code, path, reason, fix) in _together(said)
    ]
    if problems:
        raise RejectedError(problems)


def listing(found: Found) -> str:
    """All that targets do less well than asked and that the program does not accept; empty where that is nothing.

    Args:
        found: What each target makes of the program.

    Returns:
        For each target, or several that say the same, a line and below it one for each thing, with all places.
    """
    sections: dict[str, list[tuple[str, tuple[str, ...], str, str]]] = {}
    for targets, item in _together({target: list(_degraded(findings)) for target, findings in found.items()}):
        sections.setdefault(targets, []).append(item)
    lines = []
    for targets, items in sections.items():
        lines.append(f"degraded on {targets} ({_count(sum(len(paths) for _, paths, _, _ in items))}):")
        lines += [f"  {code} {', '.join(paths)}: {reason}; {fix}" for code, paths, reason, fix in items]
    return "\n".join(lines)


def summary(found: Found) -> str:
    """The number of findings in a listing, by code; empty if there are none.

    Args:
        found: What each target makes of the program.
    """
    places = _places(found, accepted=False)
    return f"{_count(len(places))}, which `pulumi preview` lists: {_by_code(places)}" if places else ""


def accepted(found: Found) -> str:
    """The number of accepted findings, by code; empty if there are none.

    Args:
        found: What each target makes of the program.
    """
    places = _places(found, accepted=True)
    verb = "is" if len(places) == 1 else "are"
    return f"{_count(len(places))} {verb} accepted: {_by_code(places)}" if places else ""


def _places(found: Found, *, accepted: bool) -> set[tuple[str, str]]:
    """The code and the path of each finding; what several targets find at one place is one."""
    return {
        (finding.code, finding.path)
        for findings in found.values()
        for finding in findings
        if finding.verdict is Verdict.DEGRADED and bool(finding.accepted) is accepted
    }


def _count(number: int) -> str:
    return f"{number} finding" if number == 1 else f"{number} findings"


def _by_code(places: Iterable[tuple[str, str]]) -> str:
    counts = Counter(code for code, _ in places)
    return ", ".join(f"{code} {counts[code]}" for code in sorted(counts))


def _degraded(findings: Iterable[Finding]) -> Iterator[tuple[str, tuple[str, ...], str, str]]:
    places: dict[tuple[str, str, str], list[str]] = {}
    for finding in findings:
        if finding.verdict is Verdict.DEGRADED and not finding.accepted:
            places.setdefault((finding.code, finding.reason, finding.fix), []).append(finding.path)
    for (code, reason, fix), paths in places.items():
        yield code, tuple(paths), reason, fix


def _together(said: Mapping[str, Iterable[Item]]) -> Iterator[tuple[str, Item]]:
    """Merge the findings of several targets: each once, with the names of its targets."""
    targets: dict[Item, list[str]] = {}
    for target, items in said.items():
        for item in items:
            targets.setdefault(item, []).append(target)
    for item, names in targets.items():
        yield ", ".join(dict.fromkeys(names)), item
