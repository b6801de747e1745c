"""Everything that can be wrong with a program whatever the target, found without a platform."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from polypod.model.application import Application, pod_path
from polypod.model.gateway import Gateway
from polypod.model.problem import Problem
from polypod.model.rules.application import application_problems
from polypod.model.rules.container import container_problems
from polypod.model.rules.pod import pod_problems
from polypod.model.rules.types import field_problems, object_problems, type_problems

__all__ = ["problems"]


def problems(app: Application, root: Path) -> list[Problem]:
    """Everything that is wrong with an application, in the order of the program.

    Where a value is of the wrong kind, the rules that would read it are left out.

    Args:
        app: The application.
        root: The directory that build contexts are relative to.
    """
    if not isinstance(app.pods, Mapping):
        return list(type_problems("pods", app.pods, Mapping[str, Workload]))
    found: list[Problem] = []
    mistyped = [] if app.gateway is None else list(_gateway_types(app.gateway))
    for name, pod in app.pods.items():
        path = pod_path(name)
        wrong = list(type_problems(path, pod, Workload))
        mistyped += wrong
        found += wrong or pod_problems(path, pod, root)
    return found + (mistyped or list(application_problems(app)))
