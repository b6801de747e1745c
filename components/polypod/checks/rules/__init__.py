"""Everything that can be wrong with a program whatever the target, found without a platform."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import attrs

from polypod.checks.rules.application import application_problems
from polypod.checks.rules.pod import pod_problems
from polypod.checks.rules.types import object_problems, type_problems
from polypod.errors import Problem
from polypod.model.application import Application, pod_path
from polypod.model.gateway import Route
from polypod.model.pod import Workload

__all__ = ["problems", "wrong_kinds"]


def problems(app: Application, root: Path) -> list[Problem]:
    """Everything that is wrong with an application, those of one value first, then those between values.

    Where a value is of the wrong kind, the rules that would read it are left out.

    Args:
        app: The application.
        root: The directory that build contexts are relative to.
    """
    wrong = wrong_kinds(app)
    if not isinstance(app.pods, Mapping):
        return wrong
    found = [
        problem
        for name, pod in app.pods.items()
        if isinstance(name, str) and not any(f"{other.path}.".startswith(f"{pod_path(name)}.") for other in wrong)
        for problem in pod_problems(pod_path(name), pod, root)
    ]
    return wrong + found + ([] if wrong else list(application_problems(app)))


def wrong_kinds(app: Application) -> list[Problem]:
    """Every value of the wrong kind.

    Args:
        app: The application.
    """
    found = list(type_problems("pods", app.pods, Mapping[str, Workload]))
    if app.gateway is not None:
        found += object_problems("gateway", attrs.evolve(app.gateway, pods={}, routes=()))
        found += type_problems("routes", app.gateway.routes, tuple[Route, ...])
    return found
