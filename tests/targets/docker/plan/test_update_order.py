"""Whether a new copy of a pod can start before the old one stops."""

from __future__ import annotations

from typing import Any

import pytest

from polypod import ConfigVolume, Gateway, Mount, PersistentVolume, Pod, Port, Route, ScratchVolume
from polypod.checks.support import Verdict
from polypod.model.application import Application
from polypod.targets.docker.plan.rules import rules
from polypod.targets.docker.plan.update_order import starts_first
from tests.programs import container, gateway

SCRATCH = [Mount("/s", ScratchVolume("s"))]
OWN = [Mount("/d", PersistentVolume("d"))]
SHARED = [Mount("/d", PersistentVolume("d", shared=True)), Mount("/c", ConfigVolume("c", {"f": "x"}))]


@pytest.mark.parametrize(
    ("expected", "model"),
    [
        (None, gateway(Pod(container("web", port=80, mounts=SHARED), update="start-first"))),
        (
            "the volume 's' has one owner at a time",
            gateway(Pod(container(port=80, mounts=SCRATCH), update="start-first")),
        ),
        ("the volume 'd' has one owner at a time", gateway(Pod(container(port=80, mounts=OWN), update="start-first"))),
        (
            "web publishes a host port, which one container can have",
            gateway(Pod(container(port=Port(80, publish=81)), update="start-first")),
        ),
        (
            "its containers share a network, which there is once",
            gateway(Pod(container(port=80), sidecars=[container("b")], update="start-first")),
        ),
        (
            "no route leads to it, and only the gateway can be told which of two copies to ask",
            Gateway([Pod(container(port=80), update="start-first"), Pod(container("b"))], routes=[Route("/", "b")]),
        ),
    ],
)
def test_what_stands_in_the_way_is_said(expected: str | None, model: Any) -> None:
    """With its place, and what the program can do."""
    app = Application.of(model)
    found = list(rules(app))
    assert starts_first(app.pods["web"], app) == (expected is None)
    assert [(item.path, item.verdict, item.reason) for item in found] == (
        [("pods.web.update", Verdict.DEGRADED, f"{expected}: the old copy stops first")] if expected else []
    )
    assert all(item.fix for item in found)


def test_a_pod_stops_first_by_default() -> None:
    """Nothing is said of that."""
    app = Application.of(gateway())
    assert (starts_first(app.pods["web"], app), list(rules(app))) == (False, [])
