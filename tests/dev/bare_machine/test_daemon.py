"""How a Docker daemon is started where none runs: fakes on PATH, a cache of its own."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

DEV = Path(__file__).parents[3] / "dev"
NEEDED = "bash cat dirname env mkdir setsid sh sleep tail touch uname"

# Stands for docker: the daemon answers while its fake says so.
DOCKER = """#!/bin/sh
case "$1" in
  version) [ -e "$FAKES/answers" ] ;;
  context) echo default ;;
esac
"""
DOCKERD = f"""#!/bin/sh
echo listening
echo started >>"$FAKES/starts"
touch "$FAKES/answers"
i=0
while [ $i -lt 300 ]; do {shutil.which("sleep")} 0.2; i=$((i+1)); done
"""

pytestmark = pytest.mark.skipif(
    os.geteuid() != 0 or Path("/run/systemd/system").is_dir(), reason="only root starts dockerd, where systemd does not"
)


class Machine:
    """A PATH with the tools of a bare system and fakes."""

    def __init__(self, home: Path) -> None:
        """Lay out the folders."""
        self.home = home
        for tool in NEEDED.split():
            (home / tool).symlink_to(str(shutil.which(tool)))
        self.fake("docker", DOCKER)
        self.fake("rm", "#!/bin/sh\n")  # the pid files of a real daemon stay
        self.fake("nproc", "#!/bin/sh\necho 2\n")

    def fake(self, name: str, script: str) -> None:
        """Put a fake program on PATH."""
        (self.home / name).unlink(missing_ok=True)
        (self.home / name).write_text(script)
        (self.home / name).chmod(0o755)

    def up(self) -> subprocess.CompletedProcess[str]:
        """Have a daemon."""
        return self._run(DEV / "daemon.sh")

    def down(self) -> subprocess.CompletedProcess[str]:
        """Stop the daemon that was started."""
        return self._run(DEV / "bare_machine" / "daemon.sh", "down")

    def _run(self, *command: str | Path) -> subprocess.CompletedProcess[str]:
        env = {"PATH": str(self.home), "HOME": str(self.home), "FAKES": str(self.home)}
        return subprocess.run(command, env=env, capture_output=True, text=True, timeout=60, check=False)


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    """A machine without a daemon."""
    machine = Machine(tmp_path)
    yield machine
    machine.down()


@pytest.mark.parametrize("slow", ["nproc", "dockerd"])
def test_a_slow_start_is_waited_for(machine: Machine, slow: str) -> None:
    """On a cold disk, it takes a while until the program that was started is even loaded."""
    scripts = {"nproc": "#!/bin/sh\necho 2\n", "dockerd": DOCKERD}
    scripts[slow] = scripts[slow].replace("\n", "\nsleep 0.3\n", 1)
    for name, script in scripts.items():
        machine.fake(name, script)
    up = machine.up()
    assert up.returncode == 0, up.stderr
    assert "stopped dockerd" in machine.down().stderr


def test_a_daemon_that_ends_is_not_waited_for(machine: Machine) -> None:
    """The user is told what it said, and what to do."""
    machine.fake("dockerd", "#!/bin/sh\necho no space left >&2\nexit 1\n")
    up = machine.up()
    assert up.returncode == 1
    assert "error: dockerd has ended." in up.stderr
    assert "no space left" in up.stderr
    assert "start Docker yourself" in up.stderr


def test_a_daemon_that_still_starts_is_not_started_twice(machine: Machine) -> None:
    """Where one has not answered in time, the next run waits for the same."""
    machine.fake("dockerd", DOCKERD.replace("touch", ": not"))
    machine.fake("sleep", "#!/bin/sh\n")
    assert "error: dockerd does not answer yet." in machine.up().stderr
    (machine.home / "answers").touch()
    assert machine.up().returncode == 0
    assert (machine.home / "starts").read_text() == "started\n"
    assert "stopped dockerd" in machine.down().stderr
