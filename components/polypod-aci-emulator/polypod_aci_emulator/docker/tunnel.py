"""Connections from inside a group, for machines that cannot reach the network of containers."""

from __future__ import annotations

import contextlib
import socket
import threading
from typing import Any

from docker.models.containers import Container
from docker.utils.socket import frames_iter

from polypod_aci_emulator.private_apis import release, socket_of

_CHUNK = 65536


def tunnel(container: Container, address: str, port: int, timeout: float) -> socket.socket:
    """A connection to an address as a container reaches it, by ``nc`` in that container.

    Args:
        container: A container with BusyBox.
        address: The address.
        port: The port.
        timeout: After how many seconds without an answer reading fails.
    """
    api = container.client.api  # type: ignore[union-attr]  # containers that a client has found have one
    run = api.exec_create(container.id, ["nc", address, str(port)], stdin=True, stderr=False)["Id"]
    answer = api.exec_start(run, socket=True)
    here, there = socket.socketpair()
    here.settimeout(timeout)
    threading.Thread(target=_pass_on, args=(there, answer), daemon=True).start()
    return here


def _pass_on(there: socket.socket, answer: Any) -> None:
    """Forward what the client sends, and close everything once it has closed its end."""
    stream = socket_of(answer)
    receiver = threading.Thread(target=_receive, args=(answer, there), daemon=True)
    receiver.start()
    with contextlib.suppress(OSError):
        while data := there.recv(_CHUNK):
            stream.sendall(data)
    with contextlib.suppress(OSError):
        stream.shutdown(socket.SHUT_RDWR)
    receiver.join()
    stream.close()
    release(answer)
    there.close()


def _receive(answer: Any, there: socket.socket) -> None:
    with contextlib.suppress(OSError, ValueError):
        for _, data in frames_iter(answer, tty=False):  # type: ignore[no-untyped-call]
            there.sendall(data)
    with contextlib.suppress(OSError):
        there.shutdown(socket.SHUT_WR)
