"""Other programs, and what is said to the user."""

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import NoReturn


def say(text: str) -> None:
    """Tell the user what happens."""
    print(text, file=sys.stderr, flush=True)


def die(text: str) -> NoReturn:
    """Tell the user what is wrong and what to do about it."""
    sys.exit(f"error: {text}")


@contextmanager
def working(what: str) -> Iterator[None]:
    """Say every five seconds that something has not ended."""
    ended = threading.Event()

    def tell() -> None:
        for seconds in count(5, 5):
            if ended.wait(5):
                return
            say(f"  {what}: {seconds} s")

    threading.Thread(target=tell, daemon=True).start()
    try:
        yield
    finally:
        ended.set()


def run(*command: str | Path, stdin: bytes | None = None, terminal: bool = False) -> str:
    """Return what a command prints; its failure ends this program with the end of what it said.

    With terminal, the command says it to the user itself.
    """
    errors = None if terminal else subprocess.PIPE
    words = [str(part) for part in command]
    with working(" ".join(words[:3])):
        done = subprocess.run(words, input=stdin, stdout=subprocess.PIPE, stderr=errors, check=False)  # noqa: S603
    if done.returncode and terminal:
        sys.exit(done.returncode)
    if done.returncode:
        said = (done.stderr or done.stdout).decode(errors="replace").strip()
        die(f"{' '.join(map(str, command[:4]))} failed: {said[-2000:]}")
    return done.stdout.decode()


def attempt(*command: str | Path) -> str | None:
    """Return what a command prints, None if it fails or is not there."""
    try:
        done = subprocess.run([str(part) for part in command], capture_output=True, check=False)  # noqa: S603
    except OSError:
        return None
    return None if done.returncode else done.stdout.decode()


def wait_until(true: Callable[[], object], seconds: float) -> bool:
    """Ask again and again; False if it is not so within this time."""
    deadline = time.monotonic() + seconds
    while not true():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.1)
    return True
