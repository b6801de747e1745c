"""Daemons that tell what was done."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import attrs

from polypod.testing import FakeDaemon


class Recording(FakeDaemon):
    """A daemon that takes down what is stopped and removed; its containers are listed newest first, as Docker does."""

    def __init__(self) -> None:
        super().__init__()
        self.done: list[str] = []
        self.grace: dict[str, int] = {}

    def add(
        self,
        name: str,
        *,
        ports: tuple[int, ...] = (),
        volumes: tuple[str, ...] = (),
        addresses: tuple[str, ...] = (),
        **labels: str,
    ) -> None:
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
        self._states[name] = attrs.evolve(self._states[name], addresses=frozenset(addresses))

    def containers(self, labels: Any) -> list[Any]:
        """Every container with the given labels, newest first."""
        return super().containers(labels)[::-1]

    def start_command(self, container: str, command: Sequence[str]) -> str | None:
        """Start a command, whose arguments are taken down."""
        self.done.append(f"tell {container} {' '.join(command[4:])}".rstrip())
        return container

    def stop_container(self, container: str, grace: int = 0) -> None:
        """Stop a container."""
        self.done.append(f"stop {container}")
        self.grace[container] = grace
        super().stop_container(container, grace)

    def remove_container(self, container: str) -> None:
        """Remove a container."""
        self.done.append(f"remove {container}")
        super().remove_container(container)
