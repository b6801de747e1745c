"""Bytes on the wire: a backend that shows what it got, and a client that sends what it is told."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import attrs

PATIENCE = 15.0


@attrs.frozen
class Seen:
    """A request as a backend got it."""

    line: bytes
    fields: tuple[tuple[bytes, bytes], ...]
    body: bytes = b""

    @property
    def target(self) -> bytes:
        """The request target, byte for byte."""
        return self.line.split(b" ", 1)[1].rsplit(b" ", 1)[0]

    def all(self, name: str) -> list[str]:
        """The values of a header field."""
        return [value.decode() for key, value in self.fields if key.lower() == name.lower().encode()]

    def __getitem__(self, name: str) -> str:
        (value,) = self.all(name)
        return value


Answer = Callable[[Any, Seen], bytes | None]


def ok(body: bytes = b"ok", *fields: bytes, status: bytes = b"200 OK") -> bytes:
    """An answer of a known length."""
    lines = [b"HTTP/1.1 " + status, *fields, b"Content-Length: %d" % len(body), b"", body]
    return b"\r\n".join(lines)


class Backend:
    """A server whose answers a test writes, byte by byte.

    ``answer`` is called with the connection and the request, and returns the bytes to send, or None to close.
    """

    def __init__(self, port: int = 0) -> None:
        self.seen: list[Seen] = []
        self.answer: Answer = lambda _, __: ok()
        self.reads_body = True
        self._socket = socket.create_server(("127.0.0.1", port))
        self.port = int(self._socket.getsockname()[1])
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        """Refuse connections from now on."""
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._socket.accept()
                connection.settimeout(60)
                threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with suppress(OSError), connection, connection.makefile("rb", buffering=0) as stream:
            while line := stream.readline().rstrip(b"\r\n"):
                fields = tuple(_fields(stream))
                length = next((int(value) for name, value in fields if name.lower() == b"content-length"), 0)
                seen = Seen(line, fields, _body(stream, length) if self.reads_body else b"")
                self.seen.append(seen)
                answer = self.answer(connection, seen)
                if answer is None:
                    return
                connection.sendall(answer)


def _body(stream: Any, length: int) -> bytes:
    parts = []
    while length > 0 and (part := stream.read(length)):
        parts.append(part)
        length -= len(part)
    return b"".join(parts)


def _fields(stream: Any) -> Iterator[tuple[bytes, bytes]]:
    while line := stream.readline().rstrip(b"\r\n"):
        name, _, value = line.partition(b":")
        yield name, value.strip()


@attrs.frozen
class Reply:
    """An answer as a client got it."""

    status: int
    head: bytes
    body: bytes

    def all(self, name: str) -> list[str]:
        """The values of a header field."""
        lines = [line.partition(b":") for line in self.head.split(b"\r\n")[1:]]
        return [value.strip().decode("latin-1") for key, _, value in lines if key.lower() == name.lower().encode()]

    def __getitem__(self, name: str) -> str:
        (value,) = self.all(name)
        return value


class Client:
    """A connection to a server."""

    def __init__(self, address: tuple[str, int]) -> None:
        self.socket = socket.create_connection(address, timeout=PATIENCE)
        self.stream = self.socket.makefile("rb")

    def send(self, data: bytes) -> None:
        """Send bytes as they are."""
        self.socket.sendall(data)

    def head(self) -> bytes:
        """The next status line and header fields."""
        lines = []
        while line := self.stream.readline():
            if line == b"\r\n":
                break
            lines.append(line.rstrip(b"\r\n"))
        return b"\r\n".join(lines)

    def reply(self, *, to: bytes = b"GET") -> Reply:
        """The next answer, with its body."""
        head = self.head()
        status = int(head.split(b" ")[1])
        reply = Reply(status, head, b"")
        if to == b"HEAD" or status in (204, 304) or status < 200:
            return reply
        if reply.all("Content-Length"):
            return attrs.evolve(reply, body=self.stream.read(int(reply["Content-Length"])))
        return attrs.evolve(reply, body=self.stream.read())

    def close(self) -> None:
        """Hang up."""
        self.stream.close()
        self.socket.close()


@contextmanager
def connected(address: tuple[str, int]) -> Iterator[Client]:
    """A connection for a while."""
    client = Client(address)
    try:
        yield client
    finally:
        client.close()


def request(target: bytes, *fields: bytes, method: bytes = b"GET", body: bytes | None = None) -> bytes:
    """The bytes of a request that is the last on its connection."""
    lines = [method + b" " + target + b" HTTP/1.1", b"Host: gate.example:8080", b"Connection: close", *fields]
    if body is not None:
        lines.append(b"Content-Length: %d" % len(body))
    return b"\r\n".join([*lines, b"", body or b""])


def ask(
    address: tuple[str, int], target: bytes, *fields: bytes, method: bytes = b"GET", body: bytes | None = None
) -> Reply:
    """One request and its answer."""
    with connected(address) as client:
        client.send(request(target, *fields, method=method, body=body))
        return client.reply(to=method)


def wait_for(address: tuple[str, int]) -> None:
    """Wait until somebody listens."""
    for _ in range(100):
        with suppress(OSError), connected(address) as client:
            client.send(request(b"/.polypod/health"))
            if client.head():
                return
        time.sleep(0.1)
    raise TimeoutError(f"nobody listens at {address}")
