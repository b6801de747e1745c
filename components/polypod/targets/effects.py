"""What an update does to pods: the terms in which every target says it."""

from __future__ import annotations

import enum

import attrs


class Kind(enum.Enum):
    """What happens to a pod, from the least to the most."""

    NOTHING = "nothing restarts"
    ADDED = "added"
    ROLLS = "rolls without an interruption"
    RUNS_AGAIN = "runs again"
    RESTARTS = "restarts"
    RECREATED = "is destroyed and recreated"
    REMOVED = "removed"

    def __lt__(self, other: Kind) -> bool:
        """Whether less happens."""
        return _ORDER[self] < _ORDER[other]


_ORDER = {kind: i for i, kind in enumerate(Kind)}


@attrs.frozen(kw_only=True)
class Effect:
    """What an update does to one pod, or to the gateway.

    Args:
        pod: The name of the pod; ``gateway`` for the gateway's own.
        kind: What happens.
        order: In which order old and new come and go; empty where there is nothing to say.
        seconds: The longest time that it is unavailable: the grace period in which it stops and the time in which
            it must be ready. Zero where somebody always does, or nobody asks.
        forced_by: What the platform cannot change of what is there, in words; empty where the changed fields say it.
        address: What becomes of its published address, in words; empty where it stays.
    """

    pod: str
    kind: Kind
    order: str = ""
    seconds: int = 0
    forced_by: str = ""
    address: str = ""
