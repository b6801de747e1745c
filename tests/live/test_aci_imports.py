"""Resources that an earlier stack kept are taken up again."""

from __future__ import annotations

import pytest

from .conftest import OnAci
from .on_aci import AciDeployment

PROGRAM = """
import pulumi
import pulumi_azure_native as azure
from polypod_aci_emulator.plugin import VERSION

SETTINGS = {
    "same": {},
    "ignoring": {"quota": 7, "ignore": ["*"]},
    "spelled": {"quota": 5120, "location": "West Europe"},
    "other": {"quota": 7},
}
config, stack = pulumi.Config(), pulumi.get_stack()
again = config.get_bool("again")
emulator = azure.Provider("emulator", location="westeurope", opts=pulumi.ResourceOptions(version=VERSION))

jobs = []

for kept, settings in SETTINGS.items():
    settings = settings if again else {}
    scope = f"/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/{kept}-{stack}"
    account_id = f"{scope}/providers/Microsoft.Storage/storageAccounts/{kept}{stack}"

    def opts(path):
        return pulumi.ResourceOptions(
            provider=emulator, retain_on_delete=True, import_=path if again else None,
            ignore_changes=settings.get("ignore"))

    group = azure.resources.ResourceGroup(
        kept, resource_group_name=f"{kept}-{stack}", tags={"of": "tests"}, location=settings.get("location"),
        opts=opts(scope))
    account = azure.storage.StorageAccount(
        kept, resource_group_name=group.name, account_name=f"{kept}{stack}", kind="StorageV2",
        sku={"name": "Standard_LRS"}, enable_https_traffic_only=True, allow_blob_public_access=False,
        minimum_tls_version="TLS1_2", network_rule_set={"default_action": "Allow"}, opts=opts(account_id))
    share = azure.storage.FileShare(
        kept, resource_group_name=group.name, account_name=account.name, share_name="default",
        share_quota=settings.get("quota"), opts=opts(f"{account_id}/fileServices/default/shares/default"))
    keys = azure.storage.list_storage_account_keys_output(
        account_name=account.name, resource_group_name=group.name, opts=pulumi.InvokeOutputOptions(provider=emulator))
    jobs.append(azure.containerinstance.ContainerGroup(
        kept, container_group_name="job", resource_group_name=group.name, os_type="Linux", restart_policy="Never",
        containers=[{
            "name": "job", "image": config.require("image"), "command": ["sh", "-c", config.require("script")],
            "resources": {"requests": {"cpu": 1, "memory_in_gb": 1}},
            "volume_mounts": [{"name": "share", "mount_path": "/data"}],
        }],
        volumes=[{"name": "share", "azure_file": {
            "share_name": share.name, "storage_account_name": account.name,
            "storage_account_key": keys.keys[0].value}}],
        opts=pulumi.ResourceOptions(provider=emulator, delete_before_replace=True)))

if config.get_bool("mistaken"):
    # Comes last: what is asked of a provider while the engine gives up fails with a traceback of Pulumi's.
    last = pulumi.ResourceOptions(depends_on=jobs)
    azure.storage.FileShare(
        "mistaken", resource_group_name=group.name, account_name=account.name, share_name="default",
        opts=pulumi.ResourceOptions.merge(opts(f"{account_id}/blobServices/default/shares/default"), last))
"""


@pytest.fixture(scope="module")
def deployment(deploy_on_aci_once: OnAci, busybox: str) -> AciDeployment:
    """A stack that wrote into its shares and is gone, its resource groups, accounts and shares not."""
    deployment = deploy_on_aci_once.program(PROGRAM, {"image": busybox, "script": "echo written > /data/file"})
    deployment.up()
    deployment.destroy()
    return deployment


def test_what_was_kept_is_taken_up_again(deployment: AciDeployment) -> None:
    """With its content, and without a change then or in the next preview; the import may stay in the program.

    Also what is ignored or written otherwise in the program; what truly differs is changed once it is taken up.
    """
    deployment.set("again", "true")
    deployment.set("script", "grep written /data/file")
    assert deployment.preview() == {"create": 6, "import": 12, "update": 1}
    printed = deployment.up()
    updated = [line.split()[1:3] for line in printed.splitlines() if " updated (" in line]
    assert updated == [["azure-native:storage:FileShare", "other"]]
    assert deployment.preview() == {"same": 18}
    assert "18 unchanged" in deployment.run("preview", "--refresh", "--stack", deployment.stack)


def test_an_id_of_something_else_is_refused(deployment: AciDeployment) -> None:
    """With the form that it should have."""
    deployment.set("mistaken", "true")
    printed = deployment.failing_up()
    assert "is no id of azure-native:storage:FileShare" in printed
    assert "Traceback" not in printed
