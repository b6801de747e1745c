"""One deployment that is measured, and the commands that are run for it."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
from collections.abc import Mapping
from pathlib import Path

import attrs

from bench.environment import child_environment

ROOT = Path(__file__).parents[1]
TIMEOUT = 400
"""Seconds after which a command counts as hung."""


class CommandFailedError(Exception):
    """A command failed or hung; the text is the end of what it printed."""


@attrs.frozen(kw_only=True)
class Job:
    """One deployment that is measured.

    Args:
        name: A unique name, which every container, network and volume of it has in its own name.
        services: How many services.
        period: How often the health of each is checked.
        port: The port the gateway publishes.
        folder: A directory of its own for files and state.
        images: Images to use in place of the public ones, by reference.
    """

    name: str
    services: int
    period: str
    port: int
    folder: Path
    images: Mapping[str, str]

    def image(self, reference: str) -> str:
        """The image to use for a reference."""
        return self.images.get(reference, reference)

    def run(self, *command: str) -> None:
        """Run a command; everything it started is killed where it hangs or this process is stopped.

        Raises:
            CommandFailedError: It failed, or did not end in time.
        """
        log = self.folder / "log"
        with log.open("w") as output:
            process = subprocess.Popen(
                command,
                cwd=self.folder,
                env=self._environment(),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
            try:
                ended = str(process.wait(timeout=TIMEOUT))
            except BaseException as error:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                process.wait()
                if not isinstance(error, subprocess.TimeoutExpired):
                    raise
                ended = f"nothing within {TIMEOUT} s"
        if ended != "0":
            printed = log.read_text(errors="replace")[-4000:]
            raise CommandFailedError(f"{' '.join(command)} ended with {ended}\n{printed}")

    def _environment(self) -> dict[str, str]:
        return {
            **child_environment(),
            "PYTHONPATH": str(ROOT),
            "PULUMI_BACKEND_URL": f"file://{self.folder / 'state'}",
            "PULUMI_CONFIG_PASSPHRASE": "bench",
            "PULUMI_CONFIG_PASSPHRASE_FILE": "",
            "PULUMI_SKIP_UPDATE_CHECK": "1",
            "NO_COLOR": "1",
        }
