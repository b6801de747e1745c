"""How long an application takes from nothing to all healthy, to preview without change, and to nothing again.

The contenders take turns within each round, in an order that changes from round to round.
"""

from __future__ import annotations

import argparse
import json
import signal
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import attrs
import docker

from bench import verify
from bench.contenders import Compose, Contender, Program
from bench.job import ROOT, CommandFailedError, Job
from bench.samples import Samples, table, verdict

POLYPOD = Program("polypod", "polypod", "with_polypod")
HTTP = Program("polypod-http", "polypod, HTTP probes", "with_polypod", http_probes=True)
BY_HAND = Program("by-hand", "by hand", "by_hand")
COMPOSE = Compose()
CONTENDERS: tuple[Contender, ...] = (POLYPOD, BY_HAND, COMPOSE, HTTP)
"""The last one takes part at the smallest size only."""

STEPS: Mapping[str, str] = {"up": "up", "preview": "preview, no change", "down": "down"}
BY_HAND_GOAL = 1.05
COMPOSE_GOAL = 1.0
COMPOSE_GOAL_FROM = 50
"""The number of services from which the goal compared with Compose counts."""


@attrs.frozen
class Result:
    """The times of every contender.

    Args:
        seconds: The samples by number of services, step and contender.
        idle: How many containers polypod makes that never run.
    """

    seconds: Mapping[tuple[int, str, str], Samples]
    idle: int

    def sizes(self) -> list[int]:
        """The numbers of services."""
        return sorted({size for size, _, _ in self.seconds})


def measure(sizes: Sequence[int], rounds: int, period: str) -> Result:
    """Deploy the application with every contender, and take it down again.

    Args:
        sizes: The numbers of services.
        rounds: How often.
        period: How often the health of each service is checked.
    """
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("stopped"))  # so that everything is removed
    client = docker.from_env(timeout=120)
    seconds: dict[tuple[int, str, str], list[float]] = {}
    idle = 0
    for contender in CONTENDERS:
        deploy(contender, 1, period, client)  # so that no one pays for reading the programs from the disk
    for size in sizes:
        contenders = CONTENDERS if size == min(sizes) else CONTENDERS[:-1]
        for round_number in range(rounds):
            first = round_number % len(contenders)
            settings: dict[str, dict[str, str]] = {}
            for contender in contenders[first:] + contenders[:first]:
                run = repeated_once(contender, size, period, client)
                print(f"{size} services, round {round_number + 1}: {contender.title}: {run.shown()}", file=sys.stderr)
                for step, taken in run.seconds.items():
                    seconds.setdefault((size, step, contender.name), []).append(taken)
                settings[contender.name] = run.settings
                idle = run.idle if contender.name == POLYPOD.name else idle
            _require_same(settings)
    return Result({key: Samples(tuple(values)) for key, values in seconds.items()}, idle)


def repeated_once(contender: Contender, services: int, period: str, client: docker.DockerClient) -> Run:
    """Deploy the application with one contender, again if a command fails.

    Docker 20.10 now and then keeps a network whose containers are gone: "has active endpoints".
    """
    try:
        return deploy(contender, services, period, client)
    except CommandFailedError as error:
        print(f"{contender.title} is measured again, as it failed: {error}", file=sys.stderr)
        return deploy(contender, services, period, client)


@attrs.frozen
class Run:
    """One deployment that was measured.

    Args:
        seconds: The time of each step.
        settings: How its containers ran.
        idle: How many further containers there were, which never ran.
    """

    seconds: Mapping[str, float]
    settings: dict[str, str]
    idle: int

    def shown(self) -> str:
        """The times in one line."""
        return ", ".join(f"{step} {taken:.2f} s" for step, taken in self.seconds.items())


def deploy(contender: Contender, services: int, period: str, client: docker.DockerClient) -> Run:
    """Deploy the application with one contender, and take it down again."""
    name = f"b{uuid.uuid4().hex[:10]}"
    images = ROOT / ".polypod" / "images.json"
    with tempfile.TemporaryDirectory(prefix="polypod-bench-") as folder:
        job = Job(
            name=name,
            services=services,
            period=period,
            port=verify.free_port(),
            folder=Path(folder),
            images=json.loads(images.read_text()) if images.is_file() else {},
        )
        try:
            contender.prepare(job)
            seconds = {"up": _timed(contender.up, job)}
            idle = verify.require_healthy(client, job)
            settings, before = verify.settings(client, job), verify.identities(client, job)
            seconds["preview"] = _timed(contender.preview, job)
            if verify.identities(client, job) != before:
                raise verify.WrongStateError(f"{contender.title}: looking for changes replaced containers")
            seconds["down"] = _timed(contender.down, job)
            verify.require_nothing(client, job)
        finally:
            verify.remove_everything(client, name)
    return Run(seconds, settings, idle)


def _timed(step: Callable[[Job], None], job: Job) -> float:
    start = time.perf_counter()
    step(job)
    return time.perf_counter() - start


def _require_same(settings: Mapping[str, dict[str, str]]) -> None:
    """Refuse a comparison of containers that do not run in the same way; only the HTTP probes may differ."""
    expected = settings[BY_HAND.name]
    for name, found in settings.items():
        if name != HTTP.name and found != expected:
            raise verify.WrongStateError(f"{name} runs other containers:\n{found}\n{expected}")


def comparison(result: Result) -> str:
    """The table of all contenders."""
    rows = []
    for size in result.sizes():
        for step, title in STEPS.items():
            ours, by_hand, compose = (result.seconds[size, step, c.name] for c in (POLYPOD, BY_HAND, COMPOSE))
            goals = [(ours.ratio(by_hand), BY_HAND_GOAL)]
            if size >= COMPOSE_GOAL_FROM:
                goals.append((ours.ratio(compose), COMPOSE_GOAL))
            rows.append(
                [
                    str(size),
                    title,
                    *(samples.shown() for samples in (ours, by_hand, compose)),
                    f"{ours.ratio(by_hand):.2f}",
                    f"{ours.ratio(compose):.2f}",
                    " and ".join(f"<= {goal:.2f}" for _, goal in goals) + f": {verdict(*goals)}",
                ]
            )
    titles = [contender.title for contender in (POLYPOD, BY_HAND, COMPOSE)]
    return table(["services", "step", *titles, "polypod / by hand", "polypod / Compose", "goal"], rows)


def probes(result: Result) -> str:
    """The table of polypod with HTTP probes compared with itself."""
    rows = []
    for size in result.sizes()[:1]:
        for step, title in STEPS.items():
            http, ours = (result.seconds[size, step, contender.name] for contender in (HTTP, POLYPOD))
            rows.append([str(size), title, http.shown(), f"{http.ratio(ours):.2f}"])
    return table(["services", "step", HTTP.title, "of the time with exec probes"], rows)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--sizes", default="5,50")
    parser.add_argument("--period", default="5s")
    arguments = parser.parse_args()
    result = measure([int(size) for size in arguments.sizes.split(",")], arguments.rounds, arguments.period)
    print(comparison(result), probes(result), sep="\n\n")


if __name__ == "__main__":
    main()
