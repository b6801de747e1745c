"""The findings that a program accepts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import attrs

from polypod.checks.codes.code import Level
from polypod.checks.findings import Finding
from polypod.checks.support import Verdict
from polypod.model.application import Application, pod_path


@attrs.frozen
class Acceptance:
    """A code that an object of a program accepts.

    Args:
        path: The object's path in the model.
        code: The code.
        reason: Why.
        level: What the object is.
    """

    path: str
    code: str
    reason: str
    level: Level

    def covers(self, path: str) -> bool:
        """Whether a place in the model is the object or below it; everything belongs to the application.

        Args:
            path: The place.
        """
        return self.level == "application" or f"{path}.".startswith((f"{self.path}.", f"{self.path}["))

    def accepts(self, finding: Finding) -> bool:
        """Whether it is this that the object accepts.

        Args:
            finding: What a target makes of a place in the program.
        """
        return finding.verdict is Verdict.DEGRADED and finding.code == self.code and self.covers(finding.path)


def acceptances(app: Application) -> Iterator[Acceptance]:
    """Everything that a program accepts, the smallest objects first.

    Args:
        app: The program.
    """
    for path, _, container in app.containers():
        yield from _of(path, container.accept, "container")
    for name, pod in app.pods.items():
        yield from _of(pod_path(name), pod.accept, "pod" if app.gateway is not None else "application")
    if app.gateway is not None:
        yield from _of("gateway", app.gateway.accept, "application")


def _of(path: str, accept: Mapping[str, str], level: Level) -> Iterator[Acceptance]:
    return (Acceptance(path, code, reason, level) for code, reason in accept.items())


def marked(findings: Iterable[Finding], accepted: Iterable[Acceptance]) -> tuple[Finding, ...]:
    """Findings, with the reason of the program where it accepts one.

    Args:
        findings: What a target makes of the program.
        accepted: What the program accepts.
    """
    by_code: dict[str, list[Acceptance]] = {}
    for item in accepted:
        by_code.setdefault(item.code, []).append(item)
    reasons = ((finding, _reason(finding, by_code.get(finding.code, ()))) for finding in findings)
    return tuple(attrs.evolve(finding, accepted=reason) if reason else finding for finding, reason in reasons)


def _reason(finding: Finding, accepted: Iterable[Acceptance]) -> str:
    return next((item.reason for item in accepted if item.accepts(finding)), "")
