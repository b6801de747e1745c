"""Programs as Kubernetes manifests, for the tests to look at."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from polypod.model.application import Application
from polypod.model.value import Secret, Template
from polypod.targets.kubernetes import TARGET
from polypod.targets.kubernetes.plan import records
from polypod.targets.shared.plan.images import BuiltImage
from tests.programs import site


def plan(model: Any, **fields: Any) -> records.Plan:
    """The plan of a program on a site whose names start with ``p-s-c``."""
    return TARGET.draft(Application.of(model), site(**fields)).plan


def objects(model: Any, **fields: Any) -> dict[str, Any]:
    """The manifests of a program by key."""
    return {item.key: text(item.manifest) for item in plan(model, **fields).objects()}


def template(model: Any, pod: str = "web", **fields: Any) -> dict[str, Any]:
    """The template of a pod of a program."""
    (found,) = (
        manifest["spec"]["template"]["spec"]
        for key, manifest in objects(model, **fields).items()
        if key in (f"{pod}.deployment", f"{pod}.statefulset", f"{pod}.job")
    )
    return dict(found)


def only(model: Any, **fields: Any) -> dict[str, Any]:
    """The one container of a program."""
    (found,) = template(model, **fields)["containers"]
    return dict(found)


def as_text(plan: records.Plan) -> Iterator[dict[str, Any]]:
    """The manifests of a plan as the cluster gets them, with names where they are generated and secrets hidden."""
    for item in plan.objects():
        manifest = text(item.manifest)
        named = {"name": generated(item.key), "namespace": plan.namespace}
        yield {**manifest, "metadata": {**named, **manifest["metadata"]}}


def generated(key: str) -> str:
    """A name that could be generated."""
    return f"c-{key}-00000000"


def text(value: Any) -> Any:
    """A part of a manifest, with its leaves as texts."""
    if isinstance(value, Mapping):
        return {name: text(item) for name, item in value.items()}
    return [text(item) for item in value] if isinstance(value, list | tuple) else _leaf(value)


def _leaf(value: Any) -> Any:
    match value:
        case records.Name(key=key):
            return generated(key)
        case BuiltImage(key=key):
            return f"registry.test/{key}@sha256:{'0' * 64}"
        case records.Logins():
            return '{"auths": {}}'
        case Template(parts=parts):
            return "".join(part if isinstance(part, str) else "[secret]" for part in parts)
        case Secret():
            return "[secret]"
    return value
