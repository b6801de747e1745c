"""Every example and the reference application, deployed as their READMEs say and used as a user would."""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path

import httpx

from .conftest import Anywhere, unused_port
from .deployment import ROOT, Deployment

EXAMPLES = ROOT / "examples"
PASSWORD = {"dbPassword": "p@ss:w/rd"}  # must arrive in the URL of the database as it is


def deployed(
    deploy: Anywhere, project: Path, config: Mapping[str, str], secrets: Mapping[str, str] | None = None
) -> Deployment:
    """A program that is up, and that a preview finds nothing to change about."""
    deployment = deploy(project, config, secrets)
    deployment.up()
    assert set(deployment.preview()) == {"same"}
    return deployment


def client(url: str) -> httpx.Client:
    """An HTTP client of an address that a stack gave out."""
    return httpx.Client(base_url=url, timeout=10)


def eventually(read: Callable[[], str], expected: str) -> None:
    """Wait until a text holds another."""
    deadline = time.monotonic() + 15
    while expected not in (text := read()):
        assert time.monotonic() < deadline, f"{expected!r} is not in:\n{text}"
        time.sleep(0.2)


def get_inside(deployment: Deployment, pod: str, container: str, url: str) -> str:
    """The answer to an HTTP request made inside a container that holds Python."""
    return deployment.shell(
        pod, container, f"python -c 'import urllib.request as r; print(r.urlopen(\"{url}\").read().decode())'"
    )


def test_fullstack(deploy_anywhere: Anywhere, free_port: int) -> None:
    """The page is served, and what is sent to the backend is kept in PostgreSQL and counted in Redis."""
    deployment = deployed(deploy_anywhere, EXAMPLES / "fullstack", {"port": str(free_port)}, PASSWORD)
    with client(deployment.outputs["url"]) as http:
        assert http.get("/").text == (EXAMPLES / "fullstack" / "index.html").read_text()
        before = http.get("/api/count").json()["count"]
        assert http.post("/api/echo", json={"message": "kept"}).json()["echo"] == {"message": "kept"}
        assert [message["body"] for message in http.get("/api/messages").json()] == [{"message": "kept"}]
        assert http.get("/api/info").json()["messages"] == 1
        assert http.get("/api/count").json() == {"count": before + 3}


def test_two_apis(deploy_anywhere: Anywhere, free_port: int) -> None:
    """Both APIs answer on their own ports, and each finds the other on localhost."""
    ports = {"flaskPort": str(free_port), "fastapiPort": str(unused_port())}
    deployment = deployed(deploy_anywhere, EXAMPLES / "two-apis", ports)
    for name in ("flask", "fastapi"):
        with client(deployment.outputs[name]) as http:
            assert http.get("/info").json()["framework"].startswith(f"{name} ")
            assert http.post("/echo", json=[1, "two"]).json()["echo"] == [1, "two"]
            assert http.post("/echo", content="not JSON").status_code == 400
    assert "FastAPI" in get_inside(deployment, "apis", "flask", f"http://localhost:{ports['fastapiPort']}/")
    assert "Flask" in get_inside(deployment, "apis", "fastapi", f"http://localhost:{ports['flaskPort']}/")


def test_load_balancer(deploy_anywhere: Anywhere, free_port: int) -> None:
    """Requests go to both programs in turn, and to the one that is left when the other stops."""
    deployment = deployed(deploy_anywhere, EXAMPLES / "load-balancer", {"port": str(free_port)})
    with client(deployment.outputs["url"]) as http:
        programs = Counter(http.get("/").json()["message"] for _ in range(20))
        assert programs == {"Hello from Flask": 10, "Hello from FastAPI": 10}
        deployment.stop("fastapi")
        programs = Counter(http.get("/").json()["message"] for _ in range(20))
        assert programs == {"Hello from Flask": 20}


def test_api_database(deploy_anywhere: Anywhere, free_port: int) -> None:
    """The API finds the database under its name, and the messages it is sent are in there."""
    deployment = deployed(deploy_anywhere, EXAMPLES / "api-database", {"port": str(free_port)}, PASSWORD)
    assert deployment.log("api", "migrate") == "the table messages is there\n"
    with client(deployment.outputs["url"]) as http:
        http.post("/echo", json="first")
        http.post("/echo", json="second")
        assert [message["body"] for message in http.get("/messages").json()] == ["second", "first"]
    if deployment.names_resolve:
        assert deployment.shell("api", "api", "getent hosts db").split()[-1].split(".")[0] == "db"
    rows = deployment.shell("db", "db", "psql -U app -d app -At -c 'SELECT body FROM messages ORDER BY id'")
    assert rows == '"first"\n"second"\n'


def test_shared_volume(deploy_anywhere: Anywhere) -> None:
    """The reader shows the lines that the writer writes."""
    deployment = deployed(deploy_anywhere, EXAMPLES / "shared-volume", {})
    written = deployment.shell("shared", "writer", "cat /data/log.txt")
    assert written
    eventually(lambda: deployment.log("shared", "reader"), written)


def test_sidecar(deploy_anywhere: Anywhere, free_port: int) -> None:
    """What the program logs to its file is the sidecar's output."""
    deployment = deployed(deploy_anywhere, EXAMPLES / "sidecar", {"port": str(free_port)})
    with client(deployment.outputs["url"]) as http:
        http.post("/echo", json={})
    eventually(lambda: deployment.log("flask", "log-tailer"), "POST /echo 200")


def test_api_gateway(deploy_anywhere: Anywhere, free_port: int) -> None:
    """Each API answers below its path, and the gateway itself lists the paths."""
    deployment = deployed(deploy_anywhere, EXAMPLES / "api-gateway", {"port": str(free_port)})
    with client(deployment.outputs["url"]) as http:
        assert http.get("/").text.splitlines()[-2:] == ["/flask/ -> flask", "/fastapi/ -> fastapi"]
        assert http.get("/flask/").json()["message"] == "Hello from Flask"
        assert http.get("/fastapi/").json()["message"] == "Hello from FastAPI"
        assert "/fastapi/openapi.json" in http.get("/fastapi/docs").text


def test_reference_application(deploy_anywhere: Anywhere, free_port: int) -> None:
    """Two Flask replicas and FastAPI share the cache and the database, and each replica's log is shown next to it."""
    deployment = deploy_anywhere(ROOT, {"port": str(free_port)}, PASSWORD)
    warm = deployment.environment["PATH"]
    deployment.environment["PATH"] = os.environ["PATH"]  # the interpreter as users start it
    deployment.up()
    deployment.environment["PATH"] = warm
    assert set(deployment.preview()) == {"same"}
    with client(deployment.outputs["url"]) as http:
        hosts = Counter(http.get("/flask/").json()["hostname"] for _ in range(10))
        assert list(hosts.values()) == [5, 5]
        assert http.get("/fastapi/").json()["message"] == "Hello from FastAPI"
        assert http.get("/fastapi/count").json() == http.get("/flask/count").json() == {"count": 11}
        assert {http.post("/flask/echo", json={"n": n}).json()["hostname"] for n in range(2)} == set(hosts)
        assert [message["body"] for message in http.get("/flask/messages").json()] == [{"n": 1}, {"n": 0}]
    eventually(lambda: str(deployment.log("flask", "log-tailer").count("POST /echo 200")), "2")
