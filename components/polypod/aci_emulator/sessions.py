"""Sessions of ``exec`` and ``attach``: made over REST, used once over a WebSocket."""

from __future__ import annotations

import asyncio
import secrets
import socket
from typing import Any

import attrs
from starlette.websockets import WebSocket, WebSocketDisconnect

from polypod.aci_emulator.docker_host import DockerHost

_CHUNK = 65536
_KEPT = 100
_REFUSED = 4401


@attrs.frozen
class Session:
    """One session.

    Args:
        container: The container's id in Docker.
        command: What to run in it; empty to follow its output.
        rows: The height of the terminal.
        columns: Its width.
        password: What the client sends first.
    """

    container: str
    command: str
    rows: int
    columns: int
    password: str


class Sessions:
    """The sessions that wait for their client.

    Args:
        host: The Docker daemon.
    """

    def __init__(self, host: DockerHost) -> None:
        self._host = host
        self._waiting: dict[str, Session] = {}

    def open(self, container: str, command: str = "", rows: int = 24, columns: int = 80) -> tuple[str, str]:
        """Prepare a session; its id and its password."""
        for old in list(self._waiting)[:-_KEPT]:
            del self._waiting[old]
        identity, password = secrets.token_hex(16), secrets.token_urlsafe(24)
        self._waiting[identity] = Session(container, command, rows, columns, password)
        return identity, password

    async def serve(self, websocket: WebSocket) -> None:
        """Connect a client with its session: the password first, then bytes both ways until either side ends."""
        session = self._waiting.pop(websocket.path_params["session"], None)
        await websocket.accept()
        try:
            given = await websocket.receive_text()
        except (WebSocketDisconnect, KeyError):
            return
        if session is None or not secrets.compare_digest(given.encode(), session.password.encode()):
            await websocket.close(_REFUSED)
            return
        stream = await asyncio.to_thread(self._connect, session)
        stream.setblocking(False)
        tasks = [asyncio.create_task(_to_client(stream, websocket))]
        if session.command:
            tasks.append(asyncio.create_task(_to_container(stream, websocket)))
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            stream.close()
        await websocket.close()

    def _connect(self, session: Session) -> socket.socket:
        api = self._host.client.api
        if not session.command:
            attached: Any = api.attach_socket(
                session.container, params={"stdout": 1, "stderr": 1, "stream": 1, "logs": 1}
            )
            return _raw(attached)
        execution = api.exec_create(session.container, session.command, stdin=True, tty=True)["Id"]
        stream = _raw(api.exec_start(execution, tty=True, socket=True))
        api.exec_resize(execution, height=session.rows, width=session.columns)
        return stream


def _raw(stream: Any) -> socket.socket:
    """The socket below the file object that the client library returns."""
    found: socket.socket = getattr(stream, "_sock", stream)
    return found


async def _to_client(stream: socket.socket, websocket: WebSocket) -> None:
    while data := await asyncio.get_running_loop().sock_recv(stream, _CHUNK):
        await websocket.send_bytes(data)


async def _to_container(stream: socket.socket, websocket: WebSocket) -> None:
    while (message := await websocket.receive())["type"] != "websocket.disconnect":
        data = message.get("bytes") or (message.get("text") or "").encode()
        await asyncio.get_running_loop().sock_sendall(stream, data)
