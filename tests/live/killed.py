"""Updates that are killed before they are done."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from .deployment import Deployment, until


def kill_an_update(deployment: Deployment, moment: Callable[[], object]) -> None:
    """Start an update, and kill it once something holds; the next one may start then.

    Args:
        deployment: What is updated.
        moment: What holds in the middle of the update.
    """
    # Beside the state Pulumi writes a file of attributes, which is empty for a moment and cannot be read then.
    deployment.environment["PULUMI_BACKEND_URL"] += "?metadata=skip"
    running = subprocess.Popen(
        ["pulumi", "up", "--yes", "--skip-preview", "--stack", deployment.stack, "--non-interactive"],
        cwd=deployment.project,
        env=deployment.environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        until(moment)
        assert running.poll() is None, "the update ended before it could be killed"
    finally:
        _end_session(running.pid)
        running.wait()
    deployment.run("cancel", "--yes", "--stack", deployment.stack)


def _end_session(leader: int) -> None:
    """Kill an engine, and its plugins, which are in process groups of their own."""
    for process in (int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()):
        with suppress(ProcessLookupError):
            if os.getsid(process) == leader:
                os.kill(process, signal.SIGKILL)
