"""The questions and requests that Azure's provider has no function for: what is there, a stop, a log."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextvars import ContextVar
from typing import Any, Protocol

import pulumi

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
    """What to ask.

    Args:
        options: How the provider is asked.
    """
    given = _current.get()
    if given is not None:
        return given
    from polypod.targets.aci.live import LiveManagement

    return LiveManagement(options)


def use(management: Management | None) -> None:
    """Use a given one in place of Azure's; for tests."""
    _current.set(management)
