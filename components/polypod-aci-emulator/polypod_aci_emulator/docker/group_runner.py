"""One thread per container group, which executes commands in turn and watches the containers in between."""

from __future__ import annotations

import enum
import json
import logging
import queue
import threading
import time
from typing import Any

from docker.errors import DockerException

from polypod_aci_emulator.arm.errors import AzureError
from polypod_aci_emulator.docker.group_run import GroupRun, InitFailedError, InterruptedRunError
from polypod_aci_emulator.docker.host import DockerHost, explanation
from polypod_aci_emulator.docker.instance_view import InstanceView
from polypod_aci_emulator.docker.volumes import MountError, Volumes
from polypod_aci_emulator.state.operations import Operations
from polypod_aci_emulator.state.store import Store

GROUP = "group"
VIEW = "view"
_PAUSE_SECONDS = 0.5
"""The shortest interval between two periodic checks."""
_log = logging.getLogger(__name__)


class Command(enum.Enum):
    """A command of a group's thread; the last two come from the thread itself and from Docker."""

    DEPLOY = "deploy"
    ADOPT = "adopt"
    RESTART = "restart"
    STOP = "stop"
    DELETE = "delete"
    CLOSE = "close"
    LOOK = "look"
    LOOK_AGAIN = "look_again"


class GroupRunner:
    """Runs one container group.

    Args:
        key: The group's key in the store.
        host: The Docker daemon.
        store: Where the group and its view are kept.
        operations: Where the end of a command is reported.
    """

    def __init__(self, key: str, host: DockerHost, store: Store, operations: Operations) -> None:
        self._key = key
        self._host = host
        self._store = store
        self._operations = operations
        self._commands: queue.Queue[tuple[Command, str]] = queue.Queue()
        self._lock = threading.Lock()
        self._waiting = 0
        self._noticed = threading.Event()
        self._interrupted = threading.Event()
        self._view = InstanceView(store.get(VIEW, key))
        self._run: GroupRun | None = None
        self._saved = ""
        self._deleted = False
        self._logged = ""
        self._thread = threading.Thread(target=self._loop, name=key.rpartition("/")[2], daemon=True)
        self._thread.start()

    def submit(self, command: Command, operation: str = "") -> None:
        """Queue a command, and interrupt the one that is running."""
        with self._lock:
            self._waiting += 1
            self._interrupted.set()
            self._commands.put((command, operation))

    def look_again(self) -> None:
        """Check the containers after the current command: one may have ended."""
        if not self._noticed.is_set():
            self._noticed.set()
            self._commands.put((Command.LOOK_AGAIN, ""))

    def join(self) -> None:
        """Wait until the last command is done."""
        self._thread.join()

    def _loop(self) -> None:
        while True:
            try:
                command, operation = self._commands.get(timeout=self._pause())
            except queue.Empty:
                command, operation = Command.LOOK, ""
            if command is Command.CLOSE:
                return
            if command not in (Command.LOOK, Command.LOOK_AGAIN):
                self._begin()
            self._guarded(command, operation)
            if command is Command.DELETE:
                return

    def _begin(self) -> None:
        """Take a command off the queue: only later ones interrupt it."""
        with self._lock:
            self._waiting -= 1
            if not self._waiting:
                self._interrupted.clear()

    def _pause(self) -> float | None:
        return max(_PAUSE_SECONDS, self._run.next_look() - time.monotonic()) if self._run else None

    def _guarded(self, command: Command, operation: str) -> None:
        """Execute a command; errors show in the view and in the operation."""
        error: AzureError | None = None
        try:
            self._do(command)
        except InterruptedRunError:
            error = AzureError(409, "OperationPreempted", "The operation was preempted by a more recent one.")
        except AzureError as problem:
            error = problem
        except MountError as problem:
            self._view.event(None, "FailedMount", str(problem), "Warning")
            error = AzureError(400, "FailedMount", str(problem))
        except InitFailedError as problem:
            error = AzureError(400, "ContainerGroupFailed", f"The init container '{problem}' failed.")
        except DockerException as problem:
            self._log_once(command, problem)
            error = AzureError(500, "InternalServerError", explanation(problem))
        except Exception as problem:
            self._log_once(command, problem)
            error = AzureError(500, "InternalServerError", repr(problem))
        if error and command in {Command.DEPLOY, Command.RESTART}:
            self._run = None
            self._view.document |= {"provisioningState": "Failed", "state": "Failed"}
        self._save()
        if operation:
            self._operations.end(operation, error)

    def _do(self, command: Command) -> None:
        match command:
            case Command.DEPLOY | Command.RESTART:
                self._deploy()
            case Command.ADOPT:
                self._adopt()
            case Command.STOP:
                self._stop()
            case Command.DELETE:
                self._delete()
            case Command.LOOK if self._run:
                self._run.look()
            case Command.LOOK_AGAIN:
                self._noticed.clear()
                if self._run:
                    self._run.look_again()

    def _log_once(self, command: Command, problem: Exception) -> None:
        """Log an unexpected error, unless it is the same as the last one."""
        text = f"{command.value} {problem!r}"
        if text != self._logged:
            _log.error("%s %s", command.value, self._key, exc_info=problem)
        self._logged = text

    def _save(self) -> None:
        """Store the view if it has changed; a deleted group has none."""
        content = json.dumps(self._view.document)
        if content != self._saved and not self._deleted:
            self._store.put(VIEW, self._key, self._view.document)
            self._saved = content

    def _new_run(self) -> GroupRun:
        group: dict[str, Any] = {**(self._store.get(GROUP, self._key) or {}), "key": self._key}
        volumes = Volumes(self._host, self._store, self._key)
        return GroupRun(group, self._host, volumes, self._view, self._interrupted, self._save)

    def _deploy(self) -> None:
        self._view.document["provisioningState"] = "Creating"
        self._run = None
        run = self._new_run()
        run.start()
        self._view.document |= {"provisioningState": "Succeeded", "state": "Running"}
        self._run = run

    def _adopt(self) -> None:
        if self._view.document["state"] == "Stopped" or self._view.document["provisioningState"] == "Failed":
            return
        run = self._new_run()
        if self._view.document["provisioningState"] == "Succeeded" and run.adopt():
            self._run = run
        else:
            self._deploy()

    def _stop(self) -> None:
        run, self._run = self._run or self._new_run(), None
        run.end(remove=False)
        self._view.document["state"] = "Stopped"
        self._view.document.pop("ip", None)

    def _delete(self) -> None:
        run, self._run = self._run or self._new_run(), None
        run.end(remove=True)
        self._store.delete(GROUP, self._key)
        self._store.delete(VIEW, self._key)
        self._deleted = True
