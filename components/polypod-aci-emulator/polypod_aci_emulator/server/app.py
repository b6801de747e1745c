"""The HTTP interface: authentication, parsing, dispatch to handlers, and Azure's error envelope."""

from __future__ import annotations

import json
import logging
import secrets
import uuid
from collections.abc import Mapping
from typing import Any

from docker.errors import DockerException
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request as HttpRequest
from starlette.responses import Response as HttpResponse
from starlette.routing import WebSocketRoute, request_response
from starlette.types import ASGIApp, Receive, Scope, Send

from polypod_aci_emulator.arm import api_versions
from polypod_aci_emulator.arm.body import BYTES
from polypod_aci_emulator.arm.body import parse as parse_body
from polypod_aci_emulator.arm.errors import AzureError
from polypod_aci_emulator.arm.request import Request, Response, Routes
from polypod_aci_emulator.arm.resource_id import ResourceId, parse
from polypod_aci_emulator.docker.host import explanation
from polypod_aci_emulator.emulator import Emulator
from polypod_aci_emulator.resources import catalog, container_groups, containers, locations, resource_groups, storage

_ROUTES: Routes = {
    **resource_groups.ROUTES,
    **container_groups.ROUTES,
    **containers.ROUTES,
    **locations.ROUTES,
    **storage.ROUTES,
    **catalog.ROUTES,
}
_CHALLENGE = 'Bearer authorization_uri="https://login.windows.net/common", error="invalid_token"'
_log = logging.getLogger(__name__)


def create_app(emulator: Emulator) -> ASGIApp:
    """The emulator as an ASGI application."""

    async def answer(http: HttpRequest) -> HttpResponse:
        headers: Mapping[str, str] = {}
        try:
            _authorize(emulator, http)
            answered = await run_in_threadpool(_handle, emulator, http, await _body(http))
            status, body, headers = answered.status, answered.body, answered.headers
        except AzureError as error:
            status, body = error.status, error.body
            if status == 401:  # noqa: PLR2004 - Unauthorized
                headers = {"WWW-Authenticate": _CHALLENGE}
        except DockerException as error:
            _log.exception("%s %s", http.method, http.url.path)
            status, body = 500, AzureError(500, "InternalServerError", explanation(error)).body
        except Exception as error:
            _log.exception("%s %s", http.method, http.url.path)
            status, body = 500, AzureError(500, "InternalServerError", repr(error)).body
        return _http(status, None if http.method == "HEAD" else body, headers)

    handlers = request_response(answer)
    sockets = Starlette(routes=[WebSocketRoute("/sessions/{session}", emulator.sessions.serve)])

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        # No route stands before the handlers, so that every refusal is Azure's, whatever the method and the path.
        await (handlers if scope["type"] == "http" else sockets)(scope, receive, send)

    return app


def _http(status: int, body: Any, headers: Mapping[str, str]) -> HttpResponse:
    text = None if body is None else json.dumps(body)
    request = str(uuid.uuid4())
    return HttpResponse(
        text,
        status,
        {"x-ms-request-id": request, "x-ms-correlation-request-id": request, "Cache-Control": "no-cache", **headers},
        media_type=None if body is None else "application/json",
    )


def _authorize(emulator: Emulator, http: HttpRequest) -> None:
    kind, _, token = http.headers.get("Authorization", "").partition(" ")
    if not token:
        message = "Authentication failed. The 'Authorization' header is missing."
        raise AzureError(401, "AuthenticationFailed", message)
    if kind.lower() != "bearer" or not secrets.compare_digest(token.encode(), emulator.token.encode()):
        raise AzureError(401, "InvalidAuthenticationToken", "The access token is invalid.")


async def _body(http: HttpRequest) -> Any:
    """Read the request's body, up to the limit."""
    received = b""
    async for chunk in http.stream():
        received += chunk
        if len(received) > BYTES:
            message = "The request content size exceeds the maximum size of 4 MB."
            raise AzureError(413, "RequestContentTooLarge", message)
    return parse_body(received, http.headers.get("Content-Type", ""))


def _unknown(method: str, resource: ResourceId) -> AzureError:
    if any((resource.kind, len(resource.names)) == (kind, names) for _, kind, names in _ROUTES):
        message = f"The requested resource does not support http method '{method}'."
        return AzureError(405, "MethodNotAllowed", message)
    message = f"The resource type '{resource.kind}' could not be found, or not with {len(resource.names)} names."
    return AzureError(404, "InvalidResourceType", message)


def _handle(emulator: Emulator, http: HttpRequest, body: Any) -> Response:
    resource = parse(http.scope["raw_path"])
    api_versions.check(resource, http.query_params.get("api-version"))
    handler = _ROUTES.get((http.method, resource.kind, len(resource.names)))
    if handler is None:
        raise _unknown(http.method, resource)
    base_url = str(http.base_url).rstrip("/")
    return handler(emulator, Request(id=resource, query=http.query_params, body=body, base_url=base_url))
