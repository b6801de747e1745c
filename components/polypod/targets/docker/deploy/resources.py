"""The registration of Docker resources with Pulumi."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import pulumi

from polypod.config.site import Site
from polypod.errors import Problem, UnreadyError
from polypod.targets.docker.deploy.addresses import addresses
from polypod.targets.docker.deploy.client import connect
from polypod.targets.docker.deploy.deployment import Deployment
from polypod.targets.docker.deploy.failures import telling
from polypod.targets.docker.deploy.leftovers import remove_ended
from polypod.targets.docker.deploy.outputs import Ready, all_done, known_after
from polypod.targets.docker.deploy.pod_copy import PodCopy
from polypod.targets.docker.deploy.preflight import out_of_reach, preflight
from polypod.targets.docker.plan import records
from polypod.targets.shared.deploy import docker_provider as provider
from polypod.targets.shared.deploy.threads import in_thread
from polypod.targets.shared.deploy.unique_names import Unique, reserve_all


def deploy(plan: records.Plan, site: Site, parent: pulumi.Resource) -> dict[str, pulumi.Output[str]]:
    """Register everything in a plan under a component.

    Args:
        plan: The plan.
        site: Where it is deployed.
        parent: The component.

    Returns:
        The published addresses by container, each known once everything is ready.

    Raises:
        UnreadyError: The machine cannot take the plan; nothing was registered.
    """
    if parent.get_provider("docker:index/container:Container") is not None:
        fix = "leave it out; config docker:host says which daemon, and RegistryCredentials hold logins"
        raise UnreadyError([Problem("PP330", "opts", "a Docker provider is given, but polypod makes its own", fix)])
    reserve_all(_unique(plan, site.component), site.component)
    endpoint = provider.endpoint_of_stack()
    with telling(f"component {site.component}"):
        daemon = connect(endpoint)
        preflight(plan, daemon)
        for line in out_of_reach(plan, endpoint):
            pulumi.log.warn(line, parent)
        return _register(Deployment(plan, site, parent, daemon, endpoint))


def _unique(plan: records.Plan, component: str) -> Iterator[Unique]:
    """The names and the host ports that another component of the stack must not have.

    ``a`` with a pod ``b-c`` and ``a-b`` with a pod ``c`` would make containers of one name.
    """
    for name in plan.names():
        yield Unique(("docker", name), partial(_same_name, component, name))
    for port in (port for container in plan.containers() for port in container.ports):
        yield Unique(("docker port", port.address, port.external, port.protocol), partial(_same_port, port))


def _same_name(component: str, name: str, other: str) -> Problem:
    what = f"the component {other!r} makes something of the same name, {name!r}"
    return Problem("PP331", f"component {component}", what, "rename one of the two components")


def _same_port(port: records.PublishedPort, other: str) -> Problem:
    what = f"the component {other!r} publishes the host port {port.address}:{port.external}, too"
    return Problem("PP332", port.path, what, "publish another port")


def _register(deployment: Deployment) -> dict[str, pulumi.Output[str]]:
    """Register the volumes and pods; the published addresses, known once everything is ready."""
    plan = deployment.plan
    for volume in plan.volumes:
        deployment.volume(volume, deployment.options)
    ready: dict[str, list[Ready]] = {}
    for pod in plan.pods:
        ready.setdefault(pod.name, []).append(PodCopy(deployment, pod, ready).register())

    async def clear(done: Any) -> Any:
        """Remove what has ended and nobody knows of, now that everything is ready."""
        if not pulumi.runtime.is_dry_run():
            with telling(f"component {deployment.site.component}"):
                await in_thread(remove_ended, deployment.daemon, plan)
        return done

    everything: pulumi.Output[Any] = all_done(copy for copies in ready.values() for copy in copies).apply(clear)
    return {key: known_after(everything, address) for key, address in addresses(plan, deployment.daemon.host).items()}
