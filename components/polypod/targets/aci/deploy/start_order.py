"""When it is a container group's turn: after what it waits for, and one replica after the other."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping

import pulumi

from polypod.targets.aci.deploy.client import Document, Management
from polypod.targets.aci.deploy.owners import Owners, needs
from polypod.targets.aci.plan.records import Group, Plan
from polypod.targets.shared.plan.nginx.pod import RESOLVES_WITHIN


class StartOrder:
    """The order in which the container groups of one update are registered.

    Args:
        plan: The plan.
        owners: What its groups own.
        management: What to ask.
        resources: The container groups by key; filled while they are registered.
        working: Waits until a group works; when it became so, on the monotonic clock, 0 where it was so before.
    """

    def __init__(
        self,
        plan: Plan,
        owners: Owners,
        management: Management,
        resources: Mapping[str, pulumi.Resource],
        working: Callable[[str], Awaitable[float | None]],
    ) -> None:
        self._groups = {group.key: group for group in plan.groups}
        self._owners = owners
        self._management = management
        self._resources = resources
        self._working = working
        self._after = {
            group.key: [key for key in (*group.waits_for, group.follows) if key is not None] for group in plan.groups
        }
        self._listed: asyncio.Future[Mapping[str, Document]] | None = None

    async def wait(self, group: Group, resource_group: str) -> str:
        """Wait until a group may be made or changed; in a preview, only for the login.

        Args:
            group: The group.
            resource_group: The name of its resource group.

        Returns:
            The name of the resource group.
        """
        await self._management.ready()
        if pulumi.runtime.is_dry_run():
            return resource_group
        there = await self._there(resource_group)
        for key in group.waits_for:
            await self._working(key)
        before = None if group.follows is None else self._groups[group.follows]
        if before is not None and {group.name, before.name} <= there.keys():
            became = await self._working(before.key) or 0.0
            # Requests go to the one before again; the gateway has found it by then.
            await asyncio.sleep(max(0.0, became + RESOLVES_WITHIN - time.monotonic()))
        for key in self._giving(group, there):
            await self._resources[key].urn.future()
        return resource_group

    def _there(self, resource_group: str) -> asyncio.Future[Mapping[str, Document]]:
        """The container groups that there were before this update, by name."""

        async def listed() -> Mapping[str, Document]:
            return {str(group["name"]): group for group in await self._management.list(resource_group)}

        if self._listed is None:
            self._listed = asyncio.ensure_future(listed())
        return self._listed

    def _giving(self, group: Group, there: Mapping[str, Document]) -> list[str]:
        """The keys of the groups that go on, but without what the group takes over from them.

        They are changed first. One that waits for the group, as where both swap their volumes, is stopped instead.
        """
        if not needs(group):
            return []
        holders = {holder.name for holder in self._owners.holders(group, list(there.values()))}
        found = [other.key for other in self._groups.values() if other.name in holders]
        giving = [key for key in found if not self._comes_after(key, group.key)]
        self._after[group.key] += giving
        return giving

    def _comes_after(self, key: str, other: str) -> bool:
        """Whether a group waits for another one, be it by way of others."""
        seen: set[str] = set()
        waiting = [key]
        while waiting and other not in seen:
            following = waiting.pop()
            if following not in seen:
                seen.add(following)
                waiting += self._after[following]
        return other in seen
