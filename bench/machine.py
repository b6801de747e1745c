"""The machine and the versions that the numbers belong to."""

from __future__ import annotations

import os
import platform
import subprocess
from importlib.metadata import version
from pathlib import Path

import docker

from bench.contenders import compose_command
from bench.samples import table

_PACKAGES = ("pulumi", "pulumi-docker", "attrs", "docker")


def described() -> str:
    """A table of the machine and the versions."""
    daemon = docker.from_env()
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    rows = [
        ["processor", f"{_processor()}, {os.cpu_count()} cores"],
        ["memory", f"{memory / 2**30:.0f} GiB"],
        ["system", f"{_system()}, Linux {platform.release()}"],
        ["Docker daemon", f"{daemon.version()['Version']}, storage driver {daemon.info()['Driver']}"],
        ["Docker Compose", _printed(*compose_command(), "version", "--short")],
        [
            "Pulumi engine",
            f"{_printed('pulumi', 'version')}, {4 * (os.cpu_count() or 1)} operations at once",
        ],
        ["Python", platform.python_version()],
        [
            "Python packages",
            ", ".join(f"{name} {version(name)}" for name in _PACKAGES),
        ],
    ]
    return table(["what", "which"], rows)


def _printed(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout.strip()


def _field(file: str, name: str, separator: str) -> str:
    """The first value of a name in a file of names and values; empty where there is none."""
    path = Path(file)
    lines = path.read_text().splitlines() if path.is_file() else []
    found = (line.partition(separator)[2] for line in lines if line.partition(separator)[0].strip() == name)
    return next(found, "").strip().strip('"')


def _processor() -> str:
    return _field("/proc/cpuinfo", "model name", ":") or platform.machine()


def _system() -> str:
    return _field("/etc/os-release", "PRETTY_NAME", "=") or platform.system()
