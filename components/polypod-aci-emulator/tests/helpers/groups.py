"""Makes container groups through Azure's official client."""

from __future__ import annotations

import time
import urllib.request
import uuid
from collections.abc import Callable
from typing import Any

from azure.core.exceptions import HttpResponseError
from azure.mgmt.containerinstance import models

from helpers.running import Running

SERVE = "mkdir -p /www && echo hello > /www/index.html && exec httpd -f -p 18083 -h /www"
FOREVER = "trap exit TERM; sleep 1000 & wait"


def within(seconds: float, wanted: Callable[[], Any]) -> Any:
    """What a question answers once it is neither false nor an error."""
    limit = time.monotonic() + seconds
    while True:
        try:
            if found := wanted():
                return found
        except (OSError, HttpResponseError):
            if time.monotonic() > limit:
                raise
        assert time.monotonic() < limit, "it did not come in time"
        time.sleep(0.2)


class Groups:
    """Makes container groups under unique names."""

    def __init__(self, running: Running, busybox: str) -> None:
        self.running = running
        self.busybox = busybox
        self.aci = running.aci
        self.made: list[str] = []

    def container(self, name: str, script: str, **more: Any) -> models.Container:
        """A container that runs a shell script."""
        requests = models.ResourceRequests(cpu=more.pop("cpu", 1), memory_in_gb=more.pop("memory", 1))
        more.setdefault("resources", models.ResourceRequirements(requests=requests))
        return models.Container(name=name, image=self.busybox, command=["sh", "-c", script], **more)

    def init(self, name: str, script: str, **more: Any) -> models.InitContainerDefinition:
        """An init container that runs a shell script."""
        return models.InitContainerDefinition(name=name, image=self.busybox, command=["sh", "-c", script], **more)

    def definition(self, *containers: models.Container, **more: Any) -> models.ContainerGroup:
        """A group."""
        return models.ContainerGroup(location="westeurope", os_type="Linux", containers=list(containers), **more)

    def put(self, definition: models.ContainerGroup, name: str = "") -> models.ContainerGroup:
        """Make or change a group, and wait until Azure says that it is done."""
        name = name or f"g{uuid.uuid4().hex[:8]}"
        self.made.append(name)
        return self.aci.container_groups.begin_create_or_update("rg", name, definition).result()

    def get(self, name: str) -> models.ContainerGroup:
        """A group."""
        return self.aci.container_groups.get("rg", name)

    def state(self, name: str, container: int = 0) -> models.ContainerState:
        """What a container of a group does."""
        return self.get(name).containers[container].instance_view.current_state

    def log(self, name: str, container: str, **more: Any) -> str:
        """The log of a container."""
        return self.aci.containers.list_logs("rg", name, container, **more).content or ""

    def delete(self, name: str) -> None:
        """Remove a group."""
        self.aci.container_groups.begin_delete("rg", name).result()

    def clean_up(self) -> None:
        """Remove what was made."""
        for name in set(self.made):
            self.delete(name)
        self.made.clear()


def public(*ports: int, label: str | None = None) -> models.IpAddress:
    """A public address with these ports."""
    return models.IpAddress(type="Public", ports=[models.Port(port=port) for port in ports], dns_name_label=label)


def fetch(address: str | None, port: int = 18083) -> str:
    """What is served at an address."""
    with urllib.request.urlopen(f"http://{address}:{port}/", timeout=2) as answer:
        return str(answer.read().decode())
