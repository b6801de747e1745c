"""The ports that an application publishes, and what a component calls their addresses."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from polypod.model.application import GATEWAY, Application
from polypod.model.container import Container
from polypod.model.pod import Workload
from polypod.model.port import Port


@attrs.frozen(kw_only=True)
class Published:
    """A published port.

    Args:
        key: What the component calls its address: the container, or container and port where it publishes several.
        scheme: The scheme of its address.
        path: Its place in the model.
        port: The port.
    """

    key: str
    scheme: str
    path: str
    port: Port


def is_gateway(pod: Workload, app: Application) -> bool:
    """Whether a pod is the gateway's own."""
    return pod.name == GATEWAY and app.gateway is not None


def published_ports(pod: Workload, path: str, container: Container, app: Application) -> Iterator[Published]:
    """The ports that a container publishes.

    Args:
        pod: Its pod.
        path: Its path below the pod.
        container: The container.
        app: The application.
    """
    published = [(place, port) for place, port in container.listed_ports if port.publish is not None]
    gateway = is_gateway(pod, app)
    name = container.name if gateway or _is_unique(container.name, app) else f"{pod.name}-{container.name}"
    for place, port in published:
        yield Published(
            key=name if len(published) == 1 else f"{name}-{port.name or port.number}",
            scheme=pod.access.scheme if port.protocol == "tcp" else port.protocol,
            path="gateway.port" if gateway else f"pods.{pod.name}.{path}.{place}.publish",
            port=port,
        )


def _is_unique(name: str, app: Application) -> bool:
    """Whether a container's name is enough to say which address of the component is its."""
    if app.gateway is not None and name == GATEWAY:
        return False
    return app.container_names[name] == 1
