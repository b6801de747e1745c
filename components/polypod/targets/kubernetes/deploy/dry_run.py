"""A trial of a plan: the cluster says of each object whether it would take it, and makes nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from polypod.errors import Problem
from polypod.model.value import Template
from polypod.targets.kubernetes.deploy.client import Cluster, NoAnswerError
from polypod.targets.kubernetes.deploy.existing_objects import ExistingObjects
from polypod.targets.kubernetes.plan.records import Logins, Name, Object, Plan
from polypod.targets.shared.plan.images import BuiltImage

_SAID: Mapping[int, str] = {
    400: "correct what the cluster does not understand, or leave it out",
    403: "raise the quota or ask for the permission, or change what the cluster's policies forbid",
    422: "correct what the cluster does not take",
}
"""What to do about each answer that is a refusal; other answers say nothing about the object."""

_IMMUTABLE = 422
_AT_ONCE = 8


def dry_run(plan: Plan, cluster: Cluster, present: ExistingObjects) -> list[Problem]:
    """The objects of a plan that the cluster refuses: by a quota, a policy, a webhook or its own rules.

    What is replaced cannot be tried under its name, nor what has an image or a value that is known only later: a policy
    would judge what polypod made up.

    Args:
        plan: The plan, whose namespace is there.
        cluster: The cluster to ask.
        present: What is there.
    """
    remade = {*plan.replaced, *plan.former}
    tried = [
        (path, item)
        for path, item in _objects(plan)
        if item.name and item.key not in remade and not _is_known_later(item.manifest)
    ]
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        said = pool.map(lambda pair: _try(pair[0], pair[1], plan.namespace, cluster, present), tried)
    return [problem for problem in said if problem is not None]


def _objects(plan: Plan) -> Iterator[tuple[str, Object]]:
    volumes = {volume.name: volume.path for pod in plan.pods for volume in pod.volumes}
    yield from ((volumes.get(item.name, "kubernetes"), item) for item in plan.shared)
    yield from ((pod.path, item) for pod in plan.pods for item in pod.objects)


def _try(path: str, item: Object, namespace: str, cluster: Cluster, present: ExistingObjects) -> Problem | None:
    metadata = {**item.manifest["metadata"], "namespace": namespace}
    try:
        cluster.apply(item.kind, namespace, _text({**item.manifest, "metadata": metadata}), trial=True)
    except NoAnswerError as error:
        changed = error.status == _IMMUTABLE and item.name in present.of(item.kind)
        if error.status in _SAID and not changed:
            what = f"the cluster does not take the {item.kind} {item.name!r}: {error}"
            return Problem("PP438", path, what, _SAID[error.status])
    return None


def _is_known_later(value: Any) -> bool:
    """Whether a part of a manifest holds an image that is to be built, or a value that another resource tells."""
    if isinstance(value, Mapping):
        return any(map(_is_known_later, value.values()))
    if isinstance(value, list | tuple):
        return any(map(_is_known_later, value))
    if isinstance(value, Template):
        return any(not isinstance(part, str) for part in value.parts)
    return isinstance(value, BuiltImage)


def _text(value: Any) -> Any:
    """A part of a manifest as text; the names of ConfigMaps and Secrets are generated, and stand for themselves."""
    if isinstance(value, Mapping):
        return {name: _text(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_text(item) for item in value]
    if isinstance(value, Name):
        return "known-later"
    if isinstance(value, Template):
        return "".join(map(str, value.parts))
    return "{}" if isinstance(value, Logins) else value
