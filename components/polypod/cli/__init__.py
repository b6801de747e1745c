"""The ``polypod`` command."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line."""
    try:
        from polypod.cli.aci import commands

        commands()
    except ModuleNotFoundError as error:
        sys.exit(f"error: {error.name} is missing: install polypod[aci]")
