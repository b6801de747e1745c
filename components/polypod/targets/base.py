"""The targets: what one is, which are installed, and how one is loaded by its name.

Each is an entry point of the group ``polypod.targets``: its name, and an object that is a `Target`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any, Protocol

import attrs

from polypod.checks.codes.code import Code
from polypod.checks.features import Feature
from polypod.checks.findings import Finding
from polypod.checks.support import Support
from polypod.config.site import Site
from polypod.model.application import Application
from polypod.targets.effects import Effect

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

_ENTRY_POINTS = "polypod.targets"


@attrs.frozen
class Draft:
    """A program as a target would deploy it: what is judged is what is deployed.

    Args:
        findings: What the target makes of the program.
        render: Makes the plan, the first time that it is asked for.
    """

    findings: tuple[Finding, ...]
    render: Callable[[], Any]

    @cached_property
    def plan(self) -> Any:
        """Plain, comparable records of everything that is to be made."""
        return self.render()


class Target(Protocol):
    """A platform an application can be deployed to."""

    name: str
    features: Mapping[Feature, Support]

    @property
    def codes(self) -> Sequence[Code]:
        """The codes of its own findings and problems; those of a target of another package start with its name."""

    def draft(self, app: Application, site: Site) -> Draft:
        """The findings of the platform's own rules, and the plan.

        Raises:
            ModelError: The stack's config of the target does not fit.
        """

    def effects(self, before: Application, after: Application, site: Site) -> tuple[Effect, ...]:
        """What an update does to each pod, when one valid application takes the place of another.

        Raises:
            ModelError: The stack's config of the target does not fit.
        """

    def deploy(self, plan: Any, site: Site, parent: Any) -> Any:
        """Register what a plan holds under a component and return the published addresses by container."""


@cache
def target_names() -> tuple[str, ...]:
    """The names of the targets that are installed."""
    from importlib.metadata import entry_points

    return tuple(sorted(entry_points(group=_ENTRY_POINTS).names))


def load_target(name: str) -> Target:
    """The target of a name, imported only now.

    Args:
        name: One of `target_names`.

    Raises:
        KeyError: There is no such target.
    """
    for found in _registered(name):
        target: Target = found.load()
        return target
    raise KeyError(name)


def _registered(name: str) -> Iterator[EntryPoint]:
    """The entry point of a target; polypod's own are found without reading the metadata of all installed packages."""
    from importlib.metadata import distribution, entry_points

    yield from distribution("polypod").entry_points.select(group=_ENTRY_POINTS, name=name)
    yield from entry_points(group=_ENTRY_POINTS, name=name)
