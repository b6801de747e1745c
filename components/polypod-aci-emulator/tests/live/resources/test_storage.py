"""File shares in groups."""

from __future__ import annotations

import uuid

import pytest
from azure.core.exceptions import HttpResponseError
from azure.mgmt.containerinstance import models

from helpers.groups import FOREVER, Groups, within


def test_a_file_share_outlives_its_groups(groups: Groups) -> None:
    """What one group wrote another reads; a wrong key mounts nothing."""
    storage, account = groups.running.storage, f"s{uuid.uuid4().hex[:10]}"
    sku = {"location": "westeurope", "kind": "StorageV2", "sku": {"name": "Standard_LRS"}}
    storage.storage_accounts.begin_create("rg", account, sku).result()
    storage.file_shares.create("rg", account, "data", {"properties": {"shareQuota": 1}})
    key = storage.storage_accounts.list_keys("rg", account).keys_property[0].value

    def mounting(script: str, key: str) -> models.ContainerGroup:
        share = models.AzureFileVolume(share_name="data", storage_account_name=account, storage_account_key=key)
        mounts = [models.VolumeMount(name="share", mount_path="/data")]
        container = groups.container("web", f"{script}; {FOREVER}", volume_mounts=mounts)
        return groups.definition(container, volumes=[models.Volume(name="share", azure_file=share)])

    writer = groups.put(mounting("echo kept > /data/file; echo done", key))
    within(10, lambda: groups.log(writer.name, "web"))
    groups.delete(writer.name)
    reader = groups.put(mounting("cat /data/file", key))
    assert within(10, lambda: groups.log(reader.name, "web")) == "kept\n"
    with pytest.raises(HttpResponseError, match=r"mount error\(13\)"):
        groups.put(mounting("true", "d3Jvbmc="))
    for name in set(groups.made):
        groups.delete(name)
    storage.file_shares.delete("rg", account, "data")
    storage.storage_accounts.delete("rg", account)
    volumes = groups.running.emulator.host.client.volumes.list(
        filters={"label": f"dev.polypod.emulator={groups.running.instance}"}
    )
    assert volumes == []
