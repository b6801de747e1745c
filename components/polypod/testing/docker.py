"""A Docker daemon that agrees to everything."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import attrs

from polypod.targets.docker.deploy.container_state import ContainerState


class FakeDaemon:
    """A Docker daemon in which every container is healthy at once, and ends well where it need not keep running.

    Args:
        failing: The names of containers that end with exit code 1 instead.
        missing_images: The images that are not available.
        logs: What each container wrote, by name.
        published: The host ports that something else publishes already.
    """

    host = "docker.test"

    def __init__(
        self,
        *,
        failing: Iterable[str] = (),
        missing_images: Iterable[str] = (),
        logs: Mapping[str, str] | None = None,
        published: Iterable[tuple[int, str]] = (),
    ) -> None:
        self._failing = frozenset(failing)
        self._missing = frozenset(missing_images)
        self._logs = logs or {}
        other = ContainerState(id="other", name="other", labels={}, running=True, published=frozenset(published))
        self._states: dict[str, ContainerState] = {"other": other} if other.published else {}

    def create(self, inputs: Mapping[str, Any]) -> None:
        """Take note of a container that was created; its id is its name.

        Args:
            inputs: The inputs of its resource.
        """
        name = str(inputs["name"])
        labels = {label["label"]: label["value"] for label in inputs.get("labels", ())}
        ends = inputs.get("mustRun") is False
        restarts = inputs.get("restart") in ("always", "on-failure")
        failed = name in self._failing
        self._states[name] = ContainerState(
            id=name,
            name=name,
            labels=labels,
            running=not ends and not failed,
            exit_code=int(failed) if ends or failed else None,
            health="healthy" if "healthcheck" in inputs else "",
            restarting=failed and restarts,
            restarts=100 if failed and restarts else 0,
            published=frozenset((port["external"], port["protocol"]) for port in inputs.get("ports", ())),
            volumes=frozenset(mount["volumeName"] for mount in inputs.get("volumes", ()) if "volumeName" in mount),
        )

    def shares_paths(self) -> bool:
        """It has no paths."""
        return False

    def containers(self, labels: Mapping[str, str]) -> list[ContainerState]:
        """Every container with the given labels."""
        return [state for state in self._states.values() if labels.items() <= state.labels.items()]

    def inspect(self, container: str) -> ContainerState | None:
        """One container, or ``None`` where there is none of that id or name."""
        return self._states.get(container)

    def start_command(self, container: str, command: Sequence[str]) -> str | None:
        """Start a command in a container."""
        del command
        return container

    def exit_code(self, run: str) -> int | None:
        """The exit code of a command that was started: each succeeds at once."""
        del run
        return 0

    def logs(self, container: str, lines: int) -> str:
        """The last lines of a container's output."""
        return "\n".join(self._logs.get(container, "").splitlines()[-lines:])

    def last_exit_code(self, container: str) -> int | None:
        """The exit code that a container ended with last: none runs again."""
        del container
        return None

    def stop_container(self, container: str, grace: int = 0) -> None:
        """Stop a container within its own grace period."""
        del grace
        state = self._states.get(container)
        if state is not None:
            self._states[container] = attrs.evolve(state, running=False, restarting=False, exit_code=0)

    def rename_container(self, container: str, name: str) -> None:
        """Give a container another name."""
        self._states[name] = attrs.evolve(self._states.pop(container), name=name)

    def new_instance(self) -> str:
        """The same text every time, so that two runs of a program register the same."""
        return "instance"

    def remove_container(self, container: str) -> None:
        """Remove a container."""
        self._states.pop(container, None)

    def networks(self, name: str, labels: Mapping[str, str]) -> list[str]:
        """The networks that were left over: none."""
        del name, labels
        return []

    def remove_network(self, network: str) -> None:
        """Remove a network."""

    def kept_volumes(self, labels: Mapping[str, str], names: Collection[str] = ()) -> dict[str, Mapping[str, str]]:
        """The volumes that outlive a destroy: none are left of an earlier stack."""
        del labels, names
        return {}

    def image_problem(self, reference: str) -> str:
        """Why an image is not available; empty if it is."""
        return "no such image" if reference in self._missing else ""
