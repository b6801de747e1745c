"""The tests' own ``python3`` behaves as one."""

from __future__ import annotations

import os
import re
import signal
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.common import cannot_run

from . import warm_python
from .deployment import until

TELL = """
import os, sys
print(sys.argv[1:], os.getcwd(), os.environ["WORD"], sys.stdin.read())
print("of it", file=sys.stderr)
sys.exit(7)
"""
WAIT = """
import sys, threading, time
threading.Thread(target=time.sleep, args=[60]).start()
print("waiting", flush=True)
time.sleep(60)
"""


@pytest.fixture(autouse=True)
def interruptible() -> Iterator[None]:
    """Interrupts are heard, also in a run that was started in the background, where shells have them ignored."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture
def owner() -> Iterator[subprocess.Popen[bytes]]:
    """A process whose end is the end of a run."""
    process = subprocess.Popen(["sleep", "60"])
    yield process
    process.kill()
    process.wait()


@pytest.fixture(autouse=True, scope="module")
def available() -> None:
    """It is for Linux only."""
    if not warm_python.AVAILABLE:
        cannot_run("the tests' own python3 needs Linux 5.3 or newer")


@pytest.fixture
def python(tmp_path: Path, owner: subprocess.Popen[bytes]) -> str:
    """An interpreter of this test's own."""
    made = tmp_path / "a folder"
    made.mkdir()
    warm_python.furnish(made, owner.pid, [])
    return str(made / "python3")


def script(tmp_path: Path, text: str) -> str:
    """A file with a program."""
    file = tmp_path / "a program.py"
    file.write_text(text)
    return str(file)


def catches(process: int, number: signal.Signals) -> bool:
    """Whether a process has said what to do on a signal."""
    mask = re.search(r"SigCgt:\s+(\w+)", Path(f"/proc/{process}/status").read_text())
    assert mask
    return bool(int(mask[1], 16) >> number - 1 & 1)


@pytest.fixture
def wait(python: str, tmp_path: Path) -> Iterator[Callable[[], subprocess.Popen[str]]]:
    """Starts programs that wait, each in a second thread too."""
    started = []

    def start() -> subprocess.Popen[str]:
        process = subprocess.Popen([python, "-u", script(tmp_path, WAIT)], stdout=subprocess.PIPE, text=True)
        started.append(process)
        assert process.stdout
        assert process.stdout.readline() == "waiting\n"
        until(lambda: catches(process.pid, signal.SIGTERM), 10)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate(timeout=10)


def test_a_program_gets_what_its_caller_gives(python: str, tmp_path: Path) -> None:
    """Arguments, folder, environment and streams; and the caller gets its code."""
    done = subprocess.run(
        [python, "-u", script(tmp_path, TELL), "one", "", "two words"],
        input="said\non two lines",
        cwd="/usr",
        env={**os.environ, "WORD": "a=b\nc"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout == "['one', '', 'two words'] /usr a=b\nc said\non two lines\n"
    assert (done.stderr, done.returncode) == ("of it\n", 7)


def test_what_is_no_program_runs_as_ever(python: str) -> None:
    """The usual interpreter takes its place."""
    done = subprocess.run([python, "-c", "print(1); exit(3)"], capture_output=True, text=True, check=False)
    assert (done.stdout, done.returncode) == ("1\n", 3)


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 1), (signal.SIGKILL, -signal.SIGKILL)]
)
def test_signals_arrive(wait: Callable[[], subprocess.Popen[str]], number: signal.Signals, code: int) -> None:
    """The program ends with its caller's process, interrupted while it waits for its thread too; others go on."""
    other, process = wait(), wait()

    def ended() -> bool:
        process.send_signal(number)
        return process.poll() is not None

    until(ended, 10)
    assert process.communicate(timeout=10)[0] == ""
    assert process.returncode == code
    assert other.poll() is None
    assert wait().poll() is None


def test_nothing_outlives_the_run(
    wait: Callable[[], subprocess.Popen[str]], python: str, owner: subprocess.Popen[bytes]
) -> None:
    """Programs end with the process that the interpreter was made for, and it is gone itself."""
    process = wait()
    owner.kill()
    owner.wait()
    assert process.communicate(timeout=10)[0] == ""
    assert process.returncode == 1
    until(lambda: not Path(python).parent.exists(), 10)


def test_who_waits_while_a_library_cannot_be_imported_is_told(
    tmp_path: Path, owner: subprocess.Popen[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It fails, and does not wait for ever."""
    go, made = tmp_path / "go", tmp_path / "made"
    (tmp_path / "broken.py").write_text(
        f"import os, time\nwhile not os.path.exists({str(go)!r}): time.sleep(0.2)\ntime.sleep(0.5)\nraise ImportError"
    )
    monkeypatch.setenv("PYTHONPATH", str(tmp_path), os.pathsep)
    made.mkdir()
    warm_python.furnish(made, owner.pid, ["broken"])
    with subprocess.Popen([made / "python3", "-u", script(tmp_path, TELL)]) as client:
        answers = made / str(client.pid)
        until(lambda: os.readlink(f"/proc/{client.pid}/fd/0") == str(answers), 10)
        go.touch()
        assert client.wait(timeout=20) == 1
    until(lambda: not made.exists(), 10)
