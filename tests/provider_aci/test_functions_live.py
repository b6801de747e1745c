"""What a program asks the plugin before it declares anything."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from polypod.aci_plugin.client import DEFAULT_SUBSCRIPTION
from tests.live.on_docker import DockerDeployment

from .stack import emulated_stack

pytestmark = [pytest.mark.live, pytest.mark.xdist_group("aci-functions")]

PROGRAM = """
import pulumi
import pulumi_azure_native as azure
from polypod.aci_plugin import VERSION

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
    error(azure.storage.get_storage_account, resource_group_name="shop", account_name="absent"),
    error(azure.storage.get_file_share, resource_group_name="shop", account_name="shopfiles", share_name="absent"),
])
group = azure.resources.ResourceGroup("shop", resource_group_name="shop", opts=pulumi.ResourceOptions(provider=emulator))
account = azure.storage.StorageAccount(
    "files", resource_group_name=group.name, account_name="shopfiles", kind="StorageV2", sku={"name": "Standard_LRS"},
    enable_https_traffic_only=True, opts=pulumi.ResourceOptions(provider=emulator))
share = azure.storage.FileShare(
    "data", resource_group_name=group.name, account_name=account.name, share_name="data", share_quota=7,
    opts=pulumi.ResourceOptions(provider=emulator))
if pulumi.Config().get_bool("look"):
    found = azure.storage.get_storage_account(resource_group_name="shop", account_name="shopfiles", opts=opts)
    data = azure.storage.get_file_share(
        resource_group_name="shop", account_name="shopfiles", share_name="data", opts=opts)
    pulumi.export("found", [
        azure.resources.get_resource_group(resource_group_name="shop", opts=opts).location,
        found.id, found.enable_https_traffic_only, data.id, data.share_quota])
    pulumi.export("same", pulumi.Output.all(account.id, share.id))
"""  # noqa: E501 - a program as its author writes it


@pytest.fixture(scope="module")
def deployment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DockerDeployment]:
    """A stack of the program."""
    with emulated_stack(tmp_path_factory, PROGRAM) as deployment:
        deployment.create({}, {})
        yield deployment


def test_a_program_knows_whose_account_it_is(deployment: DockerDeployment) -> None:
    """The provider's subscription, and ids that stand for the caller's."""
    deployment.up()
    assert deployment.outputs["subscription"] == DEFAULT_SUBSCRIPTION
    assert len(set(deployment.outputs["ids"])) == 3
    deployment.destroy()


def test_what_is_not_there_can_be_asked_for(deployment: DockerDeployment) -> None:
    """An exception with Azure's code, which the program catches; nobody sees a traceback or a complaint."""
    printed = deployment.up()
    group, account, share = deployment.outputs["errors"]
    assert "ResourceGroupNotFound: Resource group 'absent' could not be found." in group
    assert "ResourceGroupNotFound" in account
    assert "ResourceGroupNotFound" in share
    for word in ("Traceback", "NotFound", "error:", "warning:", "Diagnostics"):
        assert word not in printed.partition("Outputs:")[0]


def test_what_is_there_is_found(deployment: DockerDeployment) -> None:
    """With its properties where the SDK's types have them; what is missing in it is told by Azure's codes."""
    deployment.set("look", "true")
    deployment.up()
    location, account, https, share, quota = deployment.outputs["found"]
    assert (location, https, quota) == ("westeurope", True, 7)
    assert [account, share] == deployment.outputs["same"]
    _, account_error, share_error = deployment.outputs["errors"]
    assert "ResourceNotFound: The Resource 'Microsoft.Storage/storageAccounts/absent'" in account_error
    assert "ShareNotFound: The specified share does not exist." in share_error
