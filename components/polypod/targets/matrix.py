"""The support matrix of the documentation, from the targets' own feature tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from polypod.checks.features import Feature
from polypod.checks.support import Verdict
from polypod.targets.base import Target

_HEAD = """\
# Features

What each target makes of what a program asks for. This page is generated from the targets' own tables, which
`polypod.check` and every preview use.

- **exact**: the platform does just that.
- **emulated**: the same behaviour by other means.
- **degraded**: less than asked for; the preview warns, with the reason.
- **rejected**: an error, with a way out, before anything is made.
"""


def feature_matrix(targets: Iterable[Target]) -> str:
    """The page that says what each target makes of each feature, as Markdown.

    Args:
        targets: The targets, in the order of the columns.
    """
    listed = tuple(targets)
    rows = [["", *(target.name for target in listed)], ["---"] * (len(listed) + 1)]
    rows += [[feature.value, *(_cell(target.features[feature].verdict) for target in listed)] for feature in Feature]
    table = "".join(f"| {' | '.join(row)} |\n" for row in rows)
    return "\n".join([_HEAD, table, *("".join(_details(target)) for target in listed)])


def _cell(verdict: Verdict) -> str:
    return verdict.value if verdict in (Verdict.EXACT, Verdict.EMULATED) else f"**{verdict.value}**"


def _details(target: Target) -> Iterator[str]:
    yield f"## {target.name}\n\n"
    for feature in Feature:
        support = target.features[feature]
        fix = f" Instead: {support.fix}." if support.fix else ""
        yield f"- {feature.value}: {support.verdict.value}. {support.reason[0].upper()}{support.reason[1:]}.{fix}\n"
