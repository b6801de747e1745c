"""What is said of volumes that start empty while data are kept elsewhere."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

import pulumi
import pytest

from polypod import Mount, PersistentVolume, Pod, SidecarPod
from polypod.model.application import Application
from polypod.targets.aci import TARGET
from polypod.targets.aci.deploy.client import ManagementError
from polypod.targets.aci.deploy.kept_data import KeptData
from polypod.testing import FakeManagement, MockedEngine
from tests.programs import container, site
from tests.steps import calls

EMPTY = "db starts on empty data (store-data): "
BACK = "give the component its former name, or stop db after the update, copy the data, and remove the old ones:"
REMOVE = "az storage share-rm delete --resource-group group --storage-account account-of-{0} --name {1}"
COPY = (
    "az storage file copy start-batch --source-account-name account-of-{0} --source-share {1} "
    "--account-name account-of-store --destination-share {2}"
)


def db(*volumes: str, **fields: Any) -> Pod:
    """A pod with volumes."""
    mounts = [Mount(f"/{name}", PersistentVolume(name, **fields)) for name in volumes]
    return Pod(container("db", mounts=mounts), replicas=2 if fields else 1)


def said(
    shares: Mapping[str, list[str]], store: Pod, others: Mapping[str, Pod] | None = None, **fields: bool
) -> list[str]:
    """The lines about the component ``store`` where components have some shares."""
    kept = KeptData("group", lambda name: f"account-of-{name}", **{"emulated": False, "whole": True, **fields})
    for name, pod in {"store": store, **(others or {})}.items():
        kept.add(name, TARGET.draft(Application.of(pod), site(component=name)).plan)
    plan = TARGET.draft(Application.of(store), site(component="store")).plan
    new = plan.shares.keys() - set(shares.get("store", ()))
    management = FakeManagement(shares={f"account-of-{name}": found for name, found in shares.items()})
    return asyncio.run(kept.notices("store", new, management))


def test_data_that_the_component_kept_under_another_name() -> None:
    """With the share that holds what it may be about."""
    again = "give the persistent volume that name again, for a store with volume="
    assert said({"store": ["store-old"]}, db("data")) == [
        f"{EMPTY}what was kept under a former name stays in store-old ({again})"
    ]


def test_data_of_a_component_that_is_gone() -> None:
    """Where they are, how they are copied, and what removes the old ones."""
    (text,) = said({"shop": ["shop-data", "shop-logs"]}, db("data"))
    assert text.splitlines() == [
        f"{EMPTY}shop-data in the storage account account-of-shop stays, as the component shop is no longer in the "
        f"program",
        BACK,
        "  " + COPY.format("shop", "shop-data", "store-data"),
        "  " + REMOVE.format("shop", "shop-data"),
    ]


def test_data_of_a_component_that_no_longer_has_the_volume() -> None:
    """As the pod moved to another one."""
    (text,) = said({"shop": ["shop-data", "shop-logs"]}, db("data"), {"shop": db("logs")})
    first, second, *_ = text.splitlines()
    assert first.endswith("account-of-shop stays, as the component shop no longer has that volume")
    assert second.startswith("leave the pod in shop, or stop db after the update, ")


def test_each_volume_and_each_place_has_its_line() -> None:
    """Nothing is chosen for the program."""
    lines = said({"a": ["a-data", "a-logs"], "b": ["b-data"]}, db("data", "logs"))
    assert [line.split(" stays")[0] for line in lines] == [
        f"{EMPTY}a-data in the storage account account-of-a",
        f"{EMPTY}b-data in the storage account account-of-b",
        "db starts on empty data (store-logs): a-logs in the storage account account-of-a",
    ]


def test_each_replica_has_its_own() -> None:
    """Under its number."""
    lines = said({"shop": ["shop-0-data", "shop-1-data"]}, db("data", per_replica=True))
    assert [COPY.format("shop", f"shop-{i}-data", f"store-{i}-data") in lines[i] for i in range(2)] == [True, True]


@pytest.mark.parametrize(
    ("shares", "others"),
    [
        ({}, {}),
        ({"store": ["store-data", "store-old"], "shop": ["shop-data"]}, {}),
        ({"shop": ["shop-data"]}, {"shop": db("data")}),
        ({"shop": ["shop-old-data"]}, {}),
        ({"shop-old": ["shop-old-logs"]}, {}),
    ],
    ids=["a first deployment", "found again", "of another component", "of another volume", "of a third name"],
)
def test_nothing_is_said(shares: dict[str, list[str]], others: dict[str, Pod]) -> None:
    """Where no data are left behind that could be meant."""
    assert said(shares, db("data"), others) == []


def test_a_short_name_has_a_digest() -> None:
    """Which the share carries."""
    (share,) = TARGET.draft(Application.of(db("b")), site(component="a")).plan.shares
    (text,) = said({"a": [share]}, db("b"))
    assert f"{share} in the storage account account-of-a stays, as the component a is" in text


def test_a_component_provider_knows_nothing_of_other_components() -> None:
    """It makes one at a time."""
    assert said({"shop": ["shop-data"]}, db("data"), whole=False) == []
    assert len(said({"store": ["store-old"]}, db("data"), whole=False)) == 1


def test_in_the_emulator_shares_are_docker_volumes() -> None:
    """Azure's command line does not reach them."""
    (text,) = said({"shop": ["shop-data"]}, db("data"), emulated=True)
    shares = "$(docker volume ls -q --filter label=dev.polypod.emulator.share={}-data)"
    old, new = map(shares.format, ("shop", "store"))
    command = f"docker run --rm -v {old}:/old -v {new}:/new busybox cp -a /old/. /new"
    assert text.splitlines()[2:] == [f"  {command}"]


def ran(monkeypatch: pytest.MonkeyPatch, program: Callable[[], object], *, preview: bool) -> list[str]:
    """What is logged where Azure keeps the data of the component ``last``."""
    lines: list[str] = []
    monkeypatch.setattr(pulumi.log, "info", lambda text, *_: lines.append(text))
    config = {"polypod:target": "aci", "polypod:azure": {"location": "westeurope"}}
    engine = MockedEngine(config=config)
    engine.up(lambda: SidecarPod("last", db("data")))
    (account,) = (r.inputs["accountName"] for r in engine.resources if r.type.endswith(":StorageAccount"))
    engine = MockedEngine(
        config=config, kept=["last-data", account], management=FakeManagement(shares={account: ["last-data"]})
    )
    (engine.preview if preview else engine.up)(program)
    return [line for line in lines if "empty data" in line]


@pytest.mark.parametrize("preview", [True, False])
def test_all_of_the_program_is_known_before_anything_is_said(monkeypatch: pytest.MonkeyPatch, preview: bool) -> None:
    """Also of components that are made after one whose volume is new; an update says it, too."""

    def program() -> None:
        for name in ("first", "second", *(["last"] if stays else [])):
            SidecarPod(name, Pod(container(name, mounts=[Mount("/data", PersistentVolume("data"))])))

    stays = True
    assert ran(monkeypatch, program, preview=preview) == []
    stays = False
    lines = ran(monkeypatch, program, preview=preview)
    assert [line.split(":")[0] for line in sorted(lines)] == [
        "first starts on empty data (first-data)",
        "second starts on empty data (second-data)",
    ]


class Counted(FakeManagement):
    """Azure, which counts what it lists, and may refuse it."""

    def __init__(self, shares: Mapping[str, list[str]], refuses: str = "") -> None:
        super().__init__(shares=shares)
        self.lists: list[str] = []
        self._refuses = refuses

    async def accounts(self, resource_group: str) -> tuple[str, ...]:
        """The storage accounts that there are."""
        self._list("accounts")
        return await super().accounts(resource_group)

    async def shares(self, resource_group: str, account: str) -> tuple[str, ...]:
        """The shares that there are."""
        self._list(account)
        return await super().shares(resource_group, account)

    def _list(self, what: str) -> None:
        self.lists.append(what)
        if what == self._refuses:
            raise ManagementError("TooManyRequests: the request is being throttled")


def run_new(azure: Counted, *, preview: bool) -> None:
    """Run a program of three components whose volumes are all new."""

    def program() -> None:
        for name in ("first", "second", "third"):
            SidecarPod(name, db("data"))

    config = {"polypod:target": "aci", "polypod:azure": {"location": "westeurope"}}
    engine = MockedEngine(config=config, management=azure)
    (engine.preview if preview else engine.up)(program)


@pytest.mark.parametrize("preview", [True, False])
def test_storage_is_listed_once_for_all_components(preview: bool) -> None:
    """Azure throttles the lists of storage accounts and shares."""
    azure = Counted({"old": ["old-data"], "older": ["older-data"]})
    run_new(azure, preview=preview)
    assert azure.lists == ["accounts", "old", "older"]


@pytest.mark.parametrize("preview", [True, False])
@pytest.mark.parametrize("refuses", ["accounts", "old"])
def test_storage_that_cannot_be_listed_is_a_warning(
    monkeypatch: pytest.MonkeyPatch, refuses: str, preview: bool
) -> None:
    """One for all components: what would be said is advice, and nothing that the update needs."""
    lines: list[str] = []
    monkeypatch.setattr(pulumi.log, "warn", lambda text, *_: lines.append(text))
    run_new(Counted({"old": ["old-data"]}, refuses), preview=preview)
    (line,) = (line for line in lines if "cannot be listed" in line)
    assert line.startswith("PP577 azure resource group project-stack-data: some volumes start empty, and whether ")
    assert "TooManyRequests: the request is being throttled" in line


def test_a_component_provider_is_warned_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """It lists the shares of one account."""
    lines: list[str] = []
    monkeypatch.setattr(pulumi.log, "warn", lambda text, *_: lines.append(text))
    kept = KeptData("group", lambda name: f"account-of-{name}", emulated=False, whole=False)
    kept.add("store", TARGET.draft(Application.of(db("data")), site(component="store")).plan)
    azure = Counted({}, "account-of-store")
    assert asyncio.run(kept.notices("store", {"store-data"}, azure)) == []
    assert azure.lists == ["account-of-store"]
    (line,) = (line for line in lines if "cannot be listed" in line)
    assert line.startswith("PP577 azure resource group group: some volumes start empty, and whether ")


def test_twice_the_shares_are_twice_the_work() -> None:
    """None asks all others once, whose ever they are."""

    def work(size: int) -> int:
        names = [f"data-{i}" for i in range(size)]
        plan = TARGET.draft(Application.of(db(*names)), site(component="store")).plan
        kept = KeptData("group", lambda name: f"account-of-{name}", emulated=False, whole=True)
        kept.add("store", plan)
        azure = FakeManagement(shares={"account-of-shop": [f"shop-{name}" for name in names]})
        return calls(lambda: asyncio.run(kept.notices("store", plan.shares.keys(), azure)))

    assert work(100) < 2.1 * work(50)
