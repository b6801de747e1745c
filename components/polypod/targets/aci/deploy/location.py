"""The location of a component in Azure, and the resources it uses there."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property, partial
from hashlib import sha256
from typing import Any

import pulumi

from polypod.azure.adopted import adopted
from polypod.azure.emulator import plugin_version
from polypod.azure.file_storage import FileStorage, account_name
from polypod.azure.functions import ask
from polypod.azure.names import group_name
from polypod.azure.resources import ResourceGroup, invoke
from polypod.azure.settings import PATH, read_settings
from polypod.azure.stack_resources import StackResources
from polypod.azure.virtual_network import VirtualNetwork
from polypod.azure.workspace import LogAnalyticsWorkspace
from polypod.config.site import Site
from polypod.config.stack_config import stack_config
from polypod.errors import ModelError, Problem, UnreadyError
from polypod.push_registry import PushRegistry
from polypod.run_state import once
from polypod.targets.aci.deploy.kept_data import KeptData
from polypod.targets.aci.plan import records
from polypod.targets.aci.plan.settings import Settings
from polypod.targets.shared.deploy.built_images import registry_of_stack

_SHARE_GIB = 5120
"""What Azure gives a share that asks for nothing: what is stored is paid for, not what may be."""

_PACKAGE = "azure-native:containerinstance:ContainerGroup"


def location_of(site: Site, settings: Settings, parent: pulumi.Resource) -> Location:
    """The location of a stack; all its components with one provider share it.

    Args:
        site: Where the component is deployed.
        settings: The settings of the target.
        parent: The component.

    Raises:
        ModelError: The stack's config does not fit; nothing was made.
    """
    provider = parent.get_provider(_PACKAGE)
    return once(provider or pulumi.runtime.get_root_resource(), "location", lambda: Location(site, settings, provider))


class Location:
    """The location of a stack in Azure or in the emulator. Resources are made when they are first used.

    Args:
        site: Where a component of the stack is deployed.
        settings: The settings of the target.
        provider: The provider that the component was given.

    Raises:
        ModelError: The stack's config does not fit.
    """

    def __init__(self, site: Site, settings: Settings, provider: pulumi.ProviderResource | None) -> None:
        given = stack_config().value("polypod:azure")
        azure = None if given is None else read_settings(given)
        if azure is None or not azure.location:
            fix = "run `pulumi config set --path polypod:azure.location REGION`, such as westeurope"
            raise ModelError([Problem("PP570", f"{PATH}.location", "nothing says which region to deploy to", fix)])
        self.site = site
        self.settings = settings
        self.region = azure.location
        self.emulated = self.settings.emulator or _emulated_by_old_key()
        self.provider = self._emulator() if self.emulated and provider is None else provider
        self.options = pulumi.ResourceOptions(provider=self.provider)
        parts = (*([provider.pulumi_resource_name] if provider is not None else []), site.project, site.stack)
        self.stack_resources = StackResources(azure, "-".join(parts), self.options)
        self.data = f"{self.stack_resources.name}-data" + _digest(parts, self.stack_resources.name)
        self.kept = KeptData(self.data, self.account_of, emulated=self.emulated, whole=_whole())
        self.pulls_by_identity = bool(self.settings.identity and azure.registry.existing)

    def _emulator(self) -> pulumi.ProviderResource:
        options = pulumi.ResourceOptions(version=plugin_version())
        # The program waits by itself, as it has to in Azure, and says where in the model a container stands.
        inputs = {"location": self.region, "awaitsContainers": False}
        return pulumi.ProviderResource("azure-native", "emulator", inputs, options)

    @cached_property
    def group(self) -> pulumi.Output[str]:
        """The name of the resource group of everything but data."""
        return self.stack_resources.group.name

    def registry(self) -> PushRegistry | None:
        """The registry for built images; none for the emulator, which runs them from the local daemon.

        Raises:
            UnreadyError: Container groups could not pull from there.
        """
        stack = registry_of_stack(self.site)
        if stack is not None or self.emulated:
            return stack
        own = self.stack_resources.registry.images
        if own.username is None and not self.settings.identity:
            what = "container groups pull images with a login or an identity, and the stack's config has neither"
            fix = "give polypod:azure.registry.push, or polypod:aci.identity"
            raise UnreadyError([Problem("PP571", f"{PATH}.registry.existing", what, fix)])
        return own

    def known(self, plan: records.Plan, files: FileStorage | None) -> Mapping[str, Any]:
        """The values of the `records.Known` leaves of a plan.

        Args:
            plan: The plan.
            files: Its shares, if it has any.
        """
        found: dict[str, Any] = {}
        if files is not None:
            found |= {"account": files.account, "account_key": files.key}
        if plan.network:
            found["subnet"] = self._subnet
        if plan.logged:
            found["workspace_id"], found["workspace_key"] = self._workspace
        if plan.images and (registry := self.registry()) is not None:
            login = {"registry_user": registry.username, "registry_password": registry.password}
            found |= {"registry": registry.server, **login}
        return found

    def files(self, plan: records.Plan, component: str, parent: pulumi.Resource) -> FileStorage:
        """The shares of a component, which outlive the stack.

        Args:
            plan: Its plan.
            component: Its name.
            parent: The component.
        """
        scope = self._data_group
        shares = dict.fromkeys(plan.shares, _SHARE_GIB)
        return FileStorage(
            self._files_name(component),
            {"resource_group_id": scope, "location": self.region, "shares": shares},
            pulumi.ResourceOptions(
                parent=parent, provider=self.provider, retain_on_delete=True, depends_on=[self._data_made]
            ),
        )

    def account_of(self, component: str) -> str:
        """The name of the storage account of a component's shares.

        Args:
            component: The name of the component.
        """
        return account_name(self._files_name(component), self._data_group)

    def _files_name(self, component: str) -> str:
        return f"{self.site.project}-{self.site.stack}-{component}-files"

    @cached_property
    def _data_made(self) -> pulumi.Resource:
        """The resource group of the data: the other one takes everything in it along when it is deleted."""
        name = group_name(self._data_group)
        asked = {"resourceGroupName": name}
        get = partial(invoke, "azure-native:resources:getResourceGroup")
        options = adopted(None, self._data_group, get, asked, provider=self.provider)
        return ResourceGroup(f"{self.stack_resources.name}-data", {**asked, "location": self.region}, options)

    @cached_property
    def _data_group(self) -> str:
        """The ID of that group, the same every time, for the next stack to find it."""
        get = partial(invoke, "azure-native:authorization:getClientConfig")
        client = ask(get, pulumi.InvokeOptions(provider=self.provider))
        return f"/subscriptions/{client['subscriptionId']}/resourceGroups/{self.data}"

    @cached_property
    def _subnet(self) -> pulumi.Input[str]:
        return VirtualNetwork(
            f"{self.stack_resources.name}-network",
            {
                "resource_group_id": self.stack_resources.group.id,
                "location": self.region,
                "address_space": self.settings.address_space,
            },
            self.options,
        ).subnet_id

    @cached_property
    def _workspace(self) -> tuple[pulumi.Input[str], pulumi.Input[str]]:
        given = self.settings.log_analytics
        if given is not None and given.workspace_key is not None:
            key: Any = given.workspace_key.value
            return given.workspace_id, pulumi.Output.secret(key)
        args = {"resource_group_id": self.stack_resources.group.id, "location": self.region}
        made = LogAnalyticsWorkspace(f"{self.stack_resources.name}-logs", args, self.options)  # type: ignore[arg-type]
        return made.customer_id, made.shared_key


def _emulated_by_old_key() -> bool:
    """The value of the key that ``polypod:aci.emulator`` had in 0.1."""
    given = stack_config().value("polypod:aciEmulator")
    if given is not None:
        fix = "run `pulumi config rm polypod:aciEmulator`"
        if given:
            fix = f"run `pulumi config set --path polypod:aci.emulator true`, then {fix.removeprefix('run ')}"
        what = "the key is now polypod:aci.emulator"
        pulumi.log.warn(str(Problem("PP578", "config polypod:aciEmulator", what, fix)))
    return bool(given)


def _whole() -> bool:
    """Whether all components of the stack are made in one run; a component provider makes one at a time."""
    return pulumi.runtime.get_root_resource() is not None


def _digest(parts: tuple[str, ...], name: str) -> str:
    """A digest that distinguishes stacks whose joined or shortened names collide; empty if they cannot."""
    if name == "-".join(parts) and not any("-" in part for part in parts[:-1]):
        return ""
    return f"-{sha256(repr(parts).encode()).hexdigest()[:6]}"
