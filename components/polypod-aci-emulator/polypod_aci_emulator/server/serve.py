"""The emulator as a process."""

from __future__ import annotations

import ipaddress
import socket
from pathlib import Path

import uvicorn

from polypod.config.image_mirrors import of_this_machine
from polypod.errors import Problem
from polypod.patterns.images import TOOLS
from polypod_aci_emulator.docker.host import GRACE_SECONDS, DockerHost, short_hash
from polypod_aci_emulator.emulator import Emulator, Quotas
from polypod_aci_emulator.endpoint import EmulatorError, locked, publish, withdraw
from polypod_aci_emulator.ports import DEFAULT_PORT
from polypod_aci_emulator.server.app import create_app
from polypod_aci_emulator.state import store


def owner_image() -> str:
    """The image of the containers that hold a group's network namespace, or its stand-in in ``POLYPOD_IMAGES``.

    Raises:
        EmulatorError: The file of ``POLYPOD_IMAGES`` holds no images.
    """
    problems: list[Problem] = []
    images = of_this_machine(problems)
    if problems:
        raise EmulatorError(f"{problems[0].path}: {problems[0].what}; {problems[0].fix}")
    return images.get(TOOLS, TOOLS)


def host(folder: Path, grace: int = GRACE_SECONDS) -> DockerHost:
    """The Docker daemon for the emulator of a folder.

    Args:
        folder: The folder.
        grace: Seconds between SIGTERM and SIGKILL when a container is stopped.
    """
    return DockerHost(short_hash(str(folder.resolve())), owner_image(), grace=grace)


def _listen(address: str, port: int) -> socket.socket:
    if not ipaddress.ip_address(address).is_loopback:
        raise EmulatorError(f"{address} is not a loopback address: the emulator runs any image it is given")
    listener = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((address, port))
        listener.listen()
    except OSError as error:
        listener.close()
        raise EmulatorError(f"cannot listen on port {port} of {address}: {error.strerror}") from None
    return listener


def serve(
    folder: Path,
    *,
    address: str = "127.0.0.1",
    port: int = DEFAULT_PORT,
    quotas: Quotas | None = None,
    grace: int = GRACE_SECONDS,
) -> None:
    """Run until a signal arrives; the groups' containers keep running.

    Args:
        folder: Where the state is kept.
        address: A loopback address.
        port: A port; 0 for any free one.
        quotas: What a subscription may use in one region.
        grace: Seconds between SIGTERM and SIGKILL when a container is stopped.

    Raises:
        EmulatorError: The folder or the port is in use, or the address is not a loopback one.
    """
    with locked(folder), _listen(address, port) as listener:
        daemon = host(folder, grace)
        daemon.image(daemon.owner_image, None)
        emulator = Emulator(folder, daemon, quotas)
        emulator.adopt()
        where, number = listener.getsockname()[:2]
        url = f"http://[{where}]:{number}" if ":" in where else f"http://{where}:{number}"
        publish(folder, url)
        print(f"Azure Container Instances, emulated: {url} (token: {folder / 'token'})", flush=True)
        try:
            config = uvicorn.Config(create_app(emulator), log_level="warning", ws="websockets-sansio")
            uvicorn.Server(config).run(sockets=[listener])
        finally:
            withdraw(folder)
            emulator.close()


def reset(folder: Path) -> None:
    """Remove everything an emulator made: containers, networks, volumes, state.

    Raises:
        EmulatorError: It is running.
    """
    with locked(folder):
        host(folder).remove_everything()
        store.remove(folder)
        (folder / "token").unlink(missing_ok=True)
