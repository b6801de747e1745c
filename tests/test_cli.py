"""The ``polypod`` command, and where its sub-commands come from."""

from __future__ import annotations

from importlib.metadata import EntryPoint, EntryPoints

import click
import pytest
from click.testing import CliRunner

from polypod import cli


@click.command()
def greet() -> None:
    """Greet."""
    click.echo("hello")


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> list[EntryPoint]:
    """The entry points that are installed: none but those that a test adds."""
    found: list[EntryPoint] = []
    monkeypatch.setattr(cli, "entry_points", lambda **wanted: EntryPoints(found).select(**wanted))
    return found


def test_a_package_adds_a_command(installed: list[EntryPoint]) -> None:
    """By an entry point; the command is listed and runs."""
    installed.append(EntryPoint("greet", f"{__name__}:greet", "polypod.commands"))
    assert CliRunner().invoke(cli.main, ["greet"]).output == "hello\n"
    assert "greet  Greet." in CliRunner().invoke(cli.main, ["--help"]).output


@pytest.mark.parametrize("arguments", [[], ["start"], ["start", "--port", "0"], ["--help"]], ids=" ".join)
@pytest.mark.usefixtures("installed")
def test_a_command_that_is_not_installed_says_how_to_install_it(arguments: list[str]) -> None:
    """Whatever it is asked for."""
    done = CliRunner().invoke(cli.main, ["aci", *arguments])
    assert done.exit_code == 1
    assert str(done.exception) == "error: polypod aci is not installed; run `pip install 'polypod[aci-emulator]'`"


@pytest.mark.usefixtures("installed")
def test_the_help_lists_what_could_be_installed() -> None:
    """With the package that brings it."""
    assert (
        "Not installed; run `pip install 'polypod[aci-emulator]'`." in CliRunner().invoke(cli.main, ["--help"]).output
    )


@pytest.mark.usefixtures("installed")
def test_an_unknown_command_is_refused() -> None:
    """As a command line does."""
    done = CliRunner().invoke(cli.main, ["nothing"])
    assert done.exit_code == 2
    assert "No such command 'nothing'" in done.output
