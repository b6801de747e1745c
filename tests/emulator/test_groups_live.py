"""Container groups on Docker, through Azure's official client."""

from __future__ import annotations

import base64
import contextlib
import threading
import time
import urllib.request
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from azure.core.exceptions import HttpResponseError, ResourceNotFoundError
from azure.mgmt.containerinstance import models
from docker.errors import ImageNotFound
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from tests.live.test_images import Registry

from .bodies import SUBSCRIPTION
from .conftest import Running

pytestmark = [pytest.mark.live, pytest.mark.xdist_group("aci-groups")]

SERVE = "mkdir -p /www && echo hello > /www/index.html && exec httpd -f -p 18083 -h /www"
FOREVER = "trap exit TERM; while true; do sleep 0.1; done"


def _within(seconds: float, wanted: Callable[[], Any]) -> Any:
    """What a question answers once it is neither false nor an error."""
    limit = time.monotonic() + seconds
    while True:
        try:
            if found := wanted():
                return found
        except (OSError, HttpResponseError):
            if time.monotonic() > limit:
                raise
        assert time.monotonic() < limit, "it did not come in time"
        time.sleep(0.2)


class Groups:
    """Makes container groups under unique names."""

    def __init__(self, running: Running, busybox: str) -> None:
        self.running = running
        self.busybox = busybox
        self.aci = running.aci
        self._made: list[str] = []

    def container(self, name: str, script: str, **more: Any) -> models.Container:
        """A container that runs a shell script."""
        requests = models.ResourceRequests(cpu=more.pop("cpu", 1), memory_in_gb=more.pop("memory", 1))
        more.setdefault("resources", models.ResourceRequirements(requests=requests))
        return models.Container(name=name, image=self.busybox, command=["sh", "-c", script], **more)

    def init(self, name: str, script: str, **more: Any) -> models.InitContainerDefinition:
        """An init container that runs a shell script."""
        return models.InitContainerDefinition(name=name, image=self.busybox, command=["sh", "-c", script], **more)

    def definition(self, *containers: models.Container, **more: Any) -> models.ContainerGroup:
        """A group."""
        return models.ContainerGroup(location="westeurope", os_type="Linux", containers=list(containers), **more)

    def put(self, definition: models.ContainerGroup, name: str = "") -> models.ContainerGroup:
        """Make or change a group, and wait until Azure says that it is done."""
        name = name or f"g{uuid.uuid4().hex[:8]}"
        self._made.append(name)
        return self.aci.container_groups.begin_create_or_update("rg", name, definition).result()

    def get(self, name: str) -> models.ContainerGroup:
        """A group."""
        return self.aci.container_groups.get("rg", name)

    def state(self, name: str, container: int = 0) -> models.ContainerState:
        """What a container of a group does."""
        return self.get(name).containers[container].instance_view.current_state

    def log(self, name: str, container: str, **more: Any) -> str:
        """The log of a container."""
        return self.aci.containers.list_logs("rg", name, container, **more).content or ""

    def delete(self, name: str) -> None:
        """Remove a group."""
        self.aci.container_groups.begin_delete("rg", name).result()

    def clean_up(self) -> None:
        """Remove what was made."""
        for name in set(self._made):
            self.delete(name)
        self._made.clear()


@pytest.fixture
def groups(running: Running, busybox: str) -> Iterator[Groups]:
    """Container groups that are gone afterwards."""
    groups = Groups(running, busybox)
    yield groups
    groups.clean_up()


def _public(*ports: int, label: str | None = None) -> models.IpAddress:
    return models.IpAddress(type="Public", ports=[models.Port(port=port) for port in ports], dns_name_label=label)


def _fetch(address: str | None, port: int = 18083) -> str:
    with urllib.request.urlopen(f"http://{address}:{port}/", timeout=2) as answer:
        return str(answer.read().decode())


def test_a_group_answers_at_its_address(groups: Groups) -> None:
    """From this machine, at the address and the port that the client is told."""
    made = groups.put(groups.definition(groups.container("web", SERVE), ip_address=_public(18083)))
    assert (made.provisioning_state, made.restart_policy, made.sku) == ("Succeeded", "Always", "Standard")
    assert _within(10, lambda: _fetch(made.ip_address.ip)) == "hello\n"
    assert made.name in {group.name for group in groups.aci.container_groups.list_by_resource_group("rg")}
    listed = next(group for group in groups.aci.container_groups.list() if group.name == made.name)
    assert listed.instance_view is None


def test_groups_find_each_other_by_their_names(groups: Groups) -> None:
    """The FQDN that Azure makes of the label resolves in other groups."""
    label = f"l{uuid.uuid4().hex[:8]}"
    made = groups.put(groups.definition(groups.container("web", SERVE), ip_address=_public(18083, label=label)))
    assert made.ip_address.fqdn == f"{label}.westeurope.azurecontainer.io"
    ask = f"until wget -q -O - http://{made.ip_address.fqdn}:18083/; do sleep 0.2; done; {FOREVER}"
    asking = groups.put(groups.definition(groups.container("ask", ask)))
    assert _within(20, lambda: groups.log(asking.name, "ask")) == "hello\n"
    with pytest.raises(HttpResponseError, match="Try using a different label") as refused:
        groups.put(groups.definition(groups.container("web", SERVE), ip_address=_public(18083, label=label)))
    assert refused.value.error.code == "DnsNameLabelAlreadyTaken"


def test_containers_of_a_group_share_their_network_and_their_volume(groups: Groups) -> None:
    """Localhost is the group's; an emptyDir is seen by all, init containers included."""
    mount = [models.VolumeMount(name="shared", mount_path="/shared")]
    reader = f"cat /shared/*; until wget -q -O - http://localhost:18083/; do sleep 0.2; done; {FOREVER}"
    definition = groups.definition(
        groups.container("web", SERVE),
        groups.container("reader", reader, volume_mounts=mount),
        init_containers=[
            groups.init("first", "sleep 1; echo one > /shared/1", volume_mounts=mount),
            groups.init("second", "echo after $(cat /shared/1) > /shared/2", volume_mounts=mount),
        ],
        volumes=[models.Volume(name="shared", empty_dir={})],
    )
    made = groups.put(definition)
    assert [item.instance_view.current_state.exit_code for item in made.init_containers] == [0, 0]
    assert _within(10, lambda: "hello" in groups.log(made.name, "reader"))
    assert groups.log(made.name, "reader") == "one\nafter one\nhello\n"


def test_secrets_arrive_and_never_come_back(groups: Groups) -> None:
    """Secure values and secret files are in the container, and in no answer."""
    definition = groups.definition(
        groups.container(
            "web",
            f"echo $PLAIN $HIDDEN; cat /secrets/key; {FOREVER}",
            environment_variables=[
                models.EnvironmentVariable(name="PLAIN", value="seen"),
                models.EnvironmentVariable(name="HIDDEN", secure_value="s3cure-value"),
            ],
            volume_mounts=[models.VolumeMount(name="secrets", mount_path="/secrets")],
        ),
        volumes=[models.Volume(name="secrets", secret={"key": base64.b64encode(b"s3cret-file\n").decode()})],
    )
    made = groups.put(definition)
    assert _within(10, lambda: "file" in groups.log(made.name, "web") and groups.log(made.name, "web")) == (
        "seen s3cure-value\ns3cret-file\n"
    )
    answers = [str(answer.as_dict()) for answer in (made, groups.get(made.name))]
    encoded = base64.b64encode(b"s3cret-file\n").decode()
    assert [word for word in ("s3cure", "s3cret", encoded) if any(word in answer for answer in answers)] == []
    assert made.containers[0].environment_variables[0].value == "seen"


@pytest.mark.parametrize(
    ("policy", "script", "state", "code"),
    [
        ("Never", "exit 3", "Failed", 3),
        ("Never", "exit 0", "Succeeded", 0),
        ("OnFailure", "exit 0", "Succeeded", 0),
    ],
)
def test_a_container_that_may_end_stays_ended(groups: Groups, policy: str, script: str, state: str, code: int) -> None:
    """With its exit code, and the group's state from it."""
    made = groups.put(groups.definition(groups.container("job", script), restart_policy=policy))
    _within(10, lambda: groups.get(made.name).instance_view.state == state)
    view = groups.get(made.name).containers[0].instance_view
    assert (view.current_state.state, view.current_state.exit_code, view.restart_count) == ("Terminated", code, 0)


@pytest.mark.parametrize(("policy", "script", "code"), [("Always", "exit 0", 0), ("OnFailure", "exit 5", 5)])
def test_a_container_that_must_run_is_restarted(groups: Groups, policy: str, script: str, code: int) -> None:
    """Counted, with what it ended with before."""
    made = groups.put(groups.definition(groups.container("job", script), restart_policy=policy))
    _within(20, lambda: groups.get(made.name).containers[0].instance_view.restart_count >= 2)
    view = groups.get(made.name).containers[0].instance_view
    assert view.previous_state.exit_code == code
    assert {"Pulled", "Created", "Started"} <= {event.name for event in view.events}


def test_a_failing_liveness_probe_restarts_the_container(groups: Groups) -> None:
    """And the events say why."""
    probe = models.ContainerProbe(
        exec_property=models.ContainerExec(command=["sh", "-c", "echo broken; exit 1"]),
        period_seconds=1,
        failure_threshold=2,
    )
    made = groups.put(groups.definition(groups.container("web", FOREVER, liveness_probe=probe)))
    _within(20, lambda: groups.get(made.name).containers[0].instance_view.restart_count)
    events = {event.name: event for event in groups.get(made.name).containers[0].instance_view.events}
    assert "broken" in events["Unhealthy"].message
    assert "Liveness" in events["Killing"].message


def test_a_failing_readiness_probe_shows_but_restarts_nothing(groups: Groups) -> None:
    """The container goes on running; once the probe passes it is ready."""
    probe = models.ContainerProbe(http_get=models.ContainerHttpGet(port=18083), period_seconds=1)
    made = groups.put(
        groups.definition(
            groups.container("web", f"while [ ! -e /go ]; do sleep 0.1; done; {SERVE}", readiness_probe=probe)
        )
    )
    _within(10, lambda: groups.state(made.name).detail_status == "NotReady")
    _within(
        10, lambda: "Unhealthy" in {event.name for event in groups.get(made.name).containers[0].instance_view.events}
    )
    groups.running.containers()["web"].exec_run(["touch", "/go"])
    _within(10, lambda: groups.state(made.name).detail_status == "")
    assert groups.get(made.name).containers[0].instance_view.restart_count == 0


def test_cpu_and_memory_are_limited(groups: Groups) -> None:
    """The limit where there is one, else the request; no swap on top."""
    limits = models.ResourceRequirements(
        requests=models.ResourceRequests(cpu=0.5, memory_in_gb=0.5), limits=models.ResourceLimits(cpu=1)
    )
    groups.put(groups.definition(groups.container("web", FOREVER, resources=limits), groups.container("b", FOREVER)))
    found = groups.running.containers()["web"].attrs["HostConfig"]
    assert (found["NanoCpus"], found["Memory"], found["MemorySwap"]) == (10**9, 2**29, 2**29)


def test_an_update_restarts_everything_and_keeps_the_address(groups: Groups) -> None:
    """Also a container that did not change."""
    first, second = groups.container("web", SERVE), groups.container("other", FOREVER)
    made = groups.put(groups.definition(first, second, ip_address=_public(18083)))
    before = {name: item.id for name, item in groups.running.containers().items()}
    changed = groups.definition(groups.container("web", SERVE.replace("hello", "changed")), second)
    changed.ip_address = _public(18083)
    again = groups.put(changed, made.name)
    assert _within(10, lambda: _fetch(again.ip_address.ip)) == "changed\n"
    assert again.ip_address.ip == made.ip_address.ip
    after = {name: item.id for name, item in groups.running.containers().items()}
    assert {name for name in before if before[name] != after[name]} == {"web", "other"}


def test_what_cannot_change_is_refused(groups: Groups) -> None:
    """And the group runs on as it was."""
    made = groups.put(groups.definition(groups.container("web", SERVE), ip_address=_public(18083)))
    before = groups.running.containers()["web"].id
    changes = [
        groups.definition(groups.container("web", SERVE), restart_policy="Never", ip_address=_public(18083)),
        groups.definition(groups.container("web", SERVE, cpu=2), ip_address=_public(18083)),
        groups.definition(groups.container("web", SERVE, memory=2), ip_address=_public(18083)),
        groups.definition(groups.container("web", SERVE), groups.container("b", SERVE), ip_address=_public(18083)),
        groups.definition(groups.container("web", SERVE)),
        groups.definition(groups.container("web", SERVE), ip_address=_public(18083), zones=["1"]),
    ]
    for change in changes:
        with pytest.raises(HttpResponseError) as refused:
            groups.put(change, made.name)
        assert refused.value.error.code == "InvalidContainerGroupUpdate"
        assert "you must delete it first" in refused.value.error.message
    assert groups.running.containers()["web"].id == before


def test_tags_change_without_a_restart(groups: Groups) -> None:
    """PATCH touches no container."""
    made = groups.put(groups.definition(groups.container("web", FOREVER), tags={"a": "1"}))
    before = groups.running.containers()["web"].id
    patched = groups.aci.container_groups.update("rg", made.name, models.Resource(tags={"b": "2"}))
    assert patched.tags == groups.get(made.name).tags == {"b": "2"}
    assert groups.running.containers()["web"].id == before


def test_stop_start_and_restart(groups: Groups) -> None:
    """A stopped group has no address and does not run; a started one does again."""
    made = groups.put(groups.definition(groups.container("web", SERVE), ip_address=_public(18083)))
    groups.aci.container_groups.stop("rg", made.name)
    _within(10, lambda: groups.get(made.name).instance_view.state == "Stopped")
    assert groups.get(made.name).ip_address.ip is None
    assert groups.running.containers()["web"].status == "exited"
    groups.aci.container_groups.begin_start("rg", made.name).result()
    assert _within(10, lambda: _fetch(groups.get(made.name).ip_address.ip)) == "hello\n"
    before = groups.running.containers()["web"].id
    groups.aci.container_groups.begin_restart("rg", made.name).result()
    _within(10, lambda: {item.id for name, item in groups.running.containers().items() if name == "web"} - {before})


def test_logs_have_an_end_and_times(groups: Groups) -> None:
    """As many lines as asked for; with their times on request."""
    made = groups.put(groups.definition(groups.container("web", f"seq 5; {FOREVER}")))
    _within(10, lambda: groups.log(made.name, "web").count("\n") == 5)
    assert groups.log(made.name, "web", tail=2) == "4\n5\n"
    assert groups.log(made.name, "web", tail=1, timestamps=True).endswith("Z 5\n")
    with pytest.raises(ResourceNotFoundError, match="ContainerNotFound"):
        groups.log(made.name, "absent")


def test_a_command_runs_in_a_container(groups: Groups) -> None:
    """Over a WebSocket that opens with the password, and with nothing else."""
    made = groups.put(groups.definition(groups.container("web", FOREVER)))
    request = models.ContainerExecRequest(
        command="/bin/sh", terminal_size=models.ContainerExecRequestTerminalSize(rows=24, cols=80)
    )
    opened = groups.aci.containers.execute_command("rg", made.name, "web", request)
    seen = b""
    with connect(opened.web_socket_uri) as socket:
        socket.send(opened.password)
        socket.send("echo $((40 + 2)); exit\n")
        try:
            while True:
                seen += bytes(socket.recv(timeout=10))
        except ConnectionClosed:
            pass
    assert b"42\r\n" in seen
    wrong = groups.aci.containers.execute_command("rg", made.name, "web", request)
    with connect(wrong.web_socket_uri) as socket:
        socket.send("guessed")
        with pytest.raises(ConnectionClosed):
            socket.recv(timeout=10)


def test_the_output_of_a_container_can_be_followed(groups: Groups) -> None:
    """What was said before, and what comes."""
    made = groups.put(groups.definition(groups.container("web", f"echo early; sleep 2; echo late; {FOREVER}")))
    opened = groups.aci.containers.attach("rg", made.name, "web")
    seen = b""
    with connect(opened.web_socket_uri) as socket:
        socket.send(opened.password)
        while b"late" not in seen:
            seen += bytes(socket.recv(timeout=10))
    assert b"early" in seen


def test_a_failing_init_container_fails_the_group(groups: Groups) -> None:
    """Its exit code and its log are there to see; the others never start."""
    definition = groups.definition(
        groups.container("web", SERVE),
        init_containers=[groups.init("migrate", "echo no database; exit 9")],
        restart_policy="Never",
    )
    name = f"g{uuid.uuid4().hex[:8]}"
    with pytest.raises(HttpResponseError, match="migrate"):
        groups.put(definition, name)
    found = groups.get(name)
    assert found.provisioning_state == "Failed"
    assert found.init_containers[0].instance_view.current_state.exit_code == 9
    assert found.containers[0].instance_view.current_state.state == "Waiting"
    assert groups.log(name, "migrate") == "no database\n"


def test_an_image_that_cannot_be_had_is_refused(groups: Groups) -> None:
    """Before anything is made, in Azure's words."""
    container = groups.container("web", SERVE)
    container.image = "127.0.0.1:9/nobody/nothing:1"
    name = f"g{uuid.uuid4().hex[:8]}"
    with pytest.raises(HttpResponseError, match=r"is not accessible\. Please check") as refused:
        groups.put(groups.definition(container), name)
    assert (refused.value.status_code, refused.value.error.code) == (400, "InaccessibleImage")
    with pytest.raises(ResourceNotFoundError):
        groups.get(name)


def test_a_private_image_needs_its_password(groups: Groups, tmp_path: Path) -> None:
    """Without a login or with a wrong one Azure's refusal; with the right one it is pulled; no answer has it."""
    client = groups.running.emulator.host.client
    registry = Registry(client, tmp_path)
    try:
        registry.fill()

        def definition(password: str | None) -> models.ContainerGroup:
            container = groups.container("web", SERVE)
            container.image = registry.reference
            login = models.ImageRegistryCredential(server=registry.server, username="dev", password=password)
            logins = [login] if password else []
            return groups.definition(container, image_registry_credentials=logins)

        for password in (None, "wrong"):
            with pytest.raises(HttpResponseError, match="registry credential") as refused:
                groups.put(definition(password))
            assert refused.value.error.code == "InaccessibleImage"
        made = groups.put(definition(registry.password))
        messages = [event.message for event in made.containers[0].instance_view.events]
        assert f'Successfully pulled image "{registry.reference}"' in messages
        assert registry.password not in str(made.as_dict())
    finally:
        groups.clean_up()
        with contextlib.suppress(ImageNotFound):
            registry.forget()
        registry.container.remove(force=True, v=True)


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
    _within(10, lambda: groups.log(writer.name, "web"))
    groups.delete(writer.name)
    reader = groups.put(mounting("cat /data/file", key))
    assert _within(10, lambda: groups.log(reader.name, "web")) == "kept\n"
    with pytest.raises(HttpResponseError, match=r"mount error\(13\)"):
        groups.put(mounting("true", "d3Jvbmc="))
    for name in set(groups._made):
        groups.delete(name)
    storage.file_shares.delete("rg", account, "data")
    storage.storage_accounts.delete("rg", account)
    volumes = groups.running.emulator.host.client.volumes.list(
        filters={"label": f"dev.polypod.emulator={groups.running.instance}"}
    )
    assert volumes == []


def test_groups_survive_the_emulator(groups: Groups) -> None:
    """Containers go on running; the next emulator takes them over and looks after them."""
    definition = groups.definition(groups.container("web", SERVE), ip_address=_public(18083))
    made = groups.put(definition)
    _within(10, lambda: _fetch(made.ip_address.ip))
    before = groups.running.containers()["web"].id
    groups.running.stop()
    assert _fetch(made.ip_address.ip) == "hello\n"
    groups.running.start()
    groups.aci = groups.running.aci
    assert groups.get(made.name).ip_address.ip == made.ip_address.ip
    assert groups.running.containers()["web"].id == before
    groups.running.containers()["web"].kill()
    _within(15, lambda: groups.get(made.name).containers[0].instance_view.restart_count == 1)
    assert _within(10, lambda: _fetch(made.ip_address.ip)) == "hello\n"


def test_groups_come_back_after_the_machine(groups: Groups) -> None:
    """Where everything was stopped while no emulator ran, the next one starts it again, init containers first."""
    definition = groups.definition(
        groups.container("web", SERVE),
        init_containers=[groups.init("first", "echo once more")],
        ip_address=_public(18083),
    )
    made = groups.put(definition)
    groups.running.stop()
    for container in groups.running.containers().values():
        container.stop(timeout=0)
    groups.running.start()
    groups.aci = groups.running.aci
    assert _within(20, lambda: _fetch(groups.get(made.name).ip_address.ip)) == "hello\n"
    assert groups.log(made.name, "first") == "once more\n"


def test_a_group_under_way_takes_no_other_update(groups: Groups) -> None:
    """Azure's 409; the first update ends as if nothing had been."""
    slow = groups.definition(groups.container("web", SERVE), init_containers=[groups.init("slow", "sleep 3")])
    name = f"g{uuid.uuid4().hex[:8]}"
    first = threading.Thread(target=groups.put, args=(slow, name))
    first.start()
    _within(5, lambda: groups.get(name))
    with pytest.raises(HttpResponseError, match="still transitioning") as refused:
        groups.put(slow, name)
    assert (refused.value.status_code, refused.value.error.code) == (409, "ContainerGroupTransitioning")
    first.join()
    assert groups.get(name).provisioning_state == "Succeeded"


def test_a_subnet_gives_a_private_address(groups: Groups) -> None:
    """Groups of one subnet reach each other by it."""
    subnet = (
        f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/net/subnets/in"
    )
    private = models.IpAddress(type="Private", ports=[models.Port(port=18083)])
    inside = [models.ContainerGroupSubnetId(id=subnet)]
    made = groups.put(groups.definition(groups.container("web", SERVE), ip_address=private, subnet_ids=inside))
    ask = f"until wget -q -O - http://{made.ip_address.ip}:18083/; do sleep 0.2; done; {FOREVER}"
    asking = groups.put(groups.definition(groups.container("ask", ask), subnet_ids=inside))
    assert _within(20, lambda: groups.log(asking.name, "ask")) == "hello\n"


def test_usage_capabilities_and_quota(groups: Groups) -> None:
    """What is used counts, and more than the quota is refused."""
    groups.put(groups.definition(groups.container("web", FOREVER)))
    usages = {usage.name.value: usage for usage in groups.aci.location.list_usage("westeurope")}
    assert usages["ContainerGroups"].current_value >= 1
    assert {found.os_type for found in groups.aci.location.list_capabilities("westeurope")} == {"Linux"}
    assert "Microsoft.ContainerInstance/containerGroups/write" in {item.name for item in groups.aci.operations.list()}
    groups.put(groups.definition(groups.container("big", FOREVER, cpu=30)))
    with pytest.raises(HttpResponseError, match="quota 'StandardCores' exceeded in region 'westeurope'") as refused:
        groups.put(groups.definition(groups.container("big", FOREVER, cpu=10)))
    assert refused.value.error.code == "ContainerGroupQuotaReached"


def test_a_deleted_group_leaves_nothing(groups: Groups) -> None:
    """No container, no volume; its name is free."""
    definition = groups.definition(
        groups.container("web", FOREVER, volume_mounts=[models.VolumeMount(name="scratch", mount_path="/scratch")]),
        volumes=[models.Volume(name="scratch", empty_dir={})],
    )
    made = groups.put(definition)
    groups.delete(made.name)
    assert groups.running.containers() == {}
    with pytest.raises(ResourceNotFoundError):
        groups.get(made.name)


def test_registries_have_credentials(running: Running) -> None:
    """For their admin user, where that is enabled."""
    name = f"r{uuid.uuid4().hex[:8]}"
    body = {"location": "westeurope", "sku": {"name": "Basic"}, "properties": {"adminUserEnabled": True}}
    made = running.registries.registries.begin_create("rg", name, body).result()
    assert made.login_server == f"{name}.azurecr.io"
    credentials = running.registries.registries.list_credentials("rg", name)
    assert credentials.username == name
    assert len({password.value for password in credentials.passwords}) == 2
    running.registries.registries.begin_delete("rg", name).result()


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
