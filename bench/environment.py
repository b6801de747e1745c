"""The environment of the processes that are measured."""

from __future__ import annotations

import os
import sys
from pathlib import Path


def child_environment() -> dict[str, str]:
    """This process's environment, with this Python first, and with compiled modules kept as Python does by default.

    Where they are not kept, every start compiles polypod again, but not the packages that an installer compiled.
    """
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
