"""Programs on Kubernetes, for the tests to look at."""

from __future__ import annotations

from functools import partial

from polypod.testing import MockedEngine
from tests.engines import TWO_PODS, exporting, failure_on, run_on

KUBERNETES = {"polypod:target": "kubernetes"}

run, failure = partial(run_on, KUBERNETES), partial(failure_on, KUBERNETES)
shop = exporting(TWO_PODS)


def kinds(engine: MockedEngine) -> dict[str, list[str]]:
    """The names of what was registered in the cluster, by kind."""
    found: dict[str, list[str]] = {}
    for resource in engine.resources:
        if resource.type.startswith("kubernetes:"):
            found.setdefault(resource.type.rpartition(":")[2], []).append(resource.name)
    return found
