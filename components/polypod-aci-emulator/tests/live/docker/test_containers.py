"""The containers of a group: their network, their states, their limits."""

from __future__ import annotations

import uuid

import pytest
from azure.core.exceptions import HttpResponseError
from azure.mgmt.containerinstance import models

from helpers.groups import FOREVER, SERVE, Groups, within


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
    assert within(10, lambda: "hello" in groups.log(made.name, "reader"))
    assert groups.log(made.name, "reader") == "one\nafter one\nhello\n"


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
    within(10, lambda: groups.get(made.name).instance_view.state == state)
    view = groups.get(made.name).containers[0].instance_view
    assert (view.current_state.state, view.current_state.exit_code, view.restart_count) == ("Terminated", code, 0)


@pytest.mark.parametrize(("policy", "script", "code"), [("Always", "exit 0", 0), ("OnFailure", "exit 5", 5)])
def test_a_container_that_must_run_is_restarted(groups: Groups, policy: str, script: str, code: int) -> None:
    """Counted, with what it ended with before."""
    made = groups.put(groups.definition(groups.container("job", script), restart_policy=policy))
    within(20, lambda: groups.get(made.name).containers[0].instance_view.restart_count >= 2)
    view = groups.get(made.name).containers[0].instance_view
    assert view.previous_state.exit_code == code
    assert {"Pulled", "Created", "Started"} <= {event.name for event in view.events}


def test_cpu_and_memory_are_limited(groups: Groups) -> None:
    """The limit where there is one, else the request; no swap on top."""
    limits = models.ResourceRequirements(
        requests=models.ResourceRequests(cpu=0.5, memory_in_gb=0.5), limits=models.ResourceLimits(cpu=1)
    )
    groups.put(groups.definition(groups.container("web", FOREVER, resources=limits), groups.container("b", FOREVER)))
    found = groups.running.containers()["web"].attrs["HostConfig"]
    assert (found["NanoCpus"], found["Memory"], found["MemorySwap"]) == (10**9, 2**29, 2**29)


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
