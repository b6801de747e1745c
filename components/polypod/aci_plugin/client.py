"""Azure's official clients, pointed at the emulator."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from azure.core.credentials import AccessToken, AzureKeyCredential
from azure.core.pipeline.policies import AzureKeyCredentialPolicy
from azure.core.rest import HttpRequest
from azure.mgmt.containerinstance import ContainerInstanceManagementClient
from azure.mgmt.resource.resources import ResourceManagementClient

from polypod.aci_emulator.endpoint import EmulatorError, default_folder, endpoint
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
        folder: The folder of the emulator's state; the usual one by default.

    Raises:
        PluginError: No emulator is running.
    """

    def __init__(self, subscription: str, folder: Path | None = None) -> None:
        self.subscription = subscription
        try:
            found = endpoint(folder or default_folder())
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
    def _resources(self) -> ResourceManagementClient:
        return ResourceManagementClient(**self._common)

    def put(self, resource_id: str, body: Mapping[str, Any], version: str) -> Any:
        """Make or change a resource, and wait until that is done; its document."""
        operation = self._resources.resources.begin_create_or_update_by_id(
            resource_id.lstrip("/"), dict(body), api_version=version, cls=_raw
        )
        return operation.result()

    def get(self, resource_id: str, version: str) -> Any:
        """The document of a resource."""
        return self._resources.resources.get_by_id(resource_id.lstrip("/"), api_version=version, cls=_raw)

    def delete(self, resource_id: str, version: str) -> None:
        """Remove a resource, and wait until it is gone."""
        self._resources.resources.begin_delete_by_id(resource_id.lstrip("/"), api_version=version).result()

    def post(self, resource_id: str, action: str, version: str) -> Any:
        """What an action on a resource answers."""
        request = HttpRequest("POST", f"{resource_id}/{action}", params={"api-version": version})
        response = self._resources.send_request(request)
        response.raise_for_status()
        return response.json()


def _raw(response: Any, *_: Any) -> Any:
    """What the service answered, before the client makes objects of it."""
    return json.loads(response.http_response.text())
