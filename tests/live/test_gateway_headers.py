"""What backends learn of the client, and the heads of requests and answers."""

from __future__ import annotations

from collections.abc import Iterator

import docker
import pytest

from polypod import Route

from .on_nginx import Nginx, nginx_before
from .wire import Backend, Seen, connected, ok

ROUTES = [Route("/api/", "one"), Route("/keep/", "one", strip_prefix=False)]
FORWARDED = [
    b"X-Forwarded-For: 203.0.113.9",
    b"X-Forwarded-Proto: https",
    b"X-Forwarded-Host: shop.example, inner.example",
    b"X-Forwarded-Port: 8443",
    b"X-Forwarded-Prefix: /outer/",
    b"X-Real-IP: 203.0.113.9",
    b"Forwarded: for=203.0.113.9;proto=https",
]


@pytest.fixture(scope="module")
def gate(daemon: docker.DockerClient, one: Backend) -> Iterator[Nginx]:
    """A gateway that trusts nobody."""
    with nginx_before(daemon, {"one": one.port}, ROUTES) as nginx:
        yield nginx


@pytest.fixture(scope="module")
def behind(daemon: docker.DockerClient, one: Backend) -> Iterator[Nginx]:
    """A gateway behind a proxy on this machine."""
    proxies = ["127.0.0.0/8", "198.51.100.0/24"]
    with nginx_before(daemon, {"one": one.port}, ROUTES, trusted_proxies=proxies) as nginx:
        yield nginx


def seen(gate: Nginx, one: Backend, target: bytes, *fields: bytes) -> Seen:
    """What the backend saw."""
    one.answer = lambda *_: ok()
    assert gate.ask(target, *fields).status == 200
    return one.seen[-1]


def forwarded(request: Seen) -> dict[str, str]:
    """What a backend is told of the client."""
    names = ("For", "Proto", "Host", "Port", "Prefix")
    values = {name: request.all(f"X-Forwarded-{name}") for name in names} | {"Real": request.all("X-Real-IP")}
    return {name: value for name, found in values.items() for value in found}


def test_nobody_is_believed_unless_the_program_says_so(gate: Nginx, one: Backend) -> None:
    """Whatever a client says of itself is replaced by what the gateway sees."""
    expected = {"For": "127.0.0.1", "Proto": "http", "Host": "gate.example:8080", "Port": "8080", "Real": "127.0.0.1"}
    for fields in ([], FORWARDED):
        request = seen(gate, one, b"/api/x", *fields)
        assert forwarded(request) == expected | {"Prefix": "/api"}
        assert request.all("Forwarded") == []
        assert request["Host"] == "gate.example:8080"
    assert forwarded(seen(gate, one, b"/keep/x", *FORWARDED)) == expected


def test_a_trusted_proxy_is_believed(behind: Nginx, one: Backend) -> None:
    """What it says is passed on, and the address of the proxy is added."""
    request = seen(behind, one, b"/api/x", *FORWARDED)
    assert forwarded(request) == {
        "For": "203.0.113.9, 127.0.0.1",
        "Proto": "https",
        "Host": "shop.example",
        "Port": "8443",
        "Prefix": "/outer/api",
        "Real": "203.0.113.9",
    }
    assert request["Forwarded"] == "for=203.0.113.9;proto=https"
    assert forwarded(seen(behind, one, b"/keep/x", b"X-Forwarded-Prefix: /outer"))["Prefix"] == "/outer"


@pytest.mark.parametrize(
    ("expected", "fields"),
    [
        (("https", "443"), [b"X-Forwarded-Proto: https", b"X-Forwarded-Host: shop.example"]),
        (("https", "444"), [b"X-Forwarded-Proto: https", b"X-Forwarded-Host: shop.example:444"]),
        (("http", "80"), [b"X-Forwarded-Host: shop.example"]),
        (("http", "8080"), []),
    ],
)
def test_the_port_is_the_one_that_the_client_used(
    expected: tuple[str, str], fields: list[bytes], behind: Nginx, one: Backend
) -> None:
    """Where no proxy says it, that of the host, or of the scheme."""
    found = forwarded(seen(behind, one, b"/api/x", *fields))
    assert (found["Proto"], found["Port"]) == expected


def test_the_client_is_the_last_address_that_is_not_a_proxys(behind: Nginx, one: Backend) -> None:
    """What it wrote before that is its own claim."""
    request = seen(behind, one, b"/api/x", b"X-Forwarded-For: 192.0.2.66, 203.0.113.9, 198.51.100.7")
    assert request["X-Real-IP"] == "203.0.113.9"
    assert request["X-Forwarded-For"] == "192.0.2.66, 203.0.113.9, 198.51.100.7, 127.0.0.1"


def test_redirects_lead_through_the_proxy_in_front(behind: Nginx, one: Backend) -> None:
    """Its own prefix is the clients' too."""
    fields = [b"X-Forwarded-Prefix: /outer", b"X-Forwarded-Host: shop.example"]
    assert behind.ask(b"/api?x", *fields)["Location"] == "/outer/api/?x"
    cases = {
        b"/login": "/outer/api/login",
        b"/outer/api/login": "/outer/api/login",
        b"https://shop.example/login": "https://shop.example/outer/api/login",
        b"https://other.example/login": "https://other.example/login",
    }
    for location, expected in cases.items():
        one.answer = lambda _, __, where=location: ok(b"", b"Location: " + where, status=b"302 Found")
        assert behind.ask(b"/api/x", *fields)["Location"] == expected


@pytest.mark.parametrize("name", ["X_Forwarded_For", "X-Forwarded_Proto", "X_Forwarded-Prefix", "X_Real_IP"])
def test_no_spelling_passes_for_what_the_gateway_says(name: str, gate: Nginx, one: Backend) -> None:
    """Servers in the tradition of CGI read underscores and hyphens as one."""
    assert seen(gate, one, b"/api/x", name.encode() + b": 203.0.113.9").all(name) == []


@pytest.mark.parametrize(
    "name", ["x_under_score", "x.dotted.name", "X-Ok", "!#$%&'*+-.^_`|~", "1-2-3", "Sec-Fetch-Mode"]
)
def test_every_legal_name_passes(name: str, gate: Nginx, one: Backend) -> None:
    """There and back."""
    line = name.encode() + b": va \xe9lue"
    one.answer = lambda _, __: ok(b"", line)
    reply = gate.ask(b"/api/x", line)
    assert (name.encode(), b"va \xe9lue") in one.seen[-1].fields
    assert reply[name] == "va \xe9lue"


def test_fields_keep_their_order_and_number(gate: Nginx, one: Backend) -> None:
    """Several of one name stay several, also empty ones."""
    one.answer = lambda _, __: ok(b"", b"Set-Cookie: a=1", b"Set-Cookie: b=2", b"X-Empty:")
    reply = gate.ask(b"/api/x", b"X-Several: 1", b"X-Several: 2", b"Cookie: a=1", b"Authorization: Basic eDp5")
    request = one.seen[-1]
    assert request.all("X-Several") == ["1", "2"]
    assert (request["Cookie"], request["Authorization"]) == ("a=1", "Basic eDp5")
    assert (reply.all("Set-Cookie"), reply["X-Empty"]) == (["a=1", "b=2"], "")


def test_answers_keep_their_head(gate: Nginx, one: Backend) -> None:
    """The backend's own server name, date, reason, and what nginx would take as orders."""
    fields = [b"Server: mine/1", b"Date: Mon, 01 Jan 2024 00:00:00 GMT", b"X-Accel-Redirect: /keep/x", b'ETag: W/"1"']
    one.answer = lambda _, __: ok(b"body", *fields, status=b"299 Odd Reason")
    reply = gate.ask(b"/api/x")
    assert reply.head.startswith(b"HTTP/1.1 299 Odd Reason\r\n")
    assert (reply["Server"], reply["Date"]) == ("mine/1", "Mon, 01 Jan 2024 00:00:00 GMT")
    assert (reply["X-Accel-Redirect"], reply["ETag"], reply.body) == ("/keep/x", 'W/"1"', b"body")


@pytest.mark.parametrize("size", [9_000, 64 * 1024])
def test_large_heads_pass(size: int, gate: Nginx, one: Backend) -> None:
    """A cookie, a path and a head of an answer; all at once."""
    one.answer = lambda _, __: ok(b"ok", b"X-Big: " + b"a" * size)
    path = b"/api/" + b"p" * (size - 5)
    reply = gate.ask(path, b"Cookie: c=" + b"c" * (size - 2))
    assert (reply.status, len(reply["X-Big"])) == (200, size)
    request = one.seen[-1]
    assert (len(request.target), len(request["Cookie"])) == (size - 4, size)


def test_what_is_too_large_is_said(gate: Nginx) -> None:
    """By the statuses for it."""
    assert gate.ask(b"/api/" + b"p" * 100_000).status == 414
    assert gate.ask(b"/api/x", b"Cookie: " + b"c" * 100_000).status == 400


@pytest.mark.parametrize(
    "method", [b"GET", b"HEAD", b"OPTIONS", b"DELETE", b"PATCH", b"PURGE", b"PROPFIND", b"M-SEARCH"]
)
def test_every_method_passes(method: bytes, gate: Nginx, one: Backend) -> None:
    """Also those that nginx does not know."""
    one.answer = lambda _, request: ok(b"" if request.line.startswith(b"HEAD") else b"body")
    assert gate.ask(b"/api/x", method=method).status == 200
    assert one.seen[-1].line == method + b" /x HTTP/1.1"


@pytest.mark.parametrize("status", [b"204 No Content", b"304 Not Modified"])
def test_answers_without_a_body_end_with_their_head(status: bytes, gate: Nginx, one: Backend) -> None:
    """The connection serves the next request."""
    one.answer = lambda _, __: b"HTTP/1.1 " + status + b"\r\nETag: x\r\n\r\n"
    with connected(gate.address) as client:
        for _ in range(2):
            client.send(b"GET /api/x HTTP/1.1\r\nHost: x\r\n\r\n")
            assert client.reply().status == int(status[:3])


@pytest.mark.parametrize("status", [400, 401, 403, 404, 413, 429, 500, 502, 503, 504])
def test_errors_of_backends_are_their_own(status: int, gate: Nginx, one: Backend) -> None:
    """With body and fields."""
    one.answer = lambda _, __: ok(b'{"own":1}', b"Retry-After: 7", status=b"%d Mine" % status)
    reply = gate.ask(b"/api/x")
    assert (reply.status, reply["Retry-After"], reply.body) == (status, "7", b'{"own":1}')
