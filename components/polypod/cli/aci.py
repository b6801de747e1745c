"""``polypod aci``: the emulator of Azure Container Instances."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from polypod.aci_emulator import endpoint
from polypod.aci_emulator import serve as emulator
from polypod.aci_emulator.emulator import Quotas

_WAIT_SECONDS = 30.0
_RESOURCES_VERSION = "2025-04-01"

commands = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
aci = typer.Typer(no_args_is_help=True, help="An emulator of Azure Container Instances on the local Docker daemon.")
commands.add_typer(aci, name="aci")

State = Annotated[
    Path | None,
    typer.Option("--state", help="Folder of the emulator's state. Default: POLYPOD_ACI_STATE, else the user's own."),
]
Port = Annotated[int, typer.Option(help="Port on the loopback address; 0 for any free one.")]


@commands.callback()
def polypod() -> None:
    """Multi-container applications, declared once."""


@aci.command()
def serve(
    state: State = None,
    port: Port = emulator.DEFAULT_PORT,
    address: Annotated[str, typer.Option(help="A loopback address.")] = "127.0.0.1",
    cores: Annotated[int, typer.Option(help="CPUs that a subscription may use in one region.")] = 100,
    groups: Annotated[int, typer.Option(help="Container groups that a subscription may have in one region.")] = 100,
) -> None:
    """Run the emulator until it is stopped."""
    try:
        folder = state or endpoint.default_folder()
        emulator.serve(folder, address=address, port=port, quotas=Quotas(groups, cores))
    except endpoint.EmulatorError as error:
        _fail(error)


@aci.command()
def start(state: State = None, port: Port = 0) -> None:
    """Run the emulator in the background, unless it runs already; print its address."""
    folder = state or endpoint.default_folder()
    try:
        typer.echo(endpoint.endpoint(folder).url)
    except endpoint.EmulatorError:
        typer.echo(_start(folder, port).url)


def _start(folder: Path, port: int) -> endpoint.Endpoint:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    command = [sys.executable, "-m", "polypod.cli", "aci", "serve", "--state", str(folder), "--port", str(port)]
    with (folder / "log").open("a") as log:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)  # noqa: S603
    limit = time.monotonic() + _WAIT_SECONDS
    while process.poll() is None and time.monotonic() < limit:
        time.sleep(0.1)
        try:
            found = endpoint.endpoint(folder)
        except (endpoint.EmulatorError, OSError, ValueError):
            continue
        if found.pid == process.pid:
            return found
    return _fail(f"the emulator did not start; see {folder / 'log'}")


@aci.command()
def stop(state: State = None) -> None:
    """Stop the emulator; the groups' containers go on running."""
    folder = state or endpoint.default_folder()
    try:
        found = endpoint.endpoint(folder)
    except endpoint.EmulatorError:
        return
    os.kill(found.pid, signal.SIGTERM)
    limit = time.monotonic() + _WAIT_SECONDS
    while time.monotonic() < limit:
        try:
            endpoint.endpoint(folder)
        except endpoint.EmulatorError:
            return
        time.sleep(0.1)
    _fail(f"the emulator (process {found.pid}) does not stop")


@aci.command()
def reset(state: State = None) -> None:
    """Stop the emulator and remove all it ever made: containers, networks, volumes, its state."""
    stop(state)
    emulator.reset(state or endpoint.default_folder())


@aci.command()
def delete(group: Annotated[str, typer.Argument(help="The name of a resource group.")], state: State = None) -> None:
    """Delete a resource group with all that is in it, also what a stack keeps there."""
    from azure.core.exceptions import HttpResponseError

    from polypod.aci_plugin.client import DEFAULT_SUBSCRIPTION, Clients
    from polypod.aci_plugin.errors import PluginError

    try:
        clients = Clients(DEFAULT_SUBSCRIPTION, state)
        clients.delete(f"/subscriptions/{DEFAULT_SUBSCRIPTION}/resourceGroups/{group}", _RESOURCES_VERSION)
    except HttpResponseError as error:
        _fail(error.message)
    except PluginError as error:
        _fail(error)


@aci.command()
def install_plugin() -> None:
    """Give Pulumi the plugin that serves azure-native's resources from the emulator.

    It has a version of its own, so programs get it only by asking for that version: others get the official one.
    """
    from polypod.aci_plugin.install import install

    raise typer.Exit(install())


def _fail(reason: object) -> NoReturn:
    typer.echo(f"error: {reason}", err=True)
    raise typer.Exit(1)
