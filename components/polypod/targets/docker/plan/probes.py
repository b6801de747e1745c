"""Docker's one health check per container, from the probes of the model."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from importlib.resources import files
from typing import Literal

from polypod.model.container import Container
from polypod.model.pod import Workload
from polypod.model.probe import PERIOD, Exec, HttpGet, Probe
from polypod.model.quantity import duration
from polypod.targets.docker.plan.records import HealthCheck

TOOLS_PATH = "/.polypod"
"""Where containers whose probes need them see BusyBox and the script that asks, whatever their image holds."""

STATE = "state"
"""The directory next to BusyBox where the script remembers what it asked: in each container a small tmpfs of its own,
which is empty again when the container is started again."""

BUSYBOX = f"{TOOLS_PATH}/busybox"
SCRIPT = "probes"
"""The name of the script next to BusyBox."""

_INTERVAL = duration("10s")
"""The period of a probe that states none, once the container is ready: each check costs a process."""

_OVERHEAD = 5_000
"""Milliseconds beyond the timeouts of its probes after which Docker gives a run of the script up."""

_Mode = Literal["tick", "look", "started"]


def script() -> str:
    """The text of the script that asks probes."""
    return (files(__package__) / "probes.sh").read_text()


def needs_tools(container: Container) -> bool:
    """Whether the health check of a container runs the script: it does for all but a readiness probe by a command."""
    probes = dict(_probes(container))
    return bool(probes) and not (probes.keys() == {"readiness"} and isinstance(probes["readiness"].action, Exec))


def may_be_ended(container: Container) -> bool:
    """Whether a probe can end a container, whose program then must not be process 1: nothing within kills that."""
    return container.liveness is not None or container.startup is not None


def health_check(container: Container, pod: Workload) -> HealthCheck | None:
    """The health check of a container, which asks all its probes; its verdict is readiness.

    Args:
        container: The container.
        pod: Its pod.
    """
    probes = dict(_probes(container))
    if not probes:
        return None
    action = probes["readiness"].action if probes.keys() == {"readiness"} else None
    if isinstance(action, Exec):
        return _alone(probes["readiness"], action)
    return HealthCheck(
        test=("CMD", *_run("tick", container, pod)),
        look=_run("look", container, pod),
        started=_run("started", container, pod) if container.startup else (),
        pause=min((probe.period or PERIOD).amount for probe in probes.values()),
        interval=min(_period(probe) for probe in probes.values()),
        timeout=sum(probe.timeout.amount for probe in probes.values()) + _OVERHEAD,
        start_period=pod.ready_within.amount,
        retries=1,
    )


def _alone(probe: Probe, action: Exec) -> HealthCheck:
    """A command that Docker runs itself."""
    return HealthCheck(
        test=("CMD", *action.command),
        look=action.command,
        pause=(probe.period or PERIOD).amount,
        interval=_period(probe),
        timeout=probe.timeout.amount,
        start_period=probe.initial_delay.amount if probe.initial_delay else 0,
        retries=probe.failure_threshold,
    )


def _probes(container: Container) -> Iterator[tuple[str, Probe]]:
    """The probes by role, in the order in which the script asks."""
    for role in ("startup", "liveness", "readiness"):
        probe: Probe | None = getattr(container, role)
        if probe is not None:
            yield role, probe


def _period(probe: Probe) -> int:
    return (probe.period or _INTERVAL).amount


def _run(mode: _Mode, container: Container, pod: Workload) -> tuple[str, ...]:
    grace = str(pod.termination_grace_period.amount)
    if container.stop_signal is not None:
        grace += f":{container.stop_signal.removeprefix('SIG')}"
    asked = (_words(role, probe, container) for role, probe in _probes(container))
    return (BUSYBOX, "sh", f"{TOOLS_PATH}/{SCRIPT}", mode, grace, *(shlex.join(words) for words in asked))


def _words(role: str, probe: Probe, container: Container) -> list[str]:
    """A probe as the script takes it."""
    delay = probe.initial_delay.amount if probe.initial_delay else 0
    times = (_period(probe), probe.timeout.amount, probe.failure_threshold, delay)
    return [role, *map(str, times), *_action(probe, container)]


def _action(probe: Probe, container: Container) -> tuple[str, ...]:
    action = probe.action
    if isinstance(action, Exec):
        return ("exec", *action.command)
    port = str(action.port or container.all_ports[0].number)
    return ("http", port, action.path) if isinstance(action, HttpGet) else ("tcp", port)


def go_duration(milliseconds: int) -> str:
    """A duration as Go prints it, such as ``1m30s``; the provider compares texts.

    Args:
        milliseconds: The duration.
    """
    if milliseconds < 1000:  # noqa: PLR2004
        return f"{milliseconds}ms" if milliseconds else "0s"
    minutes, rest = divmod(milliseconds, 60_000)
    hours, minutes = divmod(minutes, 60)
    seconds = f"{rest / 1000:g}s"
    if hours:
        return f"{hours}h{minutes}m{seconds}"
    return f"{minutes}m{seconds}" if minutes else seconds
