"""Everything a target has to say about a program, before any resource exists."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import attrs

from polypod.checks.acceptance import acceptances, marked
from polypod.checks.findings import Finding, support_findings
from polypod.checks.rules import problems
from polypod.checks.uses import Use, feature_uses
from polypod.config.site import Site
from polypod.errors import ModelError, Problem
from polypod.model.application import Application
from polypod.model.gateway import Gateway
from polypod.model.pod import Workload
from polypod.targets.base import Draft, Target, load_target, target_names


def check(
    model: Gateway | Workload,
    target: str,
    *,
    root: Path | None = None,
    settings: Mapping[str, Any] | None = None,
) -> tuple[Finding, ...]:
    """Check a program for a target; the findings are in the order of the program.

    The program stands in the component ``app`` of the stack ``stack`` of the project ``project``.

    Args:
        model: The program.
        target: The name of the target, such as ``docker``.
        root: The directory that build contexts are relative to; the current directory by default.
        settings: What the stack's config of the target, ``polypod:<target>``, would hold; nothing by default.

    Returns:
        A finding for every place where the program asks for a feature, with the target's verdict, and whether the
        program accepts it.

    Raises:
        ModelError: The program is not valid on any target or accepts what there is not, there is no such target, or its
            settings do not fit.
    """
    app = Application.of(model)
    where = root or Path.cwd()
    validate(app, where)
    site = Site(project="project", stack="stack", component="app", root=where, settings=settings or {})
    return drafts(app, {target: site})[target].findings


def find_target(name: str) -> Target:
    """The target of a name.

    Args:
        name: The name.

    Raises:
        ModelError: There is no such target.
    """
    try:
        return load_target(name)
    except KeyError:
        fix = f"use one of {', '.join(target_names())} in the stack's config polypod:target, or as target="
        raise ModelError([Problem("PP707", "target", f"{name!r} is not a target", fix)]) from None


def validate(app: Application, root: Path) -> None:
    """Refuse a program that is not valid on any target.

    Args:
        app: The program.
        root: The directory that build contexts are relative to.

    Raises:
        ModelError: With everything that is wrong.
    """
    found = problems(app, root)
    if found:
        raise ModelError(found)


def draft(app: Application, target: Target, site: Site, uses: Iterable[Use]) -> Draft:
    """A valid program as a target would deploy it, with all that the target makes of it.

    Args:
        app: The program.
        target: The target.
        site: Where it would be deployed, with the settings of that target.
        uses: Where the program asks for a feature.

    Raises:
        ModelError: The settings do not fit.
    """
    made = target.draft(app, site)
    return attrs.evolve(made, findings=(*support_findings(target.features, uses), *made.findings))


def drafts(app: Application, sites: Mapping[str, Site]) -> dict[str, Draft]:
    """A valid program as each of several targets would deploy it.

    Args:
        app: The program.
        sites: Where it would be deployed, by the name of the target.

    Raises:
        ModelError: With everything that is wrong with the settings of any of the targets, or with what the program
            accepts.
    """
    found: dict[str, Draft] = {}
    wrong: list[Problem] = []
    uses = tuple(feature_uses(app))
    for name, site in sites.items():
        try:
            found[name] = draft(app, find_target(name), site, uses)
        except ModelError as error:
            wrong += error.problems
    accepted = tuple(acceptances(app))
    if accepted and not wrong:
        from polypod.targets.acceptance import acceptance_problems  # the tables of all codes; few programs need them

        findings = {name: made.findings for name, made in found.items()}
        wrong += acceptance_problems(accepted, app, findings, next(iter(sites.values())))
    if wrong:
        raise ModelError(wrong)
    return {name: attrs.evolve(made, findings=marked(made.findings, accepted)) for name, made in found.items()}
