"""Programs for a test's own PATH: those of the system, and fakes."""

import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]
BASICS = "awk basename bash cat cut dirname env git grep kill make mkdir mktemp mv od rm sleep tail tr uname wc"
"""What the scripts need of a system, whatever they do."""


class Programs:
    """A home, a cache and a PATH that holds only what a test puts there."""

    def __init__(self, home: Path, names: str) -> None:
        """Take these programs from the system."""
        self.home, self.bin, self.calls = home, home / "bin", home / "calls"
        self.bin.mkdir()
        self.calls.touch()
        for name in names.split():
            (self.bin / name).symlink_to(str(shutil.which(name)))

    def fake(self, name: str, script: str = "", *, folder: Path | None = None) -> None:
        """Put a fake program on PATH, or elsewhere: it notes how it was called, and does no more than its script."""
        file = (folder or self.bin) / name
        file.unlink(missing_ok=True)
        file.write_text(f'#!/bin/sh\necho "{name} $*" >>"$CALLS"\n{script}\n')
        file.chmod(0o755)

    def run(self, *command: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run a command on this machine; its folder is the checkout's."""
        paths = {"PATH": self.bin, "HOME": self.home, "POLYPOD_CACHE": self.home / "cache", "CALLS": self.calls}
        env = {name: str(path) for name, path in paths.items()} | environment
        return subprocess.run(
            command, cwd=self.checkout, env=env, capture_output=True, text=True, timeout=60, check=False
        )

    @property
    def checkout(self) -> Path:
        """A fresh clone, as far as the scripts look at it."""
        folder = self.home / "checkout"
        if not folder.exists():
            not_cloned = shutil.ignore_patterns("modules", "Pulumi.*", "__pycache__")
            for name in ("dev", "stacks"):
                shutil.copytree(ROOT / name, folder / name, ignore=not_cloned)
            shutil.copy(ROOT / "Makefile", folder)
        return folder

    def called(self, start: str = "") -> list[str]:
        """Return the calls of fakes that begin with these words."""
        return [call for call in self.calls.read_text().splitlines() if call.startswith(start)]
