"""Readiness and liveness probes of a running container."""

from __future__ import annotations

import http.client
import ssl
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as FutureTimeoutError
from typing import Any
from urllib.parse import urljoin, urlsplit

from docker.errors import DockerException
from docker.models.containers import Container

from polypod_aci_emulator.docker.tunnel import tunnel

_DEFAULTS = {
    "initialDelaySeconds": 0,
    "periodSeconds": 10,
    "timeoutSeconds": 1,
    "failureThreshold": 3,
    "successThreshold": 1,
}
_MOVED = 300
_REDIRECTS = 10
_pool = ThreadPoolExecutor(max_workers=32, thread_name_prefix="probe")


class Probe:
    """One probe of one container, with its schedule and its count of failures.

    Args:
        kind: ``Readiness`` or ``Liveness``.
        definition: The probe as Azure's interface states it.
        container: The container.
        address: The group's address.
        inside: A container of the group to ask from, where its address cannot be reached from this machine.
    """

    def __init__(
        self,
        kind: str,
        definition: Mapping[str, Any],
        container: Container,
        address: str,
        inside: Container | None = None,
    ) -> None:
        self.kind = kind
        self._definition = definition
        self._times: dict[str, int] = {key: definition.get(key, default) for key, default in _DEFAULTS.items()}
        self._container = container
        self._address = address
        self._inside = inside
        self.due: float = time.monotonic() + self._times["initialDelaySeconds"]
        self._failures = self._successes = 0
        self.passes = kind == "Liveness"

    def run_if_due(self) -> str | None:
        """Probe if it is due: what is wrong, empty if nothing is, ``None`` if it was not due."""
        if time.monotonic() < self.due:
            return None
        problem = self._run()
        self.due = time.monotonic() + self._times["periodSeconds"]
        self._failures = self._failures + 1 if problem else 0
        self._successes = 0 if problem else self._successes + 1
        if self._failures >= self._times["failureThreshold"]:
            self.passes = False
        elif self._successes >= self._times["successThreshold"]:
            self.passes = True
        return problem

    def _run(self) -> str:
        timeout = self._times["timeoutSeconds"]
        try:
            return _pool.submit(self._ask, timeout).result(timeout + 1)
        except FutureTimeoutError:
            return f"no answer within {timeout} s"
        except (OSError, http.client.HTTPException, DockerException) as error:
            return str(error) or type(error).__name__

    def _ask(self, timeout: float) -> str:
        if (command := self._definition.get("exec")) is not None:
            code, output = self._container.exec_run(list(command.get("command") or ()))
            said = output.decode(errors="replace").strip() if isinstance(output, bytes) else ""
            return "" if code == 0 else said or f"exit code {code}"
        return self._get(self._definition["httpGet"], timeout)

    def _get(self, request: Mapping[str, Any], timeout: float) -> str:
        """Ask, and follow redirects on the same host as a kubelet does; one to another host is a success."""
        path = request.get("path") or "/"
        for _ in range(_REDIRECTS):
            status, location = self._answer(request, path, timeout)
            if not _MOVED <= status < http.client.BAD_REQUEST or not location:
                break
            target = urlsplit(urljoin(f"//{self._address}{path}", location))
            if target.hostname != self._address:
                return ""
            path = target._replace(scheme="", netloc="", fragment="").geturl()
        else:
            return f"HTTP probe failed: stopped after {_REDIRECTS} redirects"
        ok = http.client.OK <= status < http.client.BAD_REQUEST
        return "" if ok else f"HTTP probe failed with statuscode: {status}"

    def _answer(self, request: Mapping[str, Any], path: str, timeout: float) -> tuple[int, str]:
        """The status of a path, and the location it redirects to."""
        connection: http.client.HTTPConnection
        # As in Kubernetes: a probe asks whether it answers, not who it is.
        unverified = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        unverified.check_hostname = False
        unverified.verify_mode = ssl.CERT_NONE
        https = str(request.get("scheme") or "http").lower() == "https"
        if https:
            connection = http.client.HTTPSConnection(
                self._address, request["port"], timeout=timeout, context=unverified
            )
        else:
            connection = http.client.HTTPConnection(self._address, request["port"], timeout=timeout)
        if self._inside is not None:
            found = tunnel(self._inside, self._address, request["port"], timeout)
            connection.sock = unverified.wrap_socket(found) if https else found
        headers = {item["name"]: item.get("value") or "" for item in request.get("httpHeaders") or ()}
        try:
            connection.request("GET", path, headers=headers)
            answer = connection.getresponse()
            return answer.status, answer.getheader("Location") or ""
        finally:
            connection.close()


def probes_of(
    properties: Mapping[str, Any], container: Container, address: str, inside: Container | None
) -> list[Probe]:
    """The probes of a container."""
    kinds = {"Readiness": "readinessProbe", "Liveness": "livenessProbe"}
    given = ((kind, properties[key]) for kind, key in kinds.items() if properties.get(key))
    return [Probe(kind, definition, container, address, inside) for kind, definition in given]
