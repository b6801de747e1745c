"""The processes of the bare cluster: started to outlive the shell, each recorded so that only it is ever stopped."""

import json
import os
import signal
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from dev.cluster.command import die, wait_until

from .settings import API_SERVICE, BARE, LOGS, NODE_ADDRESS, POD_RANGE, SERVICE_RANGE

RECORDS = BARE / "processes"
GRACE = 10.0
"""Seconds that a process has to end by itself."""


def _identity(pid: int) -> list[str] | None:
    """What tells a living process from a later one with the same id; None for one that is gone or a zombie."""
    try:
        state, *fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return None if state == "Z" else [_boot(), fields[18]]


def _boot() -> str:
    return Path("/proc/sys/kernel/random/boot_id").read_text().strip()


def _record(name: str) -> dict[str, Any]:
    file = RECORDS / f"{name}.json"
    try:
        return json.loads(file.read_text())
    except (OSError, ValueError):
        return {}


def runs(name: str) -> bool:
    """Whether the process of this name is the one that was started, and alive."""
    record = _record(name)
    return bool(record.get("identity")) and _identity(record["pid"]) == record["identity"]


def rebooted() -> bool:
    """Whether what was started was started before the machine's last boot."""
    identities = [_record(file.stem).get("identity") for file in RECORDS.glob("*.json")]
    return bool(identities) and all(identity is None or identity[0] != _boot() for identity in identities)


def program(name: str) -> str | None:
    """The file that the process of this name was started from."""
    return (_record(name).get("command") or [None])[0]


def start(name: str, command: Sequence[str]) -> None:
    """Start a process unless it runs; one that runs with another command is restarted."""
    if runs(name):
        if _record(name)["command"] == list(command):
            return
        stop(name)
    RECORDS.mkdir(parents=True, exist_ok=True)
    LOGS.mkdir(parents=True, exist_ok=True)
    inside = f"localhost,127.0.0.1,{NODE_ADDRESS},{API_SERVICE},{POD_RANGE},{SERVICE_RANGE},.svc,.cluster.local"
    proxied = {key: ",".join(filter(None, [os.environ.get(key), inside])) for key in ("NO_PROXY", "no_proxy")}
    # What a cluster does that nobody uses is mostly collecting garbage, and waking threads.
    idle = {"GOGC": "400", "GOMAXPROCS": str((len(os.sched_getaffinity(0)) + 1) // 2)}
    log = (os.POSIX_SPAWN_OPEN, 1, str(LOGS / f"{name}.log"), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    files = [(os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0), log, (os.POSIX_SPAWN_DUP2, 1, 2)]
    pid = os.posix_spawnp(command[0], command, idle | os.environ | proxied, file_actions=files, setsid=True)
    record = {"pid": pid, "identity": _identity(pid), "command": list(command)}
    (RECORDS / f"{name}.json").write_text(json.dumps(record))


def stop(name: str) -> None:
    """Stop a process that was started here; one that is gone already is forgotten."""
    if runs(name):
        pid = _record(name)["pid"]
        os.kill(pid, signal.SIGTERM)
        if not wait_until(lambda: not runs(name), GRACE):
            os.kill(pid, signal.SIGKILL)
            wait_until(lambda: not runs(name), GRACE)
    (RECORDS / f"{name}.json").unlink(missing_ok=True)


def expect(name: str) -> None:
    """End with the last lines of its log if a process that should run has ended."""
    if not runs(name):
        log = LOGS / f"{name}.log"
        die(f"{name} ended. The end of {log}:\n" + "\n".join(log.read_text(errors="replace").splitlines()[-15:]))
