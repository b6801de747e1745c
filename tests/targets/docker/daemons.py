"""Daemons that tell what was done."""

from __future__ import annotations

from typing import Any

from polypod.testing import FakeDaemon


class Recording(FakeDaemon):
    """A daemon that takes down what is stopped and removed; its containers are listed newest first, as Docker does."""

    def __init__(self) -> None:
        super().__init__()
        self.done: list[str] = []

    def add(self, name: str, *, ports: tuple[int, ...] = (), volumes: tuple[str, ...] = (), **labels: str) -> None:
        """A live container; labels are given without their prefix."""
        known = {label if "." in label else f"dev.polypod.{label}": value for label, value in labels.items()}
        self.create(
            {
                "name": name,
                "labels": [{"label": label, "value": value} for label, value in known.items()],
                "ports": [{"external": port, "protocol": "tcp"} for port in ports],
                "volumes": [{"volumeName": volume} for volume in volumes],
            }
        )

    def containers(self, labels: Any) -> list[Any]:
        """Every container with the given labels, newest first."""
        return super().containers(labels)[::-1]

    def stop_container(self, container: str) -> None:
        """Stop a container."""
        self.done.append(f"stop {container}")
        super().stop_container(container)

    def remove_container(self, container: str) -> None:
        """Remove a container."""
        self.done.append(f"remove {container}")
        super().remove_container(container)
