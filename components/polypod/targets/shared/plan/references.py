"""Resolve references to pods that are known by their names on the network."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeGuard

from polypod.model.application import Application
from polypod.model.file import File
from polypod.model.pod import Workload
from polypod.model.value import Deferred, Part, Placeholder, Reference, Secret, Template, resolve

_TELLING = 4
"""What stands between the secrets of a file, such as a colon, is hidden by itself from this length on."""


def resolved(
    value: Any, pod: Workload, app: Application, host_of: Callable[[str], str | Placeholder] | None = None
) -> Template:
    """A value with every reference replaced by the name or the port of what it means.

    Args:
        value: The value.
        pod: The pod it stands in, whose own containers are ``localhost``.
        app: The application.
        host_of: The host of what a reference names, where that is not simply its name.
    """

    def address(reference: Reference) -> str | Placeholder:
        if reference.field == "host":
            if host_of is not None:
                return host_of(reference.pod)
            elsewhere = reference.pod != pod.name and reference.pod in app.pods
            return reference.pod if elsewhere else "localhost"
        ports = app.ports_of(reference, pod) or ()
        return next(str(port.number) for port in ports if reference.port in ("", port.name))

    return resolve(value, address)


def content(file: File, resolve: Callable[[Any], Template]) -> Template | bytes:
    """The content of a file: bytes as they are, everything else with its references resolved.

    Args:
        file: The file.
        resolve: Replaces the references in a value.
    """
    return file.content if isinstance(file.content, bytes) else resolve(file.content)


def concealed(content: Template | bytes) -> Template:
    """The content of a secret file as a value that is hidden in logs, even if the program gives plain text or bytes.

    Args:
        content: The content, with its references resolved.
    """
    parts = (content.decode(errors="replace"),) if isinstance(content, bytes) else content.parts
    return Template(tuple(Secret(part) if _tells(part, parts) else part for part in parts))


def _tells(part: Part, parts: tuple[Part, ...]) -> TypeGuard[str | Deferred]:
    if isinstance(part, str):
        return bool(part) and (len(parts) == 1 or len(part.strip()) >= _TELLING)
    return not isinstance(part, Secret | Placeholder)
