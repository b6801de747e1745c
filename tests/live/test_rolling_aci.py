"""On Azure Container Instances, an update of replicas behind the gateway loses no request."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from polypod_aci_emulator import endpoint

from .conftest import OnAci
from .deployment import until
from .fetch import fetch
from .load import Load
from .on_aci import AciDeployment

SERVER = """
import http.server, os, signal, socketserver, threading, time

class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        if "slow" in self.path:
            time.sleep(1)
        text = os.environ["V"].encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_):
        pass

class Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
    request_queue_size = 128
    block_on_close = True
    daemon_threads = False

server = Server(("", 8000), Handler)
signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown).start())
server.serve_forever()
server.server_close()
"""
PROGRAM = """
    import pulumi
    from polypod import *

    config = pulumi.Config()
    mounts = [Mount("/app", ConfigVolume("code", {"server.py": config.require("server")}))]
    main = Container("api", image=config.get("image") or "python:3.12-slim", command=["python3", "/app/server.py"],
                     port=8000, env={"V": config.get("v") or "1"}, mounts=mounts,
                     resources=Resources(cpu=config.get("cpu")),
                     readiness=Probe.http("/", period="1s"))
    tail = Container("tail", image="busybox:1.37", command=["sh", "-c", "trap exit TERM; tail -f /dev/null & wait"])
    api = Pod(main, sidecars=[tail] if config.get("sidecar") else [], replicas=config.get_int("replicas") or 2)
    routes = [Route("/", api, retry=True), *([Route("/two/", api)] if config.get("route") else [])]
    pulumi.export("url", GatewayStack("shop", Gateway([api], routes=routes, port=config.require_int("port"))).url)
    """


@pytest.fixture(scope="module")
def shop(deploy_on_aci_once: OnAci, shared_port: int) -> AciDeployment:
    """Two replicas behind a gateway."""
    deployment = deploy_on_aci_once.program(PROGRAM, {"port": str(shared_port), "server": SERVER})
    deployment.up()
    return deployment


@pytest.mark.parametrize(
    ("key", "value"),
    [("v", "2"), ("sidecar", "true"), ("cpu", "2"), ("image", "same")],
    ids=["environment", "sidecar", "replaced", "image"],
)
def test_replicas_are_updated_one_after_the_other(shop: AciDeployment, key: str, value: str) -> None:
    """Each when the one before is ready and found, in place or recreated; what is under way is finished."""
    before = shop.copies("api")
    with another_name(shop) as image:
        shop.set(key, image if key == "image" else value)
        with Load(f"{shop.outputs['url']}/slow", clients=1) as slow, Load(f"{shop.outputs['url']}/") as quick:
            preview = shop.previewed_up()
        shop.set("image", "")
    assert "one replica after the other" in preview
    assert (slow.lost, quick.lost) == ([], [])
    assert quick.answers.total() > 20
    assert not set(before) & set(shop.copies("api"))


@contextmanager
def another_name(shop: AciDeployment) -> Iterator[str]:
    """Another name of the image, which is another image for Azure."""
    images = json.loads(Path(os.environ["POLYPOD_IMAGES"]).read_text())
    name = f"{shop.stack}.test/python:1"
    shop.daemon.images.get(images.get("python:3.12-slim", "python:3.12-slim")).tag(name)
    try:
        yield name
    finally:
        shop.daemon.images.remove(name)


def test_an_emulator_that_is_killed_in_an_update_is_no_matter(shop: AciDeployment) -> None:
    """The next one takes over what runs, and the next update does what is missing; other groups are left alone."""
    gateway, before = shop.copies("gateway"), shop.copies("api")
    shop.set("v", "4")
    with ThreadPoolExecutor() as pool:
        update = pool.submit(shop.run, "up", "--yes", "--skip-preview", "--stack", shop.stack, check=False)
        until(
            lambda: not set(before) <= {container.id for container in shop.daemon.containers.list(ignore_removed=True)}
        )
        os.kill(endpoint.endpoint(shop.emulator.state).pid, signal.SIGKILL)
        printed = update.result()
    shop.emulator.polypod("start")
    assert "polypod aci start" in printed, printed
    assert "Traceback" not in printed
    shop.up()
    assert fetch(f"{shop.outputs['url']}/").text == "4"
    assert shop.copies("gateway") == gateway
    assert set(shop.preview()) == {"same"}


def test_replicas_come_and_go(shop: AciDeployment) -> None:
    """Those that are no longer wanted go last, when the gateway knows them no longer."""
    for replicas in ("3", "1"):
        shop.set("replicas", replicas)
        shop.up()
        assert fetch(f"{shop.outputs['url']}/").status_code == 200
        assert len(shop.copies("api")) == int(replicas)
    shop.run("refresh", "--yes", "--skip-preview", "--stack", shop.stack)
    assert set(shop.preview()) == {"same"}


def test_what_interrupts_is_announced(shop: AciDeployment, record_property: Callable[[str, object], None]) -> None:
    """A route restarts the gateway, and one replica alone is replaced by nobody; both for less than is said."""
    shop.set("replicas", "1")
    shop.up()
    for key, value in (("route", "true"), ("v", "3"), ("cpu", "1.5")):
        shop.set(key, value)
        with Load(f"{shop.outputs['url']}/") as found:
            preview = shop.previewed_up()
        assert "it is unavailable until it is ready again, 120 s at most" in preview
        assert found.outage < 120
        record_property(f"seconds lost by {key}", f"{found.outage:.1f}")
        assert fetch(f"{shop.outputs['url']}/").status_code == 200
