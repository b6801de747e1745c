"""The features that a program uses, and where."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import attrs

from polypod.checks.features import Feature
from polypod.model.application import Application, pod_path


@attrs.frozen
class Use:
    """One place where a program asks for a feature."""

    path: str
    feature: Feature


def feature_uses(app: Application) -> Iterator[Use]:
    """Every place where an application asks for a feature, in the order of its pods.

    Args:
        app: The application.
    """
    for name, pod in app.pods.items():
        yield from _uses("pod", pod, pod_path(name), app)
        for path, container in pod.containers:
            yield from _uses("container", container, f"{pod_path(name)}.{path}", app)
        for path, container in pod.members:
            yield from _uses("member", container, f"{pod_path(name)}.{path}", app)
    yield from _uses("application", app, "", app)


def _uses(kind: str, item: object, path: str, app: Application) -> Iterable[Use]:
    for feature in _BY_KIND[kind]:
        for place in feature.places.find(item, app):
            yield Use(".".join(filter(None, (path, place))), feature)


_BY_KIND = {
    kind: [feature for feature in Feature if feature.places.by == kind]
    for kind in ("application", "pod", "container", "member")
}
