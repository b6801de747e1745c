"""Names and labels of what is made in Docker."""

from __future__ import annotations

from polypod.config.site import Site
from polypod.model.volume import PersistentVolume

COMPONENT = "dev.polypod.component"
"""The label with the name of the component that has made something."""

TOOLS = "tools"
"""The key of the volume with the programs that look after containers."""


def host(pod: str, replica: int) -> str:
    """The name of one copy of a pod; a dot, which no name of a program holds, keeps it apart from others."""
    return f"{pod}-{replica}.{pod}"


def labels(site: Site, **more: str) -> dict[str, str]:
    """The labels of everything that a component makes, and more."""
    found = {"project": site.project, "stack": site.stack, "component": site.component, **more}
    return {f"dev.polypod.{name}": value for name, value in found.items()}


def persistent_name(volume: PersistentVolume, replica: int) -> str:
    """A dot, which no name of a program holds, keeps the volumes of replicas apart from others."""
    return f"{volume.name}.{replica}" if volume.per_replica else volume.name
