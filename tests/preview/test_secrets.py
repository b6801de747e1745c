"""Secrets, planted wherever a program and an engine can have some, are in no report."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from typing import Any

import attrs
import pulumi
import pytest
from rich.console import Console

from polypod import (
    Access,
    Container,
    File,
    Gateway,
    GatewayStack,
    Mount,
    Pod,
    RegistryCredentials,
    Route,
    Secret,
    SecretVolume,
    concat,
)
from polypod.preview.engine_output import parse
from polypod.preview.records import Report
from polypod.preview.report.as_json import as_json
from polypod.preview.report.markdown import markdown
from polypod.preview.report.sarif import sarif
from polypod.preview.report.terminal import show
from polypod.preview.stacks import stack_report
from polypod.testing import MockedEngine

from .digests import ROOT, STACK, digest

CONFIGS: dict[str, dict[str, Any]] = {
    "docker": {},
    "kubernetes": {},
    "aci": {"polypod:azure": {"location": "westeurope"}},
}


def _application(planted: str) -> Gateway:
    """A program with a secret in every place that takes one."""
    config = pulumi.Config("shop").require_secret("password")
    secret = Secret(planted)
    container = Container(
        "web",
        image="web:1",
        port=80,
        env={
            "PLAIN": secret,
            "JOINED": concat("postgres://me:", secret, "@db"),
            "OUTPUT": pulumi.Output.secret(planted),
            "LATER": config,
            "HELD": Secret(config),
        },
        mounts=[
            Mount(
                "/s", SecretVolume("s", {"text": planted, "bytes": planted.encode(), "file": File(secret, mode=0o400)})
            ),
        ],
    )
    pod = Pod(
        container,
        access=Access(user="me", password=secret),
        registries=[RegistryCredentials(server="r.example", username="me", password=secret)],
    )
    return Gateway([pod], routes=[Route("/", pod)])


def _steps(target: str, planted: str) -> Iterator[dict[str, Any]]:
    """What the engine gets to see, as it prints it: secrets blinded, all else as it is."""
    config = {"polypod:target": target, "shop:password": planted, **CONFIGS[target]}
    engine = MockedEngine(config=config, secrets=["shop:password"], project="shop", stack="dev")
    engine.preview(lambda: GatewayStack("app", _application(planted)))
    for made in engine.resources:
        parent = f"{STACK}polypod:index:GatewayStack::app" if made.parent else ROOT
        yield {"type": made.type, "name": made.name, "parent": parent, "inputs": _blinded(made.inputs)}


def _blinded(value: Any) -> Any:
    if isinstance(value, Secret):
        return "[secret]"
    if isinstance(value, dict):
        return {key: _blinded(item) for key, item in value.items()}
    return [_blinded(item) for item in value] if isinstance(value, list) else value


@pytest.mark.parametrize("target", CONFIGS)
def test_no_secret_is_in_a_report(target: str) -> None:
    """Whether it stays or changes; that one has changed is said."""
    steps = [
        {
            "op": "update" if one["type"].startswith("polypod") else "replace",
            "urn": f"{STACK}{one['type']}::{one['name']}",
            "oldState": one,
            "newState": two,
            "detailedDiff": {"envs": {"kind": "update"}, "spec.template": {"kind": "update"}},
        }
        for one, two in zip(_steps(target, "planted-old"), _steps(target, "planted-new"), strict=True)
    ]
    report = Report(stacks=(stack_report(parse(digest(*steps), "x")),))
    out = io.StringIO()
    show(report, Console(file=out, width=10_000))
    texts = [*markdown(report), as_json(report), sarif(report), out.getvalue(), repr(attrs.asdict(report))]
    assert "planted" not in "".join(texts)
    (web,) = (pod for pod in report.stacks[0].pods() if pod.name == "web")
    assert web.changes == ()
    assert "a secret" in web.forced_by


@pytest.mark.parametrize("target", CONFIGS)
def test_no_secret_is_among_the_inputs_of_a_component(target: str) -> None:
    """Nor anything that follows from one: they are the same whatever it is."""
    one, two = (next(_steps(target, planted))["inputs"] for planted in ("planted-old", "planted-new"))
    assert one == two
    assert "planted" not in json.dumps(one)
