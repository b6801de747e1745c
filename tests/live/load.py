"""A bounded load on one address while something else happens."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import attrs
import httpx

from .fetch import fetch

_PAUSE_SECONDS = 0.05


@attrs.define
class Load:
    """What became of the requests.

    Attributes:
        answered: How many were answered with 200.
        lost: The others, each with its second and what came in place of an answer.
    """

    answered: int = 0
    lost: list[tuple[float, str]] = attrs.field(factory=list)

    @property
    def outage(self) -> float:
        """Seconds between the first and the last request that was lost."""
        return self.lost[-1][0] - self.lost[0][0] if self.lost else 0.0


@contextmanager
def load(url: str, clients: int = 2) -> Iterator[Load]:
    """Ask for an address again and again, with a pause after each answer, until the block ends.

    Args:
        url: The address.
        clients: How many ask at the same time.
    """
    done, found, began = threading.Event(), Load(), time.monotonic()

    def ask() -> None:
        while not done.wait(_PAUSE_SECONDS):
            at = time.monotonic() - began
            try:
                status = str(fetch(url, timeout=15).status_code)
            except httpx.HTTPError as error:
                status = type(error).__name__
            if status == "200":
                found.answered += 1
            else:
                found.lost.append((at, status))

    threads = [threading.Thread(target=ask) for _ in range(clients)]
    for thread in threads:
        thread.start()
    try:
        yield found
    finally:
        done.set()
        for thread in threads:
            thread.join()
        found.lost.sort()
