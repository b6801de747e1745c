"""What the three components have in common."""

from collections.abc import Mapping
from typing import Any

import pulumi

from polypod.errors import ModelError, PolypodError
from polypod.model.application import Application
from polypod.model.problem import Problem
from polypod.model.rules.basics import name_problems
from polypod.plain import Model, structure
from polypod.site import sites_of
from polypod.targets.check import find_target, findings_everywhere, validate
from polypod.targets.claims import claim
from polypod.targets.component_types import KINDS, of_other_kinds, token
from polypod.targets.report import refuse_rejected, warnings


class PolypodComponent(pulumi.ComponentResource):
    """Checks a model, reports what its target and those it must stay portable to make of it, and deploys it.

    Every problem of a program ends the update with one message that holds all problems, before any resource is made.
    """

    endpoints: pulumi.Output[dict[str, str]]
    """The published addresses by container name, known once everything is ready."""

    def __init__(
        self,
        kind: str,
        name: str,
        model: Model | Mapping[str, Any],
        model_type: type[Model],
        target: str | None,
        opts: pulumi.ResourceOptions | None,
    ) -> None:
        try:
            app = Application.of(structure(model, model_type))
            config = pulumi.Config("polypod")
            chosen = find_target(target or config.get("target") or "")
            sites = sites_of(name, chosen.name)
            site = sites[chosen.name]
            _claim(name)
            validate(app, site.root)
            found = findings_everywhere(app, sites)
            refuse_rejected(found)
            aliases = pulumi.ResourceOptions(aliases=of_other_kinds(kind, KINDS))
            super().__init__(token(kind), name, None, pulumi.ResourceOptions.merge(opts, aliases))
            for line in warnings(found):
                pulumi.log.warn(line, self)
            self._addresses: Mapping[str, pulumi.Output[str]] = chosen.deploy(app, site, self)
        except PolypodError as error:
            raise pulumi.RunError(str(error)) from None
        self.endpoints = pulumi.Output.all(**self._addresses)


def _claim(name: str) -> None:
    """Refuse a component name that cannot be a part of other names, or that another component of the stack has."""
    problems = list(name_problems("component", name))
    if not problems and claim(("component", name), name) is not None:
        fix = "give every component of a stack its own name: the names of what it makes start with it"
        problems.append(Problem("component.name", f"another component is named {name!r}", fix))
    if problems:
        raise ModelError(problems)
