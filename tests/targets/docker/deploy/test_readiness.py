"""Waiting for containers, against a daemon that plays a script."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import attrs
import pytest

from polypod import DeploymentError, Gateway, Pod, Probe, Route
from polypod.model.application import Application
from polypod.targets.docker.deploy import readiness
from polypod.targets.docker.deploy.container_state import ContainerState
from polypod.targets.docker.deploy.readiness import Waiter
from polypod.targets.docker.plan.render import render
from polypod.testing import FakeDaemon
from tests.programs import container, site
from tests.targets.docker.scripts import (
    CRASHING,
    CREATED,
    ENDED,
    FAILED,
    HEALTHY,
    RESTARTING,
    RUNNING,
    STARTING,
    UNHEALTHY,
    Script,
    completed,
    hide,
    pod,
    ready,
)

AGAIN = "correct the program and run `pulumi up` again"


LONGER = "find out what it waits for, or give the pod more time with ready_within="


REFRESH = "run `pulumi up --refresh`, which brings it back"


PROBED = {"readiness": Probe.exec("true")}


@pytest.mark.parametrize(
    ("states", "fields"),
    [
        ([STARTING, HEALTHY], PROBED),
        ([CREATED, STARTING, UNHEALTHY, HEALTHY], PROBED),
        ([RESTARTING, HEALTHY], PROBED),
        ([RUNNING, RUNNING], {}),
        ([RUNNING, RESTARTING, RUNNING, RUNNING], {}),
        ([STARTING, HEALTHY, HEALTHY], {}),
        ([ENDED], {"restart": "never"}),
        ([ENDED], {"restart": "on-failure"}),
        ([*[CRASHING] * 5, RUNNING, RUNNING], {}),
        ([*[CRASHING] * 5, HEALTHY], PROBED),
    ],
)
def test_a_container_is_ready(states: list[ContainerState], fields: dict[str, Any]) -> None:
    """When it is healthy, or runs twice in a row without a check, or has done what it runs once for."""
    daemon = Script(*states, FAILED)
    ready(daemon, pod(ready_within=3, **fields))
    assert daemon.script == [FAILED]


@pytest.mark.parametrize("state", [STARTING, UNHEALTHY])
def test_docker_is_not_waited_for_to_check(state: ContainerState) -> None:
    """Its first check comes a period after the start: what it would run is run at once, and again."""
    daemon = Script(CREATED, state, checks=[1, 127, None, 0])
    ready(daemon, pod(ready_within=5, readiness=Probe.exec("test", "-f", "/ready", period="1h")))
    assert daemon.started == [("id", "test", "-f", "/ready")] * 3


def test_polypods_own_check_is_shown_where_docker_has_made_none() -> None:
    """As an exit code: it keeps no output."""
    with pytest.raises(DeploymentError, match=r"health: starting\n.*last check: exit code 7"):
        ready(Script(STARTING, checks=[7] * 9), pod(**PROBED))


def test_a_container_that_is_seen_in_two_runs_is_not_ready() -> None:
    """It ends at once and Docker starts it again, and each look finds it running."""
    runs = [attrs.evolve(RUNNING, started=f"2026-11-22T06:54:0{second}Z") for second in range(3)]
    with pytest.raises(DeploymentError, match="the container was not ready within 1 s"):
        ready(Script(*runs, CRASHING), pod())


def test_a_container_that_has_ended_before_must_run_for_some_time() -> None:
    """Two looks in a row may find the short run of one that ends each time."""
    again = attrs.evolve(RUNNING, restarts=4)
    with pytest.raises(DeploymentError, match="the container was not ready within 1 s"):
        ready(Script(again), pod())
    ready(Script(again), pod(ready_within=5))


@pytest.mark.parametrize(
    "log",
    [
        "[FATAL tini (7)] exec no-such failed: No such file or directory",
        "exec /app/run: exec format error",
        "exec /app/run.sh: no such file or directory",
        "standard_init_linux.go:228: exec user process caused: permission denied",
    ],
)
def test_what_can_never_start_is_not_waited_for(log: str) -> None:
    """What writes this is not the program, but what starts it."""
    with pytest.raises(DeploymentError, match="the program of the container cannot be started") as caught:
        ready(Script(RESTARTING, log=log), pod(ready_within=60))
    assert log in str(caught.value)
    with pytest.raises(DeploymentError, match="not ready within 1 s"):
        ready(Script(RESTARTING, log=f"{log}, says the program"), pod())


def test_a_check_that_hangs_is_the_only_one() -> None:
    """Docker's own verdict counts meanwhile."""
    daemon = Script(*[STARTING] * 9, HEALTHY)
    ready(daemon, pod(ready_within=5, readiness=Probe.exec("sleep", "1000")))
    assert daemon.started == [("id", "sleep", "1000")]


def test_a_check_that_takes_too_long_does_not_count() -> None:
    """It succeeds after its timeout."""
    daemon = Script(STARTING, checks=[None, None, None, 0])
    with pytest.raises(DeploymentError, match="not ready within 1 s"):
        ready(daemon, pod(readiness=Probe.exec("sleep", "0.5", timeout="100ms")))


@pytest.mark.parametrize(
    ("expected", "fix", "state", "fields"),
    [
        (["the container is gone"], REFRESH, None, {}),
        (["the container was stopped by hand", "exit code: 3"], REFRESH, FAILED, {}),
        (["the container was stopped by hand", "exit code: 0"], REFRESH, ENDED, PROBED),
        (
            ["the container was not ready within 1 s", "it was started again 9 times", "last exit code: 3"],
            LONGER,
            CRASHING,
            {},
        ),
        (["the container ended", "exit code: 3"], AGAIN, FAILED, {"restart": "never"}),
        (
            ["the container was not ready within 1 s", "health: unhealthy", "last check: connection refused: [secret]"],
            LONGER,
            UNHEALTHY,
            PROBED,
        ),
        (["the container was not ready within 1 s"], LONGER, CREATED, {}),
    ],
)
def test_a_container_that_does_not_get_ready(expected: list[str], fix: str, state: Any, fields: dict[str, Any]) -> None:
    """The message names it, says what the daemon knows, and what to do."""
    with pytest.raises(DeploymentError) as caught:
        ready(Script(state), pod(**fields))
    (problem,) = caught.value.problems
    assert (problem.path, problem.fix) == ("pods.web.main", fix)
    what, name, *rest = [line.strip() for line in problem.what.splitlines()]
    assert ([what, *rest][: len(expected)], name) == (expected, "container: p-s-c-web-0")


@pytest.mark.parametrize("states", [[RUNNING, ENDED], [CREATED, RUNNING, ENDED]])
def test_an_init_container_has_ended_well(states: list[ContainerState]) -> None:
    """However long it runs, within its time."""
    completed(Script(*states))


@pytest.mark.parametrize(
    ("expected", "fix", "state", "seconds"),
    [
        ("the init container failed", AGAIN, FAILED, 1),
        ("the init container is gone", REFRESH, None, 1),
        ("the init container did not end well within 0 s", LONGER, RUNNING, 0),
        ("the init container did not end well within 0 s", LONGER, CRASHING, 0),
    ],
)
def test_an_init_container_that_fails(expected: str, fix: str, state: ContainerState | None, seconds: int) -> None:
    """By failing, by vanishing, or by taking too long."""
    with pytest.raises(DeploymentError) as caught:
        completed(Script(state), seconds)
    (problem,) = caught.value.problems
    assert (problem.what.splitlines()[0], problem.fix) == (expected, fix)


def ended(daemon: Script, **fields: Any) -> None:
    """Wait for a job with a sidecar, which has the id ``side``."""
    model = Pod(container("web", **fields), sidecars=[container("side")], ready_within=1)
    record = render(Application.of(model), site()).pods[0]
    asyncio.run(Waiter(daemon, {}, []).ended(record, ["side", "id"], hide()))


@pytest.mark.parametrize(
    ("states", "fields"),
    [
        ([RUNNING, ENDED], {"restart": "never"}),
        ([RUNNING, CRASHING, RUNNING, ENDED], {"restart": "on-failure"}),
    ],
)
def test_a_job_is_done_when_it_has_ended_well(states: list[ContainerState], fields: dict[str, Any]) -> None:
    """Then its sidecars are stopped."""
    daemon = Script(*states)
    ended(daemon, **fields)
    assert daemon.stopped == ["side"]


@pytest.mark.parametrize(
    ("expected", "state", "stopped"),
    [
        ("the job failed", FAILED, ["side"]),
        ("the job did not end well within 1 s", RUNNING, []),
        ("the job did not end well within 1 s", CRASHING, []),
    ],
)
def test_a_job_that_fails(expected: str, state: ContainerState, stopped: list[str]) -> None:
    """By failing for good, or by taking too long; then it goes on, with its sidecars."""
    daemon = Script(state)
    with pytest.raises(DeploymentError, match=expected):
        ended(daemon, restart="on-failure")
    assert daemon.stopped == stopped


class Clock:
    """A time that passes only while somebody sleeps."""

    now = 1000.0

    def monotonic(self) -> float:
        """The time."""
        return self.now

    async def sleep(self, seconds: float) -> None:
        """Let time pass."""
        self.now += max(0, seconds)


@pytest.mark.parametrize(
    ("there", "found"),
    [
        (["gateway"], "web"),
        (["old", "gateway"], "web"),
        (["web", "gateway"], "old"),
        (["old", "web", "gateway"], None),
        (["old", "web"], None),
        ([], None),
    ],
    ids=str,
)
def test_a_gateway_is_ready_when_it_has_found_what_is_new(
    there: list[str], found: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that was there before asks for addresses from time to time; a new one asks when it starts."""
    clock = Clock()
    monkeypatch.setattr(readiness, "time", clock)
    monkeypatch.setattr(readiness.asyncio, "sleep", clock.sleep)
    pods = [Pod(container(name, port=80, readiness=Probe.tcp())) for name in ("old", "web")]
    plan = render(Application.of(Gateway(pods, routes=[Route("/old/", "old"), Route("/", "web")])), site())

    class Daemon(FakeDaemon):
        def containers(self, labels: Mapping[str, str]) -> list[ContainerState]:
            """Each is healthy half a second after the one before it."""
            del labels
            count = int(2 * (clock.now - 1000 + 0.01))
            return [attrs.evolve(HEALTHY, id=pod.name) for pod in plan.pods[:count]]

        def inspect(self, container: str) -> ContainerState | None:
            """What is not healthy runs."""
            return attrs.evolve(STARTING, id=container)

    async def wait() -> dict[str, float]:
        waiter, made = Waiter(Daemon(), {}, there), {}
        for new in plan.pods:
            made[new.name] = clock.now
            await waiter.ready(new, [new.name], hide())
        return made

    made = asyncio.run(wait())
    if found:
        assert clock.now == pytest.approx(made[found] + 2.5)
    else:
        assert clock.now < made["old"] + 2.5


def test_many_pods_ask_the_daemon_together() -> None:
    """Waiting for fifty pods costs no more questions than waiting for one."""

    class Counting(Script):
        asked = 0

        def containers(self, labels: Mapping[str, str]) -> list[ContainerState]:
            """Count, and list."""
            Counting.asked += 1
            return super().containers(labels)

    async def wait() -> None:
        waiter = Waiter(Counting(HEALTHY), {}, [])
        await asyncio.gather(*(waiter.ready(pod(**PROBED), ["id"], []) for _ in range(50)))

    asyncio.run(wait())
    assert Counting.asked == 1
