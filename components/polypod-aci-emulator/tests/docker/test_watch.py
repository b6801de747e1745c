"""What the emulator hears from Docker, from a Docker that plays a script."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from queue import Queue
from typing import Any

import pytest

from polypod_aci_emulator.docker import watch
from polypod_aci_emulator.docker.watch import Watch

END = {"Actor": {"ID": "id", "Attributes": {"dev.polypod.emulator.group": "web"}}}


class Stream:
    """The events of one connection, which fails after them or lasts until it is closed."""

    def __init__(self, *events: Any, error: Exception | None = None) -> None:
        self.events = events
        self.error = error
        self.closed = threading.Event()

    def __iter__(self) -> Iterator[Any]:
        yield from self.events
        if self.error:
            raise self.error
        self.closed.wait()

    def close(self) -> None:
        """End it."""
        self.closed.set()


class Host:
    """A Docker daemon whose connections come one after another."""

    def __init__(self, *streams: Stream) -> None:
        self.streams = list(streams)
        self.asked = Queue[str]()
        self.opening = threading.Event()
        self.opening.set()

    def endings(self, since: int) -> Stream:
        """The next connection, once it may open."""
        del since
        self.opening.wait()
        return self.streams.pop(0)

    def inspect(self, container: str) -> None:
        """Take note of the question."""
        self.asked.put(container)


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Come back without a pause."""
    monkeypatch.setattr(watch, "_AGAIN_SECONDS", 0.0)


def listening(host: Any) -> tuple[Watch, Queue[str | None]]:
    """A watch on a daemon, and what it tells."""
    told = Queue[str | None]()
    made = Watch(host, told.put)
    made.start()
    return made, told


def test_the_end_of_a_container_is_told_once_docker_has_done_with_it() -> None:
    """Which it has when it answers a question about the container."""
    host = Host(Stream(END))
    made, told = listening(host)
    assert [told.get(timeout=20) for _ in range(2)] == [None, "web"]
    assert host.asked.get_nowait() == "id"
    made.close()


@pytest.mark.parametrize("error", [None, OSError("gone"), ValueError("half a line")])
def test_a_connection_that_ends_is_followed_by_another(error: Exception | None) -> None:
    """Whatever ended it, and what happened in between is not known."""
    first = Stream(error=error)
    first.close()
    made, told = listening(Host(first, Stream(END)))
    assert [told.get(timeout=20) for _ in range(3)] == [None, None, "web"]
    made.close()


def test_one_that_is_closed_while_it_connects_ends() -> None:
    """And so does the connection."""
    stream = Stream()
    host = Host(stream)
    host.opening.clear()
    made, told = listening(host)
    made.close()
    host.opening.set()
    assert stream.closed.wait(20)
    assert told.empty()
