"""Check the codes that a program accepts: each must match a finding on at least one target."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property

import attrs

from polypod.checks.acceptance import Acceptance, acceptable, places
from polypod.checks.codes.code import Code
from polypod.checks.codes.tables import CODES
from polypod.checks.features import Feature
from polypod.checks.findings import Finding
from polypod.checks.support import Verdict
from polypod.checks.uses import feature_uses
from polypod.config.site import Site
from polypod.errors import ModelError, Problem
from polypod.model.application import Application
from polypod.targets.base import Target, load_target, target_names

_FIRM = {"error": "an error", "notice": "about the platform"}
_LEVELS = ("container", "pod", "application")


def acceptance_problems(
    accepted: Iterable[Acceptance], app: Application, found: Mapping[str, Iterable[Finding]], site: Site
) -> Iterator[Problem]:
    """Check the codes that a program accepts.

    A program is deployed to several targets: what only one of them finds may be accepted where another one is checked.

    Args:
        accepted: What it accepts.
        app: The program.
        found: What the targets that are checked make of it.
        site: Where it is deployed.
    """
    known = _Known(app, found, site)
    for item in accepted:
        path = f"{item.path}.accept.{item.code}"
        if not item.reason.strip():
            yield Problem("PP650", path, "no reason is given", "write why this is no loss to the program")
        if known.has(item):
            continue
        if item.code not in known.kinds:
            fix = "use one of the codes in docs/findings.md, or remove it"
            yield Problem("PP651", path, f"no target that is installed has findings of the code {item.code!r}", fix)
        elif known.kinds[item.code] in _FIRM:
            what = f"{item.code} is {_FIRM[known.kinds[item.code]]}, and only what is degraded can be accepted"
            yield Problem("PP652", path, what, "remove it, and correct what is reported")
        elif not known.may_find(item):
            what = f"no target can have a finding {item.code} here"
            yield Problem("PP653", path, what, "remove it, or move it to the object that it is about")


@attrs.frozen(slots=False)
class _Known:
    """All that any installed target could find in a program.

    Args:
        app: The program.
        found: What the targets that are checked make of it.
        site: Where it is deployed.
    """

    app: Application
    found: Mapping[str, Iterable[Finding]]
    site: Site
    _of_others: dict[str, set[tuple[str, str]] | None] = attrs.field(factory=dict, init=False)

    def has(self, item: Acceptance) -> bool:
        """Whether a target that is checked has such a finding at the object or below it."""
        return (item.code, item.place) in self._found

    def may_find(self, item: Acceptance) -> bool:
        """Whether another installed target, or one with other settings, can have such a finding there."""
        feature = next((feature for feature in Feature if feature.code == item.code), None)
        if feature is not None:
            degraded = self.kinds[item.code] == "warning"
            return degraded and (feature, item.place) in self._used
        target, code = self._rules[item.code]
        if code.varies is not None:
            return _LEVELS.index(item.level) >= _LEVELS.index(code.varies)
        return target.name not in self.found and self._finds(target, item)

    @cached_property
    def _found(self) -> set[tuple[str, str]]:
        return {key for findings in self.found.values() for finding in findings for key in acceptable(finding)}

    @cached_property
    def _used(self) -> set[tuple[Feature, str]]:
        return {(use.feature, place) for use in feature_uses(self.app) for place in places(use.path)}

    def _finds(self, target: Target, item: Acceptance) -> bool:
        """Whether a target that is not checked now has such a finding."""
        if target.name not in self._of_others:
            self._of_others[target.name] = self._findings(target)
        found = self._of_others[target.name]
        return found is None or (item.code, item.place) in found

    def _findings(self, target: Target) -> set[tuple[str, str]] | None:
        """What a target finds that can be accepted; ``None`` where it needs settings that only its own stack has."""
        try:
            findings = target.draft(self.app, attrs.evolve(self.site, settings={})).findings
        except ModelError:
            return None
        return {key for finding in findings for key in acceptable(finding)}

    @cached_property
    def _targets(self) -> tuple[Target, ...]:
        return tuple(map(load_target, target_names()))

    @cached_property
    def _rules(self) -> Mapping[str, tuple[Target, Code]]:
        return {code.code: (target, code) for target in self._targets for code in target.codes}

    @cached_property
    def kinds(self) -> Mapping[str, str]:
        """Whether each code is an error, a warning or neither."""
        kinds = {code.code: str(code.kind) for code in CODES}
        kinds |= {name: code.kind for name, (_, code) in self._rules.items()}
        return kinds | {feature.code: self._kind(feature) for feature in Feature}

    def _kind(self, feature: Feature) -> str:
        verdicts = {target.features[feature].verdict for target in self._targets}
        if Verdict.DEGRADED in verdicts:
            return "warning"
        return "error" if Verdict.REJECTED in verdicts else "note"
