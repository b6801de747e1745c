"""Report failures of Docker's provider by their place in the model."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager

import pulumi
from docker.errors import APIError, DockerException
from requests import RequestException

from polypod.errors import DeploymentError, Problem
from polypod.targets.docker.deploy.client import Daemon
from polypod.targets.docker.deploy.listeners import listener
from polypod.targets.docker.plan.records import Plan
from polypod.targets.shared.deploy.causes import Cause
from polypod.targets.shared.deploy.failures import FailureHook, plain_message
from polypod.targets.shared.deploy.platform_causes import cause

_PORT = re.compile(
    r"[Bb]ind for \S*?:(?P<docker>\d+) failed: port is already allocated"
    r"|listen (?P<protocol>tcp|udp)\d? \S*?:(?P<other>\d+): bind: address already in use"
)


_LOG = "see what the daemon says of it (`journalctl -u docker`), and run `pulumi up` again"
_ALIVE = Cause(
    "the Docker daemon does not answer any more", "see that it runs (`docker info`), and run `pulumi up` again"
)

Call = Callable[[pulumi.ResourceHookArgs], Awaitable[None]]


@contextmanager
def telling(path: str) -> Iterator[None]:
    """Says what the daemon refuses, or that it does not answer, as everything else is said.

    Args:
        path: The place in the model of what it is asked for.
    """
    try:
        yield
    except (DockerException, RequestException) as error:
        found = _refusal(error)
        raise pulumi.RunError(str(DeploymentError([Problem("PP341", path, found.what, found.fix)]))) from None


def telling_hook(
    component: str, name: str, call: Call, places: Mapping[str, str], *, previewed: bool = False
) -> pulumi.ResourceHookBinding:
    """A hook that runs before a resource is created, or in a preview of that.

    Args:
        component: The name of the component.
        name: What the hook does.
        call: What is called.
        places: The place in the model by the name of a resource; those without one are the component's own.
        previewed: Whether it also runs in a preview.
    """

    async def hook(args: pulumi.ResourceHookArgs) -> None:
        with telling(places.get(args.name, f"component {component}")):
            await call(args)

    options = pulumi.ResourceHookOptions(on_dry_run=previewed)
    return pulumi.ResourceHookBinding(before_create=[pulumi.ResourceHook(f"{component}-{name}", hook, options)])


def _refusal(error: Exception) -> Cause:
    if not isinstance(error, APIError):
        return _ALIVE
    said = plain_message(str(error.explanation or error))
    found = cause(said)
    return Cause(f"the Docker daemon refuses: {found.what if found else said}", found.fix if found else _LOG)


def failure_hook(plan: Plan, component: str, daemon: Daemon) -> pulumi.ResourceHookBinding:
    """A hook that reports resources of a plan that could not be created.

    Args:
        plan: The plan.
        component: The name of its component.
        daemon: The daemon that makes them.
    """
    return FailureHook(component, places_of(plan, component), lambda _, said: _port_of_another(said, daemon)).binding


def places_of(plan: Plan, component: str) -> dict[str, str]:
    """The place in the model of the resources of a plan, by their names in Pulumi.

    Args:
        plan: The plan.
        component: The name of its component.
    """
    return {f"{component}-{key}": path for key, path in _places(plan)}


def _places(plan: Plan) -> Iterator[tuple[str, str]]:
    yield from ((image.key, image.path) for image in plan.images)
    mounted: dict[str | None, str] = {}
    for container in plan.containers():
        yield container.key, container.path
        for mount in container.mounts:
            mounted.setdefault(mount.volume, container.path)
    for volume in plan.all_volumes():
        path = mounted.get(volume.key, "volumes")
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
