"""The gateway on every platform: what passes through it."""

from __future__ import annotations

import json
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from .conftest import Anywhere
from .deployment import Deployment
from .wire import Client, Reply, ask, connected, request

PROGRAM = """
    import pulumi
    from polypod import *

    config = pulumi.Config()
    code = ConfigVolume("code", {"backend.py": config.require("code")})
    mirror = Pod(
        Container("mirror", image="python:3.12-slim", command=["python3", "/srv/backend.py"], port=8000, user=1000,
                  env={"PORT": 8000}, mounts=[Mount("/srv", code)], readiness=Probe.http("/")),
        replicas=2, termination_grace_period="1s")
    app = Gateway(
        [mirror],
        routes=[
            Route("/api/", mirror, timeout="2s"),
            Route("/keep/", mirror, strip_prefix=False),
            Route("/exact", mirror),
            Route("/a b/ü/", mirror),
            *(Route(f"/tenant-{i:04}/v1/customers/", mirror) for i in range(2000)),
        ],
        port=config.require_int("port"),
        trusted_proxies=["0.0.0.0/0"] if config.get_bool("trusting") else [],
    )
    stack = GatewayStack("gate", app)
    pulumi.export("url", stack.url)
"""


@pytest.fixture(scope="module")
def gate(deploy_anywhere_once: Anywhere, shared_port: int) -> Deployment:
    """Two thousand routes to two replicas; on each platform."""
    code = (Path(__file__).parent / "backend.py").read_text()
    deployment = deploy_anywhere_once.program(PROGRAM, {"port": str(shared_port), "code": code})
    deployment.up()
    return deployment


def address(gate: Deployment) -> tuple[str, int]:
    """Where the gateway listens."""
    url = urlsplit(gate.outputs["url"])
    assert url.hostname is not None
    return url.hostname, url.port or 80


def seen(gate: Deployment, target: bytes, *fields: bytes, **more: Any) -> Any:
    """What the backend saw of a request."""
    reply = ask(address(gate), target, *fields, **more)
    assert reply.status == 200, reply
    return json.loads(reply.body)


def test_paths_pass_byte_for_byte(gate: Deployment) -> None:
    """With the prefix and without it, at the first route and the last."""
    for tail in ("a%2Fb", "/x", "%0A", "a/../b", "?", "?a=%2F", "%ff"):
        assert seen(gate, f"/api/{tail}".encode())["path"] == f"/{tail}"
        assert seen(gate, f"/keep/{tail}".encode())["path"] == f"/keep/{tail}"
    assert seen(gate, b"/tenant-1999/v1/customers/a%2Fb")["path"] == "/a%2Fb"
    assert seen(gate, b"/a%20b/%C3%BC/x")["path"] == "/x"
    assert seen(gate, b"/exact?x")["path"] == "/exact?x"


def test_methods_are_kept(gate: Deployment) -> None:
    """By redirects too."""
    reply = ask(address(gate), b"/api?x", method=b"POST", body=b"x")
    assert (reply.status, reply["Location"]) == (308, "/api/?x")
    assert seen(gate, b"/api/x", method=b"POST", body=b"four")["length"] == 4


def test_backends_learn_what_the_client_asked_for(gate: Deployment) -> None:
    """And nothing that it only says of itself."""
    claims = [b"X-Forwarded-Proto: https", b"X-Forwarded-For: 192.0.2.1", b"X_Forwarded_Prefix: /x", b"x_own: 1"]
    headers = seen(gate, b"/api/x", *claims)["headers"]
    assert headers["Host"] == headers["X-Forwarded-Host"] == "gate.example:8080"
    assert (headers["X-Forwarded-Proto"], headers["X-Forwarded-Port"]) == ("http", "8080")
    assert headers["X-Forwarded-Prefix"] == "/api"
    assert headers["X-Forwarded-For"] == headers["X-Real-IP"] != "192.0.2.1"
    assert ("x_own" in headers, "X_Forwarded_Prefix" in headers) == (True, False)


def test_answers_lead_back_through_the_gateway(gate: Deployment) -> None:
    """Redirects and cookies have the prefix."""
    reply = ask(address(gate), b"/api/redirect")
    assert (reply["Location"], reply["Set-Cookie"]) == ("/api/login", "a=1; Path=/api/app")


def test_large_heads_pass(gate: Deployment) -> None:
    """Of requests and answers."""
    reply = ask(address(gate), b"/api/big?" + b"q" * 30_000 + b"/big", b"Cookie: c=" + b"c" * 30_000)
    assert len(reply["X-Big"]) == 60_000


def test_event_streams_pass_as_they_come(gate: Deployment) -> None:
    """The first event is there before the second is sent."""
    with connected(address(gate)) as client:
        client.send(request(b"/api/events"))
        assert b"200" in client.head()
        first = read_until(client, b"data: 0")
        then = time.monotonic()
        read_until(client, b"data: 1")
        assert (b"data: 1" in first, time.monotonic() > then + 0.3) == (False, True)


def read_until(client: Client, text: bytes) -> bytes:
    """What comes until a text is there."""
    found = b""
    while text not in found:
        line = client.stream.readline()
        assert line
        found += line
    return found


def test_slow_requests_hurt_nobody(gate: Deployment) -> None:
    """They are answered 504 when their time is over, and all others meanwhile."""

    def slow(_: int) -> Reply:
        return ask(address(gate), b"/api/slow/4")

    with ThreadPoolExecutor(3) as pool:
        waiting = [pool.submit(slow, i) for i in range(3)]
        others = set()
        while not all(future.done() for future in waiting):
            others.add(ask(address(gate), b"/keep/x").status)
        others |= {ask(address(gate), b"/api/x").status for _ in range(10)}
        assert ({future.result().status for future in waiting}, others) == ({504}, {200})


def test_what_a_trusted_proxy_says_is_kept(gate: Deployment) -> None:
    """The program names whom it trusts; it is the last test, since it changes the gateway."""
    gate.set("trusting", "true")
    gate.up()
    fields = [b"X-Forwarded-Proto: https", b"X-Forwarded-For: 203.0.113.9", b"X-Forwarded-Prefix: /outer"]
    headers = seen(gate, b"/api/x", *fields, b"X-Forwarded-Host: shop.example")["headers"]
    assert headers["X-Forwarded-For"].startswith("203.0.113.9, ")
    assert (headers["X-Forwarded-Proto"], headers["X-Forwarded-Port"]) == ("https", "443")
    assert (headers["X-Forwarded-Host"], headers["X-Forwarded-Prefix"]) == ("shop.example", "/outer/api")
