"""A ``python3`` that starts at once: each process is a fork of one that has imported the libraries already.

An update starts three interpreters (the program, ``pip list``, the plugin of the emulator), and each spends most of its
time on the same imports. What runs in them is the same code, under the same engine, by the same protocols; tests that
want an interpreter as users have it take this folder off PATH.
"""

from __future__ import annotations

import array
import ast
import contextlib
import email
import functools
import gc
import importlib
import importlib.metadata
import os
import runpy
import shutil
import signal
import socket
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import NoReturn

LIBRARIES = (
    "pulumi",
    "pulumi.runtime",
    "pip._internal.commands.list",
    "polypod.aci_plugin.server",
    "polypod.testing",
    "polypod.targets.docker.resources",
    "polypod.targets.kubernetes.resources",
    "polypod.targets.kubernetes.live",
    "polypod.targets.aci.resources",
    "polypod.azure.foundation",
)
CLIENT = """#!{python} -IS
import _signal, _socket, array, os, sys  # the modules around these two take as long to import as Python takes to start

arguments = [word for word in sys.argv[1:] if word != "-u"]
if not (arguments and (arguments[0] == "-m" or os.path.isfile(arguments[0]))):
    os.execv({python!r}, [{python!r}, *sys.argv[1:]])
warm = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM)
warm.connect({address!r})
request = repr([arguments, os.getcwd(), dict(os.environ)]).encode()
streams = array.array("i", [0, 1, 2])
warm.sendmsg([len(request).to_bytes(8, "big") + request], [(_socket.SOL_SOCKET, _socket.SCM_RIGHTS, streams)])
process = int.from_bytes(warm.recv(8), "big")
for number in (_signal.SIGINT, _signal.SIGTERM):
    _signal.signal(number, lambda number, frame: os.kill(process, number))
code = warm.recv(1)
sys.exit(code[0] if code else 1)
"""

PATIENCE = 5.0
"""Seconds after which the end of a run is noticed."""


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
        while not python.exists():
            time.sleep(0.05)
        return made
    address = str(made / "socket")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(address)
        listener.listen(64)
        command = [sys.executable, __file__, str(made), str(owner)]
        streams = [(os.POSIX_SPAWN_DUP2, listener.fileno(), 0), (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)]
        os.posix_spawn(sys.executable, command, os.environ, file_actions=streams, setsid=True)
    client = made / "client"
    client.write_text(CLIENT.format(python=sys.executable, address=address))
    client.chmod(0o755)
    client.rename(python)
    return made


def serve(made: Path, owner: int) -> None:
    """Fork for each client that comes to the socket on the standard input, until the run's first process is gone."""
    for library in LIBRARIES:
        importlib.import_module(library)
    for kind in importlib.import_module("polypod.aci_plugin.kinds").KINDS.values():
        for table in ("inputs", "outputs", "wire_names"):
            getattr(kind, table)
    # "pip list" parses the same texts each time.
    email.message_from_string = functools.cache(email.message_from_string)
    for package in importlib.metadata.distributions():
        package.metadata  # noqa: B018
    gc.freeze()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    listener = socket.socket(fileno=os.dup(0))
    listener.settimeout(PATIENCE)
    while alive(owner):
        try:
            client, _ = listener.accept()
        except TimeoutError:
            continue
        if os.fork() == 0:
            listener.close()
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            run(client)
        client.close()
    shutil.rmtree(made)


def alive(process: int) -> bool:
    """Whether a process is still there."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def run(client: socket.socket) -> NoReturn:
    """Be the process that a client asked for, until it or the client ends."""
    arguments = take_over(client)
    client.send(os.getpid().to_bytes(8, "big"))
    threading.Thread(target=end_with, args=[client], daemon=True).start()
    code = 1
    try:
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
        threading._shutdown()  # type: ignore[attr-defined]
        sys.stdout.flush()
        sys.stderr.flush()
        with contextlib.suppress(OSError):
            client.send(bytes([code & 255]))
        os._exit(code)


def take_over(client: socket.socket) -> list[str]:
    """Take a client's standard streams, folder and environment; its arguments."""
    data, ancillary, *_ = client.recvmsg(1 << 16, socket.CMSG_SPACE(3 * array.array("i").itemsize))
    streams = array.array("i", ancillary[0][2])
    size = int.from_bytes(data[:8], "big")
    data = data[8:]
    while len(data) < size:
        data += client.recv(size - len(data))
    arguments, directory, environment = ast.literal_eval(data.decode())
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    os.chdir(directory)
    os.environ.clear()
    os.environ.update(environment)
    return list(arguments)


def end_with(client: socket.socket) -> None:
    """End this process when its client is killed."""
    client.recv(1)
    os._exit(1)


if __name__ == "__main__":
    serve(Path(sys.argv[1]), int(sys.argv[2]))
