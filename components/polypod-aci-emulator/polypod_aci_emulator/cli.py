"""``polypod aci``: the emulator of Azure Container Instances.

Each command imports what it needs when it runs: importing the emulator's server takes longer than most commands.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from polypod_aci_emulator.ports import DEFAULT_PORT

if TYPE_CHECKING:
    from polypod_aci_emulator.endpoint import Endpoint

_STOP_SECONDS = 30.0
_RESOURCES_VERSION = "2025-04-01"


def _default_folder() -> Path:
    from polypod_aci_emulator.endpoint import default_folder

    return default_folder()


_state = click.option(
    "--state",
    type=click.Path(path_type=Path),
    default=_default_folder,
    help="Folder of the emulator's state. Default: POLYPOD_ACI_STATE, else the user's own.",
)


@click.group()
def aci() -> None:
    """An emulator of Azure Container Instances on the local Docker daemon."""


@aci.command()
@_state
@click.option("--port", default=DEFAULT_PORT, show_default=True, help="Port on the address; 0 for any free one.")
@click.option("--address", default="127.0.0.1", show_default=True, help="A loopback address.")
@click.option("--cores", default=100, show_default=True, help="CPUs that a subscription may use in one region.")
@click.option("--groups", default=100, show_default=True, help="Container groups that it may have in one region.")
@click.option("--grace", default=10, show_default=True, help="Seconds from SIGTERM to SIGKILL, which Azure chooses.")
def serve(state: Path, port: int, address: str, cores: int, groups: int, grace: int) -> None:
    """Run the emulator until it is stopped."""
    from polypod_aci_emulator import endpoint
    from polypod_aci_emulator.emulator import Quotas
    from polypod_aci_emulator.server.serve import serve

    try:
        serve(state, address=address, port=port, quotas=Quotas(groups, cores), grace=grace)
    except endpoint.EmulatorError as error:
        _fail(error)


@aci.command()
@_state
@click.option("--port", default=0, show_default=True, help="Port on the loopback address; 0 for any free one.")
def start(state: Path, port: int) -> None:
    """Start the emulator in the background unless it is running, and print its address."""
    from polypod_aci_emulator import endpoint

    try:
        click.echo(endpoint.endpoint(state).url)
    except endpoint.NotRunningError:
        click.echo(_start(state, port).url)
    except endpoint.EmulatorError as error:
        _fail(error)


def _start(folder: Path, port: int) -> Endpoint:
    from polypod_aci_emulator import endpoint

    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    command = [sys.executable, "-m", "polypod_aci_emulator", "serve", "--state", str(folder), "--port", str(port)]
    with (folder / "log").open("a") as log:
        before = log.tell()
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)  # noqa: S603
    limit = time.monotonic() + endpoint.START_SECONDS
    while time.monotonic() < limit:
        ended = process.poll() is not None
        with suppress(endpoint.EmulatorError):
            return endpoint.endpoint(folder)
        if ended:
            break
        time.sleep(0.1)
    said = (folder / "log").read_text()[before:].strip().rpartition("\n")[-1].removeprefix("error: ")
    return _fail(f"the emulator did not start: {said or 'it does not answer yet'} (its log: {folder / 'log'})")


@aci.command()
@_state
def stop(state: Path) -> None:
    """Stop the emulator; the containers keep running."""
    _stop(state)


def _stop(folder: Path) -> None:
    from polypod_aci_emulator import endpoint

    try:
        found = endpoint.endpoint(folder)
    except endpoint.NotRunningError:
        return
    except endpoint.EmulatorError as error:
        _fail(error)
    os.kill(found.pid, signal.SIGTERM)
    limit = time.monotonic() + _STOP_SECONDS
    while time.monotonic() < limit:
        try:
            endpoint.endpoint(folder)
        except endpoint.NotRunningError:
            return
        except endpoint.EmulatorError:
            break
        time.sleep(0.1)
    _fail(f"the emulator (process {found.pid}) does not stop")


@aci.command()
@_state
def reset(state: Path) -> None:
    """Stop the emulator and remove everything it made: containers, networks, volumes, its state."""
    from polypod_aci_emulator import endpoint
    from polypod_aci_emulator.server.serve import reset

    _stop(state)
    try:
        reset(state)
    except endpoint.EmulatorError as error:
        _fail(error)


@aci.command()
@click.argument("group")
@_state
def delete(group: str, state: Path) -> None:
    """Delete a resource GROUP with everything in it, including data that a stack keeps there."""
    from azure.core.exceptions import HttpResponseError

    from polypod_aci_emulator.plugin.client import DEFAULT_SUBSCRIPTION, Client
    from polypod_aci_emulator.plugin.errors import PluginError

    try:
        client = Client(DEFAULT_SUBSCRIPTION, state)
        client.delete(f"/subscriptions/{DEFAULT_SUBSCRIPTION}/resourceGroups/{group}", _RESOURCES_VERSION)
    except HttpResponseError as error:
        _fail(error.message)
    except PluginError as error:
        _fail(error)


@aci.command()
def install_plugin() -> None:
    """Install the Pulumi plugin that serves azure-native's resources from the emulator.

    It has a version of its own: only programs that ask for that version get it, all others the official one.
    """
    from polypod_aci_emulator.plugin.install import install

    sys.exit(install())


def _fail(reason: object) -> NoReturn:
    sys.exit(f"error: {reason}")
