"""The local Docker daemon."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from polypod.checks.codes.code import Code
from polypod.checks.features import Feature
from polypod.checks.support import Support
from polypod.config.site import Site
from polypod.model.application import Application
from polypod.targets.base import Draft
from polypod.targets.docker.plan.effects import effects
from polypod.targets.docker.plan.features import FEATURES
from polypod.targets.docker.plan.records import Plan
from polypod.targets.docker.plan.render import render
from polypod.targets.docker.plan.rules import rules
from polypod.targets.effects import Effect


class Docker:
    """The Docker daemon that the provider is configured for."""

    name = "docker"
    features: Mapping[Feature, Support] = FEATURES

    @property
    def codes(self) -> Sequence[Code]:
        """The codes of its own findings and problems."""
        from polypod.targets.docker.plan.codes import CODES

        return CODES

    def draft(self, app: Application, site: Site) -> Draft:
        """The findings of Docker's rules, and the plan."""
        return Draft(tuple(rules(app)), partial(render, app, site))

    def effects(self, before: Application, after: Application, site: Site) -> tuple[Effect, ...]:
        """What an update does to each pod: which containers are replaced, and who answers meanwhile."""
        return tuple(effects(render(before, site), render(after, site)))

    def deploy(self, plan: Plan, site: Site, parent: Any) -> Any:
        """Register the Docker resources under a component."""
        from polypod.targets.docker.deploy.resources import deploy

        return deploy(plan, site, parent)


TARGET = Docker()
