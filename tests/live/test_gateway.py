"""What a client sees of the gateway."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import websockets

from .conftest import OnDocker, unused_port
from .on_docker import DockerDeployment

PROGRAM = """
    import pulumi
    from polypod import *

    config = pulumi.Config()
    code = ConfigVolume("code", {"backend.py": config.require("code")})

    def backend(name, port, replicas=1):
        return Pod(
            Container(name, image="python:3.12-slim", command=["python3", "/srv/backend.py"], port=port, user=1000,
                      env={"PORT": port}, mounts=[Mount("/srv", code)], readiness=Probe.http("/", period="10s")),
            replicas=replicas, termination_grace_period="1s")

    app = Gateway(
        [backend("one", 8000, replicas=2), backend("two", 8001), backend("three", 8002)],
        routes=[
            Route("/one/", "one"),
            Route("/kept/", "two", strip_prefix=False),
            Route("/both/", [Backend("two", weight=3), Backend("three")]),
            Route("/least/", ["two", "three"], balance="least-connections"),
            Route("/small/", "two", max_body_size="1k"),
            Route("/hasty/", "two", timeout="1s"),
        ],
        port=config.require_int("port"),
    )
    stack = GatewayStack("gate", app)
    pulumi.export("url", stack.url)
    pulumi.export("endpoints", stack.endpoints)
"""


@pytest.fixture(scope="module")
def gateway(deploy_once: OnDocker) -> DockerDeployment:
    """A gateway with routes of every kind."""
    code = (Path(__file__).parent / "backend.py").read_text()
    deployment = deploy_once.program(PROGRAM, {"port": str(unused_port()), "code": code})
    deployment.up()
    return deployment


@pytest.fixture
def http(gateway: DockerDeployment) -> Iterator[httpx.Client]:
    """A client of the gateway."""
    with httpx.Client(base_url=gateway.outputs["url"], timeout=10) as client:
        yield client


def test_the_root_lists_the_routes(http: httpx.Client) -> None:
    """`/` answers text with every route, `/healthz` answers 200, and a path without a route 404."""
    answer = http.get("/")
    assert answer.headers["content-type"] == "text/plain"
    assert [line for line in answer.text.splitlines() if " -> " in line] == [
        "/one/ -> one",
        "/kept/ -> two",
        "/both/ -> two, three",
        "/least/ -> two, three",
        "/small/ -> two",
        "/hasty/ -> two",
    ]
    assert http.get("/healthz").status_code == 200
    assert http.get("/nowhere").status_code == 404


def test_prefixes_are_stripped_unless_kept(http: httpx.Client) -> None:
    """The backend sees the rest of the path and the query, or the whole where the route says so."""
    assert http.get("/one/a/b?c=d").json()["path"] == "/a/b?c=d"
    assert http.get("/kept/a/b?c=d").json()["path"] == "/kept/a/b?c=d"
    assert http.get("/one").headers["location"] == "/one/"


def test_the_backend_learns_who_asked(http: httpx.Client) -> None:
    """The client's host, address and scheme reach the backend."""
    headers = http.get("/one/").json()["headers"]
    assert headers["Host"] == http.base_url.netloc.decode()
    assert headers["X-Forwarded-Proto"] == "http"
    assert headers["X-Forwarded-For"] == headers["X-Real-IP"]


def test_replicas_share_the_requests(http: httpx.Client) -> None:
    """Both replicas of a pod answer."""
    hosts = Counter(http.get("/one/").json()["host"] for _ in range(20))
    assert set(hosts) == {"one-0", "one-1"}


def test_weights_are_kept(http: httpx.Client) -> None:
    """A backend of weight three answers about three times as often as one of weight one."""
    hosts = Counter(http.get("/both/").json()["host"] for _ in range(80))
    assert set(hosts) == {"two-0", "three-0"}
    assert 45 <= hosts["two-0"] <= 75


def test_a_busy_backend_gets_less(http: httpx.Client) -> None:
    """With least connections, requests go around a backend that is still working on others."""

    async def ask() -> list[str]:
        async with httpx.AsyncClient(base_url=http.base_url, timeout=20) as client:
            slow = [asyncio.create_task(client.get("/kept/slow/3")) for _ in range(4)]
            await asyncio.sleep(0.5)
            hosts = [(await client.get("/least/")).json()["host"] for _ in range(8)]
            await asyncio.gather(*slow)
            return hosts

    assert Counter(asyncio.run(ask()))["three-0"] >= 4


def test_large_bodies_are_refused(http: httpx.Client) -> None:
    """A route's own limit counts, else the gateway's."""
    assert http.post("/small/", content=b"x" * 1001).status_code == 413
    assert http.post("/small/", content=b"x" * 1000).json()["length"] == 1000
    assert http.post("/kept/", content=b"x" * 1_000_000).json()["length"] == 1_000_000


def test_a_silent_backend_is_given_up(http: httpx.Client) -> None:
    """A route's timeout ends the request with 504."""
    assert http.get("/hasty/slow/4").status_code == 504


def test_websockets_pass(gateway: DockerDeployment) -> None:
    """A WebSocket is opened through the gateway and its message comes back."""

    async def talk() -> str | bytes:
        async with websockets.connect(gateway.outputs["url"].replace("http", "ws") + "/one/") as socket:
            await socket.send("hello")
            return await socket.recv()

    assert asyncio.run(talk()) == "hello"


def test_requests_are_logged(gateway: DockerDeployment, http: httpx.Client) -> None:
    """The access log is the gateway container's output."""
    http.get("/one/find-me")
    time.sleep(0.5)
    assert '"GET /one/find-me HTTP/1.1" 200' in gateway.container("gateway", "gateway").logs().decode()


def test_a_dead_replica_costs_no_request(gateway: DockerDeployment, http: httpx.Client) -> None:
    """While one replica is gone, every request is answered by the other."""
    (container, *_) = gateway.containers("one")
    container.kill()
    statuses = Counter(http.get("/one/").status_code for _ in range(60))
    container.start()
    assert statuses == {200: 60}


def test_a_backend_with_a_new_address_is_found(gateway: DockerDeployment, http: httpx.Client) -> None:
    """A backend that comes back under another address is reached without touching the gateway."""
    gate = gateway.container("gateway", "gateway")
    network = gateway.client.networks.get(f"live-{gateway.stack}-gate")
    backend = gateway.container("three", "three")
    address = backend.attrs["NetworkSettings"]["Networks"][network.name]["IPAddress"]
    network.disconnect(backend)
    squatter = gateway.client.containers.run(
        gate.image.id, ["sleep", "30"], detach=True, network=network.name, remove=True, entrypoint=""
    )
    try:
        network.connect(backend, aliases=["three", "three-0.three"])
        backend.reload()
        assert backend.attrs["NetworkSettings"]["Networks"][network.name]["IPAddress"] != address
        time.sleep(2.5)
        hosts = Counter(http.get("/both/").json()["host"] for _ in range(20))
    finally:
        squatter.remove(force=True)
    assert "three-0" in hosts
    assert gate.attrs["State"]["StartedAt"] == gateway.container("gateway", "gateway").attrs["State"]["StartedAt"]


def test_only_the_gateway_is_published_and_only_on_loopback(gateway: DockerDeployment) -> None:
    """No backend port is published; the gateway's is, on the loopback address."""
    published = {
        str(container.name): [binding["HostIp"] for bindings in container.ports.values() for binding in bindings or []]
        for container in gateway.containers()
        if any(container.ports.values())
    }
    assert published == {f"live-{gateway.stack}-gate-gateway-0": ["127.0.0.1"]}
    assert gateway.outputs["endpoints"] == {"gateway": gateway.outputs["url"]}
