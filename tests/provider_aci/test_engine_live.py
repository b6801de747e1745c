"""The plugin under the real engine, against an emulator that runs on the local Docker daemon."""

from __future__ import annotations

import urllib.request
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from polypod.aci_emulator import endpoint, serve
from tests.live.on_docker import DockerDeployment

from .stack import emulated_stack, polypod_aci

pytestmark = [pytest.mark.live, pytest.mark.xdist_group("aci-engine")]

PROGRAM = """
import pulumi
import pulumi_azure_native as azure
from polypod.aci_plugin import VERSION

config = pulumi.Config()
emulator = azure.Provider("emulator", location="westeurope", opts=pulumi.ResourceOptions(version=VERSION))
opts = pulumi.ResourceOptions(provider=emulator)
group = azure.resources.ResourceGroup("shop", opts=opts)
account = azure.storage.StorageAccount(
    "files", resource_group_name=group.name, kind="StorageV2", sku={"name": "Standard_LRS"}, opts=opts)
share = azure.storage.FileShare("data", resource_group_name=group.name, account_name=account.name, opts=opts)
keys = azure.storage.list_storage_account_keys_output(
    account_name=account.name, resource_group_name=group.name, opts=pulumi.InvokeOutputOptions(provider=emulator))
web = azure.containerinstance.ContainerGroup(
    "web",
    resource_group_name=group.name,
    os_type="Linux",
    restart_policy=config.get("policy") or "Always",
    containers=[{
        "name": "web",
        "image": config.require("image"),
        "command": ["sh", "-c", config.get("script") or "mkdir /www && echo hello $WORD > /www/index.html && exec httpd -f -p 18083 -h /www"],
        "resources": {"requests": {"cpu": 1, "memory_in_gb": 1}},
        "environment_variables": [{"name": "WORD", "secure_value": config.require_secret("word")}],
        "ports": [{"port": 18083}],
        "volume_mounts": [{"name": "share", "mount_path": "/data"}],
        "readiness_probe": {"http_get": {"port": 18083, "path": "/"}, "period_seconds": 1},
    }],
    volumes=[{"name": "share", "azure_file": {
        "share_name": share.name, "storage_account_name": account.name, "storage_account_key": keys.keys[0].value}}],
    ip_address={"type": "Public", "ports": [{"port": 18083, "protocol": "TCP"}], "dns_name_label": config.require("label")},
    opts=opts,
)
pulumi.export("ip", web.ip_address.ip)
pulumi.export("fqdn", web.ip_address.fqdn)
"""  # noqa: E501 - a program as its author writes it


@pytest.fixture(scope="module")
def deployment(tmp_path_factory: pytest.TempPathFactory, busybox: str) -> Iterator[DockerDeployment]:
    """A stack of the program."""
    with emulated_stack(tmp_path_factory, PROGRAM) as deployment:
        label = f"l{uuid.uuid4().hex[:10]}"
        deployment.create({"image": busybox, "label": label}, {"word": "s3cret-word"})
        deployment.up()
        yield deployment


def _fetch(deployment: DockerDeployment) -> str:
    with urllib.request.urlopen(f"http://{deployment.outputs['ip']}:18083/", timeout=5) as answer:
        return str(answer.read().decode())


def test_the_group_answers_once_the_update_is_done(deployment: DockerDeployment) -> None:
    """At the address in the outputs; the FQDN is the emulator's."""
    assert _fetch(deployment) == "hello s3cret-word\n"
    assert deployment.outputs["fqdn"].endswith(".westeurope.azurecontainer.io")


def test_the_next_preview_shows_no_change(deployment: DockerDeployment) -> None:
    """Also after a refresh."""
    assert deployment.preview() == {"same": 6}
    deployment.run("refresh", "--yes", "--stack", deployment.stack)
    assert deployment.preview() == {"same": 6}


def test_secrets_are_not_in_plain_state(deployment: DockerDeployment) -> None:
    """Neither the secure value nor the key of the storage account."""
    state = deployment.exported_state()
    folder = Path(deployment.environment["POLYPOD_ACI_STATE"])
    assert "s3cret-word" not in state
    assert endpoint.endpoint(folder).token not in state
    assert "__inputs" in state


def test_a_group_that_crashes_fails_the_update_with_its_log(deployment: DockerDeployment) -> None:
    """State, exit code, last lines, without the secrets in them; the repaired program then works."""
    deployment.set("script", "echo no $WORD here; exit 4")
    try:
        printed = deployment.failing_up()
    finally:
        deployment.run("config", "rm", "script")
    assert "container web: " in printed
    assert "exit code 4" in printed
    assert "no [secret] here" in printed
    assert "s3cret-word" not in printed
    deployment.up()
    assert _fetch(deployment) == "hello s3cret-word\n"


def test_what_cannot_be_updated_is_replaced(deployment: DockerDeployment) -> None:
    """Deleted first, as its name and its label are in use; the preview says so."""
    deployment.set("policy", "OnFailure")
    assert deployment.preview() == {"same": 5, "replace": 1}
    deployment.up()
    assert _fetch(deployment) == "hello s3cret-word\n"


def test_azures_refusals_reach_the_user(deployment: DockerDeployment) -> None:
    """With code and message, and without a traceback."""
    deployment.set("image", "127.0.0.1:9/nobody/nothing:1")
    try:
        printed = deployment.failing_up()
    finally:
        deployment.set("image", _image(deployment))
    assert "InaccessibleImage: The image '127.0.0.1:9/nobody/nothing:1'" in printed
    assert "Traceback" not in printed


def _image(deployment: DockerDeployment) -> str:
    host = serve.host(Path(deployment.environment["POLYPOD_ACI_STATE"]))
    (name,) = {
        container.attrs["Config"]["Image"]
        for container in host.client.containers.list(filters={"label": f"dev.polypod.emulator={host.instance}"})
        if container.labels["dev.polypod.emulator.container"] == "web"
    }
    return str(name)


def test_without_the_emulator_the_user_is_told_what_to_do(deployment: DockerDeployment) -> None:
    """No connection error, but the command that starts it."""
    polypod_aci(deployment, "stop")
    deployment.set("script", "true")
    try:
        printed = deployment.failing_up()
    finally:
        deployment.run("config", "rm", "script")
        polypod_aci(deployment, "start")
    assert "polypod aci start" in printed
    assert "Traceback" not in printed


def test_destroy_leaves_nothing(deployment: DockerDeployment) -> None:
    """No container, no volume."""
    deployment.destroy()
    host = serve.host(Path(deployment.environment["POLYPOD_ACI_STATE"]))
    label = {"label": f"dev.polypod.emulator={host.instance}"}
    assert host.client.containers.list(all=True, filters=label) == []
    assert host.client.volumes.list(filters=label) == []
