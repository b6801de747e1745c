"""Streams, upgrades, HTTP/2 and gRPC through the gateway."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from concurrent import futures
from typing import Any

import docker
import grpc
import h2.connection
import h2.events
import pytest
import websockets
import websockets.sync.client
import websockets.sync.server

from polypod import Route

from .on_nginx import Nginx, nginx_before
from .wire import Backend, Seen, connected, ok, request

SERVICE = "/live.Echo/"


class Echo(grpc.GenericRpcHandler):
    """A gRPC service that sends back what it gets."""

    def service(self, details: Any) -> Any:
        """Every method of the service: one message, several, or a stream in both directions."""
        if details.method == "/live.Echo/Fail":
            return grpc.unary_unary_rpc_method_handler(
                lambda _, context: context.abort(grpc.StatusCode.NOT_FOUND, "no such thing")
            )
        if details.method == "/live.Echo/Seen":
            return grpc.unary_unary_rpc_method_handler(
                lambda _, context: repr(dict(context.invocation_metadata())).encode()
            )
        return grpc.stream_stream_rpc_method_handler(lambda messages, _: messages)


@pytest.fixture(scope="module")
def sockets() -> Iterator[int]:
    """The port of a server of WebSockets that echoes."""

    def echo(connection: Any) -> None:
        for message in connection:
            connection.send(message)

    with websockets.sync.server.serve(echo, "127.0.0.1", 0, max_size=None) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.socket.getsockname()[1]
        server.shutdown()


@pytest.fixture(scope="module")
def service() -> Iterator[int]:
    """The port of a gRPC service."""
    server = grpc.server(futures.ThreadPoolExecutor(8), options=[("grpc.max_receive_message_length", -1)])
    server.add_generic_rpc_handlers((Echo(),))
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    yield port
    server.stop(None)


@pytest.fixture(scope="module")
def gate(daemon: docker.DockerClient, one: Backend, sockets: int, service: int) -> Iterator[Nginx]:
    """A gateway before all of these."""
    routes = [
        Route("/api/", "one"),
        Route("/streamed/", "one", buffer_requests=False, max_body_size="unlimited"),
        Route("/patient/", "one", timeout="unlimited", max_body_size="unlimited"),
        Route("/buffered/", "one", buffer_responses=True),
        Route("/ws/", "sockets", timeout="2s"),
        Route("/idle/", "sockets", timeout="unlimited"),
        Route(SERVICE, "service", protocol="grpc", timeout="2s"),
    ]
    with nginx_before(daemon, {"one": one.port, "sockets": sockets, "service": service}, routes) as nginx:
        yield nginx


def in_parts(*head: bytes) -> Any:
    """An answer of two parts, the second when the test allows it."""
    event = threading.Event()

    def answer(connection: socket.socket, _: Seen) -> None:
        connection.sendall(b"\r\n".join([b"HTTP/1.1 200 OK", *head, b"Transfer-Encoding: chunked", b"", b""]))
        connection.sendall(b"6\r\nfirst\n\r\n")
        event.wait(10)
        connection.sendall(b"7\r\nsecond\n\r\n0\r\n\r\n")

    return answer, event


@pytest.mark.parametrize("kind", [b"text/event-stream", b"application/x-ndjson", b"text/plain"])
def test_answers_in_parts_are_passed_on_as_they_come(kind: bytes, gate: Nginx, one: Backend) -> None:
    """The client reads the first part before the second is made."""
    one.answer, go_on = in_parts(b"Content-Type: " + kind)
    with gate.asked(b"/api/events") as client:
        assert b"200" in client.head()
        assert client.stream.readline() + client.stream.readline() == b"6\r\nfirst\n"
        go_on.set()
        assert b"second\n" in client.stream.read()


def test_a_backend_may_forbid_to_buffer(gate: Nginx, one: Backend) -> None:
    """Where the route buffers."""
    one.answer, go_on = in_parts(b"X-Accel-Buffering: no")
    with gate.asked(b"/buffered/events") as client:
        assert b"200" in client.head()
        assert client.stream.readline() + client.stream.readline() == b"6\r\nfirst\n"
        go_on.set()


def test_bodies_are_passed_on_as_they_come_where_a_route_says_so(gate: Nginx, one: Backend) -> None:
    """The backend has the first part before the client sends the second; chunks stay chunks."""
    parts: list[bytes] = []
    first = threading.Event()

    def answer(connection: socket.socket, _: Seen) -> bytes:
        parts.append(connection.recv(100))
        first.set()
        while not parts[-1].endswith(b"0\r\n\r\n"):
            parts.append(connection.recv(100))
        return ok(b"".join(parts))

    one.answer = answer
    one.reads_body = False
    try:
        with connected(gate.address) as client:
            client.send(request(b"/streamed/x", b"Transfer-Encoding: chunked", method=b"POST"))
            client.send(b"5\r\nfirst\r\n")
            assert first.wait(10)
            client.send(b"6\r\nsecond\r\n0\r\n\r\n")
            assert b"second" in client.reply().body
    finally:
        one.reads_body = True


def test_bodies_are_received_whole_by_default(gate: Nginx, one: Backend) -> None:
    """The backend is asked when the client has sent everything."""
    one.answer = lambda _, seen: ok(seen.body)
    count = len(one.seen)
    with connected(gate.address) as client:
        client.send(request(b"/api/x", b"Transfer-Encoding: chunked", method=b"POST"))
        client.send(b"5\r\nfirst\r\n")
        time.sleep(0.5)
        assert len(one.seen) == count
        client.send(b"6\r\nsecond\r\n0\r\n\r\n")
        assert client.reply().body == b"firstsecond"


@pytest.mark.parametrize("path", [b"/patient/x", b"/streamed/x"])
def test_bodies_have_no_limit_where_a_route_says_so(path: bytes, gate: Nginx, one: Backend) -> None:
    """More than the gateway's own limit."""
    one.answer = lambda _, seen: ok(b"%d" % len(seen.body))
    body = b"x" * 11_000_000
    assert gate.ask(b"/api/x", method=b"PUT", body=body[:10_000_000]).body == b"10000000"
    assert gate.ask(b"/api/x", method=b"PUT", body=body).status == 413
    assert gate.ask(path, method=b"PUT", body=body).body == b"11000000"


@pytest.mark.parametrize("path", [b"/api/x", b"/streamed/x"])
def test_a_client_that_waits_is_told_to_go_on(path: bytes, gate: Nginx, one: Backend) -> None:
    """`Expect: 100-continue` is answered, and the final answer follows."""
    one.answer = lambda _, seen: ok(seen.body)
    with connected(gate.address) as client:
        client.send(request(path, b"Expect: 100-continue", b"Content-Length: 4", method=b"POST"))
        assert client.head() == b"HTTP/1.1 100 Continue"
        client.send(b"body")
        assert client.reply().body == b"body"


def test_early_hints_pass(gate: Nginx, one: Backend) -> None:
    """Before the answer; not to clients of HTTP/1.0, which know none."""
    hints = b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n\r\n"
    one.answer = lambda *_: hints + ok(b"page")
    with gate.asked(b"/api/x") as client:
        early = client.reply()
        assert (early.status, early["Link"]) == (103, "</a.css>; rel=preload")
        assert client.reply().body == b"page"
    with connected(gate.address) as client:
        client.send(b"GET /api/x HTTP/1.0\r\n\r\n")
        assert client.reply().body == b"page"


@pytest.mark.parametrize("path", [b"/api/x", b"/buffered/x"])
def test_trailers_of_answers_pass(path: bytes, gate: Nginx, one: Backend) -> None:
    """And the backend learns that the client takes them."""
    one.answer = lambda *_: (
        b"HTTP/1.1 200 OK\r\nTrailer: X-Sum\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n0\r\nX-Sum: 42\r\n\r\n"
    )
    with connected(gate.address) as client:
        client.send(b"GET " + path + b" HTTP/1.1\r\nHost: x\r\nTE: trailers\r\nConnection: TE, close\r\n\r\n")
        head = client.head()
        assert b"Trailer: X-Sum" in head
        assert client.stream.read().endswith(b"0\r\nX-Sum: 42\r\n\r\n")
    assert one.seen[-1]["TE"] == "trailers"


def test_old_clients_are_answered(gate: Nginx, one: Backend) -> None:
    """HTTP/1.0, without a Host, and an answer in chunks, which it does not know."""
    one.answer = lambda *_: b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n0\r\n\r\n"
    with connected(gate.address) as client:
        client.send(b"GET /api/x HTTP/1.0\r\n\r\n")
        assert client.reply().body == b"body"


@pytest.mark.parametrize("protocol", ["websocket", "custom/1"])
def test_upgrades_pass(protocol: str, gate: Nginx, one: Backend) -> None:
    """Whatever the protocol; bytes go both ways."""

    def answer(connection: socket.socket, seen: Seen) -> None:
        assert (seen["Upgrade"], seen["Connection"].lower()) == (protocol, "upgrade")
        connection.sendall(b"HTTP/1.1 101 Switching\r\nUpgrade: custom\r\nConnection: Upgrade\r\n\r\n")
        while data := connection.recv(100):
            connection.sendall(data[::-1])

    one.answer = answer
    with connected(gate.address) as client:
        fields = f"Host: x\r\nUpgrade: {protocol}\r\nConnection: Upgrade\r\n\r\n"
        client.send(b"GET /api/x HTTP/1.1\r\n" + fields.encode())
        assert b" 101 " in client.head()
        for data in (b"abc", b"\x00\xff" * 3):
            client.send(data)
            assert client.stream.read(len(data)) == data[::-1]


def test_no_backend_is_led_past_the_routes(gate: Nginx, one: Backend) -> None:
    """An upgrade to HTTP/2 would be; it is not passed on, and the request answered as it is."""
    one.answer = lambda *_: ok(b"plain")
    with connected(gate.address) as client:
        fields = b"Host: x\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\nConnection: Upgrade, HTTP2-Settings\r\n\r\n"
        client.send(b"GET /api/x HTTP/1.1\r\n" + fields)
        assert client.reply().body == b"plain"
    assert one.seen[-1].all("Upgrade") == []


def test_websockets_pass_and_end_when_they_are_silent_for_too_long(gate: Nginx) -> None:
    """Long messages too."""
    host, port = gate.address
    with websockets.sync.client.connect(f"ws://{host}:{port}/ws/", max_size=None, ping_interval=None) as connection:
        for message in ("hello", "x" * 1_000_000, b"\x00\xff"):
            connection.send(message)
            assert connection.recv() == message
        with pytest.raises(websockets.ConnectionClosedError):
            connection.recv(timeout=10)
    with websockets.sync.client.connect(f"ws://{host}:{port}/idle/", ping_interval=None) as connection:
        time.sleep(3)
        connection.send("still here")
        assert connection.recv() == "still here"


def test_http_2_without_tls_is_spoken(gate: Nginx, one: Backend) -> None:
    """With clients that begin with it, on the same port."""
    one.answer = lambda _, seen: ok(seen.body)
    with connected(gate.address) as client:
        connection = h2.connection.H2Connection()
        connection.initiate_connection()
        fields = [(":method", "POST"), (":path", "/api/a%2Fb?c"), (":scheme", "http"), (":authority", "h2.example")]
        connection.send_headers(1, [*fields, ("cookie", "a=1"), ("cookie", "b=2")])
        connection.send_data(1, b"body", end_stream=True)
        client.send(connection.data_to_send())
        body = b""
        while True:
            for event in connection.receive_data(client.socket.recv(65536)):
                if isinstance(event, h2.events.DataReceived):
                    body += event.data
                if isinstance(event, h2.events.StreamEnded):
                    assert body == b"body"
                    request = one.seen[-1]
                    assert (request.target, request["Host"]) == (b"/a%2Fb?c", "h2.example")
                    assert request["Cookie"] == "a=1; b=2"
                    return
            client.send(connection.data_to_send())


@pytest.fixture
def channel(gate: Nginx) -> Iterator[grpc.Channel]:
    """A client of the gRPC service."""
    host, port = gate.address
    with grpc.insecure_channel(f"{host}:{port}", options=[("grpc.max_receive_message_length", -1)]) as channel:
        yield channel


def test_grpc_passes(channel: grpc.Channel) -> None:
    """One message, the status of an error in trailers, and what is said of the client."""
    assert list(channel.stream_stream(f"{SERVICE}Echo")(iter([b"one", b"two"]))) == [b"one", b"two"]
    with pytest.raises(grpc.RpcError) as failed:
        channel.unary_unary(f"{SERVICE}Fail")(b"")
    assert (failed.value.code(), failed.value.details()) == (grpc.StatusCode.NOT_FOUND, "no such thing")
    seen = channel.unary_unary(f"{SERVICE}Seen")(b"", metadata=[("x-own", "value"), ("x-forwarded-for", "192.0.2.1")])
    assert b"'x-own': 'value'" in seen
    assert b"'x-forwarded-for': '127.0.0.1'" in seen


def test_grpc_streams_both_ways_without_a_limit(channel: grpc.Channel) -> None:
    """Each message is there before the next is sent, and together they are more than a body may be elsewhere."""
    big = b"x" * 3_000_000

    received: list[int] = []
    turn = threading.Semaphore(1)

    def messages() -> Iterator[bytes]:
        for _ in range(5):
            assert turn.acquire(timeout=10)
            yield big

    for message in channel.stream_stream(f"{SERVICE}Echo")(messages()):
        received.append(len(message))
        turn.release()
    assert received == [len(big)] * 5


def test_grpc_clients_are_told_what_fails(gate: Nginx, channel: grpc.Channel) -> None:
    """A call that is silent for too long ends; a path without a route is not implemented."""

    def never() -> Iterator[bytes]:
        time.sleep(4)
        yield b""

    with pytest.raises(grpc.RpcError) as silent:
        list(channel.stream_stream(f"{SERVICE}Echo")(never()))
    assert silent.value.code() in (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.INTERNAL, grpc.StatusCode.UNKNOWN)
    with pytest.raises(grpc.RpcError) as unknown:
        channel.unary_unary("/live.Other/Echo")(b"")
    assert unknown.value.code() == grpc.StatusCode.UNIMPLEMENTED
