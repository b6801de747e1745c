"""Docker's one health check per container, from the probes of the model."""

from __future__ import annotations

from polypod.model.container import Container
from polypod.model.probe import PERIOD, Exec, HttpGet, Probe
from polypod.model.quantity import duration
from polypod.targets.docker.records import HealthCheck

BUSYBOX = "/.polypod/busybox"
"""Where containers whose probes need a tool see BusyBox, whatever their image holds."""

_INTERVAL = duration("10s")
"""The period of a probe that states none, once the container is ready: each check costs a process."""


def needs_tools(container: Container) -> bool:
    """Whether the health check of a container runs BusyBox."""
    probe = _probe(container)
    return probe is not None and not isinstance(probe.action, Exec)


def health_check(container: Container) -> HealthCheck | None:
    """The health check of a container: its readiness probe, or else its liveness or startup probe."""
    probe = _probe(container)
    if probe is None:
        return None
    start = probe.initial_delay.amount if probe.initial_delay else 0
    if container.startup is not None:
        start = max(start, (container.startup.period or PERIOD).amount * container.startup.failure_threshold)
    return HealthCheck(
        test=_test(probe, container),
        pause=(probe.period or PERIOD).amount,
        interval=(probe.period or _INTERVAL).amount,
        timeout=probe.timeout.amount,
        start_period=start,
        retries=probe.failure_threshold,
    )


def _probe(container: Container) -> Probe | None:
    return container.readiness or container.liveness or container.startup


def _test(probe: Probe, container: Container) -> tuple[str, ...]:
    action = probe.action
    if isinstance(action, Exec):
        return ("CMD", *action.command)
    port = action.port or container.all_ports[0].number
    if isinstance(action, HttpGet):
        return ("CMD", BUSYBOX, "wget", "-q", "-Y", "off", "-O", "/dev/null", f"http://127.0.0.1:{port}{action.path}")
    return (
        "CMD",
        BUSYBOX,
        "nc",
        "-w",
        str(probe.timeout.seconds),
        "127.0.0.1",
        str(port),
        "-e",
        BUSYBOX,
        "true",
    )


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
