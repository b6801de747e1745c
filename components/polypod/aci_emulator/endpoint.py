"""Where a running emulator is: its folder, its lock, its address."""

from __future__ import annotations

import fcntl
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import attrs

DEFAULT_PORT = 4280
_LOCK_ATTEMPTS = 5


class EmulatorError(Exception):
    """The emulator cannot start, or is not there."""


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
    """Where the state is kept: ``POLYPOD_ACI_STATE``, else in the user's folder for state."""
    if folder := os.environ.get("POLYPOD_ACI_STATE"):
        return Path(folder)
    return Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state") / "polypod" / "aci"


@contextmanager
def locked(folder: Path) -> Iterator[IO[str]]:
    """Hold a folder for one process.

    Raises:
        EmulatorError: Another one has it.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        # Whoever asks whether an emulator is running holds the lock for a moment.
        for attempt in range(_LOCK_ATTEMPTS):
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except OSError:
                if attempt == _LOCK_ATTEMPTS - 1:
                    raise EmulatorError(f"an emulator is running with the state in {folder}: stop it first") from None
                time.sleep(0.05)
        yield lock


def endpoint(folder: Path) -> Endpoint:
    """Where the emulator of a folder is.

    Raises:
        EmulatorError: None is running.
    """
    try:
        with locked(folder):
            pass
    except EmulatorError:
        content = json.loads((folder / "endpoint.json").read_text())
        return Endpoint(content["url"], (folder / "token").read_text(), content["pid"])
    raise EmulatorError(f"no emulator is running with the state in {folder}: start it with `polypod aci start`")
