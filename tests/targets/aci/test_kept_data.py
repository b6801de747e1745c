"""What a preview says of a volume that starts empty."""

from __future__ import annotations

import asyncio

from polypod import Mount, PersistentVolume, Pod
from polypod.targets.aci.kept_data import notices
from polypod.testing import FakeManagement
from tests.programs import container

from .groups import plan

DB = plan(Pod(container("db", mounts=[Mount("/data", PersistentVolume("new"))])))


def said(*shares: str) -> list[str]:
    """The lines where Azure has some shares."""
    return asyncio.run(notices(DB, FakeManagement(shares=shares), "rg", "account"))


def test_an_empty_volume_beside_kept_data_is_said() -> None:
    """With the share that holds what it may be about."""
    assert said("store-old") == [
        "db starts on empty data (store-new): what was kept under a former name stays in store-old"
    ]


def test_what_is_found_again_is_not_empty() -> None:
    """Whatever else there is; nor is anything said the first time."""
    assert said("store-new", "store-old") == []
    assert said() == []
