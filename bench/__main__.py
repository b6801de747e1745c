"""Runs every benchmark and writes docs/benchmarks.md."""

from __future__ import annotations

import argparse
import datetime
import sys
from pathlib import Path
from string import Template

from bench import deploy, gateway, import_time, machine, render

TEMPLATE = Path(__file__).with_name("template.md")
REPORT = Path(__file__).parents[1] / "docs" / "benchmarks.md"
IMPORT_ROUNDS = 10
GATEWAY_ROUNDS = 7


def main() -> None:
    """Run everything."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3, help="rounds of each benchmark (default: 3)")
    parser.add_argument("--sizes", default="5,50", help="numbers of services to deploy (default: 5,50)")
    parser.add_argument("--period", default="5s", help="time between two health checks of a service (default: 5s)")
    arguments = parser.parse_args()
    sizes = [int(size) for size in arguments.sizes.split(",")]
    passed_on = gateway.measure(GATEWAY_ROUNDS)
    imports = import_time.measure(IMPORT_ROUNDS)
    rendered = render.measure(render.SIZES, arguments.rounds)
    deployed = deploy.measure(sizes, arguments.rounds, arguments.period)
    text = Template(TEMPLATE.read_text()).substitute(
        date=datetime.datetime.now(tz=datetime.UTC).date().isoformat(),
        rounds=arguments.rounds,
        period=arguments.period,
        machine=machine.described(),
        idle=deployed.idle,
        deploy=deploy.comparison(deployed),
        probes=deploy.probes(deployed),
        render=render.comparison(rendered),
        gateway_rounds=GATEWAY_ROUNDS,
        connections=gateway.CONNECTIONS,
        gateway=gateway.comparison(passed_on),
        import_rounds=IMPORT_ROUNDS,
        imports=import_time.comparison(imports),
    )
    REPORT.write_text(text)
    print(text)
    print(f"written to {REPORT.relative_to(REPORT.parents[1])}", file=sys.stderr)


if __name__ == "__main__":
    main()
