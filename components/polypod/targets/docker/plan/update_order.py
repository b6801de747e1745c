"""Whether a new copy of a pod can start before the old one stops."""

from __future__ import annotations

from collections.abc import Iterator

from polypod.model.application import Application
from polypod.model.pod import Workload
from polypod.model.volume import PersistentVolume, ScratchVolume


def starts_first(pod: Workload, app: Application) -> bool:
    """Whether the new copy of a pod is ready before the old one stops.

    Args:
        pod: The pod.
        app: The application.
    """
    return pod.update == "start-first" and not any(obstacles(pod, app))


def obstacles(pod: Workload, app: Application) -> Iterator[tuple[str, str]]:
    """The obstacles to starting a new copy of a pod before the old one stops, with their fixes.

    Args:
        pod: The pod.
        app: The application.
    """
    routes = app.gateway.routes if app.gateway is not None else ()
    if not any(backend.pod == pod.name for route in routes for backend in route.to):
        yield "no route leads to it, and only the gateway can be told which of two copies to ask", "give it a route"
    if len(pod.members) > 1:
        yield "its containers share a network, which there is once", "give the main container a pod of its own"
    for _, container in pod.containers:
        if any(port.publish is not None for port in container.all_ports):
            yield f"{container.name} publishes a host port, which one container can have", "publish the gateway's only"
        for volume in (mount.volume for mount in container.mounts):
            if isinstance(volume, ScratchVolume) or (isinstance(volume, PersistentVolume) and not volume.shared):
                fix = "leave update= out, or declare the volume shared=True where two copies may use it"
                yield f"the volume {volume.name!r} has one owner at a time", fix
