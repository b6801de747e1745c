"""What an interrupted update left behind: made by Docker, unknown to Pulumi's state.

A container or network that is about to be created under a name the same stack already has in Docker was made by an
update that was killed before it could write its state. It would make the creation fail, so it is removed first. What
carries other labels is never touched: then the creation fails and names the conflict.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

import pulumi

from polypod.targets.docker.daemon import Daemon
from polypod.targets.threads import in_thread


def remove_leftovers(daemon: Daemon, labels: Mapping[str, str]) -> Callable[[pulumi.ResourceHookArgs], Awaitable[None]]:
    """A hook that removes what an interrupted update left of the resource about to be created.

    Args:
        daemon: The daemon to ask.
        labels: The labels of everything the deployment makes.
    """

    def remove(kind: str, name: str) -> None:
        if kind == "docker:index/network:Network":
            for network in daemon.networks(name, labels):
                daemon.remove_network(network)
            return
        state = daemon.inspect(name)
        if state is not None and all(state.labels.get(key) == value for key, value in labels.items()):
            daemon.remove_container(state.id)

    async def hook(args: pulumi.ResourceHookArgs) -> None:
        await in_thread(remove, args.type, str((args.new_inputs or {})["name"]))

    return hook
