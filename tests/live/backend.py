"""A backend for the gateway's tests: tells what it was asked, and echoes WebSocket messages."""

import base64
import hashlib
import json
import os
import socket
import struct
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Handler(BaseHTTPRequestHandler):
    """Answers every request with what it saw of it."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Answer, slowly where the path says so; take a WebSocket where the client asks for one."""
        if self.headers.get("Upgrade") == "websocket":
            self.echo_one_message()
            return
        if "/slow" in self.path:
            time.sleep(float(self.path.rpartition("/")[2]))
        if self.path.endswith("/die"):
            os._exit(1)
        if self.path.endswith("/redirect"):
            self.answer_with(302, {"Location": "/login", "Set-Cookie": "a=1; Path=/app", "Content-Length": "0"})
            return
        if self.path.endswith("/big"):
            self.answer_with(200, {"X-Big": "a" * 60_000, "Content-Length": "0"})
            return
        if self.path.endswith("/events"):
            self.answer_with(200, {"Content-Type": "text/event-stream", "Connection": "close"})
            for i in range(2):
                self.wfile.write(f"data: {i}\n\n".encode())
                time.sleep(1)
            return
        self.answer()

    def do_POST(self) -> None:
        """Answer with the length of the body."""
        length = len(self.rfile.read(int(self.headers["Content-Length"])))
        self.answer(length=length)

    def answer_with(self, status: int, fields: dict[str, str]) -> None:
        """A head of its own."""
        self.send_response(status)
        for name, value in fields.items():
            self.send_header(name, value)
        self.end_headers()

    def answer(self, **more: object) -> None:
        """What the backend saw, as JSON."""
        target = self.requestline.split(" ")[1]  # self.path has fewer slashes
        seen = {"host": socket.gethostname(), "path": target, "headers": dict(self.headers), **more}
        body = json.dumps(seen).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def echo_one_message(self) -> None:
        """The WebSocket handshake, one short text message back, and the end."""
        guid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
        accept = base64.b64encode(hashlib.sha1((self.headers["Sec-WebSocket-Key"] + guid).encode()).digest())  # noqa: S324
        self.send_response(101)
        for name, value in (("Upgrade", "websocket"), ("Connection", "Upgrade"), ("Sec-WebSocket-Accept", accept)):
            self.send_header(name, value if isinstance(value, str) else value.decode())
        self.end_headers()
        _, length = struct.unpack("BB", self.rfile.read(2))
        mask, data = self.rfile.read(4), self.rfile.read(length & 127)
        text = bytes(byte ^ mask[i % 4] for i, byte in enumerate(data))
        self.wfile.write(struct.pack("BB", 0x81, len(text)) + text)
        self.wfile.write(struct.pack("BB", 0x88, 0))
        self.close_connection = True


ThreadingHTTPServer(("", int(os.environ["PORT"])), Handler).serve_forever()
