"""The page of the documentation that explains every code, from the tables of codes and features."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from textwrap import shorten

from polypod.checks.codes import applications, containers, gateways, mounts, platforms, pods, settings
from polypod.checks.codes.code import Code, Example, Kind
from polypod.checks.features import Feature
from polypod.checks.support import Verdict
from polypod.targets.base import Target

_HEAD = """\
# Problems and findings

Every message of polypod starts with a code, the place in the program, what is wrong there, and what to do. This page
says what each code means; it is generated from the tables that the checks use, and its examples are tested. A code
never changes its meaning.

| codes | what they are about |
| --- | --- |
| PP1.. | containers, volumes and pods |
| PP2.. | what a program asks for; [features.md](features.md) has the table of what each target makes of it |
| PP3.. PP4.. PP5.. | Docker, Kubernetes, Azure Container Instances |
| PP6.. | applications, gateways, and what they accept |
| PP7.. | the stack's config |
| PP8.. | the machine and the platform |

A target of another package has codes of its own, which start with its name.

## Accepting a finding

What a target does less well than asked is a warning, which every preview lists. A program that can live with it says
so, with the reason, at the object that the finding is about, or at the pod or the gateway above it:

    Container("api", image="api:1", mounts=[cache], accept={"PP204": "the disk is watched"})

The finding is then counted and not listed. Errors cannot be accepted. A code that accepts nothing on any target is an
error, so that what a program says stays true. A program that is deployed to several targets may accept what only one
of them finds.
"""
_WIDTH = 300
_KINDS: Mapping[Kind, str] = {
    "error": "",
    "warning": " A warning, which a program may accept.",
    "notice": " A warning about the platform, which ends when the platform changes.",
    "note": " Never reported by itself.",
}
_FALLS_SHORT = (Verdict.DEGRADED, Verdict.REJECTED)
_SECTIONS: Sequence[tuple[str, Sequence[Code]]] = (
    ("Containers", containers.CODES),
    ("Volumes", mounts.CODES),
    ("Pods", pods.CODES),
    ("Applications", applications.CODES),
    ("Gateways", gateways.CODES),
    ("The stack's config", settings.CODES),
    ("Machines and platforms", platforms.CODES),
)


def codes_page(targets: Iterable[Target]) -> str:
    """The page that explains every code, as Markdown.

    Args:
        targets: The targets whose codes it explains.
    """
    listed = tuple(targets)
    parts = [_HEAD, "\n## What a program asks for\n\n"]
    parts += ("".join(_feature(feature, listed)) for feature in Feature)
    for title, codes in (*_SECTIONS, *((target.name, target.codes) for target in listed)):
        parts.append(f"## {title}\n\n")
        parts += ("".join(_code(code)) for code in codes)
    return "".join(parts).rstrip("\n") + "\n"


def _feature(feature: Feature, targets: Sequence[Target]) -> Iterator[str]:
    yield f"### {feature.code}: {feature.value}\n\n"
    found = {target.name: target.features[feature] for target in targets}
    short = {name: support for name, support in found.items() if support.verdict in _FALLS_SHORT}
    for name, support in short.items():
        yield f"- {name}: **{support.verdict.value}**. {_sentence(support.reason)} Instead: {support.fix}.\n"
    names: dict[str, list[str]] = {}
    for name in (name for name in found if name not in short):
        names.setdefault(found[name].verdict.value, []).append(name)
    fine = "; ".join(f"{verdict} on {', '.join(where)}" for verdict, where in names.items())
    yield f"- {fine}\n\n" if short and fine else f"{_sentence(fine)}\n\n" if fine else "\n"
    yield from _examples(Example(feature.asks), Example(feature.instead) if feature.instead else None)


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."


def _code(code: Code) -> Iterator[str]:
    yield f"### {code.code}: {code.title}\n\n{code.meaning}{_KINDS[code.kind]}\n\n"
    if code.bad is not None:
        yield from _examples(code.bad, code.good)


def _examples(bad: Example, good: Example | None) -> Iterator[str]:
    """A block of Python where there are programs, of YAML where the stack's config alone matters."""
    yield "```python\n" if bad.program else "```yaml\n"
    yield from _lines(bad)
    if good is not None:
        yield "# instead\n"
        yield from _lines(good)
    yield "```\n\n"


def _lines(example: Example) -> Iterator[str]:
    mark = "# " if example.program else ""
    for key, value in example.config.items():
        yield f"{mark}{key}: {_short(json.dumps(value))}\n"
    if example.program:
        yield f"{_short(example.program)}\n"


def _short(text: str) -> str:
    return shorten(text, _WIDTH, placeholder=" ...")
