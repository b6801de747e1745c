"""The nginx configuration that a gateway becomes."""

from __future__ import annotations

import re
from typing import Any

import pytest

from polypod import Backend, Gateway, Pod, Port, Route
from polypod.model.application import Application
from polypod.targets.docker.render import render
from tests.programs import container, site

WEB = Pod(container("web", port=80))
API = Pod(container("api", ports=[81, Port(82, name="admin")]))


def configuration(*routes: Route, **fields: Any) -> str:
    """The configuration of a gateway before two pods."""
    app = Application.of(Gateway([WEB, API], routes=routes, **fields))
    gateway = next(c for c in render(app, site()).containers() if c.role == "main" and c.key == "gateway-0")
    (content,) = next(u.content.parts for u in gateway.uploads if u.path == "/etc/polypod/nginx.conf")
    assert isinstance(content, str)
    return content


def block(text: str, head: str) -> list[str]:
    """The directives of one block."""
    match = re.search(rf"^ *{re.escape(head)} {{\n(.*?)^ *}}", text, re.DOTALL | re.MULTILINE)
    assert match, f"there is no {head!r} in\n{text}"
    return [line.strip() for line in match[1].splitlines()]


@pytest.mark.parametrize(
    ("expected", "to"),
    [
        (["web:80 weight=1"], "web"),
        (["web:80 weight=1"], WEB),
        (["api:81 weight=1"], API),
        (["api:82 weight=1"], Backend("api", port=82)),
        (["web:80 weight=3", "api:81 weight=1"], [Backend("web", weight=3), "api"]),
    ],
)
def test_backends_are_listed_with_port_and_weight(expected: list[str], to: Any) -> None:
    """The first port of a pod unless the program says another."""
    lines = block(configuration(Route("/", to)), "upstream route_0")
    assert [
        re.sub(r"^server (\S+ weight=\d+) .*$", r"\1", line) for line in lines if line.startswith("server ")
    ] == expected


def test_backends_are_resolved_anew() -> None:
    """A pod that is replaced or scaled is found without touching the gateway."""
    text = configuration(Route("/", "web"))
    assert "resolver @RESOLVER@ valid=1s ipv6=off;" in text
    assert "resolver_timeout 1s;" in text
    servers = [line for line in block(text, "upstream route_0") if line.startswith("server ")]
    assert [line.endswith(" resolve;") for line in servers] == [True]


@pytest.mark.parametrize(("expected", "balance"), [(False, "round-robin"), (True, "least-connections")])
def test_backends_share_the_requests(expected: bool, balance: Any) -> None:
    """In turn, or to the one with the fewest connections."""
    lines = block(configuration(Route("/", ["web", "api"], balance=balance)), "upstream route_0")
    assert ("least_conn;" in lines) == expected


@pytest.mark.parametrize(
    ("expected", "route"),
    [
        ([("/api/v1.0/x?y", "/x?y"), ("/api/v1.0/", "/"), ("/api/v1x0/x", None)], Route("/api/v1.0/", "web")),
        ([("/x", "/x"), ("/", "/")], Route("/", "web")),
        ([("/a/x", None)], Route("/a/", "web", strip_prefix=False)),
    ],
)
def test_the_prefix_is_taken_off(expected: list[tuple[str, str | None]], route: Route) -> None:
    """Unless the program says otherwise: then nothing is rewritten."""
    lines = block(configuration(route), f"location {route.prefix}")
    rewrites = [line.split() for line in lines if line.startswith("rewrite ")]
    for path, seen in expected:
        actual = None
        for _, pattern, replacement, flag in rewrites:
            assert flag == "break;"
            if match := re.match(pattern, path):
                actual = match.expand(replacement.replace("$1", r"\1"))
        assert actual == seen


@pytest.mark.parametrize("head", ["location /a/", "location @again_0"])
@pytest.mark.parametrize(
    ("expected", "fields", "route"),
    [
        (("60000ms", "10000000"), {}, {}),
        (("5000ms", "1024"), {"timeout": "5s", "max_body_size": "1Ki"}, {}),
        (("500ms", "2000"), {"timeout": "5s", "max_body_size": "1Ki"}, {"timeout": "500ms", "max_body_size": "2k"}),
    ],
)
def test_limits_of_a_route_come_before_those_of_the_gateway(
    expected: tuple[str, str], fields: dict[str, Any], route: dict[str, Any], head: str
) -> None:
    """How long a pod may be silent, and the largest request body; also for the second try."""
    lines = block(configuration(Route("/a/", "web", **route), **fields), head)
    timeout, size = expected
    assert {f"proxy_read_timeout {timeout};", f"proxy_send_timeout {timeout};", f"client_max_body_size {size};"} <= set(
        lines
    )


def test_connecting_has_a_limit_of_its_own() -> None:
    """A dead backend costs no more than that."""
    assert "proxy_connect_timeout 250ms;" in configuration(Route("/", "web"), connect_timeout="250ms")


def test_the_root_lists_the_routes() -> None:
    """In the order of the program, for whoever opens the address."""
    text = configuration(Route("/b/", ["web", "api"]), Route("/a/", "api"))
    listing = re.search(r'location = / \{.*return 200 "(.*)"; \}', text)
    assert listing is not None
    assert listing[1].replace("\\n", "\n") == "API gateway\nRoutes:\n/b/ -> web, api\n/a/ -> api\n"
    assert re.search(r"location / \{.*return 404", text)


def test_a_route_may_take_the_root() -> None:
    """Then there is no listing, and nothing that would hide the route."""
    text = configuration(Route("/", "web"), Route("/a/", "api"))
    assert (text.count("location = / "), text.count("location / {")) == (0, 1)


def test_a_prefix_without_its_slash_leads_to_the_one_with_it() -> None:
    """So that relative links of the application work."""
    text = configuration(Route("/a/", "web"), Route("/", "api"))
    assert re.findall(r"location = (\S+) \{ return 301 (\S+);", text) == [("/a", "/a/$is_args$args")]


@pytest.mark.parametrize(
    "line",
    [
        "listen 9000;",
        'location = /healthz { access_log off; default_type text/plain; return 200 "ok\\n"; }',
        "access_log /dev/stdout main;",
        "proxy_set_header Upgrade $http_upgrade;",
        "proxy_set_header Connection $connection_upgrade;",
        "proxy_set_header Host $http_host;",
        "proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;",
        "proxy_next_upstream error timeout http_502 http_503;",
    ],
)
def test_every_gateway_has(line: str) -> None:
    """Health, access log, websockets, forwarded addresses and a second backend when the first is dead."""
    assert line in [found.strip() for found in configuration(Route("/", "web"), port=9000).splitlines()]


def test_every_route_has_its_own_blocks() -> None:
    """The braces match, and no route shares another's upstream."""
    text = configuration(*(Route(f"/{name}/", ["web", "api"]) for name in "abc"))
    assert text.count("{") == text.count("}")
    assert re.findall(r"upstream (\w+)", text)[-3:] == ["route_0", "route_1", "route_2"]
    assert [
        block(text, f"location /{name}/").count(f"proxy_pass http://route_{i};") for i, name in enumerate("abc")
    ] == [1] * 3


def test_nginx_runs_without_root() -> None:
    """Its configuration needs no directory that only root may write to."""
    app = Application.of(Gateway([WEB], routes=[Route("/", "web")]))
    record = next(c for c in render(app, site()).containers() if c.key == "gateway-0")
    assert record.user == "101:101"
    paths = re.findall(r"(?:pid|_temp_path) (\S+);", configuration(Route("/", "web")))
    assert {path.split("/")[1] for path in paths} == {"tmp"}
