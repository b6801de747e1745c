"""Find the program that listens on a port of this machine, if this user may see it."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

_LISTENING = {"tcp": "0A", "udp": "07"}
"""The states of sockets that take a port, as Linux numbers them."""
_PROC = Path("/proc")


def listener(port: int, protocol: str) -> str:
    """The program that listens on a port, such as ``nginx (process 123)``; empty where that is not to be known.

    Args:
        port: The port.
        protocol: ``tcp`` or ``udp``.
    """
    if (_PROC / "net").is_dir():
        return _of_linux(port, protocol)
    return _of_lsof(port, protocol) if shutil.which("lsof") else ""


def _of_linux(port: int, protocol: str) -> str:
    wanted = {f"socket:[{inode}]" for inode in _inodes(port, protocol)}
    for process in _PROC.glob("[0-9]*") if wanted else ():
        try:
            if any(str(handle.readlink()) in wanted for handle in (process / "fd").iterdir()):
                return f"{(process / 'comm').read_text().strip()} (process {process.name})"
        except OSError:
            continue  # it has ended, or belongs to somebody else
    return ""


def _inodes(port: int, protocol: str) -> Iterator[str]:
    for table in (_PROC / "net" / protocol, _PROC / "net" / f"{protocol}6"):
        for line in table.read_text().splitlines()[1:] if table.exists() else ():
            fields = line.split()
            if fields[1].endswith(f":{port:04X}") and fields[3] == _LISTENING[protocol]:
                yield fields[9]


def _of_lsof(port: int, protocol: str) -> str:
    only = ["-sTCP:LISTEN"] if protocol == "tcp" else []
    command = ["lsof", "-nP", f"-i{protocol.upper()}:{port}", *only, "-Fpc"]
    try:
        found = subprocess.run(command, capture_output=True, text=True, timeout=10, check=False).stdout  # noqa: S603
    except subprocess.TimeoutExpired:
        return ""
    fields = {line[0]: line[1:] for line in reversed(found.splitlines()) if line}
    return f"{fields['c']} (process {fields['p']})" if fields.keys() >= {"c", "p"} else ""
