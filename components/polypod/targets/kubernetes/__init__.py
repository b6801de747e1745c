"""A Kubernetes cluster, of whatever make."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from polypod.checks.codes.code import Code
from polypod.checks.features import Feature
from polypod.checks.support import Support
from polypod.config.site import Site
from polypod.errors import Problem, UnreadyError
from polypod.model.application import Application
from polypod.targets.base import Draft
from polypod.targets.effects import Effect
from polypod.targets.kubernetes.plan.effects import effects
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

    @property
    def codes(self) -> Sequence[Code]:
        """The codes of its own findings and problems."""
        from polypod.targets.kubernetes.plan.codes import CODES

        return CODES

    def draft(self, app: Application, site: Site) -> Draft:
        """The findings of Kubernetes' rules, and the plan."""
        chosen = settings(site.settings)
        findings = (*rules(app), *gateway_findings(app.gateway, chosen))
        return Draft(findings, partial(render, app, site, chosen))

    def effects(self, before: Application, after: Application, site: Site) -> tuple[Effect, ...]:
        """What an update does to each pod: whose template changes, and how it is rolled out."""
        chosen = settings(site.settings)
        return tuple(effects(render(before, site, chosen), render(after, site, chosen)))

    def deploy(self, plan: Plan, site: Site, parent: Any) -> Any:
        """Register the Kubernetes objects under a component."""
        try:
            from polypod.targets.kubernetes.deploy.resources import deploy
        except ModuleNotFoundError as error:
            what = f"the Python package {error.name!r} is missing"
            raise UnreadyError([Problem("PP801", "target", what, "run `pip install polypod[kubernetes]`")]) from None
        return deploy(plan, site, parent)


TARGET = Kubernetes()
