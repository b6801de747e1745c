"""How long importing from polypod takes compared with `import pulumi`, which every program with polypod pays for."""

from __future__ import annotations

import argparse
import subprocess
import sys
import time

import attrs

from bench.environment import child_environment
from bench.samples import Samples, table, verdict

GOAL = 1.3

PROGRAM = "from polypod import Container, Gateway, GatewayStack, Pod, Route"
"""What a program imports; polypod loads each name when it is asked for."""


@attrs.frozen
class Result:
    """The times of whole Python processes that import from one package, and of one that imports nothing."""

    polypod: Samples
    pulumi: Samples
    nothing: Samples

    @property
    def ratio(self) -> float:
        """The ratio of the medians."""
        return self.polypod.median / self.pulumi.median


def measure(rounds: int) -> Result:
    """Start Python processes in turns.

    Args:
        rounds: How often, after one round that does not count.
    """
    programs = {"polypod": PROGRAM, "pulumi": "import pulumi", "nothing": "pass"}
    seconds: dict[str, list[float]] = {name: [] for name in programs}
    for round_number in range(rounds + 1):
        for name, program in programs.items():
            start = time.perf_counter()
            subprocess.run([sys.executable, "-c", program], check=True, env=child_environment(), timeout=120)
            if round_number:
                seconds[name].append(time.perf_counter() - start)
    return Result(**{name: Samples(tuple(values)) for name, values in seconds.items()})


def comparison(result: Result) -> str:
    """The table of all programs."""
    rows = [
        [
            f"`{PROGRAM}`",
            result.polypod.shown(),
            f"{result.ratio:.2f}",
            f"<= {GOAL:g}: {verdict((result.ratio, GOAL))}",
        ],
        ["`import pulumi`", result.pulumi.shown(), "1", ""],
        ["nothing", result.nothing.shown(), "", ""],
    ]
    return table(["program", "whole process", "ratio of the medians", "goal"], rows)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=10)
    print(comparison(measure(parser.parse_args().rounds)))


if __name__ == "__main__":
    main()
