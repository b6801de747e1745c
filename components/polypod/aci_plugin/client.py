"""Azure's official clients, pointed at the emulator."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from azure.core.credentials import AccessToken, AzureKeyCredential
from azure.core.pipeline.policies import AzureKeyCredentialPolicy
from azure.mgmt.containerinstance import ContainerInstanceManagementClient
from azure.mgmt.containerregistry import ContainerRegistryManagementClient
from azure.mgmt.resource.resources import ResourceManagementClient
from azure.mgmt.storage import StorageManagementClient

from polypod.aci_emulator.serve import EmulatorError, default_folder, endpoint
from polypod.aci_plugin.errors import PluginError

DEFAULT_SUBSCRIPTION = "00000000-0000-0000-0000-000000000000"


class _NoCredential:
    """The clients want a credential even where the policy beside it has the token."""

    def get_token(self, *_: str, **__: Any) -> AccessToken:
        raise PluginError("the emulator has no other credential than its own token")


class Clients:
    """The clients of one subscription.

    Args:
        subscription: The subscription.

    Raises:
        PluginError: No emulator is running.
    """

    def __init__(self, subscription: str) -> None:
        self.subscription = subscription
        try:
            found = endpoint(default_folder())
        except (EmulatorError, OSError, ValueError) as error:
            raise PluginError(f"the emulator of Azure Container Instances cannot be reached: {error}") from None
        # The usual policies send no token over plain HTTP; this one does, and the emulator listens on loopback only.
        token = AzureKeyCredential(found.token)
        self._common: dict[str, Any] = {
            "credential": _NoCredential(),
            "subscription_id": subscription,
            "base_url": found.url,
            "authentication_policy": AzureKeyCredentialPolicy(token, "Authorization", prefix="Bearer"),
            "retry_total": 2,
        }

    @cached_property
    def containers(self) -> ContainerInstanceManagementClient:
        """Container groups."""
        return ContainerInstanceManagementClient(**self._common)

    @cached_property
    def registries(self) -> ContainerRegistryManagementClient:
        """Container registries."""
        return ContainerRegistryManagementClient(**self._common)

    @cached_property
    def resources(self) -> ResourceManagementClient:
        """Resource groups."""
        return ResourceManagementClient(**self._common)

    @cached_property
    def storage(self) -> StorageManagementClient:
        """Storage accounts and file shares."""
        return StorageManagementClient(**self._common)
