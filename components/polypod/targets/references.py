"""What references to other pods become where every pod has a name of its own on the network."""

from __future__ import annotations

from typing import Any

from polypod.model.application import Application
from polypod.model.pod import Workload
from polypod.model.value import Reference, Template, resolve


def resolved(value: Any, pod: Workload, app: Application) -> Template:
    """A value with every reference replaced by the name or the port of what it means.

    Args:
        value: The value.
        pod: The pod it stands in, whose own containers are ``localhost``.
        app: The application.
    """

    def address(reference: Reference) -> str:
        if reference.field == "host":
            elsewhere = reference.pod != pod.name and reference.pod in app.pods
            return reference.pod if elsewhere else "localhost"
        ports = app.ports_of(reference, pod) or ()
        return next(str(port.number) for port in ports if reference.port in ("", port.name))

    return resolve(value, address)
