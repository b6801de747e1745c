"""Docker's one health check per container, from the probes of the model."""

from __future__ import annotations

import re
import shlex
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polypod import Pod, Port, Probe
from polypod.model.application import Application
from polypod.targets.docker.plan.probes import BUSYBOX, go_duration, health_check, needs_tools
from polypod.targets.docker.plan.records import HealthCheck, VolumeMount
from polypod.targets.docker.plan.render import render
from tests.programs import container, site, web

PLAIN = "10000 2000 3 0"


def asked(**fields: Any) -> HealthCheck:
    """The health check of a container in a pod with a grace period of 4 s that must be ready within a minute."""
    check = health_check(container(**fields), pod())
    assert check is not None
    return check


def pod() -> Pod:
    """A pod."""
    return Pod(container(), termination_grace_period="4s", ready_within="1m")


@pytest.mark.parametrize(
    ("expected", "fields"),
    [
        ([f"readiness {PLAIN} tcp 80"], {"port": 80, "readiness": Probe.tcp()}),
        ([f"readiness {PLAIN} tcp 80"], {"port": 81, "readiness": Probe.tcp(80)}),
        ([f"liveness {PLAIN} tcp 80"], {"port": 80, "ports": [81], "liveness": Probe.tcp()}),
        ([f"startup {PLAIN} tcp 80"], {"port": 80, "startup": Probe.tcp()}),
        (
            [f"startup {PLAIN} exec b", f"liveness {PLAIN} exec a", f"readiness {PLAIN} tcp 80"],
            {"port": 80, "readiness": Probe.tcp(), "liveness": Probe.exec("a"), "startup": Probe.exec("b")},
        ),
        (
            [f"liveness {PLAIN} exec sh -c " + shlex.quote("test '$A' = \"b c\"") + " ''"],
            {"liveness": Probe.exec("sh", "-c", "test '$A' = \"b c\"", "")},
        ),
        (
            [f"readiness {PLAIN} http 80 '/health?full=1'"],
            {"port": Port(80), "readiness": Probe.http("/health?full=1")},
        ),
        (
            ["startup 500 1500 1 3600000 tcp 80"],
            {"port": 80, "startup": Probe.tcp(period="500ms", timeout=1.5, failure_threshold=1, initial_delay="1h")},
        ),
    ],
)
def test_what_is_asked(expected: list[str], fields: dict[str, Any]) -> None:
    """Every probe that is declared, the startup probe first, quoted for a shell, with its own times and threshold."""
    check = asked(**fields)
    start = (BUSYBOX, "sh", "/.polypod/probes")
    assert check.test == ("CMD", *start, "tick", "4000", *check.test[6:])
    assert [shlex.split(words) for words in check.test[6:]] == [shlex.split(words) for words in expected]
    assert check.look == (*start, "look", *check.test[5:])
    assert check.started == ((*start, "started", *check.test[5:]) if "startup" in fields else ())


def test_a_failed_probe_ends_the_program_by_its_own_signal() -> None:
    """Beside the time that it then has."""
    check = asked(liveness=Probe.exec("a"), stop_signal="SIGQUIT")
    assert check.test[4:6] == ("tick", "4000:QUIT")


def test_a_readiness_probe_by_a_command_needs_no_script() -> None:
    """Docker runs it, counts, and gives it time to start up."""
    readiness = Probe.exec("pg_isready", "-U", "me", initial_delay="1m", failure_threshold=4)
    check = asked(readiness=readiness)
    assert check.test == ("CMD", "pg_isready", "-U", "me")
    assert check.look == ("pg_isready", "-U", "me")
    assert (check.timeout, check.start_period, check.retries) == (2000, 60_000, 4)


@pytest.mark.parametrize(
    ("expected", "fields"),
    [
        ((2000, 10_000, 7000), {"readiness": Probe.tcp(80)}),
        ((2000, 2000, 7000), {"readiness": Probe.tcp(80, period="2s")}),
        ((2000, 5000, 67_000), {"readiness": Probe.tcp(80, timeout="1m"), "liveness": Probe.tcp(80, period=5)}),
        ((90_000, 90_000, 2000), {"readiness": Probe.exec("a", period=90)}),
    ],
)
def test_how_often_docker_asks(expected: tuple[int, int, int], fields: dict[str, Any]) -> None:
    """As often as the probe with the shortest period; without a period polypod pauses no longer than elsewhere."""
    check = asked(**fields)
    assert (check.pause, check.interval, check.timeout) == expected


def test_the_script_counts_failures_and_docker_does_not() -> None:
    """What has not been ready yet counts as starting as long as the pod may take."""
    check = asked(readiness=Probe.tcp(80, failure_threshold=5))
    assert (check.start_period, check.retries) == (60_000, 1)


def test_without_a_probe_there_is_no_health_check() -> None:
    """The image's own stays in force."""
    assert (health_check(container(), pod()), needs_tools(container())) == (None, False)


@pytest.mark.parametrize(
    ("expected", "fields"),
    [
        (True, {"readiness": Probe.http("/", 80)}),
        (True, {"readiness": Probe.tcp(80)}),
        (True, {"liveness": Probe.exec("true")}),
        (True, {"readiness": Probe.exec("true"), "startup": Probe.exec("true")}),
        (False, {"readiness": Probe.exec("true")}),
    ],
)
def test_tools_are_mounted_where_a_probe_needs_them(expected: bool, fields: dict[str, Any]) -> None:
    """One volume with BusyBox and the script serves all containers, read-only; what the script remembers does not."""
    plan = render(Application.of(web(**fields)), site())
    (record,) = plan.containers()
    mount = VolumeMount(path="/.polypod", volume="tools", read_only=True)
    assert record.mounts == ((mount,) if expected else ())
    assert list(record.tmpfs) == (["/.polypod/state"] if expected else [])
    files = [(file.path, file.mode) for volume in plan.volumes for file in volume.files]
    assert files == ([("probes", 0o444), ("state/", 0o777)] if expected else [])


@pytest.mark.parametrize("role", ["liveness", "startup"])
def test_a_program_that_a_probe_can_end_is_not_process_1(role: str) -> None:
    """No signal from within the container ends process 1; elsewhere it is the program, as on other targets."""
    plans = [render(Application.of(web(**{name: Probe.tcp(80)})), site()) for name in (role, "readiness")]
    assert [record.init for plan in plans for record in plan.containers()] == [True, False]


@pytest.mark.parametrize(
    ("expected", "milliseconds"),
    [
        ("0s", 0),
        ("1ms", 1),
        ("999ms", 999),
        ("1s", 1000),
        ("1.001s", 1001),
        ("1.5s", 1500),
        ("59.999s", 59_999),
        ("1m0s", 60_000),
        ("1m0.5s", 60_500),
        ("1h0m0s", 3_600_000),
        ("1h1m1.01s", 3_661_010),
        ("100h0m0s", 360_000_000),
    ],
)
def test_durations_are_written_as_go_does(expected: str, milliseconds: int) -> None:
    """These are the outputs of Go's time.Duration.String."""
    assert go_duration(milliseconds) == expected


@given(st.integers(0, 10**9))
def test_durations_lose_nothing(milliseconds: int) -> None:
    """What Go would read back is what the program said."""
    match = re.fullmatch(r"(?:(\d+)h)?(?:(\d+)m(?!s))?(?:([\d.]+)s)?(?:(\d+)ms)?", go_duration(milliseconds))
    assert match is not None
    hours, minutes, seconds, rest = match.groups()
    assert (
        int(hours or 0) * 3_600_000 + int(minutes or 0) * 60_000 + round(float(seconds or 0) * 1000) + int(rest or 0)
        == milliseconds
    )
