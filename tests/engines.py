"""Engines after a program ran, for the tests to look at."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pulumi
import pytest

from polypod import *
from polypod.patterns import postgres
from polypod.testing import MockedEngine, Registered
from tests.programs import container, web

DOCKER = {"polypod:target": "docker"}
CONTAINER = "docker:index/container:Container"

DB = postgres("db", password="geheim", size="1Gi")
WEB = Pod(
    Container(
        "web",
        image="web:1",
        port=Port(80, publish=8081),
        env={"URL": DB.url("app")},
        mounts=[Mount("/logs", ScratchVolume("logs")), Mount("/keys", SecretVolume("keys", {"key": "k"}))],
        readiness=Probe.http("/"),
    ),
    init=[container("migrate", env={"URL": DB.url("app")})],
    sidecars=[container("helper")],
)
SHOP = Gateway([WEB, DB], routes=[Route("/", WEB)])

_STORE = postgres("db", password="geheim")
_API = web(env={"URL": _STORE.url("app")}, mounts=[Mount("/etc/api", ConfigVolume("conf", {"db": "polypod{db.host}"}))])
TWO_PODS = Gateway([_API, _STORE], routes=[Route("/", _API)])
"""A smaller application than the shop: two pods of one container each."""


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


def exporting(model: Gateway) -> Callable[[], None]:
    """A program that deploys an application as ``shop`` and exports where it is reached."""

    def program() -> None:
        stack = GatewayStack("shop", model)
        pulumi.export("url", stack.url)
        pulumi.export("endpoints", stack.endpoints)

    return program


def deployed_shop() -> MockedEngine:
    """The engine after an application of two pods was deployed to Docker."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("POLYPOD_IMAGES", raising=False)
        return run(exporting(SHOP), preview=False)
