"""The paths that backends and clients see, byte for byte."""

from __future__ import annotations

from collections.abc import Iterator

import docker
import pytest

from polypod import Route

from .on_nginx import Nginx, nginx_before
from .wire import Backend, Seen, connected, ok

ROUTES = [
    Route("/api/", "one"),
    Route("/keep/", "one", strip_prefix=False),
    Route("/exact", "one"),
    Route("/both", "one"),
    Route("/both/", "two"),
    Route("/cut", "one", strip_prefix=True),
    Route("/v1.0/deep/", "one"),
    Route("/api/admin/", "two"),
    Route("/@scope/", "one"),
    Route("/a b/", "one"),
    Route("/ü/", "one"),
    Route("/\"q'$x;(y)+/", "one"),
    Route("/plain/", "one", restore_prefix=False),
]


@pytest.fixture(scope="module")
def gate(daemon: docker.DockerClient, one: Backend, two: Backend) -> Iterator[Nginx]:
    """A gateway with no route at the root."""
    with nginx_before(daemon, {"one": one.port, "two": two.port}, ROUTES) as nginx:
        yield nginx


def target_at(backend: Backend, gate: Nginx, target: bytes) -> bytes:
    """What a backend sees of a path."""
    count = len(backend.seen)
    reply = gate.ask(target)
    assert (reply.status, len(backend.seen) - count) == (200, 1), reply
    return backend.seen[-1].target


TAILS = [
    *(
        b"",
        b"?",
        b"?x",
        b"?a=b&c=%2F",
        b"?/../x",
        b"a?b?c",
        b"a%2Fb",
        b"a%2fb",
        b"/x",
        b"//",
        b"a//b",
        b"a/../b",
        b"./",
    ),
    *(b"%0A", b"a%0Ab?c", b"a%20b", b"a+b", b"caf\xc3\xa9", b"caf%C3%A9", b"\xff\xfe", b"%ff", b"a;b=c", b"a:b@c"),
    *(b"a%3Fb", b"a%23b", b"a%25b", b"%7Eme", b"a|b", b"{x}", b'"q"', b"a\\b", b"$host", b"$1", b"x" * 60_000),
]


@pytest.mark.parametrize("tail", TAILS, ids=lambda tail: repr(tail[:20]))
@pytest.mark.parametrize(("prefix", "stripped"), [(b"/api", b""), (b"/keep", b"/keep"), (b"/v1.0/deep", b"")])
def test_the_backend_sees_the_path_that_was_sent(
    tail: bytes, prefix: bytes, stripped: bytes, gate: Nginx, one: Backend
) -> None:
    """Whatever it holds, with the prefix or without it."""
    assert target_at(one, gate, prefix + b"/" + tail) == stripped + b"/" + tail


@pytest.mark.parametrize(
    ("expected", "sent"),
    [
        (b"/x", b"/@scope/x"),
        (b"/x", b"/%40scope/x"),
        (b"/x", b"/a%20b/x"),
        (b"/x", b"/%C3%BC/x"),
        (b"/x", b"/%c3%bc/x"),
        (b"/x", b"/\xc3\xbc/x"),
        (b"/x", b"/%22q'$x;(y)+/x"),
        (b"/x", b"/%22q%27%24x%3B%28y%29%2B/x"),
        (b"/x%2Fy", b"/%61pi/x%2Fy"),
        (b"/x", b"//api/x"),
        (b"//x", b"/v1.0//deep//x"),
        (b"/x?y", b"http://gate.example:8080/api/x?y"),
        (b"/exact", b"/exact"),
        (b"/exact?x", b"/exact?x"),
        (b"/", b"/cut"),
        (b"/?x", b"/cut?x"),
    ],
)
def test_a_prefix_may_be_written_in_several_ways(expected: bytes, sent: bytes, gate: Nginx, one: Backend) -> None:
    """Percent-encoded or not, with slashes that are doubled, as an absolute form."""
    assert target_at(one, gate, sent) == expected


@pytest.mark.parametrize("sent", [b"/x/../api/y", b"/api%2Fx", b"/keep/%2e%2e/api/x", b"/x/..%2Fapi/y"])
def test_a_prefix_that_is_not_there_cannot_be_stripped(sent: bytes, gate: Nginx, one: Backend) -> None:
    """Only the normalised path has it: no backend is asked."""
    count = len(one.seen)
    assert (gate.ask(sent).status, len(one.seen) - count) == (400, 0)


@pytest.mark.parametrize("sent", [b"/api/admin/x", b"/api//admin/x", b"/api/%61dmin/x", b"/keep/%2E%2E/api/admin/x",
                                  b"/api/x/../admin/x", b"/api/x/%2e%2e/admin/x", b"/api/x/..%2fadmin/x"])  # fmt: skip
def test_a_longer_route_cannot_be_passed_by(sent: bytes, gate: Nginx, one: Backend) -> None:
    """However its path is written, the backend of the shorter one is not asked."""
    count = len(one.seen)
    assert gate.ask(sent).status in (200, 400)
    assert len(one.seen) == count


@pytest.mark.parametrize("sent", [b"/exact/", b"/exact/x", b"/exacts", b"/ap", b"/apis", b"/API/x", b"/cut/x"])
def test_what_no_route_takes_is_not_found(sent: bytes, gate: Nginx, one: Backend) -> None:
    """An exact path is itself only."""
    count = len(one.seen)
    assert (gate.ask(sent).status, len(one.seen) - count) == (404, 0)


def test_a_path_and_what_is_below_it_may_have_two_routes(gate: Nginx, one: Backend, two: Backend) -> None:
    """Then nothing is redirected."""
    assert target_at(one, gate, b"/both") == b"/both"
    assert target_at(two, gate, b"/both/") == b"/"


@pytest.mark.parametrize("method", [b"GET", b"POST", b"PUT", b"PROPFIND"])
@pytest.mark.parametrize(
    ("location", "sent"),
    [
        ("/api/", b"/api"),
        ("/api/?", b"/api?"),
        ("/api/?x=%2F&y", b"/api?x=%2F&y"),
        ("/a%20b/", b"/a%20b"),
        ("/%C3%BC/", b"/%c3%bc"),
        ("/api/", b"http://elsewhere.example/api"),
    ],
)
def test_a_prefix_without_its_slash_leads_to_the_one_with_it(
    location: str, sent: bytes, method: bytes, gate: Nginx
) -> None:
    """By a redirect that keeps method and query, and says no scheme, host or port."""
    reply = gate.ask(sent, method=method, body=b"x")
    assert (reply.status, reply["Location"]) == (308, location)


@pytest.mark.parametrize(
    ("expected", "location"),
    [
        ("/api/login", "/login"),
        ("/api/", "/"),
        ("/api/login?next=/a%2Fb", "/login?next=/a%2Fb"),
        ("/api/login", "/api/login"),
        ("/api", "/api"),
        ("/api?x", "/api?x"),
        ("/api/apis", "/apis"),
        ("login", "login"),
        ("../x", "../x"),
        ("?x", "?x"),
        ("http://gate.example:8080/api/login", "http://gate.example:8080/login"),
        ("https://GATE.example:8080/api/login", "https://GATE.example:8080/login"),
        ("//gate.example:8080/api/login", "//gate.example:8080/login"),
        ("http://gate.example:8080/api/", "http://gate.example:8080"),
        ("http://gate.example:8080/api/?x", "http://gate.example:8080?x"),
        ("http://gate.example:8080/api/x", "http://gate.example:8080/api/x"),
        ("http://gate.example:80800/login", "http://gate.example:80800/login"),
        ("http://elsewhere.example/login", "http://elsewhere.example/login"),
        ("//elsewhere.example/login", "//elsewhere.example/login"),
        (
            "http://elsewhere.example/?http://gate.example:8080/x",
            "http://elsewhere.example/?http://gate.example:8080/x",
        ),
        ("mailto:a@b", "mailto:a@b"),
    ],
)
def test_redirects_lead_to_where_the_client_can_go(expected: str, location: str, gate: Nginx, one: Backend) -> None:
    """The stripped prefix is put back into the paths of the gateway's own host, once."""
    one.answer = lambda _, __: ok(b"", b"Location: " + location.encode(), status=b"302 Found")
    assert gate.ask(b"/api/x")["Location"] == expected
    assert gate.ask(b"/plain/x")["Location"] == location
    assert gate.ask(b"/keep/x")["Location"] == location


@pytest.mark.parametrize(
    ("expected", "cookie"),
    [
        (["a=1; Path=/api/app"], ["a=1; Path=/app"]),
        (["a=1; Path=/api/; HttpOnly", "b=2", "c=3; path=/api/x"], ["a=1; Path=/; HttpOnly", "b=2", "c=3; path=/x"]),
        (["a=1; Path=/api/x"], ["a=1; Path=/api/x"]),
        (["a=1; Path=/api"], ["a=1; Path=/api"]),
        (["a=1; Path=/api/apis"], ["a=1; Path=/apis"]),
    ],
)
def test_cookies_are_for_paths_that_the_client_asks_for(
    expected: list[str], cookie: list[str], gate: Nginx, one: Backend
) -> None:
    """The stripped prefix is put back into each of them."""
    one.answer = lambda _, __: ok(b"", *(b"Set-Cookie: " + line.encode() for line in cookie))
    assert gate.ask(b"/api/x").all("Set-Cookie") == expected
    assert gate.ask(b"/plain/x").all("Set-Cookie") == cookie
    assert gate.ask(b"/keep/x").all("Set-Cookie") == cookie


def test_the_gateway_answers_where_no_route_does(gate: Nginx) -> None:
    """A listing at the root, and whether it runs."""
    assert gate.ask(b"/").body.startswith(b"API gateway\nRoutes:\n/api/ -> one\n")
    assert "/ü/ -> one\n".encode() in gate.ask(b"/").body
    assert gate.ask(b"/healthz").status == 200
    assert gate.ask(b"/.polypod/health").status == 200


@pytest.mark.parametrize("path", [b"/.polypod/", b"/.polypod/http_0", b"/.polypod/routes.txt"])
def test_what_is_the_gateways_own_cannot_be_asked_for(path: bytes, gate: Nginx) -> None:
    """Neither directly nor by the header that nginx obeys in answers of backends."""
    assert gate.ask(path).status == 404


def test_an_application_at_the_root_has_every_path(daemon: docker.DockerClient, one: Backend) -> None:
    """`/healthz` and what looks like a host are its own."""
    one.answer = lambda _, __: ok()
    with nginx_before(daemon, {"one": one.port}, [Route("/", "one")]) as gate:
        for path in (b"/", b"/?", b"/healthz", b"//x//", b"/../x", b"/%2e%2e/", b"/a/..%2Fb"):
            if gate.ask(path).status == 400:
                assert path in (b"/../x", b"/%2e%2e/")  # nginx: above the root
            else:
                assert one.seen[-1].target == path
        with connected(gate.address) as client:
            client.send(b"GET http://gate.example?x HTTP/1.1\r\nHost: y\r\nConnection: close\r\n\r\n")
            assert client.reply().status == 200
        seen: Seen = one.seen[-1]
        assert (seen.target, seen["Host"]) == (b"/?x", "gate.example")
