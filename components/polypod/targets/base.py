"""The targets: what one is, which there are, and how one is loaded by its name."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable, Mapping
from typing import Any, Protocol

from polypod.checks.features import Feature, Support
from polypod.checks.findings import Finding
from polypod.config.site import Site
from polypod.model.application import Application


class Target(Protocol):
    """A platform an application can be deployed to."""

    name: str
    features: Mapping[Feature, Support]

    def rules(self, app: Application, site: Site) -> Iterable[Finding]:
        """What the platform forbids beyond the features it lacks.

        Raises:
            ModelError: The stack's config of the target does not fit.
        """

    def render(self, app: Application, site: Site) -> Any:
        """Plain, comparable records of everything that is to be made."""

    def deploy(self, app: Application, site: Site, parent: Any) -> Any:
        """Register the resources under a component and return the published addresses by container."""


def target_names() -> tuple[str, ...]:
    """The names of the targets there are."""
    import polypod.targets as package

    folders = {module.name for module in pkgutil.iter_modules(package.__path__) if module.ispkg}
    return tuple(sorted(folders - {"shared"}))


def load_target(name: str) -> Target:
    """The target of a name.

    Args:
        name: One of `target_names`.

    Raises:
        KeyError: There is no such target.
    """
    if name not in target_names():
        raise KeyError(name)
    target: Target = importlib.import_module(f"polypod.targets.{name}").TARGET
    return target
