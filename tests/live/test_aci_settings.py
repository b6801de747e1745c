"""What surrounds a container group: a virtual network, an identity, a workspace."""

from __future__ import annotations

import urllib.request

import pytest

from .conftest import OnAci
from .on_aci import AciDeployment

PROGRAM = """
import pulumi
import pulumi_azure_native as azure
from polypod_aci_emulator.plugin import VERSION

config = pulumi.Config()
emulator = azure.Provider("emulator", location="westeurope", opts=pulumi.ResourceOptions(version=VERSION))
opts = pulumi.ResourceOptions(provider=emulator)
group = azure.resources.ResourceGroup(f"shop-{pulumi.get_stack()}", opts=opts)
delegation = {"name": "groups", "service_name": "Microsoft.ContainerInstance/containerGroups"}
network = azure.network.VirtualNetwork(
    "net", resource_group_name=group.name, address_space={"address_prefixes": ["10.1.0.0/16"]},
    subnets=[{"name": "first", "address_prefix": "10.1.1.0/24", "delegations": [delegation]}], opts=opts)
alone = azure.network.VirtualNetwork(
    "alone", resource_group_name=group.name, address_space={"address_prefixes": ["10.1.0.0/16"]}, opts=opts)
default = azure.network.Subnet(
    "default", resource_group_name=group.name, virtual_network_name=alone.name, subnet_name="default",
    address_prefix="10.1.2.0/24", delegations=[delegation] if config.get_bool("delegated") else None, opts=opts)
workspace = azure.operationalinsights.Workspace(
    "logs", resource_group_name=group.name, sku={"name": "PerGB2018"}, retention_in_days=30, opts=opts)
keys = azure.operationalinsights.get_workspace_shared_keys_output(
    resource_group_name=group.name, workspace_name=workspace.name,
    opts=pulumi.InvokeOutputOptions(provider=emulator))
identity = azure.managedidentity.UserAssignedIdentity("puller", resource_group_name=group.name, opts=opts)
serve = "trap exit TERM; mkdir /www && echo hello > /www/index.html && httpd -f -p 18083 -h /www & wait"
for name, subnet in (("inline", network.subnets[0].id), ("alone", default.id)):
    made = azure.containerinstance.ContainerGroup(
        name,
        resource_group_name=group.name, os_type="Linux",
        containers=[{
            "name": "web", "image": config.require("image"),
            "command": ["sh", "-c", serve],
            "resources": {"requests": {"cpu": 1, "memory_in_gb": 1}}, "ports": [{"port": 18083}],
        }],
        ip_address={"type": "Private", "ports": [{"port": 18083, "protocol": "TCP"}]},
        subnet_ids=[{"id": subnet}],
        identity={"type": "UserAssigned", "user_assigned_identities": [identity.id]},
        diagnostics={"log_analytics": {
            "workspace_id": workspace.customer_id, "workspace_key": keys.primary_shared_key}},
        opts=opts)
    pulumi.export(name, made.ip_address.ip)
assigned = made.identity.user_assigned_identities.apply(lambda found: [item.client_id for item in found.values()])
pulumi.export("clients", pulumi.Output.all(assigned, [identity.client_id]))
pulumi.export("key", keys.primary_shared_key)
"""


@pytest.fixture(scope="module")
def deployment(deploy_on_aci_once: OnAci, busybox: str) -> AciDeployment:
    """A stack of the program, not made yet."""
    return deploy_on_aci_once.program(PROGRAM, {"image": busybox})


def test_a_subnet_without_delegation_is_refused(deployment: AciDeployment) -> None:
    """In Azure's words; the delegation is then an update of the subnet."""
    printed = deployment.failing_up()
    assert "SubnetMissingRequiredDelegation: Subnet missing required delegation" in printed
    deployment.set("delegated", "true")
    deployment.up()
    for name in ("inline", "alone"):
        with urllib.request.urlopen(f"http://{deployment.outputs[name]}:18083/", timeout=5) as answer:
            assert answer.read() == b"hello\n"


def test_identities_and_keys_are_those_of_their_resources(deployment: AciDeployment) -> None:
    """The key stays a secret."""
    assigned, own = deployment.outputs["clients"]
    assert assigned == own
    assert "ciphertext" in deployment.outputs["key"]


def test_nothing_changes_afterwards(deployment: AciDeployment) -> None:
    """In a preview, after a refresh too; and everything goes in the order that Azure wants."""
    assert deployment.preview() == {"same": 10}
    assert "10 unchanged" in deployment.run("preview", "--refresh", "--stack", deployment.stack)
    deployment.destroy()
    assert deployment.resource_groups() == []
