"""Previews that the real engine has printed, as far as reports read them. A live test records them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "recorded"
_STATE = ("type", "urn", "parent")
_LABELS = ("dev.polypod.pod", "dev.polypod.role")
_STEP = ("op", "urn", "diffReasons", "replaceReasons", "detailedDiff")


def recorded(printed: str, stack: str) -> dict[str, Any]:
    """A preview under one name of the stack, without times, traces, outputs, and what providers' resources are given.

    Of those, labels are left, and of those that stay as they are nothing.

    Args:
        printed: What the engine has printed.
        stack: The name of the stack.
    """
    document = json.loads(printed)
    steps = [_step(step) for step in document["steps"] if step["op"] != "same" or ":polypod:" in step["urn"]]
    config = {key: value for key, value in document["config"].items() if key.startswith("polypod:")}
    found = {"config": config, "steps": steps, "changeSummary": document["changeSummary"]}
    return dict(json.loads(json.dumps(found).replace(stack, "dev")))


def _step(step: dict[str, Any]) -> dict[str, Any]:
    states = {name: _state(step[name]) for name in ("oldState", "newState") if name in step}
    return {**{name: step[name] for name in _STEP if step.get(name)}, **states}


def _state(state: dict[str, Any]) -> dict[str, Any]:
    inputs = state.get("inputs", {})
    if not state["type"].startswith("polypod:"):
        labels = [pair for pair in inputs.get("labels", ()) if pair["label"] in _LABELS]
        of_object = {name: text for name, text in _metadata(inputs).items() if name in _LABELS}
        inputs = {"labels": labels} if labels else {"metadata": {"labels": of_object}} if of_object else {}
    return {**{name: state[name] for name in _STATE if name in state}, "inputs": inputs}


def _metadata(inputs: dict[str, Any]) -> dict[str, Any]:
    return dict(inputs.get("metadata", {}).get("labels") or {})
