"""One owner at a time: who holds what a container group needs for itself is stopped before the group starts.

Pulumi deletes last what a program no longer has. Two groups would use the same share until then, and of a DNS label
there is only one: so a hook stops the old holder, and deletes it where it holds a label, which goes no sooner.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections import defaultdict

import pulumi

from polypod.errors import DeploymentError, Problem
from polypod.targets.aci.deploy.client import Document, ManagementError
from polypod.targets.aci.deploy.hooks import Hooked, known_inputs
from polypod.targets.aci.deploy.owners import Holder, Owners, needs
from polypod.targets.aci.plan.names import fitting
from polypod.targets.aci.plan.records import Group

_POLL_SECONDS = 0.5
_PATIENCE_SECONDS = 300
_AT_REST = {"Stopped", "Succeeded"}


def pod_of(group: str, component: str) -> str:
    """The user's name for a container group: its pod, or the component if there is only one group.

    Args:
        group: The name of the group.
        component: The name of the component.
    """
    if group == fitting(component):
        return component
    found = re.fullmatch(rf"{re.escape(component)}-(.+)-\d+", group)
    return found[1] if found else group


def sentence(holder: Holder, group: Group, component: str) -> str:
    """A sentence on what happens to a holder.

    Args:
        holder: The holder.
        group: The group that takes over.
        component: The name of the component.
    """
    old, new = pod_of(holder.name, component), group.key.rpartition("-")[0] or component
    what = [f"{new} starts on its data ({', '.join(holder.volumes)})"] if holder.volumes else []
    what += [f"{new} takes over its DNS label ({holder.label})"] if holder.label else []
    return f"{old} is {'deleted' if holder.label else 'stopped'}, {' and '.join(what)}"


class Handover:
    """Stops the old holders of what a container group is about to need, and says so in previews.

    Args:
        component: The name of the component.
        hooked: What the hook is about.
        owners: What the groups own.
    """

    def __init__(self, component: str, hooked: Hooked, owners: Owners) -> None:
        self._component = component
        self._hooked = hooked
        self._owners = owners
        self._releasing: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self.hook = pulumi.ResourceHook(f"{component}-handover", self._hand_over, pulumi.ResourceHookOptions(True))

    async def _hand_over(self, args: pulumi.ResourceHookArgs) -> None:
        group, new = self._hooked.groups[args.name], await known_inputs(args)
        where = new.get("resourceGroupName")
        if not needs(group) or not isinstance(where, str):
            return
        try:
            for holder in self._owners.holders(group, await self._hooked.management.list(where)):
                if pulumi.runtime.is_dry_run():
                    self._hooked.say(args, sentence(holder, group, self._component))
                else:
                    async with self._releasing[holder.name]:  # several may wait for one holder
                        await self._release(where, holder)
        except ManagementError as error:
            fix = "see what it is doing in Azure, and run `pulumi up` again"
            what = f"what it needs cannot be taken over: {error}"
            raise pulumi.RunError(str(DeploymentError([Problem("PP576", group.path, what, fix)]))) from None

    async def _release(self, where: str, holder: Holder) -> None:
        deadline = time.monotonic() + _PATIENCE_SECONDS
        for action in ("stop", "delete") if holder.label else ("stop",):
            found = await self._hooked.management.get(where, holder.name)
            if found is None:
                return
            if action == "delete" or not _rests(found):
                await self._hooked.management.act(where, holder.name, action)
            while found is not None and (action == "delete" or not _rests(found)):
                if time.monotonic() > deadline:
                    raise ManagementError(f"{holder.name} does not {action} within {_PATIENCE_SECONDS} s")
                await asyncio.sleep(_POLL_SECONDS)
                found = await self._hooked.management.get(where, holder.name)


def _rests(group: Document) -> bool:
    """Whether none of its containers runs, or will."""
    return (group["properties"].get("instanceView") or {}).get("state") in _AT_REST
