"""Whether an address that is about to be printed can be reached from this machine."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterable
from contextvars import ContextVar

LOOPBACK = "127.0.0.1"
_SECONDS = 2.0


def _connects(host: str, port: int) -> bool:
    try:
        socket.create_connection((host, port), _SECONDS).close()
    except OSError:
        return False
    return True


_check: ContextVar[Callable[[str, int], bool]] = ContextVar("reachable", default=_connects)


def use(check: Callable[[str, int], bool]) -> None:
    """Ask something else than the network; for tests.

    Args:
        check: Whether a host and a port can be reached.
    """
    _check.set(check)


def reachable_host(hosts: Iterable[str], port: int) -> str:
    """The first host on which a TCP port takes connections; empty where there is none.

    Networks of containers and of clusters in containers can be reached on Linux only: elsewhere they are those of a
    virtual machine, which publishes their ports on the loopback address.

    Args:
        hosts: The hosts, the best one first.
        port: The port.
    """
    check = _check.get()
    return next((host for host in hosts if check(host, port)), "")
