"""The resources that every application in Azure needs: a resource group and a container registry."""

import re
from functools import cached_property
from typing import Any

import attrs
import pulumi

from polypod.azure.container_registry import ContainerRegistry, ContainerRegistryArgs
from polypod.azure.resources import ResourceGroup, resource_group
from polypod.azure.settings import AzureSettings, Existing
from polypod.push_registry import PushRegistry

_LONGEST_NAME = 36
"""The room for a name before our suffixes and the 8 characters that Pulumi adds: Azure allows 63 in the end."""


@attrs.frozen
class Registry:
    """A registry with its ID."""

    id: pulumi.Output[str]
    images: PushRegistry


class StackResources:
    """One stack's place in Azure. What is not asked for is not made.

    Args:
        settings: The stack's config.
        name: What the names of everything it makes start with, such as ``<project>-<stack>``.
        opts: Pulumi's resource options for what it makes.
    """

    def __init__(self, settings: AzureSettings, name: str, opts: pulumi.ResourceOptions) -> None:
        self.settings = settings
        self.name = re.sub("[^A-Za-z0-9]+", "-", name)[:_LONGEST_NAME].strip("-")
        self.opts = opts

    @cached_property
    def group(self) -> ResourceGroup:
        """The resource group of what is made; what is there already needs none."""
        return resource_group(f"{self.name}-resources", self.settings.location, self.opts)

    @cached_property
    def registry(self) -> Registry:
        """The registry that built images go to."""
        existing = self.settings.registry.existing
        return self._existing_registry(existing) if existing else self._own_registry()

    def _own_registry(self) -> Registry:
        push = self._push_login()
        args: ContainerRegistryArgs = {
            "resource_group_id": self.group.id,
            "location": self.settings.location,
            "admin": not push,
        }
        registry = ContainerRegistry(f"{self.name}-registry", args, self.opts)
        login = push or {"username": registry.username, "password": registry.password}
        return Registry(registry.registry_id, PushRegistry(server=registry.server, nodes_may_pull=True, **login))

    def _existing_registry(self, existing: Existing) -> Registry:
        from pulumi_azure_native import containerregistry

        found = containerregistry.get_registry_output(
            resource_group_name=existing.resource_group,
            registry_name=existing.name,
            opts=pulumi.InvokeOutputOptions(parent=self.opts.parent, provider=self._provider),
        )
        images = PushRegistry(server=found.login_server, nodes_may_pull=True, **self._push_login())
        return Registry(found.id, images)

    @property
    def _provider(self) -> pulumi.ProviderResource | None:
        given = self.opts.provider
        return given if isinstance(given, pulumi.ProviderResource) else None

    def _push_login(self) -> dict[str, Any]:
        push = self.settings.registry.push
        return {"username": push.username, "password": pulumi.Output.secret(push.password.value)} if push else {}
