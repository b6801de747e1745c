"""A Kubernetes cluster, of whatever make."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from polypod.checks.features import Feature, Support
from polypod.checks.findings import Finding
from polypod.config.site import Site
from polypod.errors import Problem, UnreadyError
from polypod.model.application import Application
from polypod.targets.kubernetes.plan.features import FEATURES
from polypod.targets.kubernetes.plan.gateway import gateway_findings
from polypod.targets.kubernetes.plan.records import Plan
from polypod.targets.kubernetes.plan.render import render
from polypod.targets.kubernetes.plan.rules import rules
from polypod.targets.kubernetes.plan.settings import settings


class Kubernetes:
    """The cluster that the kubeconfig, the stack's config or a given provider leads to."""

    name = "kubernetes"
    features: Mapping[Feature, Support] = FEATURES

    def rules(self, app: Application, site: Site) -> Iterable[Finding]:
        """What Kubernetes forbids beyond the features it lacks."""
        return (*rules(app), *gateway_findings(app.gateway, settings(site.settings)))

    def render(self, app: Application, site: Site) -> Plan:
        """Plain, comparable records of every Kubernetes object to be made."""
        return render(app, site)

    def deploy(self, app: Application, site: Site, parent: Any) -> Any:
        """Register the Kubernetes objects under a component."""
        try:
            from polypod.targets.kubernetes.deploy.resources import deploy
        except ModuleNotFoundError as error:
            what = f"the Python package {error.name!r} is missing"
            raise UnreadyError([Problem("target", what, "run `pip install polypod[kubernetes]`")]) from None
        return deploy(render(app, site), site, parent)


TARGET = Kubernetes()
