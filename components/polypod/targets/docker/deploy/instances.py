"""Decide which existing containers the engine may keep.

The engine compares a program with its state, not with Docker. A container that is gone, was stopped by a hand-over that
was interrupted, has failed for good, or comes from another program than its state says, would stay as it is. So every
container has a label that is read from the live container of its name, as long as that is what the program asks for,
and is new otherwise: a new label makes the engine replace the container.
"""

from __future__ import annotations

from collections.abc import Mapping

from polypod.targets.docker.deploy.client import Daemon
from polypod.targets.docker.deploy.container_state import ContainerState
from polypod.targets.docker.plan.records import Pod, Volume
from polypod.targets.docker.plan.revision import revision

INSTANCE = "dev.polypod.instance"
REVISION = "dev.polypod.revision"
FILES = "dev.polypod.files"


class Instances:
    """The labels that tell instances of containers apart.

    Args:
        daemon: The daemon that makes new ones.
        there: The containers of the component, by name.
    """

    def __init__(self, daemon: Daemon, there: Mapping[str, ContainerState]) -> None:
        self._daemon = daemon
        self._there = there

    def has(self, name: str) -> bool:
        """Whether there is a container of a name.

        Args:
            name: The name.
        """
        return name in self._there

    def labels(self, name: str, revision: str, restart: str = "", *, again: bool = False) -> dict[str, str]:
        """The labels of a container.

        Args:
            name: Its name.
            revision: The digest of what it is made from.
            restart: Its restart policy; empty where it need not run.
            again: Whether it must run again, whatever it has done.
        """
        kept = None if again else self._kept(name, revision, restart)
        instance = kept.labels.get(INSTANCE, "") if kept is not None else ""
        return {REVISION: revision, INSTANCE: instance or self._daemon.new_instance()}

    def volume(self, record: Volume) -> str:
        """The name of a volume. One with other files is another volume: the old one goes when nobody uses it any more.

        The name does not follow from the files: where they change back before the engine has removed the volume they
        were in, as after an update that failed, it would remove the one that is in use.

        Args:
            record: The volume.
        """
        if not record.files:
            return record.name
        filler = self._there.get(record.name + record.filler)
        kept = sorted(filler.volumes) if filler and filler.labels.get(FILES) == record.listing else []
        return kept[0] if kept else f"{record.name}.{self._daemon.new_instance()}"

    def done(self, pod: Pod) -> bool:
        """Whether a pod is a job that has ended well, as the program is today.

        Args:
            pod: The pod.
        """
        if not pod.ends:
            return False
        decide = (member for member in pod.members if member.role != "sidecar")
        return all(self._kept(member.name, revision(member), member.restart) for member in decide)

    def _kept(self, name: str, revision: str, restart: str) -> ContainerState | None:
        """The container of a name, where it is what the program asks for."""
        state = self._there.get(name)
        known = state is not None and state.labels.get(REVISION) == revision and _serves(state, restart)
        return state if known else None


def _serves(state: ContainerState, restart: str) -> bool:
    """Whether a container runs, or has run to a good end, or need not run."""
    return not restart or state.alive or (restart in ("no", "on-failure") and state.exit_code == 0)
