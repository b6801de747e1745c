"""Check the machine before the first resource is registered."""

from __future__ import annotations

import errno
import shlex
import socket
from collections.abc import Iterator, Mapping
from pathlib import Path

from polypod.docker_daemon.endpoint import DockerEndpoint
from polypod.errors import Problem, UnreadyError
from polypod.model.registry_credentials import registry_of
from polypod.targets.docker.deploy.client import Daemon
from polypod.targets.docker.deploy.container_state import ContainerState
from polypod.targets.docker.deploy.listeners import listener
from polypod.targets.docker.plan.records import Container, Plan

_OF_THE_DAEMON = ("/run/", "/var/run/", "/var/lib/docker/")
"""Where Docker Desktop and Colima mount what is in their virtual machine, such as Docker's own socket."""


def preflight(plan: Plan, daemon: Daemon) -> None:
    """Refuse a plan the machine cannot take.

    Args:
        plan: The plan.
        daemon: The daemon to ask.

    Raises:
        UnreadyError: With every unavailable image, host port that is taken and host path that is not there.
    """
    problems = [*_image_problems(plan, daemon), *_port_problems(plan, daemon), *_host_path_problems(plan, daemon)]
    if problems:
        raise UnreadyError(problems)


def out_of_reach(plan: Plan, endpoint: DockerEndpoint) -> Iterator[str]:
    """Warnings about ports that only the daemon's machine can reach, if that is a remote one.

    Args:
        plan: The plan.
        endpoint: Where the daemon is.
    """
    machine = endpoint.machine
    for port in (port for container in plan.containers() for port in container.ports if machine):
        if port.address.startswith("127.") or port.address == "::1":
            way = f"`ssh -L {port.external}:{port.address}:{port.external} {machine}` leads to it from here"
            what = f"published on the loopback address of {machine}, where this machine cannot reach it"
            fix = f"publish it with address='0.0.0.0', if others may reach it too; {way}"
            yield str(Problem("PP350", port.path, what, fix))


def _image_problems(plan: Plan, daemon: Daemon) -> Iterator[Problem]:
    private = {registry.registry for registry in plan.registries}
    for image in plan.images:
        if image.context is not None or not isinstance(image.reference, str):
            continue
        if registry_of(image.reference) in private:
            continue  # the password may not be known before the update; the provider reports what is wrong with it
        reason = daemon.image_problem(image.reference)
        if reason:
            yield Problem(
                "PP333",
                image.path,
                f"the image {image.reference!r} is not available: {reason}",
                "check its name and tag, your login, and that the registry can be reached; or build it with Build()",
            )


def _port_problems(plan: Plan, daemon: Daemon) -> Iterator[Problem]:
    wanted = [(container, port) for container in plan.containers() for port in container.ports]
    if not wanted:
        return
    holders = _holders(daemon)
    for container, port in wanted:
        holder = holders.get((port.external, port.protocol))
        if holder is not None and holder.has(plan.stack_labels):
            continue
        if holder is not None:
            reason = f"the container {holder.name!r} publishes it"
        elif not daemon.host and _taken(port.address, port.external, port.protocol):
            program = listener(port.external, port.protocol) or "another program"
            reason = f"{program} on this machine listens on it"
        else:
            continue
        yield Problem(
            "PP334", port.path, f"the host port {port.address}:{port.external} is taken: {reason}", _port_fix(container)
        )


def _holders(daemon: Daemon) -> Mapping[tuple[int, str], ContainerState]:
    """The containers that publish each port; a crash-looping one counts, as it may restart at any moment."""
    states = (daemon.inspect(state.id) if state.restarting else state for state in daemon.containers({}))
    return {port: state for state in states if state is not None for port in state.published}


def _host_path_problems(plan: Plan, daemon: Daemon) -> Iterator[Problem]:
    """Docker makes a directory that is missing, an empty one of root's."""
    mounts = {(mount.host_path, c.path) for c in plan.containers() for mount in c.mounts if mount.host_path}
    if not mounts or not daemon.shares_paths():
        return
    for path, place in sorted(mounts, key=lambda item: item[1]):
        if path.startswith(_OF_THE_DAEMON) or Path(path).exists():
            continue
        yield Problem(
            "PP335",
            f"{place}.mounts",
            f"this machine has no {path!r}, and Docker would make it an empty directory of root's",
            f"make it (`mkdir -p {shlex.quote(path)}`), or use a PersistentVolume",
        )


def _port_fix(container: Container) -> str:
    return f"stop that, or let {container.path} publish another port"


def _taken(address: str, port: int, protocol: str) -> bool:
    kind = socket.SOCK_DGRAM if protocol == "udp" else socket.SOCK_STREAM
    with socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, kind) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
        except OSError as error:
            return error.errno == errno.EADDRINUSE
    return False
