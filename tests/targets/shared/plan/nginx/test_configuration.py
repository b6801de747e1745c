"""The nginx configuration that a gateway becomes."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from polypod import Autoscale, Backend, Gateway, Pod, Port, Route
from polypod.model.application import Application
from polypod.model.route_path import decoded, encoded, is_exact, path_problem
from polypod.targets.docker.plan.render import render
from tests.nginx import Directive, parsed
from tests.programs import container, site

WEB = Pod(container("web", port=80))
API = Pod(container("api", ports=[81, Port(82, name="admin")]))


def files(*routes: Route, **fields: Any) -> dict[str, str]:
    """The files of a gateway before two pods."""
    app = Application.of(Gateway(**{"pods": [WEB, API], "routes": routes, **fields}))
    gateway = next(pod for pod in render(app, site()).pods if pod.key == "gateway-0")
    return {file.path: "".join(map(str, file.content.parts)) for file in gateway.volumes[0].files}


def http(*routes: Route, **fields: Any) -> Directive:
    """What the configuration says of HTTP."""
    return parsed(files(*routes, **fields)["nginx.conf"]).one("http")


def location(block: Directive, *args: str) -> Directive:
    """A location."""
    return block.one("server").one("location", *args)


def way(block: Directive, path: str) -> Directive:
    """The location that passes on what a route's location takes."""
    (_, target, _) = location(block, path).one("rewrite").args
    return location(block, "=", target.removesuffix("$streamed"))


def servers(block: Directive, name: str = "backends_0") -> list[tuple[str, ...]]:
    """The servers of an upstream."""
    return [server.args for server in block.one("upstream", name).all("server")]


@pytest.mark.parametrize(
    ("expected", "to"),
    [
        (["web-0.web:80 weight=1"], "web"),
        (["web-0.web:80 weight=1"], WEB),
        (["api-0.api:81 weight=1"], API),
        (["api-0.api:82 weight=1"], Backend("api", port=82)),
        (["web-0.web:80 weight=3", "api-0.api:81 weight=1"], [Backend("web", weight=3), "api"]),
    ],
)
def test_backends_are_listed_with_port_and_weight(expected: list[str], to: Any) -> None:
    """The first port of a pod unless the program says another; a second time for when all have failed."""
    listed = [" ".join(args[:2]) for args in servers(http(Route("/", to)))]
    assert listed == expected * 2


def test_a_backend_that_failed_is_passed_over_until_all_have() -> None:
    """Failures for nginx are slow requests too, and those must not shut out the others."""
    first, backup = servers(http(Route("/", "web")))
    assert {"max_fails=1", "fail_timeout=1s"} < set(first)
    assert {"max_fails=0", "backup"} < set(backup)


def test_every_replica_is_listed() -> None:
    """So that the gateway can be told to send nothing to one of them."""
    more = Pod(container("more", port=80), replicas=2)
    listed = [args[0] for args in servers(http(Route("/", more), pods=[more]))]
    assert listed == ["more-0.more:80", "more-1.more:80"] * 2


def test_backends_are_resolved_anew() -> None:
    """A pod that is replaced or scaled is found without touching the gateway."""
    block = http(Route("/", "web"))
    assert block.value("resolver") == "@RESOLVER@ valid=1s ipv6=off"
    assert block.value("resolver_timeout") == "1s"
    assert {args[-1] for args in servers(block)} == {"resolve"}


def test_what_starts_nginx_finds_the_lines_it_fills_in() -> None:
    """One line for each server, and one for the resolver, of which no path of a route can be taken for one."""
    text = files(Route("/\t@RESOLVER@/".replace("\t", " server "), "web"))["nginx.conf"]
    assert len(re.findall(r"^  resolver @RESOLVER@ ", text, re.MULTILINE)) == 1
    assert re.findall(r"^    server (\S+)", text, re.MULTILINE) == ["web-0.web:80", "web-0.web:80"]


@pytest.mark.parametrize(("expected", "balance"), [(False, "round-robin"), (True, "least-connections")])
def test_backends_share_the_requests(expected: bool, balance: Any) -> None:
    """In turn, or to the one with the fewest connections."""
    upstream = http(Route("/", ["web", "api"], balance=balance)).one("upstream")
    assert (upstream.value("least_conn") is not None) == expected


def test_routes_to_the_same_pods_share_their_upstream_and_way() -> None:
    """So that thousands of routes cost little."""
    block = http(*(Route(f"/{i}/", ["web", "api"]) for i in range(2000)))
    assert len(list(block.all("upstream"))) == 1
    assert len({location(block, f"/{i}/").value("rewrite") for i in range(2000)}) == 1


def test_there_is_room_for_every_replica() -> None:
    """In the memory that workers share."""
    pod = Pod(container("web", port=80), autoscale=Autoscale(max_replicas=100))
    (_, size) = http(Route("/", "web"), pods=[pod]).one("upstream").one("zone").args
    assert int(size) > 100 * 4 * 1024


PATHS = st.text(
    st.characters(codec="utf-8", exclude_characters="\\{}?#%", min_codepoint=32, exclude_categories=["Cc"]), max_size=8
).map(lambda text: f"/{text}")


@settings(max_examples=200, deadline=None)
@given(st.lists(PATHS.filter(lambda path: not path_problem(path)), unique_by=decoded, max_size=4))
def test_every_path_is_what_a_parser_reads(paths: list[str]) -> None:
    """Whatever characters it has, each route has its location, and nothing else is there."""
    block = http(*(Route(path, "web") for path in paths))
    found = [entry.args for entry in block.one("server").all("location") if entry.value("set") is not None]
    routed = [args for args in found if args[-1].startswith("/") and not args[-1].startswith("/.polypod/")]
    assert routed == [("=", path) if is_exact(path) else (path,) for path in paths]
    for path in paths:
        block_of = location(block, *(("=", path) if is_exact(path) else (path,)))
        values = dict(found.args for found in block_of.all("set"))
        assert values["$prefix"] == ("" if is_exact(path) else encoded(path)[:-1])
    assert len(list(block.one("server").all("listen"))) == 1


@pytest.mark.parametrize(
    ("expected", "fields", "route"),
    [
        (("60000ms", "10000000"), {}, {}),
        (("5000ms", "1024"), {"timeout": "5s", "max_body_size": "1Ki"}, {}),
        (("500ms", "2000"), {"timeout": "5s", "max_body_size": "1Ki"}, {"timeout": "500ms", "max_body_size": "2k"}),
        (("24d", "0"), {"timeout": "unlimited", "max_body_size": "unlimited"}, {}),
        (("24d", "0"), {}, {"timeout": "unlimited", "max_body_size": "unlimited"}),
        (("1000ms", "1000"), {"timeout": "unlimited"}, {"timeout": 1, "max_body_size": "1k"}),
    ],
)
def test_limits_of_a_route_come_before_those_of_the_gateway(
    expected: tuple[str, str], fields: dict[str, Any], route: dict[str, Any]
) -> None:
    """How long a pod may be silent, and the largest request body; also for the second try."""
    block = http(Route("/a/", "web", **route), **fields)
    assert block.value("client_max_body_size") == "0"
    first = way(block, "/a/")
    for entry in (first, location(block, str(first.value("set")).split()[-1])):
        limits = [entry.value(name) for name in ("proxy_read_timeout", "proxy_send_timeout", "client_max_body_size")]
        assert limits == [expected[0], expected[0], expected[1]]


@pytest.mark.parametrize(
    ("expected", "fields", "route"),
    [
        (60, {}, {}),
        (10, {"timeout": "1s"}, {}),
        (90, {}, {"timeout": "90s"}),
        (300, {}, {"timeout": "1h"}),
        (300, {"timeout": "unlimited"}, {}),
    ],
)
def test_a_gateway_that_stops_ends_what_it_is_at(expected: int, fields: dict[str, Any], route: dict[str, Any]) -> None:
    """For as long as a pod may take to answer, at most five minutes."""
    text = files(Route("/", "web", **route), **fields)["nginx.conf"]
    assert parsed(text).value("worker_shutdown_timeout") == f"{expected - 1}s"


def test_connecting_has_a_limit_of_its_own() -> None:
    """A dead backend costs no more than that."""
    block = http(Route("/", "web"), connect_timeout="250ms")
    assert block.value("proxy_connect_timeout") == block.value("grpc_connect_timeout") == "250ms"


@pytest.mark.parametrize(
    ("expected", "fields"), [((None, "", None), {}), (("error http_502 http_503", "", None), {"retry": True}),
                             ((None, "$streamed", None), {"buffer_requests": False}),
                             ((None, "", "on"), {"buffer_responses": True})],
)  # fmt: skip
def test_ways_to_pass_requests_on(expected: tuple[Any, ...], fields: dict[str, Any]) -> None:
    """Nothing is sent twice, requests are received whole and answers passed as they come, unless a route says so."""
    block = http(Route("/a/", "web", **fields))
    assert (block.value("proxy_next_upstream"), block.value("proxy_buffering")) == ("off", "off")
    target = str(location(block, "/a/").value("rewrite"))
    found = way(block, "/a/")
    streamed = "$streamed" if "$streamed" in target else ""
    assert (found.value("proxy_next_upstream"), streamed, found.value("proxy_buffering")) == expected


def test_the_root_lists_the_routes() -> None:
    """In the order of the program, for whoever opens the address; however many there are."""
    routes = [Route("/b/", ["web", "api"]), Route("/a", "api")]
    assert files(*routes)["routes.txt"] == "API gateway\nRoutes:\n/b/ -> web, api\n/a -> api\n"
    assert location(http(*routes), "=", "/").value("try_files") == "/routes.txt =404"
    assert location(http(*routes), "/").one("return").args[0] == "404"


@pytest.mark.parametrize(
    ("expected", "prefixes"),
    [
        ({"/", "/healthz"}, ["/a/"]),
        (set(), ["/"]),
        ({"/"}, ["/healthz"]),
        ({"/"}, ["/healthz/"]),
    ],
)
def test_a_route_may_take_what_the_gateway_answers(expected: set[str], prefixes: list[str]) -> None:
    """Then there is nothing that would hide the route."""
    block = http(*(Route(prefix, "web") for prefix in prefixes))
    exact = {entry.args[1] for entry in block.one("server").all("location", "=") if entry.value("return") != "308"}
    own = {entry.args[1] for entry in block.one("server").all("location", "=") if entry.value("default_type")}
    assert own - {"/.polypod/health"} == expected
    assert "/.polypod/health" in exact


def test_a_prefix_without_its_slash_leads_to_the_one_with_it() -> None:
    """So that relative links of the application work; not where a route takes it."""
    block = http(Route("/a/", "web"), Route("/b/", "web"), Route("/b", "api"), Route("/", "api"))
    redirects = {
        entry.args[1]: entry.value("return")
        for entry in block.one("server").all("location", "=")
        if entry.value("return")
    }
    assert redirects == {"/.polypod/health": "200 ok\\n", "/a": "308 $outer_prefix/a/$query"}


def test_only_trusted_proxies_are_believed() -> None:
    """None by default."""
    assert list(http(Route("/", "web")).all("geo")) == []
    block = http(Route("/", "web"), trusted_proxies=["10.0.0.0/8", "::1"])
    assert [e.name for e in block.one("geo").block] == ["default", "10.0.0.0/8", "::1"]
    assert [e.args[0] for e in block.all("set_real_ip_from")] == ["10.0.0.0/8", "::1"]


@pytest.mark.parametrize(
    ("value", "name"),
    [
        ("/dev/stdout main", "access_log"),
        ("off", "absolute_redirect"),
        ("off", "ignore_invalid_headers"),
        ("4 73728", "large_client_header_buffers"),
        ("73728", "proxy_buffer_size"),
    ],
)
def test_every_gateway_has(value: str, name: str) -> None:
    """Access log, redirects without a host, every header name, large heads."""
    assert http(Route("/", "web")).value(name) == value


def test_heads_have_the_size_that_the_program_says() -> None:
    """And some room for names."""
    assert http(Route("/", "web"), max_header_size="1Mi").value("proxy_buffer_size") == str(1024 * 1024 + 8192)


def test_nginx_runs_without_root() -> None:
    """Its configuration needs no directory that only root may write to."""
    app = Application.of(Gateway([WEB], routes=[Route("/", "web")]))
    record = next(c for c in render(app, site()).containers() if c.key == "gateway-0")
    assert record.options["user"] == "101:101"
    paths = re.findall(r"(?:pid|_temp_path) (\S+);", files(Route("/", "web"))["nginx.conf"])
    assert {path.split("/")[1] for path in paths} == {"tmp"}
