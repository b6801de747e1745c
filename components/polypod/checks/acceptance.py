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

    @property
    def place(self) -> str:
        """What of the model it covers: its object, and for the application, everything."""
        return "" if self.level == "application" else self.path


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
    reasons = {(item.code, item.place): item.reason for item in accepted}
    found = ((finding, _reason(finding, reasons)) for finding in findings)
    return tuple(attrs.evolve(finding, accepted=reason) if reason else finding for finding, reason in found)


def _reason(finding: Finding, reasons: Mapping[tuple[str, str], str]) -> str:
    return next((reasons[key] for key in acceptable(finding) if key in reasons), "")


def acceptable(finding: Finding) -> Iterator[tuple[str, str]]:
    """The code and the places of all acceptances that accept a finding, the smallest object first.

    Args:
        finding: What a target makes of a place in the program.
    """
    if finding.verdict is Verdict.DEGRADED:
        yield from ((finding.code, place) for place in places(finding.path))


def places(path: str) -> Iterator[str]:
    """Where an acceptance covers a place in the model: there, at every object above, and in the application.

    Args:
        path: The place.
    """
    yield path
    yield from (path[:i] for i in range(len(path) - 1, 0, -1) if path[i] in ".[")
    yield ""
