"""The scripts in dev/ with other programs than GNU's, which a container has."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import docker
import pytest

from tests.dev.test_engine import CURL, GO, NEEDED, PULUMI, Machine


@pytest.fixture
def applets(tmp_path: Path, busybox: str) -> dict[str, Path]:
    """The programs of BusyBox by their names: as strict as those of BSD."""
    client = docker.from_env()
    container = client.containers.create(busybox, ["true"])
    try:
        subprocess.run(["docker", "cp", "-L", f"{container.id}:/bin/busybox", tmp_path / "busybox"], check=True)
    finally:
        container.remove()
        client.close()
    names = subprocess.run([tmp_path / "busybox", "--list"], capture_output=True, text=True, check=True).stdout.split()
    return dict.fromkeys(names, tmp_path / "busybox")


@pytest.mark.parametrize("way", ["own", "installer", "built"])
def test_other_programs_than_gnus(applets: dict[str, Path], tmp_path: Path, way: str) -> None:
    """An engine is chosen alike with GNU's programs and with BusyBox'."""
    chosen = []
    for folder, tools in ("of-gnu", {}), ("of-busybox", applets):
        (tmp_path / folder).mkdir()
        machine = Machine(tmp_path / folder)
        for name in NEEDED.split():
            if name in tools and name != "sh":
                (machine.bin / name).unlink()
                (machine.bin / name).symlink_to(tools[name])
        machine.fake("pulumi" if way == "own" else "unused", PULUMI)
        machine.fake("pulumi-language-python")
        machine.fake("curl", CURL if way == "installer" else "exit 6")
        machine.fake("go", GO)
        done = machine.choose("kubernetes")
        assert done.returncode == 0, done.stderr
        chosen.append(re.sub(r"-built-\w+", "-built", done.stdout.replace(str(machine.home), "HOME")))
    assert chosen[0] == chosen[1]
