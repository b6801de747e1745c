"""Notices about volumes that start empty although an earlier program has kept data for them.

A share belongs to its component, and stays behind when the component gets another name or its pod goes to another one.
"""

from __future__ import annotations

import asyncio
import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

import attrs
import pulumi

from polypod.errors import Problem
from polypod.targets.aci.deploy.client import Management, ManagementError
from polypod.targets.aci.plan.records import Plan

_LABEL = "dev.polypod.emulator.share"
"""What the emulator calls the Docker volume behind a share."""


_DIGEST = re.compile("-[0-9a-f]{6}$")
"""What the names of some shares end with; see `names.fitting`."""


@attrs.frozen
class _Place:
    """A share, and the storage account that it is in."""

    account: str
    share: str


class KeptData:
    """The shares that the components of a run have, in addition to those that earlier programs have kept.

    Args:
        resource_group: The name of the resource group of the data.
        account_of: The storage account of the shares of a component.
        emulated: Whether the emulator stands for Azure.
        whole: Whether the run makes all components of the stack. Otherwise those of others are not looked at.
    """

    def __init__(self, resource_group: str, account_of: Callable[[str], str], *, emulated: bool, whole: bool) -> None:
        self._group = resource_group
        self._account_of = account_of
        self._emulated = emulated
        self._whole = whole
        self._shares = KeptShares(resource_group)
        self._plans: dict[str, Plan] = {}

    def add(self, component: str, plan: Plan) -> None:
        """Take note of a plan.

        Args:
            component: The name of its component.
            plan: The plan.
        """
        self._plans[component] = plan

    async def notices(self, component: str, new: Collection[str], management: Management) -> list[str]:
        """The notices about the shares of a component that start empty.

        Args:
            component: The name of the component.
            new: The names of the shares.
            management: What to ask.
        """
        own = self._account_of(component)
        there = await (self._shares.all(management) if self._whole else self._shares.of(own, management))
        return list(self._lines(component, new, there))

    def _lines(self, component: str, new: Collection[str], there: Mapping[str, Collection[str]]) -> Iterator[str]:
        own, plan = self._account_of(component), self._plans[component]
        former = ", ".join(sorted(set(there.get(own, ())) - plan.shares.keys()))
        left = self._left(own, {plan.shares[name].volume for name in new}, there)
        for share, (pod, volume) in ((name, _pod_and_volume(plan, name)) for name in sorted(new)):
            empty = f"{pod} starts on empty data ({share})"
            if former:
                again = "give the persistent volume that name again, for a store with volume="
                yield f"{empty}: what was kept under a former name stays in {former} ({again})"
            for old, owner in left[volume]:
                yield f"{empty}: {self._where(old, owner)}\n{self._ways(pod, old, owner, _Place(own, share))}"

    def _left(
        self, own: str, volumes: Collection[str], there: Mapping[str, Collection[str]]
    ) -> Mapping[str, Sequence[tuple[_Place, str]]]:
        """The shares that no component has any more, each with the component that had it, by some names of volumes."""
        taken = {_Place(self._account_of(name), share) for name, plan in self._plans.items() for share in plan.shares}
        left: defaultdict[str, list[tuple[_Place, str]]] = defaultdict(list)
        for account in sorted(there.keys() - {own}):
            for place in (_Place(account, share) for share in sorted(there[account])):
                # The account says whether what stands before the name of the volume is a component.
                for owner, volume in () if place in taken else _readings(place.share):
                    if volume in volumes and self._account_of(owner) == account:
                        left[volume].append((place, owner))
        return left

    def _where(self, old: _Place, owner: str) -> str:
        what = "no longer has that volume" if owner in self._plans else "is no longer in the program"
        return f"{old.share} in the storage account {old.account} stays, as the component {owner} {what}"

    def _ways(self, pod: str, old: _Place, owner: str, new: _Place) -> str:
        """The ways to get the data back."""
        way = f"leave the pod in {owner}" if owner in self._plans else "give the component its former name"
        if self._emulated:
            volumes = [f"$(docker volume ls -q --filter label={_LABEL}={place.share})" for place in (old, new)]
            copy = f"docker run --rm -v {volumes[0]}:/old -v {volumes[1]}:/new busybox cp -a /old/. /new"
            return f"{way}, or stop {pod} after the update, and copy the data:\n  {copy}"
        copy = (
            f"az storage file copy start-batch --source-account-name {old.account} --source-share {old.share} "
            f"--account-name {new.account} --destination-share {new.share}"
        )
        remove = (
            f"az storage share-rm delete --resource-group {self._group} --storage-account {old.account} "
            f"--name {old.share}"
        )
        return f"{way}, or stop {pod} after the update, copy the data, and remove the old ones:\n  {copy}\n  {remove}"


def _readings(share: str) -> Iterator[tuple[str, str]]:
    """The possible meanings of a share's name: a component and one of its volumes."""
    for name in dict.fromkeys((_DIGEST.sub("", share), share)):
        for hyphen in re.finditer("-", name):
            if 0 < hyphen.start() < len(name) - 1:
                yield name[: hyphen.start()], name[hyphen.end() :]


def _pod_and_volume(plan: Plan, share: str) -> tuple[str, str]:
    found = plan.shares[share]
    return found.path.split(".")[1], found.volume


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
            what = "some volumes start empty, and whether an earlier program has kept data for them is not known"
            fix = f"see why its storage accounts cannot be listed ({error})"
            pulumi.log.warn(str(Problem("PP577", f"azure resource group {self._group}", what, fix)))
            return {}
