"""Docker's events for containers of groups that have ended or were removed."""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from collections.abc import Callable
from typing import Any

from docker.errors import DockerException
from docker.types import CancellableStream

from polypod_aci_emulator.docker.host import LABEL, DockerHost

_AGAIN_SECONDS = 1.0
_log = logging.getLogger(__name__)


class Watch:
    """A thread that listens to Docker's events, and reconnects when the connection ends.

    Args:
        host: The Docker daemon.
        tell: Called with what `short_hash` makes of a group's key, or with ``None`` where any group may be concerned.
    """

    def __init__(self, host: DockerHost, tell: Callable[[str | None], None]) -> None:
        self._host = host
        self._tell = tell
        self._closed = threading.Event()
        self._stream: CancellableStream[Any] | None = None
        self._thread = threading.Thread(target=self._listen, name="watch", daemon=True)

    def start(self) -> None:
        """Start listening."""
        self._thread.start()

    def close(self) -> None:
        """Stop listening."""
        self._closed.set()
        if self._stream is not None:
            # Docker's client trips over a connection that ends at this moment.
            with contextlib.suppress(OSError, DockerException, AttributeError):
                self._stream.close()

    def _listen(self) -> None:
        while not self._closed.is_set():
            try:
                self._follow()
            except Exception as problem:
                if not self._closed.is_set():
                    _log.warning("Docker's events: %r", problem)
            self._closed.wait(_AGAIN_SECONDS)

    def _follow(self) -> None:
        self._stream = self._host.endings(since=int(time.time()))
        if self._closed.is_set():
            self.close()
            return
        self._tell(None)
        for event in self._stream:
            # Docker tells before its lists show it, but answers this only once it has done with the container.
            self._host.inspect(event["Actor"]["ID"])
            self._tell(event["Actor"]["Attributes"][f"{LABEL}.group"])
