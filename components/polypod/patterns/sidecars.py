"""Sidecars: helpers that extend the main container without its knowing."""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from polypod.model.container import Container
from polypod.model.resources import Resources
from polypod.model.volume import Mount
from polypod.patterns.images import BUSYBOX, NOBODY

_FOLLOW = 'tail -q -n +1 -F "$@" & trap "kill $!" TERM INT; wait'
"""A process with the id 1 ignores SIGTERM unless it handles it; without the trap every stop would take the whole grace
period."""


def log_tailer(
    logs: Mount, files: str | Sequence[str] = "app.log", *, name: str = "log-tailer", image: str = BUSYBOX
) -> Container:
    """A sidecar that writes what the main container logs to files to its own output.

    So ``docker logs``, ``kubectl logs`` and ``az container logs`` show it, and whatever collects the platform's
    container logs ships it.

    Args:
        logs: The mount the main container writes its log files to; mount the same one there.
        files: The file or the files to follow, relative to the mount; one that does not exist yet is waited for.
        name: The name of the sidecar.
        image: An image that holds ``tail``.
    """
    names = [files] if isinstance(files, str) else files
    return Container(
        name,
        image=image,
        command=["sh", "-c", _FOLLOW, "tail", *(f"{logs.path}/{file}" for file in names)],
        mounts=[attrs.evolve(logs, read_only=True)],
        resources=Resources(cpu="50m", memory="32Mi"),
        user=NOBODY,
        group=NOBODY,
    )
