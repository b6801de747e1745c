"""Docker's one health check per container, from the probes of the model."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polypod import Port, Probe
from polypod.model.application import Application
from polypod.targets.docker.health import BUSYBOX, go_duration, health_check, needs_tools
from polypod.targets.docker.records import HealthCheck, VolumeMount
from polypod.targets.docker.render import render
from tests.programs import container, site, web

TCP = (BUSYBOX, "nc", "-w", "2", "127.0.0.1", "80", "-e", BUSYBOX, "true")


@pytest.mark.parametrize(
    ("expected", "fields"),
    [
        (("CMD", "pg_isready", "-U", "me"), {"readiness": Probe.exec("pg_isready", "-U", "me")}),
        (("CMD", *TCP), {"port": 80, "readiness": Probe.tcp()}),
        (("CMD", *TCP), {"port": 81, "readiness": Probe.tcp(80)}),
        (("CMD", *TCP), {"port": 80, "ports": [81], "liveness": Probe.tcp()}),
        (("CMD", *TCP), {"port": 80, "startup": Probe.tcp()}),
        (
            ("CMD", *TCP),
            {"port": 80, "readiness": Probe.tcp(), "liveness": Probe.exec("a"), "startup": Probe.exec("b")},
        ),
        (("CMD", "a"), {"liveness": Probe.exec("a"), "startup": Probe.exec("b")}),
        (
            ("CMD", BUSYBOX, "wget", "-q", "-Y", "off", "-O", "/dev/null", "http://127.0.0.1:80/health?full=1"),
            {"port": Port(80), "readiness": Probe.http("/health?full=1")},
        ),
    ],
)
def test_what_is_asked(expected: tuple[str, ...], fields: dict[str, Any]) -> None:
    """Readiness before liveness before startup; HTTP and TCP through BusyBox, whatever the image holds."""
    check = health_check(container(**fields))
    assert check is not None
    assert check.test == expected


@pytest.mark.parametrize(
    ("expected", "probe"),
    [
        ((2000, 10_000, 2000, 0, 3), Probe.tcp(80)),
        ((2000, 2000, 2000, 0, 3), Probe.tcp(80, period="2s")),
        ((500, 500, 1500, 0, 1), Probe.tcp(80, period="500ms", timeout=1.5, failure_threshold=1)),
        ((90_000, 90_000, 60_000, 3_600_000, 3), Probe.tcp(80, period=90, timeout="1m", initial_delay="1h")),
    ],
)
def test_how_often_it_is_asked(expected: tuple[int, int, int, int, int], probe: Probe) -> None:
    """Times are in milliseconds; without a period polypod pauses no longer than elsewhere, and Docker asks rarely."""
    check = health_check(container(readiness=probe))
    assert check is not None
    assert (check.pause, check.interval, check.timeout, check.start_period, check.retries) == expected


def test_a_startup_probe_becomes_a_start_period() -> None:
    """For that long failures of the other probe do not count; the longer of it and the initial delay wins."""
    startup = Probe.exec("a", period=5, failure_threshold=10)
    checks = [health_check(container(startup=startup, readiness=Probe.exec("b", initial_delay=d))) for d in (None, 60)]
    assert [check and check.start_period for check in checks] == [50_000, 60_000]
    check = health_check(container(startup=Probe.exec("a", failure_threshold=10)))
    assert check is not None
    assert check.start_period == 20_000


def test_without_a_probe_there_is_no_health_check() -> None:
    """The image's own stays in force."""
    assert (health_check(container()), needs_tools(container())) == (None, False)


@pytest.mark.parametrize(
    ("expected", "probe"), [(True, Probe.http("/", 80)), (True, Probe.tcp(80)), (False, Probe.exec("true"))]
)
def test_tools_are_mounted_where_a_probe_needs_them(expected: bool, probe: Probe) -> None:
    """One volume with BusyBox serves all containers, read-only."""
    plan = render(Application.of(web(readiness=probe)), site())
    (record,) = plan.containers()
    mount = VolumeMount(path="/.polypod", volume="tools", read_only=True)
    assert ([v.copy_from for v in plan.volumes], record.mounts) == (
        ["/bin"] if expected else [],
        (mount,) if expected else (),
    )


def test_timeouts_of_tcp_probes_round_up() -> None:
    """BusyBox's nc knows whole seconds; Docker's own timeout still ends the check in time."""
    check = health_check(container(readiness=Probe.tcp(80, timeout="1.2s")))
    assert isinstance(check, HealthCheck)
    assert (check.test[4], check.timeout) == ("2", 1200)


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
