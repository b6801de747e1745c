"""What a program asks the plugin before it declares anything."""

from __future__ import annotations

import pytest

from polypod_aci_emulator.plugin.client import DEFAULT_SUBSCRIPTION

from .conftest import OnAci
from .on_aci import AciDeployment

PROGRAM = """
import pulumi
import pulumi_azure_native as azure
from polypod_aci_emulator.plugin import VERSION

shop, files = f"shop-{pulumi.get_stack()}", f"files{pulumi.get_stack()}"
emulator = azure.Provider("emulator", location="westeurope", opts=pulumi.ResourceOptions(version=VERSION))
opts = pulumi.InvokeOptions(provider=emulator)

def error(function, **arguments):
    try:
        function(**arguments, opts=opts)
    except Exception as problem:
        return str(problem)
    return ""

config = azure.authorization.get_client_config(opts=opts)
pulumi.export("subscription", config.subscription_id)
pulumi.export("ids", [config.tenant_id, config.client_id, config.object_id])
pulumi.export("errors", [
    error(azure.resources.get_resource_group, resource_group_name="absent"),
    error(azure.storage.get_storage_account, resource_group_name=shop, account_name="absent"),
    error(azure.storage.get_file_share, resource_group_name=shop, account_name=files, share_name="absent"),
])
group = azure.resources.ResourceGroup(
    "shop", resource_group_name=shop, opts=pulumi.ResourceOptions(provider=emulator))
account = azure.storage.StorageAccount(
    "files", resource_group_name=group.name, account_name=files, kind="StorageV2", sku={"name": "Standard_LRS"},
    enable_https_traffic_only=True, opts=pulumi.ResourceOptions(provider=emulator))
share = azure.storage.FileShare(
    "data", resource_group_name=group.name, account_name=account.name, share_name="data", share_quota=7,
    opts=pulumi.ResourceOptions(provider=emulator))
if pulumi.Config().get_bool("look"):
    found = azure.storage.get_storage_account(resource_group_name=shop, account_name=files, opts=opts)
    data = azure.storage.get_file_share(
        resource_group_name=shop, account_name=files, share_name="data", opts=opts)
    pulumi.export("found", [
        azure.resources.get_resource_group(resource_group_name=shop, opts=opts).location,
        found.id, found.enable_https_traffic_only, data.id, data.share_quota])
    pulumi.export("same", pulumi.Output.all(account.id, share.id))
"""


@pytest.fixture(scope="module")
def deployment(deploy_on_aci_once: OnAci) -> AciDeployment:
    """A stack of the program."""
    return deploy_on_aci_once.program(PROGRAM)


def test_what_a_program_may_ask_when_nothing_is_there(deployment: AciDeployment) -> None:
    """Whose account it is, and what is absent: an exception with Azure's code, which the program catches.

    Nobody sees a traceback or a complaint.
    """
    printed = deployment.up()
    assert deployment.outputs["subscription"] == DEFAULT_SUBSCRIPTION
    assert len(set(deployment.outputs["ids"])) == 3
    group, account, share = deployment.outputs["errors"]
    assert "ResourceGroupNotFound: Resource group 'absent' could not be found." in group
    assert "ResourceGroupNotFound" in account
    assert "ResourceGroupNotFound" in share
    for word in ("Traceback", "NotFound", "error:", "warning:", "Diagnostics"):
        assert word not in printed.partition("Outputs:")[0]


def test_what_is_there_is_found(deployment: AciDeployment) -> None:
    """With its properties where the SDK's types have them; what is missing in it is told by Azure's codes."""
    deployment.set("look", "true")
    deployment.up()
    location, account, https, share, quota = deployment.outputs["found"]
    assert (location, https, quota) == ("westeurope", True, 7)
    assert [account, share] == deployment.outputs["same"]
    _, account_error, share_error = deployment.outputs["errors"]
    assert "ResourceNotFound: The Resource 'Microsoft.Storage/storageAccounts/absent'" in account_error
    assert "ShareNotFound: The specified share does not exist." in share_error
