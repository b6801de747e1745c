"""What a user is told where no Docker answers: fakes on PATH, as on a laptop."""

import socket
import subprocess
from pathlib import Path

import pytest

from .programs import ROOT, Programs

DAEMON = ROOT / "dev" / "daemon.sh"
NEEDED = "bash cat dirname env mkdir sh sleep tail"

# Docker's command line without a daemon.
CLIENT = """
case "$*" in
  --version) echo "Docker version 28.2.2, build e6534b4" ;;
  "context show") echo {context} ;;
  version) echo "Cannot connect to the Docker daemon at unix:///somewhere. Is the docker daemon running?" >&2; exit 1 ;;
esac
"""
# Podman's stand-in for it: there is no daemon to answer, and there are no contexts.
PODMAN = """
case "$*" in
  --version) echo "podman version 4.9.4" ;;
  version) echo "Client: Podman Engine" ;;
  info*) echo "$SOCKET" ;;
  context*) echo "Error: unrecognized command" >&2; exit 125 ;;
esac
"""
MACHINE = '[ "$1 $2" = "machine inspect" ] && echo "$SOCKET"'


class Laptop(Programs):
    """A machine of a user who is not root."""

    def __init__(self, home: Path, system: str) -> None:
        """Say what system it is."""
        super().__init__(home, NEEDED)
        self.fake("uname", f"echo {system}")

    def up(self, **environment: str) -> subprocess.CompletedProcess[str]:
        """Look for a daemon."""
        # Bash takes EUID from the kernel: what root may do beyond this is not tried here.
        script = DAEMON.read_text().replace("EUID == 0", "0")
        lines = script.replace('source "$(dirname "$0")/lib.sh"', f"source {DAEMON.parent}/lib.sh")
        return self.run("bash", "-c", lines, "daemon.sh", **environment)


@pytest.fixture
def linux(tmp_path: Path) -> Laptop:
    """A Linux laptop without Docker."""
    return Laptop(tmp_path, "Linux")


@pytest.fixture
def mac(tmp_path: Path) -> Laptop:
    """A Mac without Docker."""
    return Laptop(tmp_path, "Darwin")


def test_no_docker_on_a_mac(mac: Laptop) -> None:
    """It has no apt-get."""
    up = mac.up()
    assert up.returncode == 1
    assert "there is no Docker here. Install and start Docker Desktop, OrbStack or Colima" in up.stderr
    assert "apt-get" not in up.stderr


def test_no_docker_on_linux(linux: Laptop) -> None:
    """The packages are named."""
    up = linux.up()
    assert up.returncode == 1
    assert "there is no Docker here. On Debian or Ubuntu: sudo apt-get install" in up.stderr


@pytest.mark.parametrize("context", ["default", "desktop-linux"])
def test_docker_desktop_that_is_not_running_on_a_mac(mac: Laptop, context: str) -> None:
    """It is to be started, not installed."""
    mac.fake("docker", CLIENT.format(context=context))
    up = mac.up()
    assert up.returncode == 1
    assert f"no Docker daemon answers in the context '{context}': Cannot connect" in up.stderr
    assert "Start Docker Desktop, OrbStack or Colima" in up.stderr
    assert "systemctl" not in up.stderr


@pytest.mark.parametrize("context", ["default", "desktop-linux", "rootless"])
def test_docker_that_is_not_running_on_linux(linux: Laptop, context: str) -> None:
    """Started first, installed only where there is nothing to start."""
    linux.fake("docker", CLIENT.format(context=context))
    up = linux.up()
    assert up.returncode == 1
    assert f"no Docker daemon answers in the context '{context}': Cannot connect" in up.stderr
    assert "Start Docker (sudo systemctl start docker, or Docker Desktop)" in up.stderr


def test_a_docker_host_that_does_not_answer(linux: Laptop) -> None:
    """It is named."""
    linux.fake("docker", CLIENT.format(context="default"))
    up = linux.up(DOCKER_HOST="tcp://10.0.0.1:2375")
    assert "no Docker daemon answers at DOCKER_HOST=tcp://10.0.0.1:2375" in up.stderr


def test_a_context_is_left_to_the_program(linux: Laptop) -> None:
    """It reads contexts itself, with their certificates: no DOCKER_HOST is made of them."""
    linux.fake("docker", CLIENT.format(context="far").replace("exit 1", "exit 0"))
    up = linux.up()
    assert (up.returncode, up.stdout) == (0, ""), up.stderr


@pytest.mark.parametrize("system", ["linux", "mac"])
def test_podman_without_a_socket(request: pytest.FixtureRequest, system: str) -> None:
    """Its docker answers without a daemon; nothing else would."""
    laptop: Laptop = request.getfixturevalue(system)
    laptop.fake("docker", PODMAN)
    laptop.fake("podman", MACHINE)
    up = laptop.up(SOCKET="/run/user/1000/podman/podman.sock")
    assert up.returncode == 1
    assert "this docker is podman's, and nothing listens on its socket /run/user/1000/podman/podman.sock" in up.stderr
    assert "systemctl --user start podman.socket" in up.stderr
    assert "podman machine start" in up.stderr


@pytest.mark.parametrize("prefix", ["", "unix://"])
@pytest.mark.parametrize("system", ["linux", "mac"])
def test_podman_with_a_socket(request: pytest.FixtureRequest, system: str, prefix: str, tmp_path: Path) -> None:
    """Which is used."""
    laptop: Laptop = request.getfixturevalue(system)
    laptop.fake("docker", PODMAN)
    laptop.fake("podman", MACHINE)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "s"))
        up = laptop.up(SOCKET=f"{prefix}{tmp_path / 's'}")
    assert (up.returncode, up.stdout) == (0, f"export DOCKER_HOST=unix://{tmp_path / 's'}\n"), up.stderr
