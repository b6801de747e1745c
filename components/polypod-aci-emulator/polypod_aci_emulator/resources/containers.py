"""Actions on one container of a group: read its log, run a command in it, follow its output."""

from __future__ import annotations

from typing import Any

from polypod_aci_emulator.arm.errors import AzureError, invalid_content
from polypod_aci_emulator.arm.request import Request, Response, Routes
from polypod_aci_emulator.emulator import Emulator
from polypod_aci_emulator.resources.body_shape import read
from polypod_aci_emulator.resources.container_groups import KIND, find

_LOG_BYTES = 4 * 1024 * 1024


def _container(emulator: Emulator, request: Request) -> Any:
    """The Docker container behind a container.

    Raises:
        AzureError: There is none of that name, or it has not been started yet.
    """
    key, document = find(emulator, request.id)
    group, name = request.id.names
    properties = document["properties"]
    if name not in {member["name"] for member in (*properties["initContainers"], *properties["containers"])}:
        message = f"The container '{name}' is not found in container group '{group}'."
        raise AzureError(404, "ContainerNotFound", message)
    found = emulator.host.containers(key).get(name)
    if found is None:
        message = f"The log of container '{name}' in container group '{group}' is not available yet."
        raise AzureError(404, "ContainerLogNotAvailable", message)
    return found


def _logs(emulator: Emulator, request: Request) -> Response:
    tail = request.query.get("tail", "all")
    if tail != "all" and not tail.isdecimal():
        raise AzureError(400, "InvalidParameter", f"The value '{tail}' of 'tail' is not a number.")
    output: bytes = _container(emulator, request).logs(
        tail=tail if tail == "all" else int(tail),
        timestamps=request.query.get("timestamps", "").lower() == "true",
    )
    return Response(200, {"content": output[-_LOG_BYTES:].decode(errors="replace")})


def _running(emulator: Emulator, request: Request) -> str:
    container = _container(emulator, request)
    if container.status != "running":
        group, name = request.id.names
        message = f"The container '{name}' in container group '{group}' is not running."
        raise AzureError(409, "ContainerNotRunning", message)
    return str(container.id)


def _session(request: Request, identity: str, password: str) -> Response:
    address = request.base_url.replace("http", "ws", 1)
    return Response(200, {"webSocketUri": f"{address}/sessions/{identity}", "password": password})


def _exec(emulator: Emulator, request: Request) -> Response:
    body = read("ContainerExecRequest", request.body)
    if not body.get("command"):
        raise invalid_content("Required property 'command' not found in JSON. Path ''")
    size = body.get("terminalSize", {})
    opened = emulator.sessions.open(
        _running(emulator, request), body["command"], size.get("rows") or 24, size.get("cols") or 80
    )
    return _session(request, *opened)


def _attach(emulator: Emulator, request: Request) -> Response:
    return _session(request, *emulator.sessions.open(_running(emulator, request)))


ROUTES: Routes = {
    ("GET", f"{KIND}/containers/logs", 2): _logs,
    ("POST", f"{KIND}/containers/exec", 2): _exec,
    ("POST", f"{KIND}/containers/attach", 2): _attach,
}
