"""How many requests the gateway passes on compared with a plain nginx with the smallest configuration that does so."""

from __future__ import annotations

import argparse
import io
import json
import os
import re
import shutil
import statistics
import subprocess
import tarfile
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import attrs
import docker

from bench.samples import table, verdict
from polypod import Container, Gateway, Pod, Route
from polypod.targets.shared.plan.nginx.pod import nginx_gateway

GOAL = 0.95
"""The least of the requests of the plain nginx, and the most of its 99th percentile is one by this."""

BACKEND, GATEWAY, PLAIN = 22401, 22402, 22403
CONNECTIONS = 64
IMAGE = "nginx:1.29"

_HEAD = """\
pid /tmp/nginx.pid; worker_processes auto; events { worker_connections 4096; }
http {
  client_body_temp_path /tmp/a; proxy_temp_path /tmp/b; fastcgi_temp_path /tmp/c; uwsgi_temp_path /tmp/d;
  scgi_temp_path /tmp/e;
"""
_BACKEND = f"""{_HEAD}
  access_log off; keepalive_requests 1000000;
  server {{ listen 127.0.0.1:{BACKEND}; location / {{ default_type text/plain; return 200 "a short answer\\n"; }} }}
}}
"""
_PLAIN = f"""{_HEAD}
  access_log /dev/stdout; proxy_http_version 1.1; proxy_set_header Connection "";
  upstream backend {{ server 127.0.0.1:{BACKEND}; keepalive 64; }}
  server {{ listen {PLAIN}; location /api/ {{ proxy_pass http://backend/; }} }}
}}
"""


@attrs.frozen
class Result:
    """Requests per second and the 99th percentile in milliseconds of each contender, one sample per round."""

    rates: Mapping[str, Sequence[float]]
    tails: Mapping[str, Sequence[float]]


def measure(rounds: int, seconds: int = 5) -> Result:
    """Load both in turns, on the network of this machine.

    Args:
        rounds: How often, after one round that does not count.
        seconds: How long each.
    """
    rates: dict[str, list[float]] = {"polypod": [], "plain": []}
    tails: dict[str, list[float]] = {"polypod": [], "plain": []}
    ports = {"polypod": GATEWAY, "plain": PLAIN}
    with _running():
        for number in range(rounds + 1):
            for name in (*ports,) if number % 2 else (*reversed(ports),):
                rate, tail = _load(ports[name], seconds if number else 1)
                if number:
                    rates[name].append(rate)
                    tails[name].append(tail)
    return Result(rates, tails)


@contextmanager
def _running() -> Iterator[None]:
    pod = Pod(Container("api", image="none", port=BACKEND))
    gateway = Gateway([pod], routes=[Route("/api/", pod)], port=GATEWAY)
    main = nginx_gateway(gateway, hosts_of=lambda _: ["127.0.0.1"], resolves=False).main
    (mount,) = main.mounts
    files = {f"{mount.path}/{name}": str(text) for name, text in mount.volume.files.items()}  # type: ignore[union-attr]
    plain = ["nginx", "-c", "/etc/bench.conf", "-g", "daemon off;"]
    with ExitStack() as stack:
        for command, texts in (
            (plain, {"/etc/bench.conf": _BACKEND}),
            (plain, {"/etc/bench.conf": _PLAIN}),
            (list(main.command), files),
        ):
            stack.enter_context(_container(command, texts))
        for port in (GATEWAY, PLAIN):
            _wait(f"http://127.0.0.1:{port}/api/x")
        yield


@contextmanager
def _container(command: list[str], texts: Mapping[str, str]) -> Iterator[None]:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for path, text in texts.items():
            member = tarfile.TarInfo(path)
            member.size, member.mode = len(text.encode()), 0o444
            archive.addfile(member, io.BytesIO(text.encode()))
    container = docker.from_env().containers.create(
        _image(), command, user="101:101", network_mode="host", entrypoint=""
    )
    try:
        container.put_archive("/", buffer.getvalue())
        container.start()
        yield
    finally:
        container.remove(force=True)


def _image() -> str:
    listed = os.environ.get("POLYPOD_IMAGES")
    return str(json.loads(Path(listed).read_text()).get(IMAGE, IMAGE)) if listed else IMAGE


def _wait(url: str) -> None:
    for _ in range(100):
        with suppress(OSError), urllib.request.urlopen(url, timeout=1):  # noqa: S310 - a server of its own
            return
        time.sleep(0.1)
    raise TimeoutError(f"{url} does not answer")


def _load(port: int, seconds: int) -> tuple[float, float]:
    wrk = shutil.which("wrk")
    if wrk is None:
        raise FileNotFoundError("wrk is not on PATH: apt-get install wrk")
    url = f"http://127.0.0.1:{port}/api/a%2Fb?c=d"
    printed = subprocess.run(
        [wrk, "--threads", "1", "--connections", str(CONNECTIONS), "--duration", f"{seconds}s", "--latency", url],
        check=True,
        capture_output=True,
        text=True,
        timeout=seconds + 60,
    ).stdout
    if "Non-2xx" in printed or "Socket errors" in printed:
        raise ValueError(f"not every request was answered:\n{printed}")
    rate, tail = re.search(r"Requests/sec:\s+([\d.]+)", printed), re.search(r"99%\s+([\d.]+)(us|ms|s)", printed)
    assert rate, printed  # noqa: S101 - what wrk always prints
    assert tail, printed  # noqa: S101
    return float(rate[1]), float(tail[1]) * {"us": 1e-3, "ms": 1, "s": 1e3}[tail[2]]


def comparison(result: Result) -> str:
    """The table of both.

    Args:
        result: What was measured.
    """
    rate = _ratio(result.rates)
    tail = _ratio(result.tails)
    met = verdict((1 / rate, 1 / GOAL))
    rows = [
        ["polypod's gateway", _shown(result.rates["polypod"], "0"), f"{rate:.2f}", f">= {GOAL}: {met}",
         _shown(result.tails["polypod"], "2"), f"{tail:.2f}"],
        ["plain nginx", _shown(result.rates["plain"], "0"), "1", "", _shown(result.tails["plain"], "2"), "1"],
    ]  # fmt: skip
    return table(["contender", "requests per second", "ratio", "goal", "99 % within, ms", "ratio"], rows)


def _ratio(samples: Mapping[str, Sequence[float]]) -> float:
    return statistics.median(a / b for a, b in zip(samples["polypod"], samples["plain"], strict=True))


def _shown(samples: Sequence[float], digits: str) -> str:
    low, middle, high = (f"{value:.{digits}f}" for value in (min(samples), statistics.median(samples), max(samples)))
    return f"{middle} ({low}-{high})"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m bench.gateway", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    print(comparison(measure(parser.parse_args().rounds)))


if __name__ == "__main__":
    main()
