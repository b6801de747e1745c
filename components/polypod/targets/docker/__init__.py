"""The local Docker daemon."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from polypod.checks.features import Feature, Support
from polypod.checks.findings import Finding
from polypod.config.site import Site
from polypod.model.application import Application
from polypod.targets.docker.plan.features import FEATURES
from polypod.targets.docker.plan.records import Plan
from polypod.targets.docker.plan.render import render
from polypod.targets.docker.plan.rules import rules


class Docker:
    """The Docker daemon that the provider is configured for."""

    name = "docker"
    features: Mapping[Feature, Support] = FEATURES

    def rules(self, app: Application, site: Site) -> Iterable[Finding]:  # noqa: ARG002 - the same everywhere
        """What Docker forbids beyond the features it lacks."""
        return rules(app)

    def render(self, app: Application, site: Site) -> Plan:
        """Plain, comparable records of every Docker object to be made."""
        return render(app, site)

    def deploy(self, app: Application, site: Site, parent: Any) -> Any:
        """Register the Docker resources under a component."""
        from polypod.targets.docker.deploy.resources import deploy

        return deploy(render(app, site), site, parent)


TARGET = Docker()
