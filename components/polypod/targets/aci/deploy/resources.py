"""The registration of container groups with Pulumi."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from importlib.metadata import version
from typing import Any

import pulumi

from polypod.azure.emulator import plugin_version
from polypod.azure.functions import unready
from polypod.config.site import Site
from polypod.errors import Problem
from polypod.targets.aci.deploy.client import ManagementError, connect
from polypod.targets.aci.deploy.failures import refusal_hook
from polypod.targets.aci.deploy.handover import Handover
from polypod.targets.aci.deploy.hooks import Hooked
from polypod.targets.aci.deploy.location import Location, location_of
from polypod.targets.aci.deploy.owners import Owners
from polypod.targets.aci.deploy.preview_messages import PreviewMessages
from polypod.targets.aci.deploy.properties import Properties, hidden
from polypod.targets.aci.deploy.readiness import Waiter
from polypod.targets.aci.deploy.start_order import StartOrder
from polypod.targets.aci.plan import records
from polypod.targets.aci.plan.replacement import replacement_trigger
from polypod.targets.aci.plan.settings import PATH
from polypod.targets.shared.deploy.built_images import BuiltImages
from polypod.targets.shared.deploy.failures import shown
from polypod.targets.shared.deploy.reachable import LOOPBACK, reachable_host
from polypod.targets.shared.deploy.tasks import at_rest
from polypod.targets.shared.deploy.threads import in_thread
from polypod.targets.shared.deploy.unique_names import Unique, reserve_all
from polypod.targets.shared.deploy.waits import Waits

_TOKEN = "azure-native:containerinstance:ContainerGroup"  # noqa: S105 - the name of a type


def deploy(plan: records.Plan, site: Site, parent: pulumi.Resource) -> dict[str, pulumi.Output[str]]:
    """Register everything in a plan under a component.

    Args:
        plan: The plan.
        site: Where it is deployed.
        parent: The component.

    Returns:
        The published addresses by container, each known once everything is ready.

    Raises:
        ModelError: The stack's config does not fit, or another component of the stack makes something of the same name.
        UnreadyError: Azure does not answer, or there is no registry for images that are built; no group was registered.
    """
    reserve_all(_unique(plan, site.component), site.component)
    location = location_of(site, plan.settings, parent)
    registry = location.registry() if plan.images else None
    images = BuiltImages(plan.images, site, registry, local=location.emulated)
    return _Deployment(plan, site, parent, location, images).run()


def _unique(plan: records.Plan, component: str) -> Iterator[Unique]:
    """The DNS label and the names that another component of the stack must not have."""
    if plan.label:
        yield Unique(("aci", "DNS label"), partial(_same_label, component, plan.label))
    for group in plan.groups:
        yield Unique(("aci", group.name), partial(_same_name, component, group.name))


def _same_label(component: str, label: str, other: str) -> Problem:
    what = f"the components {other!r} and {component!r} cannot both be {label!r}"
    return Problem("PP572", f"{PATH}.dnsLabel", what, "leave it out, or deploy one of the two with another stack")


def _same_name(component: str, name: str, other: str) -> Problem:
    what = f"the component {other!r} makes a container group of the same name, {name!r}"
    return Problem("PP573", f"component {component}", what, "rename one of the two")


@contextmanager
def answered() -> Iterator[None]:
    """Turn refusals by Azure, and polypod's own errors, into a message without a traceback."""
    with shown():
        try:
            yield
        except ManagementError as error:
            raise unready(error) from None


class _ContainerGroup(pulumi.CustomResource):
    """A container group, by the provider's own property names and without its SDK."""

    containers: pulumi.Output[Any]
    initContainers: pulumi.Output[Any]  # noqa: N815 - the provider's name
    ipAddress: pulumi.Output[Any]  # noqa: N815 - the provider's name

    def __init__(self, name: str, properties: Mapping[str, Any], opts: pulumi.ResourceOptions) -> None:
        super().__init__(_TOKEN, name, {"initContainers": None, "ipAddress": None, **properties}, opts)


class _Deployment:
    """One plan on its way into Pulumi."""

    def __init__(
        self, plan: records.Plan, site: Site, parent: pulumi.Resource, location: Location, images: BuiltImages
    ) -> None:
        self.plan = plan
        self.site = site
        self.parent = parent
        self.location = location
        self.built = images
        self.groups: dict[str, _ContainerGroup] = {}
        self.resources: dict[str, pulumi.Resource] = {}
        self.management = connect(pulumi.InvokeOptions(parent=parent, provider=location.provider))
        self.named = {self.logical_name(group): group for group in plan.groups}
        self.fresh: set[str] = set()
        self.waits = Waits.of_stack()
        self.waiter = Waiter(self.management, self.fresh)
        self.works: dict[str, pulumi.Output[float]] = {}
        self.account = location.account_of(site.component) if plan.shares else ""
        self.owners = Owners(plan.groups, self.account)
        self.start_order = StartOrder(
            plan, self.owners, self.management, self.groups, lambda key: self.works[key].future()
        )
        self.hooks = self.all_hooks()

    def all_hooks(self) -> pulumi.ResourceHookBinding:
        component = self.site.component
        hooked = Hooked(self.named, self.resources, self.management)
        said, handover = PreviewMessages(component, hooked), Handover(component, hooked, self.owners)
        made = pulumi.ResourceHook(f"{component}-made", lambda args: self.fresh.add(self.named[args.name].name))
        return pulumi.ResourceHookBinding(
            before_create=[said.replacements, handover.hook],
            before_update=[said.restarts, handover.hook],
            after_create=[made],
            after_update=[made],
            on_error=refusal_hook(self.named, component).on_error,
        )

    def run(self) -> dict[str, pulumi.Output[str]]:
        self.location.kept.add(self.site.component, self.plan)
        files = self.location.files(self.plan, self.site.component, self.parent) if self.plan.shares else None
        self.say_what_is_empty(files.new_shares if files else ())
        known = self.location.known(self.plan, files)
        self.images = self.built.register(self.parent)
        self.properties = Properties(self.location, known, self.images, self.groups)
        for group in self.plan.groups:
            self.groups[group.key] = self.group(group)
            self.works[group.key] = self.working(group)
        everything = pulumi.Output.all(*self.works.values())
        return {
            address.key: self.url(group, address, everything)
            for group in self.plan.groups
            for address in group.addresses
        }

    def say_what_is_empty(self, shares: Collection[str]) -> None:
        """Say which volumes start empty while an earlier program has kept data for them, once all components are known.

        Args:
            shares: The shares that start empty.
        """
        if not shares:
            return
        program = asyncio.current_task()

        async def say(_: object) -> bool:
            await at_rest(program)
            for line in await self.location.kept.notices(self.site.component, shares, self.management):
                pulumi.log.info(line, self.parent)
            return True

        _: pulumi.Output[bool] = pulumi.Output.from_input("").apply(say)

    def logical_name(self, group: records.Group) -> str:
        return f"{self.site.component}-{group.key}" if group.key else self.site.component

    def turn(self, group: records.Group) -> pulumi.Output[str]:
        """The name of the resource group, known once the group may be made or changed."""

        async def wait(resource_group: str) -> str:
            with answered():
                return await self.start_order.wait(group, resource_group)

        return self.location.group.apply(wait)

    def working(self, group: records.Group) -> pulumi.Output[float]:
        """Known once a group works: when it became so, on the monotonic clock."""

        async def wait(known: Sequence[Any]) -> float:
            if pulumi.runtime.is_dry_run():
                return 0.0
            with answered():
                return await self.waits.together(self.waiter.wait(group, known[0]))

        return pulumi.Output.unsecret(pulumi.Output.all(self.location.group, self.groups[group.key].id).apply(wait))

    def group(self, group: records.Group) -> _ContainerGroup:
        name = self.logical_name(group)
        flat = records.flat(group.body)
        timeout = f"{group.ready_seconds}s"
        options = pulumi.ResourceOptions(
            parent=self.parent,
            provider=self.location.provider,
            version=plugin_version() if self.location.emulated else version("pulumi-azure-native"),
            depends_on=[self.groups[key] for key in group.waits_for],
            delete_before_replace=True,
            replacement_trigger=self.trigger(group, records.shown(flat)),
            hooks=self.hooks,
            custom_timeouts=pulumi.CustomTimeouts(create=timeout, update=timeout) if self.location.emulated else None,
        )
        properties = {
            "resourceGroupName": self.turn(group),
            "containerGroupName": group.name,
            "location": self.location.region,
            **self.properties.of(flat),
        }
        self.resources[name] = made = _ContainerGroup(name, properties, options)
        return made

    def trigger(self, group: records.Group, flat: Mapping[str, Any]) -> Any:
        """The values whose change replaces a group; a job's group cannot be changed at all."""
        fixed = {**replacement_trigger(flat), "network": self.location.settings.address_space}
        if not group.ends:
            return fixed
        return {**fixed, "request": flat, "images": list(self.images.values()), "secrets": hidden(group)}

    def url(self, group: records.Group, address: records.Address, everything: pulumi.Output[Any]) -> pulumi.Output[str]:
        """A published address; names of the emulator resolve inside of its groups only."""

        async def text(known: list[Any]) -> str:
            found = known[0] or {}
            if not self.location.emulated:
                return f"{address.scheme}://{found.get('fqdn') or found.get('ip')}:{address.port}"
            hosts = [str(found.get("ip")), LOOPBACK]  # where the emulator publishes the ports of public groups too
            host = await in_thread(reachable_host, hosts if address.scheme != "udp" else [], address.port)
            return f"{address.scheme}://{host or hosts[0]}:{address.port}"

        return pulumi.Output.all(self.groups[group.key].ipAddress, everything).apply(text)
