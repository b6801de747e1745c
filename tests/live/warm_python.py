"""A ``python3`` that starts at once: each process is a fork of one that has imported the libraries already.

An update starts three interpreters (the program, ``pip list``, the plugin of the emulator), and each spends most of its
time on the same imports. What runs in them is the same code, under the same engine, by the same protocols; tests that
want an interpreter as users have it take this folder off PATH.

It needs Linux 5.3 or newer. Streams are reopened: fine for the pipes of the engine, not for files that others write.
"""

from __future__ import annotations

import contextlib
import email
import functools
import gc
import importlib
import importlib.metadata
import os
import re
import runpy
import select
import shlex
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Iterable, Sequence
from io import FileIO
from pathlib import Path
from typing import NoReturn

LIBRARIES = (
    "pulumi",
    "pulumi.runtime",
    "pip._internal.commands.list",
    "polypod_aci_emulator.plugin.server",
    "polypod.testing",
    "polypod.targets.docker.deploy.resources",
    "polypod.targets.kubernetes.deploy.resources",
    "polypod.targets.kubernetes.deploy.live_client",
    "polypod.targets.aci.deploy.resources",
    "polypod.azure.aks_of_stack",
)
CLIENT = """#!/bin/sh
program=$1
[ "$program" = -u ] && program=$2
[ "$program" = -m ] || [ -f "$program" ] || exec {python} "$@"
answers={made}/$$
mkfifo "$answers" 2>/dev/null
exec 3<&0 4>&1 0<>"$answers"
echo $$ >{made}/requests
read -r process
trap 'kill -INT "$process"' INT
trap 'kill -TERM "$process"' TERM
until read -r code; do :; done
exit "$code"
"""
"""Says who it is; the rest of what a process is given can be read in ``/proc``. A Python would take as long to start as
what runs."""


AVAILABLE = sys.platform == "linux" and hasattr(os, "pidfd_open")
"""Elsewhere, programs start the usual interpreter."""


def path() -> str:
    """The PATH on which ``python3`` is this one, where the system can have it."""
    usual = os.environ["PATH"]
    return f"{folder()}{os.pathsep}{usual}" if AVAILABLE else usual


@functools.cache
def folder() -> Path:
    """A folder whose ``python3`` is this one, the same for all workers of a run."""
    run, owner = os.environ.get("PYTEST_XDIST_TESTRUNUID"), os.getppid()
    if run is None:
        run, owner = f"{os.getpid()}", os.getpid()
    made = Path(tempfile.gettempdir()) / f"warm-{run}"
    python = made / "python3"
    try:
        made.mkdir(mode=0o700)
    except FileExistsError:
        while made.exists() and not python.exists():
            time.sleep(0.05)
        return made
    furnish(made, owner, LIBRARIES)
    return made


def furnish(made: Path, owner: int, libraries: Iterable[str]) -> None:
    """Put a ``python3`` into an empty folder, and start what it asks; both go when the owner ends."""
    os.mkfifo(made / "requests")
    command = [sys.executable, __file__, str(made), str(owner), *libraries]
    nothing = [(os.POSIX_SPAWN_OPEN, number, os.devnull, os.O_RDWR, 0) for number in (0, 1)]
    os.posix_spawn(sys.executable, command, os.environ, file_actions=nothing, setsid=True)
    client = made / "client"
    client.write_text(CLIENT.format(python=shlex.quote(sys.executable), made=shlex.quote(str(made))))
    client.chmod(0o755)
    client.rename(made / "python3")


def serve(made: Path, owner: int, libraries: Sequence[str]) -> None:
    """Serve clients until the owner ends or a library cannot be imported, and have those that are left end with it."""
    requests = (made / "requests").open("r+b", buffering=0)
    clients: dict[int, tuple[int, Path]] = {}
    try:
        run_ends = os.pidfd_open(owner)
        if libraries:
            warm_up(libraries)
        serve_clients(made, requests, run_ends, clients)
    finally:
        for name in ("python3", "requests"):
            (made / name).unlink(missing_ok=True)  # who comes later finds the usual python3
        os.set_blocking(requests.fileno(), False)
        for client in (requests.read() or b"").split():
            answer(made / client.decode(), os.getpid(), 1)
        for _, answers in clients.values():
            answer(answers, 1)


def serve_clients(made: Path, requests: FileIO, run_ends: int, clients: dict[int, tuple[int, Path]]) -> None:
    """Fork for each client that writes its id into the pipe, and tell it how the process ended."""
    waiting = select.poll()
    waiting.register(requests, select.POLLIN)
    waiting.register(run_ends, select.POLLIN)
    while run_ends not in (ready := {number for number, _ in waiting.poll()}):
        for ended in ready & clients.keys():
            waiting.unregister(ended)
            os.close(ended)
            process, answers = clients.pop(ended)
            _, status = os.waitpid(process, 0)
            code = os.waitstatus_to_exitcode(status)
            answer(answers, code if code >= 0 else 128 - code)
            answers.unlink(missing_ok=True)
        if requests.fileno() in ready:
            client = int(requests.readline())
            process, answers = start(client), made / str(client)
            started = os.pidfd_open(process)
            clients[started] = process, answers
            waiting.register(started, select.POLLIN)
            answer(answers, process)


def warm_up(libraries: Iterable[str]) -> None:
    """Import what the processes need, and make what they would make of it."""
    for library in libraries:
        importlib.import_module(library)
    for kind in importlib.import_module("polypod_aci_emulator.plugin.kinds").KINDS.values():
        for table in ("inputs", "outputs", "wire_names"):
            getattr(kind, table)
    # "pip list" parses the same texts each time.
    email.message_from_string = functools.cache(email.message_from_string)
    for package in importlib.metadata.distributions():
        package.metadata  # noqa: B018
    gc.freeze()


def answer(answers: Path, *numbers: int) -> None:
    """Tell a client the id of its process, then the code that it ended with; unless the client was killed."""
    with contextlib.suppress(OSError):
        pipe = os.open(answers, os.O_WRONLY | os.O_NONBLOCK)
        os.write(pipe, b"".join(b"%d\n" % number for number in numbers))
        os.close(pipe)


def start(client: int) -> int:
    """Fork for a client; the id of the new process."""
    process = os.fork()
    if process == 0:
        try:
            run(client)
        finally:
            os._exit(1)  # whatever happens, it is no second server
    return process


def run(client: int) -> NoReturn:
    """Be the process that a client asked for, until it or the client ends."""
    code = 1
    try:
        threading.Thread(target=end_with, args=[os.pidfd_open(client)], daemon=True).start()
        arguments = take_over(Path(f"/proc/{client}"))
        if arguments[0] == "-m":
            sys.argv = arguments[1:]
            sys.path[0] = os.getcwd()
            runpy.run_module(arguments[1], run_name="__main__", alter_sys=True)
        else:
            sys.argv = arguments
            sys.path[0] = str(Path(arguments[0]).parent)
            runpy.run_path(arguments[0], run_name="__main__")
        code = 0
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    except BaseException:
        sys.excepthook(*sys.exc_info())
    finally:
        threading._shutdown()  # type: ignore[attr-defined]  # noqa: SLF001 - what the interpreter calls itself
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(OSError, ValueError):  # nobody reads it, or it is closed
                stream.flush()
        os._exit(code & 255)


def take_over(client: Path) -> list[str]:
    """Take a client's standard streams, folder and environment; its arguments.

    A client keeps its input as 3 and its output as 4: its own 0 is the pipe of answers, and its 1 changes.
    """
    for number, taken in enumerate("342"):
        flags = re.search(r"flags:\s+(\d+)", (client / "fdinfo" / taken).read_text())
        assert flags
        stream = os.open(client / "fd" / taken, int(flags[1], 8) & os.O_ACCMODE | os.O_APPEND)
        os.dup2(stream, number)
        os.close(stream)
    os.chdir(client / "cwd")
    os.environb.clear()
    for entry in (client / "environ").read_bytes().split(b"\0")[:-1]:
        name, _, value = entry.partition(b"=")
        os.environb[name] = value
    _, _, *arguments = os.fsdecode((client / "cmdline").read_bytes()).split("\0")[:-1]
    return [argument for argument in arguments if argument != "-u"]


def end_with(client: int) -> None:
    """End this process when its client is killed."""
    select.select([client], [], [])
    os._exit(1)


if __name__ == "__main__":
    made = Path(sys.argv[1])
    try:
        serve(made, int(sys.argv[2]), sys.argv[3:])
    finally:
        shutil.rmtree(made)
