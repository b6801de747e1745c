"""Resource ids in the paths of Azure Resource Manager."""

from __future__ import annotations

import re
from urllib.parse import unquote

import attrs

from polypod_aci_emulator.arm.errors import AzureError

_FORBIDDEN = re.compile(r"[<>%&\\?/#\x00-\x1f\x7f]")
_SUBSCRIPTION = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


@attrs.frozen
class ResourceId:
    """The target of a path: a resource, a collection of resources, or an action on one.

    Args:
        subscription: The subscription.
        group: The resource group; empty outside of one.
        kind: The types with their provider, in lower case, such as ``microsoft.storage/storageaccounts``.
        names: The names, one per type; one less for a collection or an action.
        text: The path as the client wrote it.
    """

    subscription: str
    group: str
    kind: str
    names: tuple[str, ...]
    text: str

    @property
    def key(self) -> str:
        """The id in lower case: ids are not case-sensitive."""
        return self.text.lower()

    @property
    def name(self) -> str:
        """The name of the resource itself."""
        return self.names[-1]


def parse(path: bytes) -> ResourceId:
    """Read a path, percent-encoded as it came.

    Raises:
        AzureError: It is no path of Azure Resource Manager.
    """
    parts = [_name(part) for part in path.decode("ascii", "replace").strip("/").split("/")]
    text = "/" + "/".join(parts)
    if not all(parts):
        raise _unknown(text)
    subscription = group = ""
    if parts[0].lower() == "subscriptions" and len(parts) > 1:
        subscription = parts[1]
        if not _SUBSCRIPTION.fullmatch(subscription):
            raise AzureError(
                400,
                "InvalidSubscriptionId",
                f"The provided subscription identifier '{subscription}' is malformed or invalid.",
            )
        parts = parts[2:]
    if subscription and parts[:1] and parts[0].lower() == "resourcegroups":
        if len(parts) <= 2:  # noqa: PLR2004 - the type and, at most, its name
            return ResourceId(subscription, "".join(parts[1:]), "resourcegroups", tuple(parts[1:]), text)
        group, parts = parts[1], parts[2:]
    if len(parts) < 3 or parts[0].lower() != "providers":  # noqa: PLR2004 - the word, a provider, a type
        raise _unknown(text)
    kind = "/".join((parts[1], *parts[2::2])).lower()
    return ResourceId(subscription, group, kind, tuple(parts[3::2]), text)


def _name(part: str) -> str:
    """One name of a path, without characters that would change the path."""
    try:
        name = unquote(part, errors="strict")
    except UnicodeDecodeError:
        raise AzureError(400, "InvalidRequestUri", f"'{part}' in the request's path is no UTF-8.") from None
    if name in {".", ".."} or _FORBIDDEN.search(name):
        message = (
            f"The name {name!r} in the request's path is invalid: it must not be '.' or '..', and must not contain "
            "control characters or any of <>%&\\?/#."
        )
        raise AzureError(400, "InvalidResourceName", message)
    return name


def _unknown(path: str) -> AzureError:
    return AzureError(404, "NotFound", f"The path '{path}' is not one of Azure Resource Manager, or is not emulated.")
