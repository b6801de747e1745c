"""The registration of Docker resources with Pulumi."""

from __future__ import annotations

import time
from collections.abc import Callable, Coroutine, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, TypeAlias

import attrs
import pulumi

from polypod.config.site import Site
from polypod.docker_daemon.endpoint import DockerEndpoint
from polypod.errors import Problem, UnreadyError
from polypod.model.registry_credentials import RegistryCredentials
from polypod.model.value import Secret
from polypod.patterns.images import TOOLS
from polypod.targets.docker.deploy.addresses import addresses
from polypod.targets.docker.deploy.aliases import PodParents
from polypod.targets.docker.deploy.client import Daemon, connect
from polypod.targets.docker.deploy.diagnosis import Hidden
from polypod.targets.docker.deploy.failures import failure_hook, places_of, telling, telling_hook
from polypod.targets.docker.deploy.gateway_control import GatewayControl
from polypod.targets.docker.deploy.handover import Handover
from polypod.targets.docker.deploy.instances import Instances
from polypod.targets.docker.deploy.kept_data import KeptVolume
from polypod.targets.docker.deploy.leftovers import remove_ended, remove_leftovers
from polypod.targets.docker.deploy.outputs import Ready, all_done, known_after
from polypod.targets.docker.deploy.owners import Owners
from polypod.targets.docker.deploy.preflight import out_of_reach, preflight
from polypod.targets.docker.deploy.preview_messages import PreviewMessages
from polypod.targets.docker.deploy.properties import container_properties, labels
from polypod.targets.docker.deploy.readiness import Waiter
from polypod.targets.docker.deploy.volumes import Volumes
from polypod.targets.docker.plan import records
from polypod.targets.docker.plan.revision import revision
from polypod.targets.shared.deploy import docker_provider as provider
from polypod.targets.shared.deploy.secrets import hidden_values
from polypod.targets.shared.deploy.threads import in_thread
from polypod.targets.shared.deploy.unique_names import Unique, reserve_all
from polypod.targets.shared.deploy.waits import Waits
from polypod.targets.shared.plan.images import Image

Wait: TypeAlias = Callable[[records.Container, str, int, Hidden], Coroutine[Any, Any, None]]
"""Waits for a container of a pod: its record and id, for how many seconds, and what finds the texts to hide."""


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
        return _Deployment(plan, site, parent, daemon, endpoint).run()


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


class _Deployment:
    """One plan on its way into Pulumi."""

    def __init__(
        self, plan: records.Plan, site: Site, parent: pulumi.Resource, daemon: Daemon, endpoint: DockerEndpoint
    ) -> None:
        self.plan = plan
        self.site = site
        self.parent = parent
        self.daemon = daemon
        self.there = {state.name: state for state in daemon.containers(plan.labels)}
        self.waiter = Waiter(daemon, dict(plan.labels), [state.id for state in self.there.values()])
        self.waits = Waits.of_stack()
        self.instances = Instances(daemon, self.there)
        self.ready: dict[str, list[Ready]] = {}
        self.failures = failure_hook(plan, site.component, daemon)
        self.parents = PodParents(parent)
        self.owners = Owners.of_stack()
        self.owners.add(plan)
        self.volumes = Volumes(site.component, plan.labels, self.tools, self.instances, self.kept)
        self.gateway = GatewayControl(daemon, plan, self.there)
        messages = PreviewMessages(daemon, plan, self.owners)
        handover = Handover(daemon, plan, self.owners, self.gateway, messages, parent)
        places = places_of(plan, site.component)
        self.handover = telling_hook(site.component, "handover", handover.hook, places, previewed=True)
        logins = [_login(registry) for registry in plan.registries]
        self.provider = provider.Provider(
            self.name("docker"), endpoint, logins, opts=pulumi.ResourceOptions(parent=parent)
        )

    def run(self) -> dict[str, pulumi.Output[str]]:
        self.images = {image.key: self.image(image) for image in self.plan.images}
        remove = remove_leftovers(self.daemon, self.plan.labels)
        leftovers = telling_hook(self.site.component, "leftovers", remove, {})
        self.network = provider.Network(
            self.name("network"),
            {"name": self.plan.network, "labels": labels(self.plan.labels)},
            self.options(hooks=leftovers, delete_before_replace=self.has_network()),
        )
        for volume in self.plan.volumes:
            self.volume(volume, self.options)
        for pod in self.plan.pods:
            self.ready.setdefault(pod.name, []).append(self.pod(pod))
        ready = all_done(copy for copies in self.ready.values() for copy in copies)
        everything: pulumi.Output[Any] = ready.apply(self.clear)
        return {
            key: known_after(everything, address) for key, address in addresses(self.plan, self.daemon.host).items()
        }

    async def clear(self, ready: Any) -> Any:
        """Remove what has ended and nobody knows of, now that everything is ready."""
        if not pulumi.runtime.is_dry_run():
            with telling(f"component {self.site.component}"):
                await in_thread(remove_ended, self.daemon, self.plan)
        return ready

    def has_network(self) -> bool:
        """Whether its network is there already; that of a component which gets another name is not in the way."""
        return bool(self.daemon.networks(self.plan.network, self.plan.labels))

    def name(self, key: str) -> str:
        return f"{self.site.component}-{key}"

    def options(
        self, parent: pulumi.Resource | None = None, hooks: pulumi.ResourceHookBinding | None = None, **more: Any
    ) -> pulumi.ResourceOptions:
        hooks = hooks or pulumi.ResourceHookBinding()
        hooks.on_error = self.failures.on_error
        return pulumi.ResourceOptions(parent=parent or self.parent, provider=self.provider, hooks=hooks, **more)

    def image(self, image: Image) -> provider.RemoteImage:
        """Pull or build an image."""
        if image.context is None:
            pulled = {"name": image.reference, "keepLocally": True}
            return provider.RemoteImage(self.name(image.key), pulled, self.options())
        built = provider.built_image(image, str(image.reference))
        return provider.RemoteImage(self.name(image.key), built, self.options())

    def volume(self, record: records.Volume, options: Callable[..., pulumi.ResourceOptions], **filler: Any) -> None:
        """Register a volume and what fills it, with further options."""
        self.volumes.add(
            record, options, lambda name: options(hooks=self.handover if name in self.there else None, **filler)
        )

    def kept(self, name: str, known: bool) -> KeptVolume:
        return self.owners.data.kept(name, self.daemon, known=known)

    def tools(self) -> pulumi.Output[str]:
        key = next(i.key for i in self.plan.images if i.reference == self.site.image(TOOLS))
        return self.images[key].imageId

    def hooks(self, name: str) -> pulumi.ResourceHookBinding | None:
        """What runs before a container is created, where it may find something in its way."""
        return self.handover if name in self.there or self.owners.holding(name) else None

    def pod(self, pod: records.Pod) -> Ready:
        """Register one copy of a pod."""
        nested = self.parents.nested(pod, self.name(pod.key))
        elsewhere = self.parents.elsewhere(pod, self.name(pod.key))
        options = partial(self.options, nested or self.parent, aliases=elsewhere)
        before: list[Ready] = [*(ready for name in pod.waits_for for ready in self.ready[name]), *self.turn(pod)]
        for volume in pod.volumes:
            self.volume(volume, options, **({"depends_on": _known(before)} if volume.reread else {}))
        owner = self.container(pod.owner, options, self.instance(pod.owner), before) if pod.owner else None
        instances = self.instances_of(pod)
        init: list[provider.Container] = []
        for record in pod.init:
            container = self.container(record, options, instances[record.name], before, owner, init)
            init.append(container)
            before = [*before, self.awaited(self.waiter.completed, record, container, pod)]
        members: list[provider.Container] = []
        for record in pod.members:
            earlier = [] if record.role == "peer" else members
            container = self.container(record, options, instances[record.name], before, owner, init, earlier)
            members.append(container)
            if record.role == "sidecar" and record.health_check is not None and record.health_check.started:
                before = [*before, self.awaited(self.waiter.started, record, container, pod)]
        if nested is not None:
            nested.register_outputs({})
        return self.all_ready(pod, members)

    def instance(self, record: records.Container) -> dict[str, str]:
        return self.instances.labels(record.name, revision(record), record.restart)

    def instances_of(self, pod: records.Pod) -> dict[str, dict[str, str]]:
        """The labels of the containers of a pod; those of a job run together, once more until it has ended well."""
        containers = (*pod.init, *pod.members)
        if not pod.ends:
            return {record.name: self.instance(record) for record in containers}
        again = not self.instances.done(pod)
        return {r.name: self.instances.labels(r.name, revision(r), again=again) for r in containers}

    def turn(self, pod: records.Pod) -> list[Ready]:
        """The copies before one that is there already: replicas are replaced one after another."""
        if pod.ends or (pod.owner or pod.members[0]).name not in self.there:
            return []
        return [attrs.evolve(ready, containers=()) for ready in self.ready.get(pod.name, ())]

    def container(
        self,
        record: records.Container,
        options: Callable[..., pulumi.ResourceOptions],
        instance: Mapping[str, str],
        before: Sequence[Ready],
        owner: provider.Container | None = None,
        init: Sequence[provider.Container] = (),
        after: Sequence[pulumi.Resource] = (),
    ) -> provider.Container:
        """Register a container that starts once others are ready, and after the given resources."""
        properties = container_properties(
            attrs.evolve(record, labels={**record.labels, **instance}),
            image=self.images[record.image].imageId,
            network=self.attachment(record, owner),
            volumes=self.volumes.made,
        )
        fillers = self.volumes.fillers(record)
        resources = [*after, *fillers]
        placed = options(
            depends_on=_known(before, resources),
            replace_with=[*init, *self.volumes.fillers(record, with_files=True)] or None,
            hooks=self.hooks(record.name),
        )
        return provider.Container(self.name(record.key), properties, placed)

    def attachment(self, record: records.Container, owner: provider.Container | None) -> dict[str, Any]:
        if owner is not None:
            joined = owner.id.apply(lambda container_id: f"container:{container_id}")
            return {"networkMode": joined, **({"pidMode": joined} if record.share_processes else {})}
        network = {"name": self.network.id}
        return {"networksAdvanced": [{**network, "aliases": list(record.aliases)} if record.aliases else network]}

    def awaited(self, until: Wait, record: records.Container, container: provider.Container, pod: records.Pod) -> Ready:
        """A container that must have ended well, or have started, before the next one is made."""

        async def wait() -> None:
            container_id = await container.id.future()
            if not pulumi.runtime.is_dry_run():
                hidden = partial(hidden_values, list(pod.templates))
                with telling(record.path):
                    await self.waits.together(until(record, str(container_id), pod.ready_seconds, hidden))

        return Ready.once([container], wait())

    def all_ready(self, pod: records.Pod, members: Sequence[provider.Container]) -> Ready:
        """The members of a pod, awaited until all are ready, or the job that they are has ended well."""

        async def wait() -> None:
            ids = [str(await member.id.future()) for member in members]
            if pulumi.runtime.is_dry_run():
                return
            made = time.monotonic()
            until = self.waiter.ended if pod.ends else self.waiter.ready
            with telling(pod.members[0].path):
                await self.waits.together(until(pod, ids, partial(hidden_values, list(pod.templates))))
                await in_thread(self.gateway.restore, pod, made)
                if pod.finds_seconds:
                    await in_thread(self.gateway.settle)

        return Ready.once(members, wait())


def _known(before: Sequence[Ready], resources: Sequence[pulumi.Resource] = ()) -> Any:
    """What a resource depends on: others that must be ready, and resources that must be there."""
    known = [*resources, *(container for ready in before for container in ready.containers)]
    return all_done(before).apply(lambda _: known) if before else known or None


def _login(registry: RegistryCredentials) -> dict[str, Any]:
    password = registry.password.value if isinstance(registry.password, Secret) else registry.password
    return {
        "address": registry.registry,
        "username": registry.username,
        "password": pulumi.Output.secret(password),
    }
