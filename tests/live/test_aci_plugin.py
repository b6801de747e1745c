"""The plugin under the real engine, against an emulator that runs on the local Docker daemon."""

from __future__ import annotations

import urllib.request

import pytest

from polypod_aci_emulator import endpoint

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
account = azure.storage.StorageAccount(
    "files", resource_group_name=group.name, kind="StorageV2", sku={"name": "Standard_LRS"}, opts=opts)
share = azure.storage.FileShare("data", resource_group_name=group.name, account_name=account.name, opts=opts)
keys = azure.storage.list_storage_account_keys_output(
    account_name=account.name, resource_group_name=group.name, opts=pulumi.InvokeOutputOptions(provider=emulator))
serve = "trap exit TERM; mkdir /www && echo hello $WORD > /www/index.html && httpd -f -p 18083 -h /www & wait"
web = azure.containerinstance.ContainerGroup(
    "web",
    resource_group_name=group.name,
    os_type="Linux",
    restart_policy=config.get("policy") or "Always",
    containers=[{
        "name": "web",
        "image": config.require("image"),
        "command": ["sh", "-c", config.get("script") or serve],
        "resources": {"requests": {"cpu": 1, "memory_in_gb": 1}},
        "environment_variables": [{"name": "WORD", "secure_value": config.require_secret("word")}],
        "ports": [{"port": 18083}],
        "volume_mounts": [{"name": "share", "mount_path": "/data"}],
        "readiness_probe": {"http_get": {"port": 18083, "path": "/"}, "period_seconds": 1},
    }],
    volumes=[{"name": "share", "azure_file": {
        "share_name": share.name, "storage_account_name": account.name, "storage_account_key": keys.keys[0].value}}],
    ip_address={
        "type": "Public", "ports": [{"port": 18083, "protocol": "TCP"}], "dns_name_label": config.require("label")},
    opts=opts,
)
pulumi.export("ip", web.ip_address.ip)
pulumi.export("fqdn", web.ip_address.fqdn)
"""


def _made(deployment: AciDeployment) -> set[str]:
    """The names of all containers and volumes of the emulator."""
    label = {"label": f"dev.polypod.emulator={deployment.host.instance}"}
    containers = deployment.daemon.containers.list(all=True, filters=label)
    return {str(item.name) for item in (*containers, *deployment.daemon.volumes.list(filters=label))}


@pytest.fixture(scope="module")
def deployment(deploy_on_aci_once: OnAci, busybox: str) -> AciDeployment:
    """A stack of the program, not deployed yet."""
    deployment = deploy_on_aci_once.program(PROGRAM, {"image": busybox}, {"word": "s3cret-word"})
    deployment.set("label", f"label-{deployment.stack}")
    return deployment


@pytest.fixture(scope="module")
def before(deployment: AciDeployment) -> set[str]:
    """What the emulator has made for others; the stack is deployed then."""
    before = _made(deployment)
    deployment.up()
    assert _made(deployment) > before
    return before


pytestmark = pytest.mark.usefixtures("before")


def _fetch(deployment: AciDeployment) -> str:
    with urllib.request.urlopen(f"http://{deployment.outputs['ip']}:18083/", timeout=5) as answer:
        return str(answer.read().decode())


def test_the_group_answers_once_the_update_is_done(deployment: AciDeployment) -> None:
    """At the address in the outputs; the FQDN is the emulator's."""
    assert _fetch(deployment) == "hello s3cret-word\n"
    assert deployment.outputs["fqdn"] == f"label-{deployment.stack}.westeurope.azurecontainer.io"


def test_a_preview_after_a_refresh_shows_no_change(deployment: AciDeployment) -> None:
    """What the emulator answers is what was asked for."""
    printed = deployment.run("preview", "--refresh", "--stack", deployment.stack)
    assert "Resources:\n    6 unchanged\n" in printed


def test_secrets_are_not_in_plain_state(deployment: AciDeployment) -> None:
    """Neither the secure value nor the key of the storage account."""
    state = deployment.exported_state()
    assert "s3cret-word" not in state
    assert endpoint.endpoint(deployment.emulator.state).token not in state
    assert "__inputs" in state


def test_a_group_that_crashes_fails_the_update_with_its_log(deployment: AciDeployment) -> None:
    """State, exit code, last lines, without the secrets in them."""
    deployment.set("script", "echo no $WORD here; exit 4")
    printed = deployment.failing_up()
    deployment.set("script", "")
    assert "container web: " in printed
    assert "exit code 4" in printed
    assert "no [secret] here" in printed
    assert "s3cret-word" not in printed


def test_what_cannot_be_updated_is_replaced(deployment: AciDeployment) -> None:
    """Deleted first, as its name and its label are in use; the preview says so, and the repaired program works."""
    deployment.set("policy", "OnFailure")
    assert deployment.preview() == {"same": 5, "replace": 1}
    deployment.up()
    assert _fetch(deployment) == "hello s3cret-word\n"


def test_destroy_leaves_nothing(deployment: AciDeployment, before: set[str]) -> None:
    """No container, no volume."""
    deployment.destroy()
    assert _made(deployment) == before
