"""The page that says what each change does on each target, computed as in every report."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from polypod.checks.rules import problems
from polypod.checks.support import Verdict
from polypod.checks.uses import feature_uses
from polypod.config.site import Site
from polypod.model.application import Application
from polypod.preview.data import data_risks
from polypod.preview.sample_changes import SAMPLES, SampleChange
from polypod.targets.base import Target
from polypod.targets.check import draft
from polypod.targets.effects import Effect, Kind

_HEAD = """\
# What an update does

Written by `pytest --update-goldens`; each row is computed, as in every [preview](previews.md), from what each target
would make before and after the change.

- **nothing**: containers go on running.
- **rolls**: the pod is replaced, and somebody answers for it all the time.
- **restarts**: the pod is unavailable for at most its `termination_grace_period`, in which the old copy stops, and
  its `ready_within`, in which the new one must be ready. On Docker, `update="start-first"` rolls a single copy.
- **recreated**: what runs the pod is destroyed and recreated; it is unavailable meanwhile, as with a restart.
- **runs again**: a job is replaced, and runs once more.
- **address**: its published address is another one afterwards.
- **data**: the pod no longer sees data that it has used, or asks for less room than they have. No target removes data:
  they are kept where they are, and the report says where.

A cell is about a pod with one copy behind a gateway; where two copies fare otherwise, it says so. What happens to other
pods follows in brackets.

"""
_REFUSED = "rejected"
_WORDS = {Kind.ROLLS: "rolls", Kind.RECREATED: "recreated", Kind.NOTHING: "nothing"}
_SITE = Site(project="project", stack="stack", component="app", root=Path())


def risk_page(targets: Iterable[Target]) -> str:
    """The page, as Markdown.

    Args:
        targets: The targets, in the order of the columns.
    """
    listed = tuple(targets)
    rows = [["change", *(target.name for target in listed)], ["---"] * (len(listed) + 1)]
    rows += [[sample.title, *(_cell(sample, target) for target in listed)] for sample in SAMPLES]
    return _HEAD + "".join(f"| {' | '.join(row)} |\n" for row in rows)


def _cell(sample: SampleChange, target: Target) -> str:
    one, two = (_words(sample, target, replicas) for replicas in (1, 2))
    return one if two in (one, _REFUSED) else f"{one}; 2 copies: {two}"


def _is_refused(app: Application, target: Target) -> bool:
    """Whether a program is not valid, or the target cannot run it; contexts of builds need not be there."""
    if any(".image" not in problem.path for problem in problems(app, Path())):
        return True
    found = draft(app, target, _SITE, feature_uses(app)).findings
    return any(finding.verdict is Verdict.REJECTED for finding in found)


def _words(sample: SampleChange, target: Target, replicas: int) -> str:
    before, after = sample.before(replicas), sample.after(replicas)
    if _is_refused(after, target):
        return _REFUSED
    effects = {effect.pod: effect for effect in target.effects(before, after, _SITE)}
    words = _effect(effects.pop(sample.about))
    if any(risk.pod == sample.about for risk in data_risks(before, after)):
        words += ", **data**"
    others = [f"{effect.pod} {_effect(effect)}" for effect in effects.values() if effect.kind is not Kind.NOTHING]
    return f"{words} ({', '.join(others)})" if others else words


def _effect(effect: Effect) -> str:
    return ", ".join(_parts(effect))


def _parts(effect: Effect) -> Iterator[str]:
    word = _WORDS.get(effect.kind, effect.kind.value)
    yield f"**{word}**" if effect.kind in (Kind.RESTARTS, Kind.RECREATED, Kind.REMOVED) else word
    if effect.address:
        yield "**address**"
