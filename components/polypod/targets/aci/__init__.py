"""Azure Container Instances, and the emulator of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from importlib.util import find_spec
from typing import Any

from polypod.checks.features import Feature, Support
from polypod.checks.findings import Finding
from polypod.config.site import Site
from polypod.errors import Problem, UnreadyError
from polypod.model.application import Application
from polypod.targets.aci.plan.features import FEATURES
from polypod.targets.aci.plan.records import Plan
from polypod.targets.aci.plan.render import render
from polypod.targets.aci.plan.rules import rules


class Aci:
    """Container groups in the region that the stack's config names."""

    name = "aci"
    features: Mapping[Feature, Support] = FEATURES

    def rules(self, app: Application, site: Site) -> Iterable[Finding]:
        """What Azure forbids beyond the features it lacks."""
        return rules(app, site)

    def render(self, app: Application, site: Site) -> Plan:
        """Plain, comparable records of every container group to be made."""
        return render(app, site)

    def deploy(self, app: Application, site: Site, parent: Any) -> Any:
        """Register the container groups under a component."""
        if find_spec("pulumi_azure_native") is None:
            what = "the Python package 'pulumi_azure_native' is missing"
            raise UnreadyError([Problem("target", what, "run `pip install polypod[azure]`")])
        from polypod.targets.aci.deploy.resources import deploy

        return deploy(render(app, site), site, parent)


TARGET = Aci()
