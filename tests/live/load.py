"""Load on a gateway while something changes, and what became of each request."""

from __future__ import annotations

import threading
import time
from collections import Counter
from types import TracebackType
from typing import Self

import httpx

PAUSE = 0.1
"""Seconds between two requests of one client."""


class Load:
    """Clients that ask one after another, over connections that they keep, until the block ends.

    Args:
        url: What they ask for.
        clients: How many ask at once.
        slow: What one more client asks for, whose answer takes long; none by default.
    """

    def __init__(self, url: str, clients: int = 4, slow: str = "") -> None:
        self._urls = [url] * clients + ([slow] if slow else [])
        self._over = threading.Event()
        self._threads = [threading.Thread(target=self._ask, args=(url,)) for url in self._urls]
        self.answers: Counter[str] = Counter()
        self.lost: list[tuple[float, str]] = []
        self._began = time.monotonic()

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()

    @property
    def outage(self) -> float:
        """The seconds between the first and the last request that was lost."""
        return self.lost[-1][0] - self.lost[0][0] if self.lost else 0.0

    def __str__(self) -> str:
        return f"{self.answers.total()} answered, {len(self.lost)} lost in {self.outage:.1f} s: {self.lost[:5]}"

    def _ask(self, url: str) -> None:
        with httpx.Client(timeout=30) as client:
            while not self._over.is_set():
                self._ask_once(client, url)
                time.sleep(PAUSE)

    def _ask_once(self, client: httpx.Client, url: str) -> None:
        at = time.monotonic() - self._began
        try:
            answer = client.get(url)
        except httpx.HTTPError as error:
            self.lost.append((round(at, 1), repr(error)))
            return
        if answer.status_code == httpx.codes.OK:
            self.answers[answer.text.strip()] += 1
        else:
            self.lost.append((round(at, 1), str(answer.status_code)))
