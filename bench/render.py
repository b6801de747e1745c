"""How long it takes to check and render a large application for Docker; nothing is deployed."""

from __future__ import annotations

import argparse
import gc
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import attrs

from bench.samples import Samples, table, verdict
from polypod import Container, Gateway, Mount, Pod, Probe, Resources, Route, ScratchVolume
from polypod.checks.uses import feature_uses
from polypod.config.site import Site
from polypod.model.application import Application
from polypod.patterns import log_tailer
from polypod.targets.base import load_target
from polypod.targets.check import draft, validate

SIZES = (100, 1_000, 10_000)
GOAL_SIZE = 1_000
GOAL_SECONDS = 1.0
FLAT_GOAL = 1.1
"""The most that the cost per service may grow from the smallest to the largest application."""


def large_application(services: int) -> Gateway:
    """A gateway and services of which every tenth is what the ten after it refer to, and has a sidecar.

    Args:
        services: How many services.
    """
    pods: list[Pod] = []
    for i in range(services):
        hub = pods[i - i % 10 - 10] if i >= 10 else None
        logs = Mount("/var/log/app", ScratchVolume("logs"))
        main = Container(
            f"service-{i}",
            image="busybox:1.37",
            port=8080,
            env={"SERVICE_NAME": f"service-{i}", "UPSTREAM": hub.url("api") if hub else "none"},
            mounts=[logs] if i % 10 == 0 else [],
            readiness=Probe.http("/health"),
            resources=Resources(cpu="250m", memory="64Mi"),
        )
        pods.append(Pod(main, sidecars=[log_tailer(logs)] if i % 10 == 0 else []))
    return Gateway(pods, routes=[Route(f"/{pod.name}/", pod) for pod in pods])


@attrs.frozen
class Result:
    """The times by number of services."""

    checking: Mapping[int, Samples]
    rendering: Mapping[int, Samples]

    def total(self, size: int) -> Samples:
        """The seconds of both."""
        return self.checking[size].plus(self.rendering[size])


def measure(sizes: Sequence[int], rounds: int) -> Result:
    """Check and render applications of each size.

    Args:
        sizes: The numbers of services.
        rounds: How often, after one round that does not count.
    """
    checking: dict[int, list[float]] = {size: [] for size in sizes}
    rendering: dict[int, list[float]] = {size: [] for size in sizes}
    _once(sizes[0])
    for _ in range(rounds):
        for size in sizes:
            checked, rendered = _once(size)
            checking[size].append(checked)
            rendering[size].append(rendered)
    return Result(
        {size: Samples(tuple(values)) for size, values in checking.items()},
        {size: Samples(tuple(values)) for size, values in rendering.items()},
    )


def _once(size: int) -> tuple[float, float]:
    """The seconds that checking and rendering take."""
    app = Application.of(large_application(size))
    site = Site(project="bench", stack="render", component="app", root=Path())
    target = load_target("docker")
    gc.collect()
    start = time.perf_counter()
    validate(app, Path())
    made = draft(app, target, site, feature_uses(app))
    checked = time.perf_counter()
    made.render()
    rendered = time.perf_counter()
    return checked - start, rendered - checked


def comparison(result: Result) -> str:
    """The table of all sizes."""
    rows = []
    sizes = list(result.checking)
    per_service = {size: result.total(size).median / size for size in sizes}
    for size in sizes:
        total = result.total(size)
        goals = []
        if size == GOAL_SIZE:
            goals.append(f"< {GOAL_SECONDS:g} s: {verdict((total.median, GOAL_SECONDS))}")
        if size == sizes[-1] and len(sizes) > 1:
            growth = per_service[size] / per_service[sizes[0]]
            goals.append(f"flat cost, <= {FLAT_GOAL:g} of the first row: {verdict((growth, FLAT_GOAL))} ({growth:.2f})")
        rows.append(
            [
                f"{size:,}",
                result.checking[size].shown(),
                result.rendering[size].shown(),
                total.shown(),
                f"{per_service[size] * 1e6:.0f} µs",
                " and ".join(goals),
            ]
        )
    return table(["services", "checking", "rendering", "together", "per service", "goal"], rows)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    print(comparison(measure(SIZES, arguments.rounds)))


if __name__ == "__main__":
    main()
