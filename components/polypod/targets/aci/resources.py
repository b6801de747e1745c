"""The registration of container groups with Pulumi."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from importlib.metadata import version
from typing import Any

import pulumi

from polypod.azure.emulator import plugin_version
from polypod.errors import ModelError
from polypod.model.problem import Problem
from polypod.model.value import Deferred, Template
from polypod.targets.aci import records
from polypod.targets.aci.announcements import Announcements
from polypod.targets.aci.health import working
from polypod.targets.aci.place import Place, place_of
from polypod.targets.aci.settings import PATH
from polypod.targets.aci.shape import shape
from polypod.targets.base import Site
from polypod.targets.built_images import BuiltImages
from polypod.targets.claims import claim
from polypod.targets.secrets import output

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
    _claim(plan, site.component)
    place = place_of(site, parent)
    registry = place.registry() if plan.images else None
    images = BuiltImages(plan.images, site, registry, local=place.emulated)
    return _Deployment(plan, site, parent, place, images).run()


def _claim(plan: records.Plan, component: str) -> None:
    problems = []
    other = claim(("aci", "DNS label"), component) if plan.label else None
    if other not in (None, component):
        what = f"the components {other!r} and {component!r} cannot both be {plan.label!r}"
        problems.append(Problem(f"{PATH}.dnsLabel", what, "leave it out, or deploy one of the two with another stack"))
    for group in plan.groups:
        other = claim(("aci", group.name), component)
        if other not in (None, component):
            what = f"the component {other!r} makes a container group of the same name, {group.name!r}"
            problems.append(Problem(f"component {component}", what, "rename one of the two"))
    if problems:
        raise ModelError(problems)


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
        self, plan: records.Plan, site: Site, parent: pulumi.Resource, place: Place, images: BuiltImages
    ) -> None:
        self.plan = plan
        self.site = site
        self.parent = parent
        self.place = place
        self.built = images
        self.groups: dict[str, _ContainerGroup] = {}
        self.resources: dict[str, pulumi.Resource] = {}
        asking = pulumi.InvokeOptions(parent=parent, provider=place.provider)
        self.hooks = Announcements(site.component, self.resources, asking).hooks

    def run(self) -> dict[str, pulumi.Output[str]]:
        self.known = self.place.known(self.plan, self.site, self.parent)
        self.images = self.built.register(self.parent)
        for group in self.plan.groups:
            self.groups[group.key] = self.group(group)
        everything = [working(group, self.place.group, self.groups[group.key]) for group in self.plan.groups]
        return {
            address.key: self.url(group, address, everything)
            for group in self.plan.groups
            for address in group.addresses
        }

    def group(self, group: records.Group) -> _ContainerGroup:
        name = f"{self.site.component}-{group.key}" if group.key else self.site.component
        flat = records.flat(group.body)
        timeout = f"{group.ready_seconds}s"
        options = pulumi.ResourceOptions(
            parent=self.parent,
            provider=self.place.provider,
            version=plugin_version() if self.place.emulated else version("pulumi-azure-native"),
            depends_on=[self.groups[key] for key in group.waits_for],
            delete_before_replace=True,
            replacement_trigger=self.trigger(records.shown(flat)),
            hooks=self.hooks,
            custom_timeouts=pulumi.CustomTimeouts(create=timeout, update=timeout) if self.place.emulated else None,
        )
        properties = {
            "resourceGroupName": self.place.group,
            "containerGroupName": group.name,
            "location": self.place.location,
            **self.leaves(self.with_logins(flat)),
        }
        self.resources[name] = made = _ContainerGroup(name, properties, options)
        return made

    def trigger(self, flat: Mapping[str, Any]) -> Any:
        """What replaces a group when it changes; one whose containers end cannot be changed at all."""
        ends = flat["restartPolicy"] != "Always"
        everything = {"request": flat, "images": list(self.images.values())} if ends else {}
        return {**shape(flat), "network": self.place.settings.address_space, **everything}

    def with_logins(self, flat: Mapping[str, Any]) -> Mapping[str, Any]:
        """A group with those logins that there is a registry for, by the stack's identity where that may pull."""
        logins = [self.login(login) for login in flat.get("imageRegistryCredentials", ())]
        given = [login for login in logins if login]
        others = {key: value for key, value in flat.items() if key != "imageRegistryCredentials"}
        return {**others, "imageRegistryCredentials": given} if given else others

    def login(self, login: Mapping[str, Any]) -> Mapping[str, Any]:
        """A login; empty where the emulator needs none for what the local daemon has built."""
        server = login["server"]
        if not isinstance(server, records.Known):
            return login
        if server.name not in self.known:
            return {}
        by_identity = {"server": server, "identity": self.place.settings.identity}
        return by_identity if self.place.pulls_by_identity else login

    def leaves(self, value: Any) -> Any:
        """A part of a request with what its leaves stand for."""
        if isinstance(value, Mapping):
            return {key: self.leaves(item) for key, item in value.items()}
        if isinstance(value, list | tuple):
            return [self.leaves(item) for item in value]
        return self.leaf(value)

    def leaf(self, value: object) -> object:
        match value:
            case Template():
                return self.text(value)
            case records.Encoded(content=content, secret=secret):
                return self.encoded(content, secret=secret)
            case records.BuiltImage(key=key):
                return self.images[key]
            case records.Known(name=name):
                return self.known[name]
        return value

    def text(self, value: Template) -> pulumi.Input[str]:
        parts = [self.host(part.group) if isinstance(part, records.Host) else part for part in value.parts]
        return output(Template(tuple(parts)))

    def encoded(self, content: Template | bytes, *, secret: bool) -> pulumi.Input[str]:
        if isinstance(content, bytes):
            plain = base64.b64encode(content).decode()
            return pulumi.Output.secret(plain) if secret else plain
        text = self.text(content)
        if isinstance(text, str) and not secret:
            return _base64(text)
        known = pulumi.Output.secret(text) if secret else pulumi.Output.from_input(text)
        return known.apply(_base64)

    def host(self, group: str) -> Deferred:
        """Where a group answers: by its name in Azure's DNS where it has one."""
        address: pulumi.Output[Any] = self.groups[group].ipAddress
        found: Deferred = address.apply(lambda known: known.get("fqdn") or known["ip"])
        return found

    def url(
        self, group: records.Group, address: records.Address, everything: list[pulumi.Output[bool]]
    ) -> pulumi.Output[str]:
        """A published address; names of the emulator resolve inside of its groups only."""

        def text(known: list[Any]) -> str:
            found = known[0] or {}
            host = found.get("ip") if self.place.emulated else found.get("fqdn") or found.get("ip")
            return f"{address.scheme}://{host}:{address.port}"

        outputs = [self.groups[group.key].ipAddress, *everything]
        return pulumi.Output.all(*outputs).apply(text)


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()
