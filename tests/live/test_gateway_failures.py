"""Slow and failing backends."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import docker
import pytest

from polypod import Route
from polypod.targets.docker.deploy.gateway_control import RELOAD

from .conftest import unused_port
from .on_nginx import Nginx, nginx_before
from .wire import Backend, Seen, ok, wait_for

BOTH = ["one", "two"]
ROUTES = [
    Route("/both/", BOTH, timeout="2s"),
    Route("/retry/", BOTH, timeout="2s", retry=True),
    Route("/least/", BOTH, timeout="2s", balance="least-connections"),
    Route("/single/", "one", timeout="2s"),
    Route("/half/", ["one", "dead"], timeout="2s"),
    Route("/few/", ["dead", "dead2", "one"], timeout="2s"),
    Route("/streamed/", BOTH, timeout="2s", buffer_requests=False),
    Route("/dead/", ["dead", "dead2"]),
]
METHODS = [b"GET", b"HEAD", b"PUT", b"DELETE", b"OPTIONS", b"POST", b"PATCH"]


@pytest.fixture
def backends() -> Iterator[tuple[Backend, Backend]]:
    """Two backends that behave."""
    pair = (Backend(), Backend())
    yield pair
    for backend in pair:
        backend.close()


@pytest.fixture
def gate(daemon: docker.DockerClient, backends: tuple[Backend, Backend]) -> Iterator[Nginx]:
    """A gateway before them, and before ports where nobody listens."""
    ports = {"one": backends[0].port, "two": backends[1].port, "dead": unused_port(), "dead2": unused_port()}
    with nginx_before(daemon, ports, ROUTES) as nginx:
        yield nginx


def slow(_: object, seen: Seen) -> bytes | None:
    """An answer that takes three seconds where the path says so."""
    if b"slow" in seen.target:
        time.sleep(3)
    return None if b"break" in seen.target else ok()


def requests(backends: tuple[Backend, Backend], path: bytes) -> int:
    """How often backends got a request."""
    return sum(path in seen.target for backend in backends for seen in backend.seen)


@pytest.mark.parametrize("route", [b"both", b"retry", b"least", b"single", b"streamed"])
def test_a_slow_request_ends_in_time_and_hurts_nobody(
    route: bytes, gate: Nginx, backends: tuple[Backend, Backend]
) -> None:
    """It is answered 504, got by one backend once, and all others are answered meanwhile and afterwards."""
    for backend in backends:
        backend.answer = slow
    with ThreadPoolExecutor(4) as pool:
        started = time.monotonic()
        waiting = [pool.submit(gate.ask, b"/" + route + b"/slow") for _ in range(4)]
        others = Counter()
        while not all(future.done() for future in waiting) or time.monotonic() - started < 3:
            others[gate.ask(b"/" + route + b"/x").status] += 1
        assert [future.result().status for future in waiting] == [504] * 4
    assert set(others) == {200}
    assert requests(backends, b"slow") == 4


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("route", [b"both", b"single", b"streamed"])
def test_what_a_backend_has_got_is_not_sent_again(
    route: bytes, method: bytes, gate: Nginx, backends: tuple[Backend, Backend]
) -> None:
    """Whatever the method: it broke off, and may have done its work."""
    for backend in backends:
        backend.answer = slow
    for warm in range(2):  # the second one goes over a connection that is kept
        gate.ask(b"/" + route + b"/x")
        reply = gate.ask(b"/" + route + b"/break%d" % warm, method=method, body=b"x")
        assert (reply.status, requests(backends, b"break%d" % warm)) == (502, 1)


@pytest.mark.parametrize(
    ("expected", "method"), [((200, 2), b"GET"), ((200, 2), b"PUT"), ((502, 1), b"POST"), ((502, 1), b"PATCH")]
)
def test_a_route_may_allow_a_second_try(
    expected: tuple[int, int], method: bytes, gate: Nginx, backends: tuple[Backend, Backend]
) -> None:
    """For methods that may be repeated."""
    broken = threading.Event()

    def once(_: object, seen: Seen) -> bytes | None:
        if b"break" in seen.target and not broken.is_set():
            broken.set()
            return None
        return ok()

    for backend in backends:
        backend.answer = once
    status = gate.ask(b"/retry/break", method=method, body=b"x").status
    assert (status, requests(backends, b"break")) == expected


def test_an_answer_of_502_or_503_is_tried_elsewhere_only_where_allowed(
    gate: Nginx, backends: tuple[Backend, Backend]
) -> None:
    """Elsewhere it is the answer."""
    backends[0].answer = lambda _, __: ok(b"busy", status=b"503 Busy")
    assert Counter(gate.ask(b"/both/x").status for _ in range(10)) == {200: 5, 503: 5}
    assert Counter(gate.ask(b"/retry/x").status for _ in range(10)) == {200: 10}


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("route", [b"half", b"few"])
def test_where_nobody_listens_another_is_asked(
    route: bytes, method: bytes, gate: Nginx, backends: tuple[Backend, Backend]
) -> None:
    """Whatever the method, with its body, from the first request on, and with many at once."""
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: gate.ask(b"/" + route + b"/x", method=method, body=b"body").status, range(40)))
    assert Counter(found) == {200: 40}
    assert {seen.body for seen in backends[0].seen} == {b"body"}


def test_a_dead_pod_is_answered_for(gate: Nginx) -> None:
    """Soon, and again when it is back."""
    assert gate.ask(b"/dead/x").status == 502


def test_a_single_backend_that_comes_back_is_asked_at_once(gate: Nginx, backends: tuple[Backend, Backend]) -> None:
    """Failures of the past do not count."""
    one, _ = backends
    one.close()
    assert gate.ask(b"/single/x").status == 502
    back = Backend(one.port)
    assert gate.ask(b"/single/x").status == 200
    back.close()


def test_a_backend_that_stops_in_the_middle_is_seen_to(gate: Nginx, backends: tuple[Backend, Backend]) -> None:
    """The client does not take half an answer for a whole one."""
    for backend in backends:
        backend.answer = lambda connection, _: connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf")
    with gate.asked(b"/both/x") as client:
        assert b"200" in client.head()
        assert client.stream.read() == b"half"


def test_a_gateway_that_stops_ends_what_it_is_at(gate: Nginx, backends: tuple[Backend, Backend]) -> None:
    """By the signal that its image says."""
    for backend in backends:
        backend.answer = lambda *_: time.sleep(1.5) or ok(b"done")  # type: ignore[func-returns-value]
    with gate.asked(b"/both/x") as client:
        time.sleep(0.3)
        stopping = threading.Thread(target=gate.container.stop, kwargs={"timeout": 10})
        stopping.start()
        assert client.reply().body == b"done"
        stopping.join()


def test_a_gateway_that_is_started_again_does_not_take_what_nginx_refuses(gate: Nginx) -> None:
    """What is mounted was refused by the running nginx; after a crash or a reboot, the gateway is as it was."""
    gate.rewrite(lambda text: text.replace("events", "no_such_directive on;\nevents"))
    exit_code, _ = gate.container.exec_run(["sh", "-c", RELOAD])
    gate.container.restart(timeout=5)
    wait_for(gate.address)
    assert exit_code == 4
    assert gate.ask(b"/both/x").status == 200
    assert b'unknown directive "no_such_directive"' in gate.container.logs()
    gate.rewrite(lambda text: text.replace("no_such_directive on;\n", "").replace("/single/", "/mended/"))
    gate.container.restart(timeout=5)
    wait_for(gate.address)
    assert gate.ask(b"/mended/x").status == 200
