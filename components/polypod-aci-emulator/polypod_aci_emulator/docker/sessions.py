"""Sessions of ``exec`` and ``attach``: created over REST, used once over a WebSocket."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import socket
from collections.abc import Coroutine
from typing import Any

import attrs
from starlette.websockets import WebSocket, WebSocketDisconnect

from polypod_aci_emulator.docker.host import DockerHost
from polypod_aci_emulator.private_apis import release, socket_of

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
        with contextlib.suppress(WebSocketDisconnect):
            await (self._exec if session.command else self._attach)(session, websocket)
            await websocket.close()

    async def _exec(self, session: Session, websocket: WebSocket) -> None:
        """Run a command, until it ends or the client leaves."""
        file = await asyncio.to_thread(self._start, session)
        stream = socket_of(file)
        stream.setblocking(False)
        try:
            await _first_of(_to_client(stream, websocket), _to_container(stream, websocket))
        finally:
            stream.close()
            release(file)

    def _start(self, session: Session) -> Any:
        api = self._host.client.api
        execution = api.exec_create(session.container, session.command, stdin=True, tty=True)["Id"]
        file = api.exec_start(execution, tty=True, socket=True)
        api.exec_resize(execution, height=session.rows, width=session.columns)
        return file

    async def _attach(self, session: Session, websocket: WebSocket) -> None:
        """Send a container's output, until it ends or the client leaves."""
        output: Any = self._host.client.containers.get(session.container).logs(stream=True, follow=True)

        async def follow() -> None:
            while (data := await asyncio.to_thread(next, output, None)) is not None:
                await websocket.send_bytes(data)

        try:
            await _first_of(follow(), _until_gone(websocket))
        finally:
            output.close()
            release(output)


async def _first_of(*ways: Coroutine[Any, Any, None]) -> None:
    """Wait until one of several ends; end the others."""
    tasks = [asyncio.create_task(way) for way in ways]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _to_client(stream: socket.socket, websocket: WebSocket) -> None:
    while data := await asyncio.get_running_loop().sock_recv(stream, _CHUNK):
        await websocket.send_bytes(data)


async def _to_container(stream: socket.socket, websocket: WebSocket) -> None:
    while (message := await websocket.receive())["type"] != "websocket.disconnect":
        data = message.get("bytes") or (message.get("text") or "").encode()
        await asyncio.get_running_loop().sock_sendall(stream, data)


async def _until_gone(websocket: WebSocket) -> None:
    while (await websocket.receive())["type"] != "websocket.disconnect":
        continue
