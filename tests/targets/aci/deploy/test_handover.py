"""Who holds what a container group needs for itself."""

from __future__ import annotations

import asyncio
from typing import Any

import pulumi
import pytest

from polypod import Gateway, Mount, PersistentVolume, Pod, Route
from polypod.targets.aci.deploy.handover import Handover, sentence
from polypod.targets.aci.deploy.hooks import Hooked
from polypod.targets.aci.deploy.owners import Holder, Owners
from polypod.targets.aci.plan.records import Group
from polypod.testing import FakeManagement, MockedEngine
from tests.programs import container, gateway, web
from tests.targets.aci.groups import TOGETHER, plan

DATA = [Mount("/data", PersistentVolume("data"))]


def group(model: Any, key: str, settings: Any = None) -> Group:
    """One group of a program in the component ``store``."""
    (found,) = (group for group in plan(model, settings).groups if group.key == key)
    return found


def there(name: str, *shares: str, account: str = "account", address: Any = None) -> dict[str, Any]:
    """A group as Azure's interface shows it."""
    files = [{"name": "v", "azureFile": {"shareName": share, "storageAccountName": account}} for share in shares]
    more = {"ipAddress": address} if address else {}
    return {"name": name, "properties": {"volumes": [{"name": "s", "emptyDir": {}}, *files], **more}}


def holders(model: Any, key: str, others: list[dict[str, Any]], settings: Any = None) -> list[Holder]:
    """Who gives up what to one group of a program."""
    found = Owners(plan(model, settings).groups, "account")
    return list(found.holders(group(model, key, settings), others))


DB = Pod(container("database", mounts=DATA))
BOTH = Gateway([web(mounts=DATA), Pod(container("b", mounts=DATA))])


def test_another_group_with_its_share_holds_its_data() -> None:
    """The group itself does not, nor one with another share or with a share of that name in another account."""
    others = [
        there("store-db-0", "store-data"),
        there("store-database-0", "store-data"),
        there("store-web-0", "store-logs"),
        there("other-db-0", "store-data", account="another"),
        {"name": "bare", "properties": {}},
    ]
    (found,) = holders(DB, "database-0", others)
    assert found == Holder("store-db-0", ("data",), "")
    assert sentence(found, group(DB, "database-0"), "store") == "db is stopped, database starts on its data (data)"


def test_what_is_declared_shared_has_no_owner() -> None:
    """The program takes care of it."""
    model = web(mounts=[Mount("/data", PersistentVolume("data", shared=True))])
    assert holders(model, "web-0", [there("store-db-0", "store-data")]) == []


@pytest.mark.parametrize(
    ("model", "keys"), [(Pod(container(mounts=DATA), replicas=2), ("web-0", "web-1")), (BOTH, ("web-0", "b-0"))]
)
def test_who_is_gone_gives_up_what_several_mount(model: Any, keys: tuple[str, str]) -> None:
    """A backup next to a database does not turn off what protects the database; those that stay keep it."""
    staying = [there(f"store-{key}", "store-data") for key in keys]
    for key in keys:
        found = holders(model, key, [*staying, there("store-db-0", "store-data")])
        assert found == [Holder("store-db-0", ("data",), "")]


def test_a_pod_that_stays_gives_up_what_it_no_longer_mounts() -> None:
    """To several others, too."""
    model = Gateway([web(mounts=DATA), Pod(container("b", mounts=DATA)), Pod(container("db"))])
    for key in ("web-0", "b-0"):
        assert [holder.name for holder in holders(model, key, [there("store-db-0", "store-data")])] == ["store-db-0"]


@pytest.mark.parametrize(
    ("settings", "key", "old"), [(TOGETHER, "", "store-web-0"), ({}, "web-0", "store"), ({}, "b-0", "store")]
)
def test_another_placement_takes_over(settings: dict[str, str], key: str, old: str) -> None:
    """All pods in one group, or each in its own."""
    assert holders(BOTH, key, [there(old, "store-data")], settings) == [Holder(old, ("data",), "")]


def test_each_replica_owns_its_own_share() -> None:
    """Which the others do not mount."""
    model = Pod(container(mounts=[Mount("/data", PersistentVolume("data", per_replica=True))]), replicas=2)
    others = [there("old-0", "store-0-data"), there("old-1", "store-1-data")]
    assert [holder.name for holder in holders(model, "web-1", others)] == ["old-1"]


class StopsLater(FakeManagement):
    """A group of which Azure says for a while that it is still running."""

    async def act(self, resource_group: str, name: str, action: str) -> None:
        """Take note, and let it end a little later."""
        del resource_group
        self.acts.append((name, action))
        asyncio.get_running_loop().call_later(0.1, self._end, name)

    def _end(self, name: str) -> None:
        self._groups[name]["properties"]["instanceView"] = {"state": "Stopped"}


def test_a_group_that_several_wait_for_is_stopped_once() -> None:
    """Azure may refuse to stop what is stopping."""
    management = StopsLater(groups=[there("store", "store-data")])
    groups = {group.name: group for group in plan(BOTH).groups}

    def program() -> None:
        handover = Handover("store", Hooked(groups, {}, management), Owners(groups.values(), "account"))

        async def both(_: object) -> None:
            inputs = {"resourceGroupName": "rg"}
            given = [pulumi.ResourceHookArgs("urn", "id", f"store-{name}-0", "type", inputs) for name in ("web", "b")]
            hook: Any = handover.hook.callback
            await asyncio.gather(*map(hook, given))

        pulumi.Output.from_input("").apply(both)

    MockedEngine().up(program)
    assert management.acts == [("store", "stop")]


LABEL = {"dnsLabel": "front"}
SAME = {"dnsNameLabel": "Front"}


def test_a_dns_label_has_one_owner() -> None:
    """Whatever its spelling; one that Azure keeps apart is another one."""
    settings = {**TOGETHER, **LABEL}
    others = [
        there("store-gateway-0", address=SAME),
        there("scoped", address={**SAME, "autoGeneratedDomainNameLabelScope": "ResourceGroupReuse"}),
        there("unnamed", address={"ip": "10.0.0.1"}),
    ]
    (found,) = holders(gateway(), "", others, settings)
    assert found == Holder("store-gateway-0", (), "front")
    assert (
        sentence(found, group(gateway(), "", settings), "store")
        == "gateway is deleted, store takes over its DNS label (front)"
    )


def test_who_needs_nothing_for_itself_takes_nothing_over() -> None:
    """Two groups without a label share none."""
    model = Gateway([web(), Pod(container("b"))], routes=[Route("/", "web")])
    assert holders(model, "b-0", [there("old"), there("older", address={"ip": "10.0.0.1"})]) == []
