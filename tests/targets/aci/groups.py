"""Programs as the requests that Azure gets, for the tests to look at."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from polypod.checks.findings import Finding
from polypod.checks.support import Verdict
from polypod.checks.uses import feature_uses
from polypod.model.application import Application
from polypod.model.value import Secret, Template
from polypod.targets.aci import TARGET
from polypod.targets.aci.plan import records
from polypod.targets.check import draft
from polypod.targets.shared.plan.images import BuiltImage
from tests.programs import site

TOGETHER = {"placement": "group"}
PRIVATE = {"addressSpace": "10.0.0.0/24"}


def plan(model: Any, settings: Mapping[str, Any] | None = None, **fields: Any) -> records.Plan:
    """The plan of a program in the component ``store``."""
    where = site(**{"component": "store", "settings": settings or {}, **fields})
    return TARGET.draft(Application.of(model), where).plan


def groups(model: Any, settings: Mapping[str, Any] | None = None, **fields: Any) -> dict[str, Any]:
    """The requests of a program by the key of the group."""
    return {group.key: readable(group.body) for group in plan(model, settings, **fields).groups}


def lost(model: Any, settings: Mapping[str, Any] | None = None, **fields: Any) -> list[Finding]:
    """What Azure does less well than asked, or not at all."""
    app = Application.of(model)
    found = draft(app, TARGET, site(settings=settings or {}, **fields), feature_uses(app))
    return [finding for finding in found.findings if finding.verdict in (Verdict.DEGRADED, Verdict.REJECTED)]


def properties(
    model: Any, key: str = "web-0", settings: Mapping[str, Any] | None = None, **fields: Any
) -> dict[str, Any]:
    """The properties of one group of a program."""
    return dict(groups(model, settings, **fields)[key]["properties"])


def only(model: Any, settings: Mapping[str, Any] | None = None, **fields: Any) -> dict[str, Any]:
    """The properties of the one container of the pod ``web``."""
    (found,) = properties(model, settings=settings, **fields)["containers"]
    return dict(found["properties"])


def containers(group: Mapping[str, Any], kind: str = "containers") -> dict[str, Any]:
    """The properties of the containers of a group by name."""
    return {item["name"]: item["properties"] for item in group[kind]}


def readable(value: Any) -> Any:
    """A part of a request as a reader wants it: files decoded, and in brackets what is known only later."""
    if isinstance(value, Mapping):
        return {key: readable(item) for key, item in value.items()}
    return [readable(item) for item in value] if isinstance(value, list | tuple) else _leaf(value)


def _leaf(value: object) -> object:
    match value:
        case Template(parts=parts):
            return "".join(str(_leaf(part)) for part in parts)
        case records.Encoded(content=content, secret=secret):
            return "[secret]" if secret else _leaf(content)
        case records.Host(group=key):
            return f"[host of {key or 'the group'}]"
        case BuiltImage(key=key):
            return f"[{key}]"
        case records.Known(name=name):
            return f"[{name.replace('_', ' ')}]"
    later = "[secret]" if isinstance(value, Secret) else "[deferred]"
    return value if isinstance(value, str | int | float) else later
