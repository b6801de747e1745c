"""Which of the containers there are the engine may take for those it made.

The engine compares a program with its state, not with Docker. A container that is gone, was stopped by a hand-over that
was interrupted, has failed for good, or comes from another program than its state says, would stay as it is. So every
container has a label that is read from the live container of its name, as long as that is what the program asks for,
and is new otherwise: a new label makes the engine replace the container.
"""

from __future__ import annotations

from collections.abc import Mapping

from polypod.targets.docker.container_state import ContainerState
from polypod.targets.docker.daemon import Daemon

INSTANCE = "dev.polypod.instance"
REVISION = "dev.polypod.revision"


class Instances:
    """The labels that tell instances of containers apart.

    Args:
        daemon: The daemon that makes new ones.
        there: The containers of the component, by name.
    """

    def __init__(self, daemon: Daemon, there: Mapping[str, ContainerState]) -> None:
        self._daemon = daemon
        self._there = there

    def labels(self, name: str, revision: str, restart: str = "") -> dict[str, str]:
        """The labels of a container.

        Args:
            name: Its name.
            revision: The digest of what it is made from.
            restart: Its restart policy; empty where it need not run.
        """
        state = self._there.get(name)
        known = state is not None and state.labels.get(REVISION) == revision and _serves(state, restart)
        instance = state.labels.get(INSTANCE, "") if known and state is not None else ""
        return {REVISION: revision, INSTANCE: instance or self._daemon.new_instance()}


def _serves(state: ContainerState, restart: str) -> bool:
    """Whether a container runs, or has run to a good end, or need not run."""
    return not restart or state.alive or (restart != "always" and state.exit_code == 0)
