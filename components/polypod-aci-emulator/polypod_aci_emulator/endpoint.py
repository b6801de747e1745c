"""Where a running emulator is: its folder, its lock, its address."""

from __future__ import annotations

import fcntl
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

import attrs
from platformdirs import user_state_path

START_SECONDS = 30.0
_LOCK = "lock"
_LOCK_ATTEMPTS = 5
_ENDPOINT = "endpoint.json"


class EmulatorError(Exception):
    """The emulator cannot start or cannot be found."""


class NotRunningError(EmulatorError):
    """No emulator is running."""


@attrs.frozen
class Endpoint:
    """Where a running emulator is.

    Args:
        url: Its address.
        token: The bearer token it wants.
        pid: Its process.
    """

    url: str
    token: str
    pid: int


def default_folder() -> Path:
    """The folder of the state: ``POLYPOD_ACI_STATE``, else one below the user's folder for state."""
    if folder := os.environ.get("POLYPOD_ACI_STATE"):
        return Path(folder)
    return user_state_path("polypod", appauthor=False) / "aci"


@contextmanager
def locked(folder: Path) -> Iterator[IO[str]]:
    """Hold a folder for one process, and remove the endpoint of the last one, which may have been killed.

    Raises:
        EmulatorError: Another one has it.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (folder / _LOCK).open("w") as lock:
        # Whoever asks whether an emulator is running shares the lock for a moment.
        for attempt in range(_LOCK_ATTEMPTS):
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except OSError:
                if attempt == _LOCK_ATTEMPTS - 1:
                    raise EmulatorError(f"an emulator is running with the state in {folder}: stop it first") from None
                time.sleep(0.05)
        withdraw(folder)
        yield lock


def _is_held(folder: Path) -> bool:
    try:
        with (folder / _LOCK).open() as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False


def publish(folder: Path, url: str) -> None:
    """Write the endpoint file, once the emulator of this process accepts connections."""
    partial = folder / f"{_ENDPOINT}.new"
    partial.write_text(json.dumps({"url": url, "pid": os.getpid()}))
    partial.rename(folder / _ENDPOINT)


def withdraw(folder: Path) -> None:
    """Remove the endpoint file."""
    (folder / _ENDPOINT).unlink(missing_ok=True)


def endpoint(folder: Path) -> Endpoint:
    """The endpoint of a folder's emulator; waits up to 30 seconds for one that is starting.

    Raises:
        NotRunningError: None is running.
        EmulatorError: Something holds the folder, and does not come up.
    """
    limit = time.monotonic() + START_SECONDS
    while _is_held(folder):
        with suppress(FileNotFoundError):
            content = json.loads((folder / _ENDPOINT).read_text())
            return Endpoint(content["url"], (folder / "token").read_text(), content["pid"])
        if time.monotonic() > limit:
            raise EmulatorError(f"the emulator with the state in {folder} is busy: try again, or see {folder / 'log'}")
        time.sleep(0.05)
    raise NotRunningError(f"no emulator is running with the state in {folder}: start it with `polypod aci start`")
