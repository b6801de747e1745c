"""What references to other pods become where every pod has a name of its own on the network."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from polypod.model.application import Application
from polypod.model.file import File
from polypod.model.pod import Workload
from polypod.model.value import Placeholder, Reference, Template, resolve


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
    """What a file holds: bytes as they are, everything else with its references resolved.

    Args:
        file: The file.
        resolve: Replaces the references in a value.
    """
    return file.content if isinstance(file.content, bytes) else resolve(file.content)
