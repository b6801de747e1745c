"""The registration of one copy of a pod."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Coroutine, Mapping, Sequence
from functools import partial
from typing import Any, TypeAlias

import attrs
import pulumi

from polypod.targets.docker.deploy.deployment import Deployment
from polypod.targets.docker.deploy.diagnosis import Hidden
from polypod.targets.docker.deploy.failures import telling
from polypod.targets.docker.deploy.outputs import Ready, all_done
from polypod.targets.docker.deploy.properties import container_properties
from polypod.targets.docker.plan import records
from polypod.targets.docker.plan.revision import revision
from polypod.targets.shared.deploy import docker_provider as provider
from polypod.targets.shared.deploy.secrets import hidden_values
from polypod.targets.shared.deploy.threads import in_thread

Wait: TypeAlias = Callable[[records.Container, str, int, Hidden], Coroutine[Any, Any, None]]
"""Waits for a container of a pod: its record and id, for how many seconds, and what finds the texts to hide."""


class PodCopy:
    """One copy of a pod on its way into Pulumi.

    Args:
        deployment: What it is deployed with.
        pod: The copy.
        ready: The copies of pods that were registered before, by the name of the pod.
    """

    def __init__(self, deployment: Deployment, pod: records.Pod, ready: Mapping[str, Sequence[Ready]]) -> None:
        self._deployment = deployment
        self._pod = pod
        name = deployment.name(pod.key)
        self._nested = deployment.parents.nested(pod, name)
        self._options = partial(
            deployment.options, self._nested or deployment.parent, aliases=deployment.parents.elsewhere(pod, name)
        )
        self._before = [*(copy for other in pod.waits_for for copy in ready[other]), *self._turn(ready)]
        self._owner: provider.Container | None = None
        self._init: list[provider.Container] = []
        self._members: list[provider.Container] = []

    def register(self) -> Ready:
        """Register its volumes and containers; ready once its members are."""
        pod, waiter = self._pod, self._deployment.waiter
        for volume in pod.volumes:
            filler = {"depends_on": _known(self._before)} if volume.reread and self._is_there else {}
            self._deployment.volume(volume, self._options, **filler)
        if pod.owner:
            self._owner = self._container(pod.owner, self._instance(pod.owner))
        instances = self._instances()
        for record in pod.init:
            self._init.append(self._container(record, instances[record.name]))
            self._before = [*self._before, self._awaited(waiter.completed, record, self._init[-1])]
        for record in pod.members:
            self._members.append(self._container(record, instances[record.name]))
            if record.role == "sidecar" and record.health_check is not None and record.health_check.started:
                self._before = [*self._before, self._awaited(waiter.started, record, self._members[-1])]
        if self._nested is not None:
            self._nested.register_outputs({})
        return self._all_ready()

    def _turn(self, ready: Mapping[str, Sequence[Ready]]) -> list[Ready]:
        """The copies before one that is there already: replicas are replaced one after another."""
        if self._pod.ends or not self._is_there:
            return []
        return [attrs.evolve(copy, containers=()) for copy in ready.get(self._pod.name, ())]

    @property
    def _is_there(self) -> bool:
        """Whether an earlier update has made it."""
        return (self._pod.owner or self._pod.members[0]).name in self._deployment.there

    def _instance(self, record: records.Container) -> dict[str, str]:
        return self._deployment.instances.labels(record.name, revision(record), record.restart)

    def _instances(self) -> dict[str, dict[str, str]]:
        """The labels of its containers; those of a job run together, again until it has ended well."""
        containers = (*self._pod.init, *self._pod.members)
        if not self._pod.ends:
            return {record.name: self._instance(record) for record in containers}
        instances = self._deployment.instances
        again = not instances.done(self._pod)
        return {record.name: instances.labels(record.name, revision(record), again=again) for record in containers}

    def _container(self, record: records.Container, instance: Mapping[str, str]) -> provider.Container:
        """Register a container that starts after those that were registered before it; peers start together."""
        deployment = self._deployment
        after = () if record.role == "peer" else self._members
        properties = container_properties(
            attrs.evolve(record, labels={**record.labels, **instance}),
            image=deployment.images[record.image].imageId,
            network=self._attachment(record),
            volumes=deployment.volumes.made,
        )
        options = self._options(
            depends_on=_known(self._before, [*after, *deployment.volumes.fillers(record)]),
            replace_with=[*self._init, *deployment.volumes.fillers(record, with_files=True)] or None,
            hooks=deployment.hooks(record.name),
        )
        return provider.Container(deployment.name(record.key), properties, options)

    def _attachment(self, record: records.Container) -> dict[str, Any]:
        """The network of a container: that of the owner of the copy, or else the component's."""
        if self._owner is not None:
            joined = self._owner.id.apply(lambda container_id: f"container:{container_id}")
            return {"networkMode": joined, **({"pidMode": joined} if record.share_processes else {})}
        network = {"name": self._deployment.network.id}
        return {"networksAdvanced": [{**network, "aliases": list(record.aliases)} if record.aliases else network]}

    def _awaited(self, until: Wait, record: records.Container, container: provider.Container) -> Ready:
        """A container that must have ended well, or have started, before the next one is made."""

        async def wait() -> None:
            container_id = await container.id.future()
            if not pulumi.runtime.is_dry_run():
                waiting = until(record, str(container_id), self._pod.ready_seconds, self._hidden)
                with telling(record.path):
                    await self._deployment.waits.together(waiting)

        return Ready.once([container], wait())

    def _all_ready(self) -> Ready:
        """The members, awaited until all are ready, or the job that they are has ended well."""
        deployment, pod = self._deployment, self._pod

        async def wait() -> None:
            ids = [str(await member.id.future()) for member in self._members]
            if pulumi.runtime.is_dry_run():
                return
            made = time.monotonic()
            until = deployment.waiter.ended if pod.ends else deployment.waiter.ready
            with telling(pod.members[0].path):
                await deployment.waits.together(until(pod, ids, self._hidden))
                await in_thread(deployment.gateway.restore, pod, made)
                if pod.finds_seconds:
                    await in_thread(deployment.gateway.settle)

        return Ready.once(self._members, wait())

    async def _hidden(self) -> Collection[str]:
        """The texts to hide in logs."""
        return await hidden_values(list(self._pod.templates))


def _known(before: Sequence[Ready], resources: Sequence[pulumi.Resource] = ()) -> Any:
    """The dependencies of a resource: containers that must be ready, and resources that must exist."""
    known = [*resources, *(container for ready in before for container in ready.containers)]
    return all_done(before).apply(lambda _: known) if before else known or None
