"""Resources that an earlier stack kept are taken up again."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.live.on_docker import DockerDeployment

from .stack import emulated_stack

pytestmark = [pytest.mark.live, pytest.mark.xdist_group("aci-import")]

PROGRAM = """
import pulumi
import pulumi_azure_native as azure
from polypod.aci_plugin import VERSION

config = pulumi.Config()
emulator = azure.Provider("emulator", location="westeurope", opts=pulumi.ResourceOptions(version=VERSION))
scope = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/kept"
account_id = f"{scope}/providers/Microsoft.Storage/storageAccounts/keptfiles"

def kept(path):
    return pulumi.ResourceOptions(
        provider=emulator, retain_on_delete=True, import_=path if config.get_bool("again") else None,
        ignore_changes=["*"] if config.get_bool("ignoring") else None)

group = azure.resources.ResourceGroup(
    "kept", resource_group_name="kept", tags={"of": "tests"}, location=config.get("location"), opts=kept(scope))
account = azure.storage.StorageAccount(
    "files", resource_group_name=group.name, account_name="keptfiles", kind="StorageV2", sku={"name": "Standard_LRS"},
    enable_https_traffic_only=True, allow_blob_public_access=False, minimum_tls_version="TLS1_2",
    network_rule_set={"default_action": "Allow"}, opts=kept(account_id))
share = azure.storage.FileShare(
    "default", resource_group_name=group.name, account_name=account.name, share_name="default",
    share_quota=config.get_int("quota"), opts=kept(f"{account_id}/fileServices/default/shares/default"))
keys = azure.storage.list_storage_account_keys_output(
    account_name=account.name, resource_group_name=group.name, opts=pulumi.InvokeOutputOptions(provider=emulator))
azure.containerinstance.ContainerGroup(
    "job", container_group_name="job", resource_group_name=group.name, os_type="Linux", restart_policy="Never",
    containers=[{
        "name": "job", "image": config.require("image"), "command": ["sh", "-c", config.require("script")],
        "resources": {"requests": {"cpu": 1, "memory_in_gb": 1}},
        "volume_mounts": [{"name": "share", "mount_path": "/data"}],
    }],
    volumes=[{"name": "share", "azure_file": {
        "share_name": share.name, "storage_account_name": account.name, "storage_account_key": keys.keys[0].value}}],
    opts=pulumi.ResourceOptions(provider=emulator, delete_before_replace=True))
"""


@pytest.fixture
def deployment(tmp_path_factory: pytest.TempPathFactory, busybox: str) -> Iterator[DockerDeployment]:
    """A stack that wrote into its share and is gone, its resource group, account and share not."""
    with emulated_stack(tmp_path_factory, PROGRAM) as deployment:
        deployment.create({"image": busybox, "script": "echo written > /data/file"}, {})
        deployment.up()
        deployment.destroy()
        yield deployment


@pytest.mark.parametrize(
    "settings",
    [{}, {"ignoring": "true", "quota": "7"}, {"location": "West Europe", "quota": "5120"}],
    ids=["same", "ignoring", "spelled-otherwise"],
)
def test_what_was_kept_is_taken_up_again(deployment: DockerDeployment, settings: dict[str, str]) -> None:
    """With its content, and without a change then or in the next preview; the import may stay in the program."""
    for key, value in {"again": "true", "script": "grep written /data/file", **settings}.items():
        deployment.set(key, value)
    assert deployment.preview() == {"create": 3, "import": 3}
    deployment.up()
    assert deployment.preview() == {"same": 6}
    deployment.run("refresh", "--yes", "--stack", deployment.stack)
    assert deployment.preview() == {"same": 6}


def test_what_differs_is_changed(deployment: DockerDeployment) -> None:
    """Once it is taken up; an id of something else is refused, with the form that it should have."""
    deployment.set("again", "true")
    deployment.set("quota", "7")
    assert "updated (" in deployment.up()
    assert deployment.preview() == {"same": 6}
    deployment.destroy()
    program = deployment.project / "__main__.py"
    program.write_text(program.read_text().replace("/fileServices/default", "/blobServices/default"))
    printed = deployment.failing_up()
    assert "is no id of azure-native:storage:FileShare" in printed
    assert "Traceback" not in printed
