"""Requests that cross each other, and an emulator that is killed: in the end there is what was asked for last."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from azure.core.exceptions import HttpResponseError, ResourceNotFoundError
from azure.mgmt.containerinstance import models

from helpers.bodies import SUBSCRIPTION, VERSION, container, path
from helpers.bodies import group as body_of
from helpers.groups import FOREVER, SERVE, Groups, within
from polypod_aci_emulator import endpoint
from polypod_aci_emulator.server import serve

STUBBORN = "trap '' TERM; sleep 1000"


def _at_once(*actions: Callable[[], Any]) -> list[str]:
    """Do all at the same time; the codes of what was refused, empty for what was done."""
    barrier, codes = threading.Barrier(len(actions)), [""] * len(actions)

    def do(i: int) -> None:
        barrier.wait()
        try:
            actions[i]()
        except HttpResponseError as error:
            codes[i] = error.error.code

    threads = [threading.Thread(target=do, args=(i,)) for i in range(len(actions))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return codes


def test_updates_at_once_leave_one_of_them(groups: Groups) -> None:
    """The others are told that the group is in transition; what runs is what the group says."""
    name = f"g{uuid.uuid4().hex[:8]}"

    def put(word: str) -> None:
        groups.put(groups.definition(groups.container("web", f"echo {word}; {FOREVER}")), name)

    for _ in range(2):
        codes = _at_once(*(lambda word=word: put(word) for word in ("one", "two", "three", "four")))
        assert "" in codes
        assert set(codes) <= {"", "ContainerGroupTransitioning"}
    found = groups.get(name)
    (word,) = {word for word in ("one", "two", "three", "four") if f"echo {word};" in found.containers[0].command[2]}
    assert found.provisioning_state == "Succeeded"
    assert within(10, lambda: groups.log(name, "web")) == f"{word}\n"
    assert set(groups.running.containers()) == {"web", "owner"}


def test_a_deletion_ends_an_update(groups: Groups) -> None:
    """The update fails, the group is gone with its volumes, and its name is free again; two deletions are one."""
    name = f"g{uuid.uuid4().hex[:8]}"
    slow = groups.definition(
        groups.container("web", SERVE),
        init_containers=[groups.init("slow", "sleep 60")],
        volumes=[models.Volume(name="scratch", empty_dir={})],
    )
    update = groups.aci.container_groups.begin_create_or_update("rg", name, slow, polling_interval=0.2)
    within(10, lambda: "slow" in groups.running.containers())
    assert _at_once(*[lambda: groups.delete(name)] * 3) == [""] * 3
    with pytest.raises(HttpResponseError) as refused:
        update.result()
    assert refused.value.error is None or refused.value.error.code in {"OperationPreempted", "ResourceNotFound"}
    with pytest.raises(ResourceNotFoundError):
        groups.get(name)
    assert groups.running.containers() == {}
    assert (
        groups.running.emulator.host.client.volumes.list(
            filters={"label": f"dev.polypod.emulator={groups.running.instance}"}
        )
        == []
    )
    assert groups.put(groups.definition(groups.container("web", FOREVER)), name).provisioning_state == "Succeeded"


def test_nothing_is_made_in_a_resource_group_that_goes(groups: Groups) -> None:
    """Azure's 409 until it is gone, and then 404."""
    resources = groups.running.resources.resource_groups
    resources.create_or_update("going", {"location": "westeurope"})
    definition = groups.definition(groups.container("web", STUBBORN))
    groups.aci.container_groups.begin_create_or_update("going", "web", definition).result()
    deletion = resources.begin_delete("going")
    with pytest.raises(HttpResponseError, match="deprovisioning"):
        resources.create_or_update("going", {"location": "westeurope"})
    again = resources.begin_delete("going")
    for _ in range(3):
        with pytest.raises(HttpResponseError) as refused:
            groups.aci.container_groups.begin_create_or_update("going", "other", definition)
        assert refused.value.error.code in {"ResourceGroupBeingDeleted", "ResourceGroupNotFound"}
    deletion.result()
    again.result()
    assert groups.running.containers() == {}


class Process:
    """An emulator in a process of its own, which can be killed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.http = httpx.Client(timeout=30)
        self.polypod("start")
        self.ask("PUT", f"/subscriptions/{SUBSCRIPTION}/resourcegroups/rg", {"location": "westeurope"}, "2025-04-01")

    def polypod(self, command: str) -> None:
        """Run ``polypod aci``."""
        arguments = [sys.executable, "-m", "polypod.cli", "aci", command, "--state", str(self.folder)]
        subprocess.run(arguments, check=True, capture_output=True, timeout=60)

    def kill(self) -> None:
        """End it without a word, and start another one with its state."""
        os.kill(endpoint.endpoint(self.folder).pid, signal.SIGKILL)
        within(10, self._gone)
        self.polypod("start")

    def _gone(self) -> bool:
        try:
            endpoint.endpoint(self.folder)
        except endpoint.EmulatorError:
            return True
        return False

    def ask(self, method: str, where: str, body: object = None, version: str = VERSION) -> httpx.Response:
        """An answer."""
        found = endpoint.endpoint(self.folder)
        headers = {"Authorization": f"Bearer {found.token}"}
        params = {"api-version": version}
        return self.http.request(method, f"{found.url}{where}", json=body, headers=headers, params=params)

    def state(self) -> str:
        """The provisioning state of the group, or the code of the error."""
        answer = self.ask("GET", path()).json()
        return str(answer["error"]["code"] if "error" in answer else answer["properties"]["provisioningState"])

    def names(self) -> list[str]:
        """The names of all its containers, and what they do."""
        host = serve.host(self.folder)
        found = host.client.containers.list(all=True, filters={"label": f"dev.polypod.emulator={host.instance}"})
        return sorted(f"{item.labels['dev.polypod.emulator.container']} {item.status}" for item in found)


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    """An emulator that is gone afterwards, with all it made."""
    process = Process(tmp_path_factory.mktemp("aci"))
    yield process
    process.http.close()
    process.polypod("reset")


@pytest.fixture
def process(started: Process) -> Iterator[Process]:
    """The emulator; what a test made is gone afterwards."""
    yield started
    started.ask("DELETE", path())
    within(30, lambda: started.state() == "ResourceNotFound")
    assert started.names() == []


def _definition(busybox: str, seconds: float = 2.5) -> dict[str, Any]:
    """A group whose init container takes that long."""
    command = ["sh", "-c", FOREVER]
    first = {"name": "first", "properties": {"image": busybox, "command": ["sh", "-c", f"sleep {seconds}"]}}
    secret = {"name": "hidden", "secret": {"key": "YQ=="}}
    return body_of(container(image=busybox, command=command), initContainers=[first], volumes=[secret])


@pytest.mark.parametrize("moment", [0.0, 0.4, 2.0])
def test_an_emulator_killed_during_an_update_finishes_it(process: Process, busybox: str, moment: float) -> None:
    """The next one does, and takes further updates; every container is there once."""
    answer = process.ask("PUT", path(), _definition(busybox))
    threading.Event().wait(moment)
    process.kill()
    within(30, lambda: process.state() == "Succeeded")
    operation = httpx.URL(answer.headers["Azure-AsyncOperation"]).path
    within(10, lambda: process.ask("GET", operation).json()["status"] == "Succeeded")
    assert process.names() == ["first exited", "owner running", "web running"]
    assert process.ask("PUT", path(), _definition(busybox, 0)).status_code == 200
    within(30, lambda: process.state() == "Succeeded")
    assert process.names() == ["first exited", "owner running", "web running"]


def test_an_emulator_killed_during_a_deletion_finishes_it(process: Process, busybox: str) -> None:
    """The group does not come back."""
    definition = _definition(busybox, 0)
    definition["properties"]["containers"][0]["properties"]["command"] = ["sh", "-c", STUBBORN]
    process.ask("PUT", path(), definition)
    within(30, lambda: process.state() == "Succeeded")
    answer = process.ask("DELETE", path())
    assert answer.status_code == 202
    process.kill()
    within(30, lambda: process.state() == "ResourceNotFound")
    assert process.names() == []
    operation = httpx.URL(answer.headers["Azure-AsyncOperation"]).path
    assert process.ask("GET", operation).json()["status"] == "Succeeded"


def test_an_emulator_killed_with_work_left_takes_more(process: Process, busybox: str) -> None:
    """What it did not come to is given up, and does not block the group."""
    process.ask("PUT", path(), _definition(busybox))
    for _ in range(2):
        assert process.ask("POST", f"{path()}/stop").status_code == 204
    process.kill()
    within(30, lambda: process.ask("PUT", path(), _definition(busybox, 0)).status_code == 200)
    within(30, lambda: process.state() == "Succeeded")
    assert process.names() == ["first exited", "owner running", "web running"]
