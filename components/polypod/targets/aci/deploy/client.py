"""The questions and requests that Azure's provider has no function for: what is there, a stop, a log."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Mapping, Sequence
from contextvars import ContextVar
from functools import cached_property
from http import HTTPStatus
from typing import Any, Protocol
from urllib.error import HTTPError
from urllib.parse import quote, urlencode
from urllib.request import Request, urlopen

import pulumi

from polypod.config.stack_config import stack_config
from polypod.targets.shared.deploy.threads import in_thread

Document = Mapping[str, Any]
"""A container group as Azure's interface shows it."""


class ManagementError(Exception):
    """Azure does not answer, or refuses a request."""


class Management(Protocol):
    """The container groups of the subscription that a provider deploys to."""

    async def ready(self) -> None:
        """Log in.

        Raises:
            ManagementError: Azure does not let the provider in.
        """

    async def list(self, resource_group: str) -> Sequence[Document]:
        """The container groups of a resource group, without what their containers are doing.

        Raises:
            ManagementError: Azure does not answer.
        """

    async def get(self, resource_group: str, name: str) -> Document | None:
        """A container group with what its containers are doing; ``None`` where there is none.

        Raises:
            ManagementError: Azure does not answer.
        """

    async def act(self, resource_group: str, name: str, action: str) -> None:
        """Begin to ``start``, ``stop`` or ``delete`` a container group; one that is gone is left alone.

        Raises:
            ManagementError: Azure refuses it.
        """

    async def log(self, resource_group: str, name: str, container: str, lines: int) -> str:
        """The last lines of a container's output; empty where Azure has none.

        Raises:
            ManagementError: Azure does not answer.
        """

    async def accounts(self, resource_group: str) -> Sequence[str]:
        """The names of the storage accounts of a resource group; empty where there is none.

        Raises:
            ManagementError: Azure does not answer.
        """

    async def shares(self, resource_group: str, account: str) -> Sequence[str]:
        """The names of the file shares of a storage account; empty where there is none.

        Raises:
            ManagementError: Azure does not answer.
        """


_current: ContextVar[Management | None] = ContextVar("management", default=None)


def connect(options: pulumi.InvokeOptions) -> Management:
    """The client for Azure's management API.

    Args:
        options: How the provider is asked.
    """
    given = _current.get()
    if given is not None:
        return given

    return LiveManagement(options)


def use(management: Management | None) -> None:
    """Use a given one in place of Azure's; for tests."""
    _current.set(management)


_VERSION = "2023-05-01"
_STORAGE_VERSION = "2025-06-01"
_CLIENT = "azure-native:authorization:getClientConfig"
_TOKEN = "azure-native:authorization:getClientToken"  # noqa: S105 - the name of a function
_PUBLIC = "https://management.azure.com"
_ENDPOINTS = {
    "china": "https://management.chinacloudapi.cn",
    "usgovernment": "https://management.usgovcloudapi.net",
}
"""By the cloud that the provider's setting ``environment`` names."""

_TIMEOUT_SECONDS = 60


class LiveManagement:
    """The container groups that there are.

    Args:
        options: How the provider is asked for the login.
    """

    def __init__(self, options: pulumi.InvokeOptions) -> None:
        self._options = options

    @cached_property
    def _login(self) -> asyncio.Future[tuple[str, str]]:
        return asyncio.ensure_future(self._log_in())

    async def _log_in(self) -> tuple[str, str]:
        """The address of the subscription, and a token."""
        try:
            client: Mapping[str, Any] = await pulumi.runtime.invoke_async(_CLIENT, {}, self._options)
            login: Mapping[str, Any] = await pulumi.runtime.invoke_async(_TOKEN, {}, self._options)
        except Exception as error:  # the engine's errors have no type of their own
            raise ManagementError(str(error)) from None
        # The emulator's plugin says where the emulator is; Azure's needs not.
        endpoint = login.get("endpoint") or _endpoint()
        return f"{endpoint}/subscriptions/{client['subscriptionId']}", str(login["token"])

    async def ready(self) -> None:
        """Log in, before anything waits for the engine: while it does, the provider cannot be asked."""
        await self._login

    async def list(self, resource_group: str) -> Sequence[Document]:
        """The container groups of a resource group."""
        return await self._all(_groups(resource_group), _VERSION)

    async def accounts(self, resource_group: str) -> Sequence[str]:
        """The names of the storage accounts of a resource group."""
        return [str(account["name"]) for account in await self._all(_accounts(resource_group), _STORAGE_VERSION)]

    async def shares(self, resource_group: str, account: str) -> Sequence[str]:
        """The names of the file shares of a storage account."""
        path = f"{_accounts(resource_group)}/{quote(account)}/fileServices/default/shares"
        return [str(share["name"]) for share in await self._all(path, _STORAGE_VERSION)]

    async def _all(self, path: str, version: str) -> Sequence[Document]:
        answer = await self._send("GET", path, version)
        found: list[Document] = []
        while answer is not None:
            found += answer["value"]
            following = answer.get("nextLink")
            answer = await self._send("GET", following) if following else None
        return found

    async def get(self, resource_group: str, name: str) -> Document | None:
        """A container group; ``None`` where there is none."""
        found: Document | None = await self._send("GET", f"{_groups(resource_group)}/{quote(name)}")
        return found

    async def act(self, resource_group: str, name: str, action: str) -> None:
        """Begin to ``start``, ``stop`` or ``delete`` a container group."""
        path = f"{_groups(resource_group)}/{quote(name)}"
        await (self._send("DELETE", path) if action == "delete" else self._send("POST", f"{path}/{action}"))

    async def log(self, resource_group: str, name: str, container: str, lines: int) -> str:
        """The last lines of a container's output."""
        path = f"{_groups(resource_group)}/{quote(name)}/containers/{quote(container)}/logs"
        answer = await self._send("GET", path, tail=lines)
        return str((answer or {}).get("content") or "")

    async def _send(self, method: str, path: str, version: str = _VERSION, **query: Any) -> Any:
        address, token = await self._login
        url = path if path.startswith("http") else f"{address}{path}?{urlencode({'api-version': version, **query})}"
        headers = {"Authorization": f"Bearer {token}"}
        return await in_thread(_answer, Request(url, method=method, headers=headers))  # noqa: S310


def _groups(resource_group: str) -> str:
    return f"/resourceGroups/{quote(resource_group)}/providers/Microsoft.ContainerInstance/containerGroups"


def _accounts(resource_group: str) -> str:
    return f"/resourceGroups/{quote(resource_group)}/providers/Microsoft.Storage/storageAccounts"


def _endpoint() -> str:
    cloud = stack_config().text("azure-native:environment") or os.environ.get("ARM_ENVIRONMENT") or ""
    return _ENDPOINTS.get(cloud.lower(), _PUBLIC)


def _answer(request: Request) -> Any:
    """The content of Azure's answer; ``None`` where it has none, or where there is nothing."""
    try:
        with urlopen(request, timeout=_TIMEOUT_SECONDS) as answer:  # noqa: S310 - Azure's address, or the emulator's
            content = answer.read()
    except HTTPError as error:
        if error.code == HTTPStatus.NOT_FOUND:
            return None
        raise ManagementError(_explanation(error)) from None
    except OSError as error:
        raise ManagementError(str(error)) from None
    return json.loads(content) if content else None


def _explanation(error: HTTPError) -> str:
    try:
        found = json.loads(error.read())["error"]
        return f"{found['code']}: {found['message']}"
    except (ValueError, KeyError, TypeError):
        return str(error)
