"""Installation of the plugin for Pulumi's engine."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

from polypod_aci_emulator.plugin import VERSION

# The engine's own environment decides which python3: that of the program, so that both are of one version.
_LAUNCHER = """#!/bin/sh
exec python3 -m polypod_aci_emulator.plugin "$@"
"""


def install() -> int:
    """Install the plugin into Pulumi's home, replacing an older one; returns the exit code of ``pulumi``."""
    with tempfile.TemporaryDirectory() as folder:
        launcher = Path(folder) / "pulumi-resource-azure-native"
        launcher.write_text(_LAUNCHER)
        launcher.chmod(0o755)
        command = ["pulumi", "plugin", "install", "resource", "azure-native", VERSION, "--reinstall", "--file"]
        return subprocess.run([*command, str(launcher)], check=False).returncode  # noqa: S603
