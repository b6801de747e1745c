"""The hand-over of what a new container needs: its name, its host ports, its data.

The engine makes what is new before it deletes what is old. A container that bears the name, publishes a host port or
writes to a persistent volume of one that is about to be created is stopped first: within its own grace period or that
which the program gives, whichever is longer, and a pod from its main container to its owner. What bears the same name
is removed, too; the engine finds it gone when it comes to delete it. What carries the labels of another stack is never
touched: then the creation fails and names the conflict.
"""

from __future__ import annotations

import pulumi

from polypod.targets.docker.deploy.client import Daemon
from polypod.targets.docker.deploy.container_state import ContainerState
from polypod.targets.docker.deploy.gateway_control import GatewayControl
from polypod.targets.docker.deploy.owners import ROLE, Owners, pod_of
from polypod.targets.docker.deploy.preview_messages import PreviewMessages
from polypod.targets.docker.plan import records
from polypod.targets.shared.deploy.threads import in_thread

ASIDE = ".old"
"""What follows the name of a container that goes on until its successor is ready; no name of a program ends so."""


class Handover:
    """Hands over what containers of one component need.

    Args:
        daemon: The daemon to ask.
        plan: The plan of the component.
        owners: Who is to hold what.
        gateway: What is in front of the component's pods.
        messages: What a preview says.
        component: What it says it of.
    """

    def __init__(
        self,
        daemon: Daemon,
        plan: records.Plan,
        owners: Owners,
        gateway: GatewayControl,
        messages: PreviewMessages,
        component: pulumi.Resource | None = None,
    ) -> None:
        self._daemon = daemon
        self._messages = messages
        self._component = component
        self._labels = plan.stack_labels
        self._grace = {record.name: record.stop_seconds for record in plan.containers()}
        self._owners = owners
        self._gateway = gateway

    async def hook(self, args: pulumi.ResourceHookArgs) -> None:
        """Before a container is created, free its name and what it is to hold alone; a preview says what is done."""
        name = str((args.new_inputs or {})["name"])
        if not pulumi.runtime.is_dry_run():
            await in_thread(self.free, name)
            return
        for text in await in_thread(self._messages.of, name):
            pulumi.log.info(text, self._component)

    def free(self, name: str) -> None:
        """Free a name and what the container of that name is to hold alone.

        Args:
            name: The name of the container that is about to be created.
        """
        before = self._daemon.inspect(name)
        if before is not None and not before.has(self._labels):
            return
        if self._kept_aside(name, before):
            return
        is_owner = before is not None and before.labels.get(ROLE) == "owner"
        live = self._live(name) if is_owner or self._owners.holding(name) else []
        if before is not None:
            if before.alive:
                self._gateway.drain(before)
            self._stop(pod_of(before, live) if is_owner else [before], name)
        self._stop(self._owners.giving_way(self._owners.in_the_way(name, live), live), name)
        if before is not None:
            self._daemon.remove_container(before.id)

    def _kept_aside(self, name: str, before: ContainerState | None) -> bool:
        """Whether the container of a name, or what an interrupted update left of it, goes on under another name."""
        aside = self._daemon.inspect(name + ASIDE)
        if aside is not None and not aside.has(self._labels):
            aside = None
        if before is not None and before.alive:
            if aside is not None:
                self._stop([aside], name)
                self._daemon.remove_container(aside.id)
            if before.labels.get(ROLE) == "main" and self._gateway.keep(before):
                self._daemon.rename_container(before.id, name + ASIDE)
                return True
        elif before is None and aside is not None and aside.alive:
            return self._gateway.keep(aside)
        return False

    def _live(self, name: str) -> list[ContainerState]:
        """The containers of the stack, with the ports of those that crash where ports matter."""
        states = self._daemon.containers(self._labels)
        if not self._owners.holding(name).ports:
            return states
        seen = [self._daemon.inspect(state.id) if state.restarting else state for state in states]
        return [state for state in seen if state is not None]

    def _stop(self, states: list[ContainerState], name: str) -> None:
        """Stop containers for one of a name, whose grace period those have that the plan does not name."""
        for state in states:
            if state.alive:
                self._daemon.stop_container(state.id, self._grace.get(state.name, self._grace.get(name, 0)))
