"""Previews as the engine would print them, of programs that tests state."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from polypod.model_to_data import unstructure
from polypod.preview.engine_output import parse
from polypod.preview.records import StackReport
from polypod.preview.stacks import stack_report

STACK = "urn:pulumi:dev::shop::"
ROOT = f"{STACK}pulumi:pulumi:Stack::shop-dev"
CONTAINER = "docker:index/container:Container"
DEPLOYMENT = "kubernetes:apps/v1:Deployment"
GROUP = "azure-native:containerinstance:ContainerGroup"


def component(
    before: Any, after: Any, *, target: str = "docker", name: str = "app", op: str = "", kind: str = "GatewayStack"
) -> dict[str, Any]:
    """The step of a component; a program that is ``None`` is not there."""
    states = {
        key: {"parent": ROOT, "inputs": {"target": target, "model": unstructure(model)}}
        for key, model in (("oldState", before), ("newState", after))
        if model is not None
    }
    known = "create" if before is None else "delete" if after is None else "same" if before == after else "update"
    return {"op": op or known, "urn": f"{STACK}polypod:index:{kind}::{name}", **states}


def resource(
    kind: str, name: str, op: str, *changed: str, pod: str = "", role: str = "main", above: str = "GatewayStack::app"
) -> dict[str, Any]:
    """The step of a resource below a component, with the labels of a pod."""
    labels = {"dev.polypod.pod": pod, "dev.polypod.role": role} if pod else {}
    inputs: dict[str, Any] = {"metadata": {"labels": labels}}
    if kind == CONTAINER:
        inputs = {"labels": [{"label": label, "value": text} for label, text in labels.items()]}
    state = {"parent": f"{STACK}polypod:index:{above}", "inputs": inputs}
    states = {"create": ["newState"], "delete": ["oldState"]}.get(op, ["oldState", "newState"])
    return {
        "op": op,
        "urn": f"{STACK}polypod:index:GatewayStack${kind}::{name}",
        "detailedDiff": {path: {"kind": "update"} for path in changed} or None,
        **dict.fromkeys(states, state),
    }


def digest(*steps: Mapping[str, Any], **more: Any) -> str:
    """What the engine prints for these steps."""
    root = {"op": "same", "urn": ROOT}
    return json.dumps({"config": {}, "steps": [root, *steps], "changeSummary": {}, **more})


def report(*steps: Mapping[str, Any], **more: Any) -> StackReport:
    """The report of these steps."""
    return stack_report(parse(digest(*steps, **more), "the preview"))
