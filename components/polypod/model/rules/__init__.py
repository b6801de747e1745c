"""Everything that can be wrong with a program whatever the target, found without a platform."""

from __future__ import annotations

from pathlib import Path

from polypod.model.application import Application
from polypod.model.problem import Problem
from polypod.model.rules.application import application_problems
from polypod.model.rules.container import container_problems
from polypod.model.rules.pod import pod_problems

__all__ = ["problems"]


def problems(app: Application, root: Path) -> list[Problem]:
    """Everything that is wrong with an application, in the order of the program.

    Args:
        app: The application.
        root: The directory that build contexts are relative to.
    """
    found = [
        problem for path, _, container in app.containers() for problem in container_problems(path, container, root)
    ]
    for name, pod in app.pods.items():
        found += pod_problems(f"pods.{name}", pod)
    return found + list(application_problems(app))
