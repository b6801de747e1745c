"""The probes of containers."""

from __future__ import annotations

import pytest
from azure.mgmt.containerinstance import models

from helpers.groups import FOREVER, SERVE, Groups, within
from polypod_aci_emulator.docker.host import DockerHost


def test_a_failing_liveness_probe_restarts_the_container(groups: Groups) -> None:
    """And the events say why."""
    probe = models.ContainerProbe(
        exec_property=models.ContainerExec(command=["sh", "-c", "echo broken; exit 1"]),
        period_seconds=1,
        failure_threshold=2,
    )
    made = groups.put(groups.definition(groups.container("web", FOREVER, liveness_probe=probe)))
    within(20, lambda: groups.get(made.name).containers[0].instance_view.restart_count)
    events = {event.name: event for event in groups.get(made.name).containers[0].instance_view.events}
    assert "broken" in events["Unhealthy"].message
    assert "Liveness" in events["Killing"].message


@pytest.mark.parametrize("reaches", [True, False], ids=["linux", "virtual-machine"])
def test_a_failing_readiness_probe_shows_but_restarts_nothing(
    groups: Groups, reaches: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The container goes on running; once the probe passes it is ready, also where only Docker reaches containers."""
    monkeypatch.setattr(DockerHost, "reaches_containers", lambda _: reaches)
    probe = models.ContainerProbe(http_get=models.ContainerHttpGet(port=18083), period_seconds=1)
    made = groups.put(
        groups.definition(
            groups.container("web", f"while [ ! -e /go ]; do sleep 0.1; done; {SERVE}", readiness_probe=probe)
        )
    )
    within(10, lambda: groups.state(made.name).detail_status == "NotReady")
    within(
        10, lambda: "Unhealthy" in {event.name for event in groups.get(made.name).containers[0].instance_view.events}
    )
    groups.running.containers()["web"].exec_run(["touch", "/go"])
    within(10, lambda: groups.state(made.name).detail_status == "")
    assert groups.get(made.name).containers[0].instance_view.restart_count == 0
