"""How a Docker daemon is started where none runs: fakes on PATH, a cache of its own."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.dev.programs import ROOT, Programs

NEEDED = "bash cat dirname env mkdir setsid sh sleep tail touch uname"

# Stands for docker: the daemon answers while its fake says so.
DOCKER = """
case "$1" in
  version) [ -e "$FAKES/answers" ] ;;
  context) echo default ;;
esac
"""
DOCKERD = f"""
echo listening
echo started >>"$FAKES/starts"
touch "$FAKES/answers"
i=0
while [ $i -lt 300 ]; do {shutil.which("sleep")} 0.2; i=$((i+1)); done
"""

pytestmark = pytest.mark.skipif(
    os.geteuid() != 0 or Path("/run/systemd/system").is_dir(), reason="only root starts dockerd, where systemd does not"
)


class Machine(Programs):
    """A machine with the tools of a bare system and fakes."""

    def __init__(self, home: Path) -> None:
        """Let no daemon answer."""
        super().__init__(home, NEEDED)
        self.fake("docker", DOCKER)
        self.fake("rm")  # the pid files of a real daemon stay
        self.fake("nproc", "echo 2")

    def up(self) -> subprocess.CompletedProcess[str]:
        """Have a daemon."""
        return self.run(ROOT / "dev" / "daemon.sh", FAKES=str(self.home))

    def down(self) -> subprocess.CompletedProcess[str]:
        """Stop the daemon that was started."""
        return self.run(ROOT / "dev" / "bare_machine" / "daemon.sh", "down", FAKES=str(self.home))


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    """A machine without a daemon."""
    machine = Machine(tmp_path)
    yield machine
    machine.down()


@pytest.mark.parametrize("slow", ["nproc", "dockerd"])
def test_a_slow_start_is_waited_for(machine: Machine, slow: str) -> None:
    """On a cold disk, it takes a while until the program that was started is even loaded."""
    scripts = {"nproc": "\necho 2", "dockerd": DOCKERD}
    scripts[slow] = scripts[slow].replace("\n", "\nsleep 0.3\n", 1)
    for name, script in scripts.items():
        machine.fake(name, script)
    up = machine.up()
    assert up.returncode == 0, up.stderr
    assert "stopped dockerd" in machine.down().stderr


def test_a_daemon_that_ends_is_not_waited_for(machine: Machine) -> None:
    """The user is told what it said, and what to do."""
    machine.fake("dockerd", "echo no space left >&2; exit 1")
    up = machine.up()
    assert up.returncode == 1
    assert "error: dockerd has ended." in up.stderr
    assert "no space left" in up.stderr
    assert "start Docker yourself" in up.stderr


def test_a_daemon_that_still_starts_is_not_started_twice(machine: Machine) -> None:
    """Where one has not answered in time, the next run waits for the same."""
    machine.fake("dockerd", DOCKERD.replace("touch", ": not"))
    machine.fake("sleep")
    assert "error: dockerd does not answer yet." in machine.up().stderr
    (machine.home / "answers").touch()
    assert machine.up().returncode == 0
    assert (machine.home / "starts").read_text() == "started\n"
    assert "stopped dockerd" in machine.down().stderr
