"""Puts the plugin where Pulumi's engine finds it."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

from polypod.aci_plugin import VERSION

# The engine's own environment decides which python3: that of the program, so that both are of one version.
_LAUNCHER = """#!/bin/sh
exec python3 -m polypod.aci_plugin "$@"
"""


def install() -> int:
    """Install the plugin into Pulumi's home, unless it is there; the exit code of ``pulumi``."""
    with tempfile.TemporaryDirectory() as folder:
        launcher = Path(folder) / "pulumi-resource-azure-native"
        launcher.write_text(_LAUNCHER)
        launcher.chmod(0o755)
        command = ["pulumi", "plugin", "install", "resource", "azure-native", VERSION, "--file", str(launcher)]
        return subprocess.run(command, check=False).returncode  # noqa: S603
