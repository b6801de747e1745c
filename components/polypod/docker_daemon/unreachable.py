"""Explain why a Docker daemon does not answer, and how to start it or to get access."""

from __future__ import annotations

import re
import sys

from polypod.docker_daemon.endpoint import DockerEndpoint
from polypod.errors import Problem

_LINUX, _MACOS = "run `sudo systemctl start docker`", "start Docker Desktop, OrbStack or Colima"
_PODMAN = "run `systemctl --user start podman.socket`, or on macOS `podman machine start`"

_STARTS = (
    (r"^desktop-|/\.docker/(run|desktop)/", "start Docker Desktop"),
    (r"colima", "run `colima start`"),
    (r"orbstack", "start OrbStack"),
    (r"^rancher-desktop|/\.rd/", "start Rancher Desktop"),
    (r"podman", _PODMAN),
    (r"/run/user/\d+/docker\.sock", "run `systemctl --user start docker`"),
    (r" (unix|npipe):", _MACOS if sys.platform == "darwin" else _LINUX),
    (r"", "see that it runs there and that this machine can reach it"),
)
"""What starts the daemon whose context and address match."""

_LETS_IN = (
    (r"Permission denied(?! \()", "run `sudo usermod -aG docker $USER` and log in again"),
    (r"publickey|Host key verification", "see that `ssh` to that machine works without questions"),
    (r"ssh: No such file", "install the program `ssh`"),
    (r"docker: (command )?not found", "install Docker there, on the PATH of commands run by SSH"),
    (
        r"HTTP request to an HTTPS server|sent an HTTP request",
        "name the folder of ca.pem, cert.pem and key.pem with DOCKER_CERT_PATH or docker:certPath, or use a context",
    ),
    (
        r"CERTIFICATE_VERIFY_FAILED",
        "the daemon's certificate must come from the ca.pem of the context, DOCKER_CERT_PATH or docker:certPath",
    ),
    (
        r"certificate|handshake",
        "the daemon must accept the cert.pem of the context, DOCKER_CERT_PATH or docker:certPath",
    ),
)
"""What lets this user in where the reason matches."""

_WRAPPED = re.compile(r"(?:\[Errno \d+\] |\((?:\d+, )?[\"']?)((?:\[SSL|\w)[^()]*?)(?: \(_ssl\.c:\d+\))?[\"')]*$")


def unreachable(endpoint: DockerEndpoint, error: Exception) -> Problem:
    """The problem that a daemon does not answer.

    Args:
        endpoint: Where it should be.
        error: What asking it raised.
    """
    text = str(error)
    known = next((fix for pattern, fix in _LETS_IN if re.search(pattern, text, re.IGNORECASE)), None)
    place = f"{endpoint.context} {endpoint.host}"
    fix = known or next(fix for pattern, fix in _STARTS if re.search(pattern, place))
    what = f"no Docker daemon answers at {endpoint.described}: {_reason(error)}"
    return Problem(
        "PP814", "docker", what, f"{fix}; or name another daemon with DOCKER_HOST or the stack's config docker:host"
    )


def _reason(error: Exception) -> str:
    """The innermost reason: HTTP libraries wrap it in parentheses, after a number or what cannot be read."""
    found = _WRAPPED.search(str(error))
    return (found[1] if found else str(error)).strip("'\" ") or type(error).__name__
