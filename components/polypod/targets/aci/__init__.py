"""Azure Container Instances, and the emulator of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from typing import Any

from polypod.checks.codes.code import Code
from polypod.checks.features import Feature
from polypod.checks.support import Support
from polypod.config.site import Site
from polypod.errors import Problem, UnreadyError
from polypod.model.application import Application
from polypod.targets.aci.plan.effects import effects
from polypod.targets.aci.plan.features import FEATURES
from polypod.targets.aci.plan.grouping import Grouping
from polypod.targets.aci.plan.records import Plan
from polypod.targets.aci.plan.render import render
from polypod.targets.aci.plan.rules import rules
from polypod.targets.aci.plan.settings import settings
from polypod.targets.base import Draft
from polypod.targets.effects import Effect


class Aci:
    """Container groups in the region that the stack's config names."""

    name = "aci"
    features: Mapping[Feature, Support] = FEATURES

    @property
    def codes(self) -> Sequence[Code]:
        """The codes of its own findings and problems."""
        from polypod.targets.aci.plan.codes import CODES

        return CODES

    def draft(self, app: Application, site: Site) -> Draft:
        """The findings of Azure's rules, some of which depend on the requests, and the plan."""
        grouping = Grouping(app, site, settings(site.settings))
        plan = render(grouping)
        return Draft(tuple(rules(grouping, plan)), lambda: plan)

    def effects(self, before: Application, after: Application, site: Site) -> tuple[Effect, ...]:
        """What an update does to each pod: which groups restart in place, and which are destroyed."""
        chosen = settings(site.settings)
        return tuple(effects(Grouping(before, site, chosen), Grouping(after, site, chosen)))

    def deploy(self, plan: Plan, site: Site, parent: Any) -> Any:
        """Register the container groups under a component."""
        if find_spec("pulumi_azure_native") is None:
            what = "the Python package 'pulumi_azure_native' is missing"
            raise UnreadyError([Problem("PP801", "target", what, "run `pip install polypod[azure]`")])
        from polypod.targets.aci.deploy.resources import deploy

        return deploy(plan, site, parent)


TARGET = Aci()
