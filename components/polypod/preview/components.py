"""What becomes of one component: its program before and after, in words, with what the update does to each pod."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import attrs

from polypod.checks.acceptance import acceptances, marked
from polypod.checks.rules import problems
from polypod.checks.support import Verdict
from polypod.checks.uses import feature_uses
from polypod.config.site import Site
from polypod.errors import PolypodError
from polypod.model.application import GATEWAY, Application
from polypod.preview import words
from polypod.preview.data import data_risks
from polypod.preview.fields import FieldChange, applied, field_changes
from polypod.preview.program import Program
from polypod.preview.records import Change, ComponentReport, Finding, PodReport
from polypod.targets.base import load_target
from polypod.targets.check import draft
from polypod.targets.effects import Effect, Kind

_MOST_PLANS = 2000
"""How many pods are planned at most to learn which change forces what: each change is tried alone, with all pods."""


@attrs.frozen(kw_only=True)
class Stated:
    """What a component registers as its inputs, before or after an update.

    Args:
        target: The name of its target.
        program: Its program.
    """

    target: str
    program: Program

    @classmethod
    def of(cls, inputs: Mapping[str, Any]) -> Stated | None:
        """What the inputs of a component say; ``None`` where an older version of polypod registered none."""
        model, target = inputs.get("model"), inputs.get("target")
        if not isinstance(model, Mapping) or not isinstance(target, str):
            return None
        try:
            return cls(target=target, program=Program.of(model))
        except (AttributeError, KeyError, TypeError, ValueError):
            return None


@attrs.frozen(kw_only=True)
class Comparison:
    """What differs between two states of a component, and what that does.

    Args:
        changes: The fields that differ.
        effects: What the update does, by the name of the pod; empty where the target does not tell.
        risks: What each change does alone, by the name of the pod, in their order.
        data: What becomes of data, by the name of the pod.
    """

    changes: tuple[FieldChange, ...] = ()
    effects: Mapping[str, Effect] = attrs.field(factory=dict)
    risks: tuple[Mapping[str, Kind], ...] = ()
    data: Mapping[str, tuple[str, ...]] = attrs.field(factory=dict)


class Planner:
    """Asks a target what changes of a program do.

    Args:
        target: The name of the target.
        settings: What the stack's config says of the target.
    """

    def __init__(self, target: str, settings: Mapping[str, Any]) -> None:
        self._target = target
        self._site = Site(project="project", stack="stack", component="app", root=Path(), settings=settings)

    def effects(self, before: Application | None, after: Application | None) -> dict[str, Effect]:
        """What an update does to each pod; nothing where this cannot be known.

        Args:
            before: What is there.
            after: What is to be there.
        """
        if before is None or after is None:
            return {}
        try:
            found: Iterable[Effect] = load_target(self._target).effects(before, after, self._site)
            return {effect.pod: effect for effect in found}
        except (KeyError, AttributeError, PolypodError):  # another version's target, or settings that do not fit it
            return {}

    def alone(self, change: FieldChange, before: Program, after: Program) -> dict[str, Kind]:
        """What one of several changes does to each pod; nothing where the program would not be valid with it alone."""
        there = before.application()
        then = Program.from_tree(applied(change, before.tree(), after.tree())).application()
        if there is None or then is None or any(not _is_missing(problem.path) for problem in problems(then, Path())):
            return {}
        return {pod: effect.kind for pod, effect in self.effects(there, then).items()}


def _is_missing(path: str) -> bool:
    """Whether a problem is about a build context, which need not be where a preview is read."""
    return path.endswith((".image", ".context", ".dockerfile"))


def compare(before: Stated, after: Stated, settings: Mapping[str, Any]) -> Comparison:
    """What differs between two states of a component, and what that does.

    Args:
        before: What is there.
        after: What is to be there.
        settings: What the stack's config says of the target.
    """
    planner = Planner(after.target, settings)
    one, two = before.program, after.program
    changes = field_changes(one.tree(), two.tree())
    old, new = one.application(), two.application()
    cheap = len(changes) * len(two.pods) <= _MOST_PLANS
    data: dict[str, tuple[str, ...]] = {}
    for risk in data_risks(old, new) if old is not None and new is not None else ():
        data[risk.pod] = (*data.get(risk.pod, ()), risk.text)
    return Comparison(
        changes=tuple(changes),
        effects=planner.effects(old, new),
        risks=tuple(planner.alone(change, one, two) if cheap else {} for change in changes),
        data=data,
    )


def as_if_replaced(pod: str, stated: Stated, settings: Mapping[str, Any]) -> Effect | None:
    """What it does to a pod when its main container is replaced, though the program says nothing new of it.

    Args:
        pod: The name of the pod, or ``gateway``.
        stated: The component.
        settings: What the stack's config says of the target.
    """
    tree = stated.program.tree()
    if pod not in tree:
        return None
    path = ("image",) if pod == GATEWAY else ("peers",) if "peers" in tree[pod] else ("main", "image")
    before = _with_other_image(tree[pod], path)
    program = Program.from_tree({**tree, pod: before})
    return Planner(stated.target, settings).effects(program.application(), stated.program.application()).get(pod)


def _with_other_image(pod: Any, path: tuple[str, ...]) -> Any:
    if path == ("peers",):
        return {**pod, "peers": [{**peer, "image": "before"} for peer in pod["peers"]]}
    return {**pod, path[0]: _with_other_image(pod[path[0]], path[1:]) if path[1:] else "before"}


def pod_reports(comparison: Comparison) -> list[PodReport]:
    """The pods that something happens to, in the order of the program.

    Args:
        comparison: What differs, and what that does.
    """
    changes: dict[str, list[Change]] = {}
    for change, risks in zip(comparison.changes, comparison.risks, strict=True):
        changes.setdefault(change.pod, []).append(_change(change, risks.get(change.pod)))
    names = dict.fromkeys((*changes, *(name for name, effect in comparison.effects.items() if _matters(effect))))
    return [
        PodReport(
            name=name,
            changes=tuple(changes.get(name, ())),
            effect=comparison.effects.get(name),
            causes=_causes(name, comparison),
            data=comparison.data.get(name, ()),
        )
        for name in (*names, *(name for name in comparison.data if name not in names))
    ]


def _causes(pod: str, comparison: Comparison) -> tuple[str, ...]:
    """The places in the program whose change does to a pod what is done to it, alone or together."""
    effect = comparison.effects.get(pod)
    if effect is None or effect.kind in (Kind.NOTHING, Kind.ADDED, Kind.REMOVED):
        return ()
    tried = list(zip(comparison.changes, comparison.risks, strict=True))
    alone = [change for change, risks in tried if risks.get(pod) is effect.kind]
    found = alone or [change for change, risks in tried if change.pod == pod and risks.get(pod) is not Kind.NOTHING]
    return tuple(dict.fromkeys(words.place(change.path) for change in found))


def _matters(effect: Effect) -> bool:
    return effect.kind is not Kind.NOTHING or bool(effect.order or effect.address)


def _change(change: FieldChange, risk: Kind | None) -> Change:
    return Change(
        path=words.place(change.path),
        owner=words.owner(change.path),
        text=words.sentence(change),
        before=change.before,
        after=change.after,
        risk=risk,
    )


def findings(old: Stated | None, new: Stated, settings: Mapping[str, Any]) -> tuple[Finding, ...]:
    """What the target makes less of than the program asks, and whether it did so before.

    Args:
        old: What is there; ``None`` where there is nothing, or it is not known.
        new: What is to be there.
        settings: What the stack's config says of the target.
    """
    before = set(_findings(old, settings)) if old is not None else set()
    return tuple(attrs.evolve(finding, known=finding in before) for finding in _findings(new, settings))


def _findings(stated: Stated, settings: Mapping[str, Any]) -> list[Finding]:
    app = stated.program.application()
    site = Site(project="project", stack="stack", component="app", root=Path(), settings=settings)
    try:
        if app is None:
            return []
        found = marked(draft(app, load_target(stated.target), site, feature_uses(app)).findings, acceptances(app))
    except (KeyError, PolypodError):
        return []
    return [
        Finding(
            path=finding.path,
            code=finding.code,
            verdict=finding.verdict.value,
            reason=finding.reason,
            fix=finding.fix,
            accepted=finding.accepted,
        )
        for finding in found
        if finding.verdict in (Verdict.DEGRADED, Verdict.REJECTED)
    ]


def whole(name: str, kind: str, stated: Stated, status: str, settings: Mapping[str, Any]) -> ComponentReport:
    """A component that comes or goes with all that it holds.

    Args:
        name: Its name.
        kind: Its class.
        stated: What it holds.
        status: ``added`` or ``removed``.
        settings: What the stack's config says of the target.
    """
    effect = Kind.ADDED if status == "added" else Kind.REMOVED
    pods = [
        PodReport(name=pod, effect=Effect(pod=pod, kind=effect), data=_left(stated, pod) if status == "removed" else ())
        for pod in stated.program.tree()
    ]
    less = findings(None, stated, settings) if status == "added" else ()
    return ComponentReport(name=name, kind=kind, target=stated.target, pods=tuple(pods), status=status, findings=less)


def _left(stated: Stated, pod: str) -> tuple[str, ...]:
    """What becomes of the data of a pod whose component goes."""
    app = stated.program.application()
    if app is None or pod not in app.pods:
        return ()
    rest = Application({name: other for name, other in app.pods.items() if name != pod})
    return tuple(risk.text for risk in data_risks(app, rest) if risk.pod == pod)
