"""Which Docker daemon is used: the one that ``docker`` itself would ask."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from polypod import UnreadyError
from polypod.docker_daemon.endpoint import DockerEndpoint, docker_endpoint
from polypod.docker_daemon.unreachable import unreachable

SOCKET = "unix:///home/me/.colima/default/docker.sock"
Write = Callable[..., Path]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of Docker's command line, on a machine whose environment says nothing else of Docker."""
    for name in ("HOST", "CONTEXT", "CERT_PATH", "TLS_VERIFY"):
        monkeypatch.delenv(f"DOCKER_{name}", raising=False)
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path))
    return tmp_path


def context(folder: Path, name: str, host: str, *files: str, skip: bool = False) -> Path:
    """Store a context as `docker context create` does; returns the folder of its certificates."""
    stored = hashlib.sha256(name.encode()).hexdigest()
    meta = folder / "contexts" / "meta" / stored
    meta.mkdir(parents=True)
    endpoint = {"Host": host, "SkipTLSVerify": skip}
    (meta / "meta.json").write_text(json.dumps({"Name": name, "Metadata": {}, "Endpoints": {"docker": endpoint}}))
    tls = folder / "contexts" / "tls" / stored / "docker"
    if files:
        certificates(tls, *files)
    return tls


def certificates(folder: Path, *files: str) -> None:
    """Write files in the place of certificates and keys."""
    folder.mkdir(parents=True)
    for name in files:
        (folder / f"{name}.pem").write_text(name)


def current(folder: Path, name: str) -> None:
    """Choose a context as `docker context use` does."""
    (folder / "config.json").write_text(json.dumps({"currentContext": name}))


def test_without_a_context_it_is_the_default_socket() -> None:
    """And the provider is told nothing: the state of stacks that there are does not change."""
    endpoint = docker_endpoint()
    assert (endpoint.host, endpoint.machine, endpoint.provider_properties()) == ("unix:///var/run/docker.sock", "", {})


@pytest.mark.parametrize("broken", ["", "{", "[]", '{"currentContext": ""}', '{"auths": {}}'])
def test_a_config_file_without_a_context_means_the_default(folder: Path, broken: str) -> None:
    """Docker's command line takes it so too."""
    (folder / "config.json").write_text(broken)
    assert docker_endpoint().host == "unix:///var/run/docker.sock"


def test_who_is_asked_first(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The stack's config, DOCKER_HOST, DOCKER_CONTEXT, the current context: each before the next."""
    for name in ("used", "named", "configured"):
        context(folder, name, f"unix:///{name}.sock")
    found = []
    current(folder, "used")
    found.append(docker_endpoint().host)
    monkeypatch.setenv("DOCKER_CONTEXT", "named")
    found.append(docker_endpoint().host)
    monkeypatch.setenv("DOCKER_HOST", "tcp://10.0.0.1:2375")
    found.append(docker_endpoint().host)
    found.append(docker_endpoint({"context": "configured"}).host)
    found.append(docker_endpoint({"host": "ssh://me@example.org", "context": None}).host)
    hosts = ["unix:///used.sock", "unix:///named.sock", "tcp://10.0.0.1:2375", "unix:///configured.sock"]
    assert found == [*hosts, "ssh://me@example.org"]


def test_a_context_needs_no_config_file(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """DOCKER_CONTEXT is enough."""
    context(folder, "colima", SOCKET)
    monkeypatch.setenv("DOCKER_CONTEXT", "colima")
    endpoint = docker_endpoint()
    assert (endpoint.host, endpoint.context) == (SOCKET, "colima")
    # The provider knows DOCKER_CONTEXT too, but neither DOCKER_CONFIG nor certificates.
    assert endpoint.provider_properties() == {"host": SOCKET, "context": ""}


def test_the_default_context_can_be_named(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where DOCKER_HOST, which the provider reads by itself, says otherwise."""
    current(folder, "colima")
    monkeypatch.setenv("DOCKER_CONTEXT", "default")
    assert docker_endpoint().host == "unix:///var/run/docker.sock"
    monkeypatch.setenv("DOCKER_HOST", "tcp://10.0.0.1:2375")
    monkeypatch.delenv("DOCKER_CONTEXT")
    endpoint = docker_endpoint({"context": "default"})
    assert endpoint.provider_properties() == {"host": "unix:///var/run/docker.sock"}


def test_certificates_of_a_context(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """They reach the provider as a path: a key is in no state."""
    tls = context(folder, "far", "tcp://docker.example.org:2376", "ca", "cert", "key")
    endpoint = docker_endpoint({"context": "far"})
    assert endpoint.machine == "docker.example.org"
    assert endpoint.provider_properties() == {"host": "tcp://docker.example.org:2376", "certPath": str(tls)}
    monkeypatch.setenv("DOCKER_CERT_PATH", "/other")
    assert endpoint.provider_properties()["certPath"] == str(tls)


def test_certificates_of_the_environment_are_not_those_of_a_context(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The provider would use them for any daemon."""
    context(folder, "colima", SOCKET)
    monkeypatch.setenv("DOCKER_CERT_PATH", "/certificates")
    assert docker_endpoint({"context": "colima"}).provider_properties() == {"host": SOCKET, "certPath": ""}


def test_a_context_that_does_not_verify(folder: Path) -> None:
    """The provider does so only where it is given the certificate and the key themselves."""
    tls = context(folder, "far", "tcp://10.0.0.1:2376", "cert", "key", skip=True)
    endpoint = docker_endpoint({"context": "far"})
    assert (endpoint.certificates, endpoint.verify) == (tls, False)
    assert endpoint.provider_properties() == {
        "host": "tcp://10.0.0.1:2376",
        "certMaterial": "cert",
        "keyMaterial": "key",
    }


@pytest.mark.parametrize(
    ("environment", "properties"),
    [
        ({"DOCKER_CERT_PATH": "{}", "DOCKER_TLS_VERIFY": "1"}, {}),
        ({"DOCKER_CERT_PATH": "{}"}, {}),
        ({"DOCKER_TLS_VERIFY": "1", "DOCKER_CONFIG": "{}"}, {"certPath": "{}"}),
    ],
)
def test_certificates_of_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], properties: dict[str, str]
) -> None:
    """The provider reads DOCKER_CERT_PATH by itself; those of Docker's own folder it must be told."""
    files = tmp_path / "certificates"
    certificates(files, "ca", "cert", "key")
    for name, value in {"DOCKER_HOST": "tcp://10.0.0.1:2376", **environment}.items():
        monkeypatch.setenv(name, value.format(files))
    endpoint = docker_endpoint()
    assert endpoint.certificates == files
    expected = {name: value.format(files) for name, value in properties.items()}
    assert endpoint.provider_properties() == {"host": "tcp://10.0.0.1:2376", **expected}


def test_certificates_of_the_stack_config(tmp_path: Path) -> None:
    """Beside docker:host, docker:certPath."""
    certificates(tmp_path / "c", "ca", "cert", "key")
    endpoint = docker_endpoint({"host": "tcp://10.0.0.1:2376", "certPath": str(tmp_path / "c")})
    assert endpoint.certificates == tmp_path / "c"


def missing_context(folder: Path) -> dict[str, str]:
    """A context that is not there."""
    return {"context": "colmia"}


def broken_context(folder: Path) -> dict[str, str]:
    """A context whose file is not what Docker writes."""
    context(folder, "broken", SOCKET)
    (file,) = folder.glob("contexts/meta/*/meta.json")
    file.write_text('{"Name": "broken", "Endpoints": {}}')
    return {"context": "broken"}


def context_without_key(folder: Path) -> dict[str, str]:
    """A context with a certificate and no key."""
    context(folder, "far", "tcp://10.0.0.1:2376", "ca", "cert")
    return {"context": "far"}


def no_certificates(folder: Path) -> dict[str, str]:
    """A folder that is not there."""
    return {"host": "tcp://10.0.0.1:2376", "certPath": "/no/such/folder"}


def both(folder: Path) -> dict[str, str]:
    """Two ways to say where the daemon is."""
    return {"host": "tcp://10.0.0.1:2376", "context": "far"}


@pytest.mark.parametrize(
    ("given", "path", "what", "fix"),
    [
        (missing_context, "config docker:context", "there is no Docker context 'colmia'", "docker context use"),
        (broken_context, "config docker:context", "'broken' cannot be read from", "docker context use"),
        (context_without_key, "config docker:context", "and key.pem cannot be found there", "certificate with its key"),
        (no_certificates, "config docker:certPath", "in /no/such/folder, and ca.pem and cert.pem", "put the daemon's"),
        (both, "config docker:context", "the config names docker:host too", "remove one"),
    ],
)
def test_what_cannot_be_used_is_named(
    folder: Path, given: Callable[[Path], dict[str, str]], path: str, what: str, fix: str
) -> None:
    """Where it is said, what is wrong there, and what to do."""
    with pytest.raises(UnreadyError) as caught:
        docker_endpoint(given(folder))
    (problem,) = caught.value.problems
    assert problem.path == path
    assert what in problem.what
    assert fix in problem.fix


@pytest.mark.parametrize(
    ("context", "host", "error", "advice"),
    [
        ("desktop-linux", "unix:///Users/me/.docker/run/docker.sock", "No such file", "start Docker Desktop;"),
        ("colima", SOCKET, "No such file", "colima start"),
        ("orbstack", "unix:///Users/me/.orbstack/run/docker.sock", "No such file", "start OrbStack"),
        ("rootless", "unix:///run/user/1000/docker.sock", "No such file", "systemctl --user start docker"),
        ("", "unix:///run/user/1000/podman/podman.sock", "No such file", "podman.socket"),
        ("", "tcp://10.0.0.1:2375", "Connection refused", "reach it"),
        ("", "unix:///var/run/docker.sock", "PermissionError(13, 'Permission denied')", "usermod -aG docker"),
        ("far", "tcp://10.0.0.1:2376", "[SSL: CERTIFICATE_VERIFY_FAILED]", "ca.pem"),
        ("far", "tcp://10.0.0.1:2376", "400: Client sent an HTTP request to an HTTPS server", "DOCKER_CERT_PATH"),
        ("", "ssh://me@example.org", "me@example.org: Permission denied (publickey).", "works without questions"),
    ],
)
def test_what_starts_a_daemon_depends_on_whose_it_is(context: str, host: str, error: str, advice: str) -> None:
    """A Mac has no systemctl, and a socket without permission is no daemon that is down."""
    problem = unreachable(DockerEndpoint(source="s", host=host, context=context), OSError(2, error))
    assert f"at {host} (" in problem.what
    assert "2, " not in problem.what
    assert advice in problem.fix
    assert "docker:host" in problem.fix


@pytest.mark.parametrize(
    ("host", "machine"),
    [
        ("unix:///var/run/docker.sock", ""),
        ("npipe:////./pipe/docker_engine", ""),
        ("tcp://127.0.0.1:2375", ""),
        ("tcp://10.0.0.5:2375", "10.0.0.5"),
        ("tcp://[fd00::5]:2375", "fd00::5"),
        ("ssh://me@example.org:2222", "example.org"),
    ],
)
def test_the_machine_of_a_daemon(host: str, machine: str) -> None:
    """Which is where its published ports are."""
    assert DockerEndpoint(source="s", host=host).machine == machine


def test_a_name_of_the_ssh_config_is_not_an_address(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No browser reads ~/.ssh/config."""
    (tmp_path / "ssh").write_text('#!/bin/sh\necho user me\necho "hostname $3.example.org"\n')
    (tmp_path / "ssh").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    assert DockerEndpoint(source="s", host="ssh://me@box").machine == "box.example.org"
