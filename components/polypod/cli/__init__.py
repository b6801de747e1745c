"""The ``polypod`` command: every sub-command is an entry point of the group ``polypod.commands``."""

from __future__ import annotations

import sys
from importlib.metadata import entry_points

import click

_ENTRY_POINTS = "polypod.commands"
_EXTRAS = {"aci": "aci-emulator"}
"""The commands of packages of their own, and the extras of polypod that install them."""


class _Commands(click.Group):
    """The commands that are installed, and those that can be."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - the signature is click's
        """The names of all of them."""
        return sorted({*entry_points(group=_ENTRY_POINTS).names, *_EXTRAS})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """One of them, imported only now; ``None`` where there is none of that name."""
        for found in entry_points(group=_ENTRY_POINTS, name=cmd_name):
            command: click.Command = found.load()
            return command
        return _missing(cmd_name, _EXTRAS[cmd_name]) if cmd_name in _EXTRAS else None


def _missing(name: str, extra: str) -> click.Command:
    """A command in the place of one that is not installed, which says how to install it."""
    how = f"not installed; run `pip install 'polypod[{extra}]'`"
    return click.Command(
        name,
        callback=lambda: sys.exit(f"error: polypod {name} is {how}"),
        short_help=how.capitalize() + ".",
        context_settings={"ignore_unknown_options": True, "allow_extra_args": True},
        add_help_option=False,
    )


@click.group(cls=_Commands)
def main() -> None:
    """Multi-container applications, declared once."""
