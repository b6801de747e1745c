"""A report for programs. ``preview.schema.json`` next to this module is its schema."""

from __future__ import annotations

import enum
import json
from typing import Any

import attrs

from polypod.preview.records import PodReport, Report, StackReport

VERSION = 1
"""The version of the format. Another one may leave out or rename what this one has; additions are not counted."""


def as_json(report: Report) -> str:
    """A report as a JSON document.

    Args:
        report: The report.
    """
    document = {
        "version": VERSION,
        "compared": list(report.compared),
        "stacks": [_stack(stack) for stack in report.stacks],
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _stack(stack: StackReport) -> dict[str, Any]:
    return {
        "name": stack.name,
        "project": stack.project,
        "changes": stack.changes,
        "counts": dict(stack.counts),
        "downtime": {"pods": stack.downtime, "seconds": stack.seconds},
        "data": stack.data,
        "addresses": stack.addresses,
        "error": stack.error,
        "messages": list(stack.messages),
        "others": list(stack.others),
        "components": [
            {
                **_plain(component, "pods"),
                "pods": [_pod(pod) for pod in component.pods],
            }
            for component in stack.components
        ],
    }


def _pod(pod: PodReport) -> dict[str, Any]:
    effect = pod.effect
    return {
        "name": pod.name,
        "risk": {
            "kind": effect.kind.name.lower() if effect is not None else "unknown",
            "text": effect.kind.value if effect is not None else "not known",
            "certain": pod.certain and effect is not None,
            "order": effect.order if effect is not None else "",
            "seconds": effect.seconds if effect is not None else None,
            "forced_by": pod.forced_by,
            "address": effect.address if effect is not None else "",
            "data": list(pod.data),
        },
        "changes": [_plain(change) for change in pod.changes],
    }


def _plain(item: Any, *without: str) -> dict[str, Any]:
    return attrs.asdict(item, filter=lambda field, _: field.name not in without, value_serializer=_serialized)


def _serialized(_: Any, __: Any, value: Any) -> Any:
    return value.name.lower() if isinstance(value, enum.Enum) else value
