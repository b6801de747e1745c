"""What Docker's provider could not make, by its place in the model."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pulumi

from polypod.targets.causes import Cause
from polypod.targets.docker.daemon import Daemon
from polypod.targets.docker.listeners import listener
from polypod.targets.docker.records import Plan
from polypod.targets.failures import FailureHook

_PORT = re.compile(
    r"[Bb]ind for \S*?:(?P<docker>\d+) failed: port is already allocated"
    r"|listen (?P<protocol>tcp|udp)\d? \S*?:(?P<other>\d+): bind: address already in use"
)


def failure_hook(plan: Plan, component: str, daemon: Daemon) -> pulumi.ResourceHookBinding:
    """What reports the resources of a plan that could not be made.

    Args:
        plan: The plan.
        component: The name of its component.
        daemon: The daemon that makes them.
    """
    places = {f"{component}-{key}": path for key, path in _places(plan)}
    return FailureHook(component, places, lambda _, said: _port_of_another(said, daemon)).binding


def _places(plan: Plan) -> Iterator[tuple[str, str]]:
    yield from ((image.key, image.path) for image in plan.images)
    containers = list(plan.containers())
    for container in containers:
        yield container.key, container.path
    for volume in (*plan.volumes, *(volume for pod in plan.pods for volume in pod.volumes)):
        mounted = (item.path for item in containers for mount in item.mounts if mount.volume == volume.key)
        path = next(mounted, "volumes")
        yield volume.key, path
        yield volume.key + volume.filler, path


def _port_of_another(said: str, daemon: Daemon) -> Cause | None:
    """Whose port it is: the daemon and this machine may know."""
    found = _PORT.search(said)
    if found is None:
        return None
    number, protocol = int(found["docker"] or found["other"]), found["protocol"] or "tcp"
    states = daemon.containers({})
    holder = next((state.name for state in states if (number, protocol) in state.published), None)
    program = f"the container {holder!r}" if holder else "" if daemon.host else listener(number, protocol)
    what = f"the host port {number} is taken by {program or 'another program'}"
    return Cause(what, "stop that, or publish another port")
