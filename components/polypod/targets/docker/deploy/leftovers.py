"""Remove leftovers of interrupted updates: created in Docker, unknown to Pulumi's state.

A network that is about to be created under a name the same stack already has in Docker was made by an update that was
killed before it could write its state. It would make the creation fail, so it is removed first, and the containers in
it are stopped within their grace period. What carries other labels is never touched: then the creation fails and names
the conflict. Containers that are in the way of others are handed over (`handover`): what an update leaves that was
killed and taken back has ended by then, and is removed when all is ready.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

import pulumi

from polypod.targets.docker.deploy.client import Daemon
from polypod.targets.docker.deploy.owners import in_order
from polypod.targets.docker.plan.records import Plan
from polypod.targets.shared.deploy.threads import in_thread


def remove_leftovers(daemon: Daemon, labels: Mapping[str, str]) -> Callable[[pulumi.ResourceHookArgs], Awaitable[None]]:
    """A hook that removes what an interrupted update left of the network about to be created.

    Args:
        daemon: The daemon to ask.
        labels: The labels of everything the deployment makes.
    """

    def remove(name: str) -> None:
        found = daemon.networks(name, labels)
        for state in in_order(daemon.containers(labels)) if found else ():
            daemon.stop_container(state.id)
            daemon.remove_container(state.id)
        for network in found:
            daemon.remove_network(network)

    async def hook(args: pulumi.ResourceHookArgs) -> None:
        await in_thread(remove, str((args.new_inputs or {})["name"]))

    return hook


def remove_ended(daemon: Daemon, plan: Plan) -> None:
    """Remove containers that have ended and that a plan does not name: the engine may not know of them.

    What still runs is left to the engine, which also knows what it was told to leave alone.

    Args:
        daemon: The daemon to ask.
        plan: A plan, all of which is ready.
    """
    names = {*plan.names(), *(volume.name + volume.filler for volume in plan.all_volumes())}
    for state in daemon.containers(plan.labels):
        if not state.alive and state.name not in names:
            daemon.remove_container(state.id)
