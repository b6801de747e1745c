"""What mypy says to users of the package."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent


def test_mypy_accepts_right_programs_and_refuses_wrong_ones() -> None:
    """The package is typed; each wrong line of the file is marked with the error it must give."""
    command = [sys.executable, "-m", "mypy", "--strict", Path(__file__).with_name("programs.py")]
    result = subprocess.run(command, check=False, capture_output=True, text=True, cwd=ROOT)
    assert (result.returncode, result.stderr) == (0, ""), result.stdout
