"""Engines after a program ran, for the tests to look at."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pulumi
import pytest

from polypod.testing import MockedEngine, Registered

DOCKER = {"polypod:target": "docker"}


CONTAINER = "docker:index/container:Container"


def run(program: Callable[[], object], *, preview: bool = True, **fields: Any) -> MockedEngine:
    """The engine after a program ran."""
    engine = MockedEngine(**{"config": DOCKER, **fields})
    (engine.preview if preview else engine.up)(program)
    return engine


def run_on(
    target: Mapping[str, Any],
    program: Callable[[], object],
    *,
    preview: bool = False,
    config: Any = None,
    **fields: Any,
) -> MockedEngine:
    """The engine after a program ran with the config of a target and more."""
    return run(program, preview=preview, config={**target, **(config or {})}, **fields)


def failure_on(target: Mapping[str, Any], program: Callable[[], object], **fields: Any) -> str:
    """What a user sees of a program that fails."""
    with pytest.raises(pulumi.RunError) as caught:
        run_on(target, program, **fields)
    return str(caught.value)


def containers(engine: MockedEngine) -> dict[str, Registered]:
    """The containers of a program by logical name."""
    return {resource.name: resource for resource in engine.resources if resource.type == CONTAINER}
