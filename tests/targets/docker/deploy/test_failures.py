"""What is said of a resource that Docker's provider could not make."""

from __future__ import annotations

import asyncio
import socket
import sys
from collections.abc import Iterator
from types import FrameType, SimpleNamespace
from typing import Any

import pulumi
import pytest
from docker.errors import APIError, DockerException
from requests import ConnectionError as RequestsConnectionError
from requests import ReadTimeout

from polypod import Gateway, Mount, PersistentVolume, Pod
from polypod.model.application import Application
from polypod.targets.docker.deploy import failures, listeners
from polypod.targets.docker.deploy.failures import telling_hook
from polypod.targets.docker.plan.render import render
from polypod.testing import FakeDaemon
from tests.programs import container, site, web


@pytest.fixture
def errors(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is logged as an error."""
    logged: list[str] = []
    monkeypatch.setattr(pulumi.log, "error", logged.append)
    monkeypatch.setattr(pulumi, "ErrorHook", lambda _, function: function)
    return logged


def fail(name: str, said: str, daemon: FakeDaemon | None = None, kind: str = "container:Container") -> None:
    """Let a resource of a program fail."""
    daemon = daemon or FakeDaemon()
    (hook,) = failures.failure_hook(render(Application.of(web()), site()), "app", daemon).on_error or ()
    args: dict[str, Any] = {"urn": f"urn:{name}", "id": "", "name": name, "type": f"docker:index/{kind}"}
    assert not hook(pulumi.ErrorHookArgs(**args, failed_operation="create", errors=[said]))  # type: ignore[operator]


def test_a_container_is_named_by_its_place(errors: list[str]) -> None:
    """Not by a URN."""
    fail("app-web-0", 'Error response from daemon: exec: "x": executable file not found in $PATH')
    (error,) = errors
    assert "pods.web.main: its container could not be made or started: the image has no program 'x'" in error
    assert "fix: write a command" in error
    assert "urn:" not in error


def test_an_image_is_named_by_its_place(errors: list[str]) -> None:
    """As the check before does it."""
    said = "Unable to read Docker image into resource: unable to pull image x: manifest unknown"
    fail("app-image-web-1", said, kind="remoteImage:RemoteImage")
    assert "pods.web.main.image: its image could not be made" in errors[0]


def test_a_network_is_the_components(errors: list[str]) -> None:
    """It has no place of its own."""
    fail("app-network", "all predefined address pools have been fully subnetted", kind="network:Network")
    assert "component app: its network could not be made: Docker has no address range left" in errors[0]


def test_what_is_unknown_is_told_as_it_is(errors: list[str]) -> None:
    """With the place all the same."""
    fail("app-web-0", "1 error occurred:\n\t* Unable to start container: Error response from daemon: boo\n\n")
    assert "pods.web.main: its container could not be made or started: boo\n    fix: " in errors[0]


def test_a_port_that_another_container_took_meanwhile(errors: list[str]) -> None:
    """It is named."""
    said = "Bind for 127.0.0.1:8080 failed: port is already allocated"
    fail("app-web-0", said, FakeDaemon(published=[(8080, "tcp")]))
    assert "the host port 8080 is taken by the container 'other'" in errors[0]


@pytest.fixture(params=["tcp", "udp"])
def taken(request: pytest.FixtureRequest) -> Iterator[tuple[int, str]]:
    """A port that this process listens on."""
    kind = socket.SOCK_STREAM if request.param == "tcp" else socket.SOCK_DGRAM
    with socket.socket(socket.AF_INET, kind) as holder:
        holder.bind(("127.0.0.1", 0))
        if request.param == "tcp":
            holder.listen()
        yield holder.getsockname()[1], request.param


def test_a_port_that_a_program_took_meanwhile(errors: list[str], taken: tuple[int, str]) -> None:
    """It is named where the daemon is on this machine."""

    class Here(FakeDaemon):
        host = ""

    number, protocol = taken
    said = f"Error starting userland proxy: listen {protocol}4 127.0.0.1:{number}: bind: address already in use"
    fail("app-web-0", said, Here())
    assert f"the host port {number} is taken by " in errors[0]
    assert "(process " in errors[0]
    fail("app-web-0", said)
    assert f"the host port {number} is taken by another program" in errors[1]


def test_lsof_names_a_program_where_there_is_no_proc(
    taken: tuple[int, str], monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    """As on macOS."""
    (tmp_path / "lsof").write_text("#!/bin/sh\nprintf 'p42\\ncnginx\\nf6\\n'\n")
    (tmp_path / "lsof").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    monkeypatch.setattr(listeners, "_PROC", tmp_path)
    assert listeners.listener(*taken) == "nginx (process 42)"


def test_a_port_that_nobody_has_is_nobodys() -> None:
    """Nothing is guessed."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        assert listeners.listener(free.getsockname()[1], "tcp") == ""


REFUSED = APIError(
    "409 Client Error for http+docker://localhost/v1.47/containers/4f5c/stop: Conflict",
    explanation="cannot stop container: 4f5c: permission denied",
)


@pytest.mark.parametrize(
    ("error", "what", "fix"),
    [
        (REFUSED, "the machine's security module does not let Docker stop the container", "aa-remove-unknown"),
        (
            APIError("500 Server Error for http+docker://x", explanation="something new"),
            "refuses: something new",
            "docker",
        ),
        (ReadTimeout("UnixHTTPConnectionPool(host='localhost'): Read timed out."), "does not answer", "docker info"),
        (RequestsConnectionError("('Connection aborted.', BadStatusLine(''))"), "does not answer", "docker info"),
        (DockerException("Error while fetching server API version"), "does not answer", "docker info"),
    ],
)
@pytest.mark.parametrize(("resource", "path"), [("c-web", "pods.web.main"), ("c-network", "component c")])
def test_a_hook_that_the_daemon_refuses_has_a_path_and_a_fix(
    error: Exception, what: str, fix: str, resource: str, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pulumi shows the text of what a hook raises, and nothing else."""
    calls: list[Any] = []
    monkeypatch.setattr(pulumi, "ResourceHook", lambda _name, call, _options: calls.append(call))
    monkeypatch.setattr(pulumi, "ResourceHookBinding", lambda **_: None)

    async def refuse(_: Any) -> None:
        raise error

    telling_hook("c", "handover", refuse, {"c-web": "pods.web.main"})
    with pytest.raises(pulumi.RunError) as caught:
        asyncio.run(calls[0](SimpleNamespace(name=resource)))
    title, place, advice = str(caught.value).splitlines()
    assert title == "the deployment failed (1 problem):"
    assert place.startswith(f"  PP341 {path}: ")
    assert what in place
    assert advice.startswith("    fix: ")
    assert fix in advice
    assert "http" not in str(caught.value).lower()
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


def test_twice_the_volumes_are_twice_the_work(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing looks at all containers once for each volume."""
    monkeypatch.setattr(pulumi, "ErrorHook", lambda _, function: function)

    def steps(pods: int) -> int:
        wanted = [Pod(container(f"db{i}", mounts=[Mount("/data", PersistentVolume(f"d{i}"))])) for i in range(pods)]
        plan, count = render(Application.of(Gateway(wanted)), site()), 0

        def note(frame: FrameType, event: str, _argument: Any) -> Any:
            nonlocal count
            frame.f_trace_opcodes = True
            count += event == "opcode"
            return note

        sys.settrace(note)
        try:
            failures.failure_hook(plan, "app", FakeDaemon())
        finally:
            sys.settrace(None)
        return count

    steps(3)  # what is computed once
    assert steps(40) < 2.2 * steps(20)
