"""A Docker daemon of another machine on a socket of this one, by way of ``ssh``.

The support of SSH in Docker's client for Python forks under the threads of Pulumi's SDK, which then loses its
connection to the engine.
"""

from __future__ import annotations

import atexit
import shutil
import socket
import subprocess
import tempfile
import threading
from functools import cache
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit

_CONNECT_SECONDS = 30


class SshTunnel:
    """A socket; each connection to it is one of ``docker system dial-stdio`` on the other machine.

    Args:
        address: The address of the daemon, such as ``ssh://user@host:22``; a path names its socket there.
    """

    def __init__(self, address: str) -> None:
        self._command = _command(address)
        folder = Path(tempfile.mkdtemp(prefix="polypod-"))
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        self._errors = folder / "errors"
        self._processes: list[subprocess.Popen[bytes]] = []
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(folder / "socket"))
        self._listener.listen()
        self.address = f"unix://{folder / 'socket'}"
        threading.Thread(target=self._serve, daemon=True).start()

    @property
    def complaint(self) -> str:
        """The last line that ``ssh`` or the other machine's ``docker`` wrote as an error; empty where there is none."""
        return self._errors.read_text().strip().rpartition("\n")[-1] if self._errors.exists() else ""

    def _serve(self) -> None:
        while True:
            connection, _ = self._listener.accept()
            self._processes = [process for process in self._processes if process.poll() is None]
            with connection, self._errors.open("a") as errors:
                try:
                    self._processes.append(self._connect(connection, errors))
                except OSError as error:
                    errors.write(f"ssh: {error.strerror}\n")

    def _connect(self, connection: socket.socket, errors: IO[str]) -> subprocess.Popen[bytes]:
        """Start one ``ssh``, in a session of its own: at an interrupt, the program still asks the daemon."""
        end = connection.fileno()
        return subprocess.Popen(  # noqa: S603
            self._command, stdin=end, stdout=end, stderr=errors, start_new_session=True
        )


@cache
def ssh_tunnel(address: str) -> SshTunnel:
    """The tunnel to a daemon, one for all that ask it.

    Args:
        address: Its address.
    """
    return SshTunnel(address)


def _command(address: str) -> list[str]:
    """The command that Docker's command line runs for such an address."""
    url = urlsplit(address)
    docker = ["docker", *([f"--host=unix://{url.path}"] if url.path.strip("/") else []), "system", "dial-stdio"]
    user = ["-l", url.username] if url.username else []
    port = ["-p", str(url.port)] if url.port else []
    options = ["-o", f"ConnectTimeout={_CONNECT_SECONDS}", "-T"]
    return ["ssh", *options, *user, *port, "--", str(url.hostname), " ".join(docker)]
