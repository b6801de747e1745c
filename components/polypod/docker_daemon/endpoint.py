"""Find the Docker daemon that the ``docker`` command would use.

The contexts of Docker's command line are read here. Docker's client for Python finds none without a ``config.json`` and
ignores a certificate authority that stands alone; Pulumi's provider ignores ``DOCKER_CONFIG`` and all TLS material.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
from collections.abc import Mapping
from contextvars import ContextVar
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn
from urllib.parse import urlsplit

import attrs

from polypod.docker_daemon.ssh_tunnel import ssh_tunnel
from polypod.errors import Problem, UnreadyError

if TYPE_CHECKING:
    import docker
    from docker.tls import TLSConfig

DEFAULT_HOST = "npipe:////./pipe/docker_engine" if os.name == "nt" else "unix:///var/run/docker.sock"
_LOCAL = ("", "localhost", "127.0.0.1", "::1")
_WITH_TLS = ("tcp://", "http://", "https://")
_ANOTHER = "`docker context ls` lists those that there are: choose one with `docker context use`"
_FILES = ("ca.pem", "cert.pem", "key.pem")


KEYS = ("host", "context", "certPath")
"""What the stack's config ``docker:*`` may say about the daemon, as the keys of Pulumi's provider."""


@attrs.frozen(kw_only=True)
class DockerEndpoint:
    """A Docker daemon and how it is reached.

    Args:
        source: What names it, such as ``DOCKER_HOST``.
        host: Its address, such as ``unix:///run/user/1000/docker.sock`` or ``ssh://user@host``.
        context: The name of the Docker context; empty where none is used.
        certificates: The folder of ``ca.pem``, ``cert.pem`` and ``key.pem``; ``None`` without TLS.
        verify: Whether the daemon's certificate is checked.
    """

    source: str
    host: str = DEFAULT_HOST
    context: str = ""
    certificates: Path | None = None
    verify: bool = True

    @property
    def machine(self) -> str:
        """The address of the machine that the daemon runs on; empty for this one."""
        url = urlsplit(self.host)
        name = url.hostname or ""
        if url.scheme not in ("tcp", "http", "https", "ssh") or name in _LOCAL:
            return ""
        return _ssh_name(name) if url.scheme == "ssh" else name

    @property
    def described(self) -> str:
        """Its address and the source of it, for messages."""
        return f"{self.host} ({f'the Docker context {self.context!r}' if self.context else self.source})"

    def client(self, timeout: int, connections: int) -> docker.DockerClient:
        """A client of the daemon.

        Args:
            timeout: After how many seconds without an answer a request fails.
            connections: How many it keeps open at most.

        Raises:
            DockerException: No daemon answers.
        """
        import docker

        tunnel = ssh_tunnel(self.host) if self.host.startswith("ssh://") else None
        try:
            return docker.DockerClient(
                base_url=tunnel.address if tunnel else self.host,
                tls=self._tls() or False,
                timeout=timeout,
                max_pool_size=connections,
            )
        except docker.errors.DockerException:
            if tunnel and tunnel.complaint:
                raise docker.errors.DockerException(tunnel.complaint) from None
            raise

    def _tls(self) -> TLSConfig | None:
        if self.certificates is None:
            return None
        from polypod.docker_daemon.tls import DaemonTLS

        ca, cert, key = (str(self.certificates / name) for name in _FILES)
        return DaemonTLS(client_cert=(cert, key), ca_cert=ca if self.verify else None, verify=self.verify)

    def provider_properties(self) -> dict[str, Any]:
        """The properties that Pulumi's provider needs beyond those that it reads from the environment.

        Only that, so that the state of a stack does not change with how its daemon is found.
        """
        environment = {name: os.environ.get(f"DOCKER_{name}", "") for name in ("HOST", "CONTEXT", "CERT_PATH")}
        properties: dict[str, Any] = {}
        if environment["HOST"] or self.host != DEFAULT_HOST:
            properties["host"] = self.host
        if environment["CONTEXT"]:
            properties["context"] = ""  # the provider lets it override the host, and forgets the certificates
        folder = str(self.certificates or "")
        if self.certificates is not None and not self.verify:
            folder = ""
            properties["certMaterial"] = (self.certificates / "cert.pem").read_text()
            properties["keyMaterial"] = (self.certificates / "key.pem").read_text()
        if folder != environment["CERT_PATH"]:
            properties["certPath"] = folder
        return properties


_given: ContextVar[DockerEndpoint | None] = ContextVar("docker endpoint", default=None)


def docker_endpoint(config: Mapping[str, str | None] | None = None) -> DockerEndpoint:
    """The daemon to use: that of the stack's config, of ``DOCKER_HOST``, or of the current Docker context.

    Args:
        config: The `KEYS` of the stack's config ``docker:*``, as far as they are given.

    Raises:
        UnreadyError: A context is not there or cannot be used, or certificates are missing.
    """
    given = {key: value for key, value in (config or {}).items() if value}
    if {"host", "context"} <= given.keys():
        _fail("PP810", "config docker:context", "the config names docker:host too", "remove one of the two")
    if host := given.get("host"):
        return _at(host, "config docker:host", given.get("certPath"), "config docker:certPath")
    if name := given.get("context"):
        return _of_context(name, "config docker:context")
    return _given.get() or _of_machine()


def use(endpoint: DockerEndpoint | None) -> None:
    """Use a given daemon in place of the machine's; for tests.

    Args:
        endpoint: The daemon; ``None`` for the machine's.
    """
    _given.set(endpoint)


def _of_machine() -> DockerEndpoint:
    if host := os.environ.get("DOCKER_HOST"):
        return _at(host, "DOCKER_HOST", _certificates_of_environment(), "DOCKER_CERT_PATH")
    if name := os.environ.get("DOCKER_CONTEXT"):
        return _of_context(name, "DOCKER_CONTEXT")
    return _of_context(_current_context(), f"currentContext in {_config_folder() / 'config.json'}")


def _certificates_of_environment() -> str | None:
    folder = os.environ.get("DOCKER_CERT_PATH")
    return folder or (str(_config_folder()) if os.environ.get("DOCKER_TLS_VERIFY") else None)


def _at(host: str, source: str, certificates: str | None, source_of_certificates: str) -> DockerEndpoint:
    if certificates is None or not host.startswith(_WITH_TLS):
        return DockerEndpoint(source=source, host=host)
    folder = Path(certificates).expanduser().absolute()
    _require(_FILES, folder, source_of_certificates)
    return DockerEndpoint(source=source, host=host, certificates=folder)


def _of_context(name: str, source: str) -> DockerEndpoint:
    """The daemon of a context, as Docker's command line stores it."""
    if name == "default":
        return DockerEndpoint(source=source)
    stored = hashlib.sha256(name.encode()).hexdigest()
    contexts = _config_folder() / "contexts"
    file = contexts / "meta" / stored / "meta.json"
    try:
        endpoint = json.loads(file.read_text())["Endpoints"]["docker"]
        host, verify = str(endpoint["Host"]), not endpoint.get("SkipTLSVerify")
    except FileNotFoundError:
        _fail("PP811", source, f"there is no Docker context {name!r}", _ANOTHER)
    except (OSError, ValueError, KeyError, TypeError) as error:
        reason = f"{type(error).__name__}: {error}"
        _fail("PP812", source, f"the Docker context {name!r} cannot be read from {file} ({reason})", _ANOTHER)
    folder = contexts / "tls" / stored / "docker"
    if not host.startswith(_WITH_TLS) or not folder.is_dir():
        return DockerEndpoint(source=source, host=host, context=name)
    _require(_FILES if verify else _FILES[1:], folder, source)
    return DockerEndpoint(source=source, host=host, context=name, certificates=folder, verify=verify)


def _require(files: tuple[str, ...], folder: Path, source: str) -> None:
    missing = [name for name in files if not (folder / name).is_file()]
    if missing:
        what = f"TLS needs {', '.join(files)} in {folder}, and {' and '.join(missing)} cannot be found there"
        _fail("PP813", source, what, "put the daemon's CA certificate and your certificate with its key there")


def _current_context() -> str:
    try:
        config = json.loads((_config_folder() / "config.json").read_text())
    except (OSError, ValueError):
        return "default"  # what docker takes too
    return str(config.get("currentContext") or "default") if isinstance(config, dict) else "default"


def _config_folder() -> Path:
    return Path(os.environ.get("DOCKER_CONFIG") or Path.home() / ".docker")


def _ssh_name(name: str) -> str:
    """The address behind a name that may be one of ``~/.ssh/config`` only."""
    try:
        settings = subprocess.run(  # noqa: S603
            ["ssh", "-G", "--", name],  # noqa: S607 - the one that docker would take
            capture_output=True,
            text=True,
            timeout=10,
            check=False,
        ).stdout
    except (OSError, subprocess.TimeoutExpired):
        return name
    found = [line.removeprefix("hostname ") for line in settings.splitlines() if line.startswith("hostname ")]
    return found[0] if found else name


def _fail(code: str, path: str, what: str, fix: str) -> NoReturn:
    raise UnreadyError([Problem(code, path, what, fix)])
