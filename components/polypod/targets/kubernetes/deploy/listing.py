"""The objects of a namespace, asked for once for everybody who waits for them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping

from polypod.targets.kubernetes.deploy.client import Cluster, Found
from polypod.targets.shared.deploy.threads import in_thread

POLL_SECONDS = 0.3
"""How often the cluster is asked."""


class Listing:
    """The objects with the given labels.

    Args:
        namespace: Their namespace.
        labels: Their labels.
    """

    def __init__(self, namespace: str, labels: Mapping[str, str]) -> None:
        self.namespace = namespace
        self._labels = labels
        self._listed: dict[str, tuple[float, float, list[Found]]] = {}
        self._locks: dict[str, asyncio.Lock] = {}

    async def of(self, cluster: Cluster, kind: str, since: float = 0.0) -> list[Found]:
        """Those of a kind, as they are or were half a poll ago.

        Args:
            cluster: The cluster to ask.
            kind: The kind.
            since: The monotonic time before which the cluster must not have been asked.
        """
        async with self._locks.setdefault(kind, asyncio.Lock()):
            asked, answered, found = self._listed.get(kind, (0.0, 0.0, []))
            now = time.monotonic()
            if asked < since or now - answered > POLL_SECONDS / 2:
                found = await in_thread(cluster.list, kind, self.namespace, self._labels)
                self._listed[kind] = (now, time.monotonic(), found)
            return found
