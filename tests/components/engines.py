"""Engines after a program ran, for the tests to look at."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from polypod.testing import MockedEngine, Registered

DOCKER = {"polypod:target": "docker"}


CONTAINER = "docker:index/container:Container"


def run(program: Callable[[], object], *, preview: bool = True, **fields: Any) -> MockedEngine:
    """The engine after a program ran."""
    engine = MockedEngine(**{"config": DOCKER, **fields})
    (engine.preview if preview else engine.up)(program)
    return engine


def containers(engine: MockedEngine) -> dict[str, Registered]:
    """The containers of a program by logical name."""
    return {resource.name: resource for resource in engine.resources if resource.type == CONTAINER}
