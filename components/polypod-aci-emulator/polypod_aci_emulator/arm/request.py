"""Requests, responses and handlers of Azure Resource Manager."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import attrs

from polypod_aci_emulator.arm.resource_id import ResourceId

if TYPE_CHECKING:
    from polypod_aci_emulator.emulator import Emulator


@attrs.frozen(kw_only=True)
class Request:
    """An authorized, well-formed request.

    Args:
        id: What it is about.
        query: Its query parameters.
        body: Its body; ``None`` where it has none.
        base_url: Where the client found the emulator, without a slash at the end.
    """

    id: ResourceId
    query: Mapping[str, str]
    body: Any
    base_url: str

    @property
    def api_version(self) -> str:
        """The version of the interface that the client speaks."""
        return self.query["api-version"]


@attrs.frozen
class Response:
    """An answer.

    Args:
        status: The HTTP status.
        body: Its body; ``None`` for none.
        headers: Its headers.
    """

    status: int = 200
    body: Any = None
    headers: Mapping[str, str] = attrs.field(factory=dict)


Handler = Callable[["Emulator", Request], Response]


def locked(handler: Handler) -> Handler:
    """A handler that holds the emulator's lock."""

    def alone(emulator: Emulator, request: Request) -> Response:
        with emulator.lock:
            return handler(emulator, request)

    return alone


Routes = Mapping[tuple[str, str, int], Handler]
"""Handlers by method, kind of resource in lower case, and the number of names in the path."""
