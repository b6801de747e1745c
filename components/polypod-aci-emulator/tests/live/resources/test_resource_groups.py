"""Resource groups."""

from __future__ import annotations

import uuid

from helpers.groups import FOREVER, Groups


def test_a_resource_group_takes_everything_with_it(groups: Groups) -> None:
    """Groups, accounts and shares."""
    resources, storage = groups.running.resources, groups.running.storage
    resources.resource_groups.create_or_update("whole", {"location": "westeurope"})
    groups.aci.container_groups.begin_create_or_update(
        "whole", "web", groups.definition(groups.container("web", FOREVER))
    ).result()
    account = f"s{uuid.uuid4().hex[:10]}"
    sku = {"location": "westeurope", "kind": "StorageV2", "sku": {"name": "Standard_LRS"}}
    storage.storage_accounts.begin_create("whole", account, sku).result()
    storage.file_shares.create("whole", account, "data", {})
    resources.resource_groups.begin_delete("whole").result()
    assert not resources.resource_groups.check_existence("whole")
    assert groups.running.containers() == {}
    assert [found.name for found in storage.storage_accounts.list() if found.name == account] == []
