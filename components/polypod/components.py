"""The three components: what they have in common, then each with its outputs."""

from collections.abc import Mapping
from typing import Any

import pulumi

from polypod.checks.messages import Found, accepted, listing, refuse_rejected, summary
from polypod.checks.rules.basics import name_problems
from polypod.config.stack import sites_of
from polypod.config.stack_config import stack_config
from polypod.errors import ModelError, PolypodError, Problem
from polypod.model.application import GATEWAY, Application
from polypod.model.gateway import Gateway
from polypod.model.pod import Group, Pod
from polypod.model_from_data import Model, structure
from polypod.model_to_data import unstructure
from polypod.targets.base import target_names
from polypod.targets.check import drafts, find_target, validate
from polypod.targets.shared.deploy.component_types import KINDS, of_other_kinds, token
from polypod.targets.shared.deploy.unique_names import reserve
from polypod.targets.shared.deploy.waits import Waits


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
            program = structure(model, model_type)
            app = Application.of(program)
            chosen = find_target(target or stack_config().text("polypod:target") or "")
            sites = sites_of(name, chosen.name, target_names)
            site = sites[chosen.name]
            _reserve(name)
            validate(app, site.root)
            made = drafts(app, sites)
            found = {target: draft.findings for target, draft in made.items()}
            refuse_rejected(found)
            aliases = pulumi.ResourceOptions(aliases=of_other_kinds(kind, KINDS))
            shown = {"target": chosen.name, "model": unstructure(program)}
            super().__init__(token(kind), name, shown, pulumi.ResourceOptions.merge(opts, aliases))
            self._report(found)
            self._addresses: Mapping[str, pulumi.Output[str]] = chosen.deploy(made[chosen.name].plan, site, self)
        except PolypodError as error:
            Waits.of_stack().refuse(error)
            raise pulumi.RunError(str(error)) from None
        self.endpoints = pulumi.Output.all(**self._addresses)

    def _report(self, found: Found) -> None:
        """Say once what is degraded: `pulumi up` runs a preview before the update."""
        previews = pulumi.runtime.is_dry_run()
        if text := listing(found) if previews else summary(found):
            pulumi.log.warn(text, self)
        if text := accepted(found) if previews else "":
            pulumi.log.info(text, self)


def _reserve(name: str) -> None:
    """Refuse a component name that cannot be a part of other names, or that another component of the stack has."""
    problems = list(name_problems("component", name))
    if not problems and reserve(("component", name), name) is not None:
        fix = "give every component of a stack its own name: the names of what it makes start with it"
        problems.append(Problem("PP640", "component.name", f"another component is named {name!r}", fix))
    if problems:
        raise ModelError(problems)


class GatewayStack(PolypodComponent):
    """An application of several pods with one address in front.

    Args:
        name: The name of the component; the names of everything it makes start with it.
        args: The application, or plain data that describes it (see `polypod.model_from_data`).
        opts: Pulumi's resource options.
        target: The platform; the stack's config ``polypod:target`` by default.

    Raises:
        pulumi.RunError: With everything that is wrong with the application, before any resource is made.
    """

    url: pulumi.Output[str]
    """The address of the gateway, known once everything is ready."""

    def __init__(
        self,
        name: str,
        args: Gateway | Mapping[str, Any],
        opts: pulumi.ResourceOptions | None = None,
        *,
        target: str | None = None,
    ) -> None:
        super().__init__("GatewayStack", name, args, Gateway, target, opts)
        self.url = self._addresses[GATEWAY]
        self.register_outputs({"url": self.url, "endpoints": self.endpoints})


class SidecarPod(PolypodComponent):
    """One main container and its helpers, which share its network, its volumes and its life.

    Args:
        name: The name of the component; the names of everything it makes start with it.
        args: The pod, or plain data that describes it (see `polypod.model_from_data`).
        opts: Pulumi's resource options.
        target: The platform; the stack's config ``polypod:target`` by default.

    Raises:
        pulumi.RunError: With everything that is wrong with the pod, before any resource is made.
    """

    def __init__(
        self,
        name: str,
        args: Pod | Mapping[str, Any],
        opts: pulumi.ResourceOptions | None = None,
        *,
        target: str | None = None,
    ) -> None:
        super().__init__("SidecarPod", name, args, Pod, target, opts)
        self.register_outputs({"endpoints": self.endpoints})


class ContainerGroup(PolypodComponent):
    """Containers of equal rank that share one network and one life.

    Args:
        name: The name of the component; the names of everything it makes start with it.
        args: The group, or plain data that describes it (see `polypod.model_from_data`).
        opts: Pulumi's resource options.
        target: The platform; the stack's config ``polypod:target`` by default.

    Raises:
        pulumi.RunError: With everything that is wrong with the group, before any resource is made.
    """

    def __init__(
        self,
        name: str,
        args: Group | Mapping[str, Any],
        opts: pulumi.ResourceOptions | None = None,
        *,
        target: str | None = None,
    ) -> None:
        super().__init__("ContainerGroup", name, args, Group, target, opts)
        self.register_outputs({"endpoints": self.endpoints})
