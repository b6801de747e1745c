"""The shares that there are, in the storage accounts of a stack's data."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence

import pulumi

from polypod.targets.aci.management import Management, ManagementError


class KeptShares:
    """The shares of a resource group, listed once in a run: Azure throttles such lists.

    Args:
        resource_group: The name of the resource group of the data.
    """

    def __init__(self, resource_group: str) -> None:
        self._group = resource_group
        self._all: asyncio.Future[Mapping[str, Sequence[str]]] | None = None

    async def all(self, management: Management) -> Mapping[str, Sequence[str]]:
        """The names of all shares by storage account; none where Azure does not say, which a warning tells.

        Args:
            management: What to ask.
        """
        if self._all is None:
            self._all = asyncio.ensure_future(self._list(management, None))
        return await self._all

    async def of(self, account: str, management: Management) -> Mapping[str, Sequence[str]]:
        """The same of one storage account.

        Args:
            account: Its name.
            management: What to ask.
        """
        return await self._list(management, [account])

    async def _list(self, management: Management, accounts: Iterable[str] | None) -> Mapping[str, Sequence[str]]:
        try:
            await management.ready()
            listed = await management.accounts(self._group) if accounts is None else accounts
            return {account: await management.shares(self._group, account) for account in listed}
        except ManagementError as error:
            # What would be said is advice: nothing in a preview or an update depends on it.
            pulumi.log.warn(
                "some volumes start empty, and whether an earlier program has kept data for them is not known: "
                f"the storage accounts of the resource group {self._group} cannot be listed ({error})"
            )
            return {}
