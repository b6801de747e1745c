"""The registration of Docker resources with Pulumi."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterable, Sequence
from functools import partial
from typing import Any

import attrs
import pulumi

from polypod.docker_endpoint import DockerEndpoint
from polypod.errors import DeploymentError, ModelError, UnreadyError
from polypod.model.problem import Problem
from polypod.model.registry import RegistryCredentials
from polypod.model.value import Secret
from polypod.patterns.images import TOOLS
from polypod.targets import docker_provider as provider
from polypod.targets.base import Site
from polypod.targets.claims import claim
from polypod.targets.docker import records
from polypod.targets.docker.arguments import container_args, labels, upload_args
from polypod.targets.docker.daemon import Daemon, connect
from polypod.targets.docker.leftovers import remove_leftovers
from polypod.targets.docker.preflight import preflight
from polypod.targets.docker.readiness import Waiter
from polypod.targets.images import Image
from polypod.targets.secrets import hidden_values

_ATTEMPT = "dev.polypod.attempt"
"""A label that counts how often an init container was run again because it had failed. A new value makes the provider
replace the container: without it the failed one is in the state and would never run again."""


@attrs.frozen
class Ready:
    """Containers that others wait for.

    Args:
        containers: The containers.
        done: Done once they are ready, or have ended well; an exception when one failed.
    """

    containers: Sequence[provider.Container]
    done: asyncio.Future[None]


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
        raise UnreadyError([Problem("opts", "a Docker provider is given, but polypod makes its own", fix)])
    _claim(plan, site.component)
    endpoint = provider.endpoint_of_stack()
    daemon = connect(endpoint)
    preflight(plan, daemon)
    return _Deployment(plan, site, parent, daemon, endpoint).run()


def _claim(plan: records.Plan, component: str) -> None:
    """Refuse a name that another component of the stack uses already: ``a`` with a pod ``b-c``, ``a-b`` with ``c``."""
    for name in plan.names():
        other = claim(("docker", name), component)
        if other not in (None, component):
            what = f"the component {other!r} makes something of the same name, {name!r}"
            raise ModelError([Problem(f"component {component}", what, "rename one of the two components")])


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
        self.ready: dict[str, list[Ready]] = {}
        self.volumes: dict[str, provider.Volume] = {}
        self.filled: dict[str, provider.Container] = {}
        self.with_files: set[str] = set()
        self.hooks = pulumi.ResourceHookBinding(
            before_create=[pulumi.ResourceHook(f"{site.component}-leftovers", remove_leftovers(daemon, plan.labels))]
        )
        logins = [_login(registry) for registry in plan.registries]
        self.provider = provider.Provider(
            self.name("docker"), endpoint, logins, opts=pulumi.ResourceOptions(parent=parent)
        )

    def run(self) -> dict[str, pulumi.Output[str]]:
        self.attempts = self.next_attempts()
        self.images = {image.key: self.image(image) for image in self.plan.images}
        self.network = provider.Network(
            self.name("network"),
            {"name": self.plan.network, "labels": labels(self.plan.labels)},
            self.options(hooks=self.hooks, delete_before_replace=True),
        )
        for volume in self.plan.volumes:
            self.volume(volume, self.parent)
        for pod in self.plan.pods:
            self.ready.setdefault(pod.name, []).append(self.pod(pod))
        everything = _after(copy for copies in self.ready.values() for copy in copies)
        return {key: _known_after(everything, address) for key, address in self.addresses().items()}

    def name(self, key: str) -> str:
        return f"{self.site.component}-{key}"

    def options(self, parent: pulumi.Resource | None = None, **more: Any) -> pulumi.ResourceOptions:
        return pulumi.ResourceOptions(parent=parent or self.parent, provider=self.provider, **more)

    def next_attempts(self) -> dict[str, str]:
        """The attempt of each init container that failed before, or had to be run again in an earlier update."""
        attempts: dict[str, str] = {}
        for listed in self.there.values():
            if listed.labels.get("dev.polypod.role") != "init":
                continue
            attempt = int(listed.labels.get(_ATTEMPT, "1"))
            state = self.daemon.inspect(listed.id)
            if state is not None and state.exit_code not in (None, 0):
                attempt += 1
            if attempt > 1:
                attempts[listed.name] = str(attempt)
        return attempts

    def image(self, image: Image) -> provider.RemoteImage:
        """Pull or build an image."""
        if image.context is None:
            pulled = {"name": image.reference, "keepLocally": True}
            return provider.RemoteImage(self.name(image.key), pulled, self.options())
        built = provider.built_image(image, str(image.reference))
        return provider.RemoteImage(self.name(image.key), built, self.options())

    def volume(self, record: records.Volume, parent: pulumi.Resource) -> None:
        """Make a volume, and fill it where the record says so."""
        more = {"dev.polypod.keep": "true" if record.keep else "false"}
        if record.files:
            more["dev.polypod.files"] = " ".join(file.path for file in record.files)
        self.volumes[record.key] = provider.Volume(
            self.name(record.key),
            {"name": record.name, "labels": labels({**self.plan.labels, **more})},
            self.options(parent, retain_on_delete=record.keep, delete_before_replace=True),
        )
        if record.filled:
            self.with_files |= {record.key} if record.files else set()
            self.filled[record.key] = self.content(record, parent)

    def content(self, record: records.Volume, parent: pulumi.Resource) -> provider.Container:
        """The container that fills a volume without ever running."""
        folder = record.copy_from or "/files"
        name = record.name + record.filler
        properties = {
            "name": name,
            "image": self.images[self.tools].imageId,
            "networkMode": "none",
            "start": False,
            "mustRun": False,
            "volumes": [{"containerPath": folder, "volumeName": self.volumes[record.key].name}],
            "uploads": [upload_args(file, f"{folder}/") for file in record.files] or None,
            "labels": labels({**self.plan.labels, "dev.polypod.role": "content"}),
        }
        return provider.Container(self.name(record.key + record.filler), properties, self.replaceable(parent, name))

    @property
    def tools(self) -> str:
        return next(i.key for i in self.plan.images if i.reference == self.site.image(TOOLS))

    def replaceable(self, parent: pulumi.Resource, name: str, **more: Any) -> pulumi.ResourceOptions:
        """The options of a container, whose name is free only once its predecessor or leftover is gone."""
        if name in self.there:
            more["hooks"] = self.hooks
        return self.options(parent, delete_before_replace=True, **more)

    def pod(self, pod: records.Pod) -> Ready:
        """Register one copy of a pod."""
        nested = None
        if pod.kind is not None:
            options = pulumi.ResourceOptions(parent=self.parent)
            nested = pulumi.ComponentResource(f"polypod:index:{pod.kind}", self.name(pod.key), opts=options)
        parent = nested or self.parent
        for volume in pod.volumes:
            self.volume(volume, parent)
        before: list[Ready] = [ready for name in pod.waits_for for ready in self.ready[name]]
        owner = self.container(pod.owner, parent, before) if pod.owner else None
        init: list[provider.Container] = []
        for record in pod.init:
            container = self.container(record, parent, before, owner, init)
            init.append(container)
            before = [*before, self.completed(record, container, pod.ready_seconds)]
        members: list[provider.Container] = []
        for record in pod.members:
            sidecars = members if record.role == "main" else []
            members.append(self.container(record, parent, before, owner, init, sidecars))
        if nested is not None:
            nested.register_outputs({})
        return self.all_ready(pod, members)

    def container(
        self,
        record: records.Container,
        parent: pulumi.Resource,
        before: Sequence[Ready],
        owner: provider.Container | None = None,
        init: Sequence[provider.Container] = (),
        after: Sequence[pulumi.Resource] = (),
    ) -> provider.Container:
        """Register a container that starts once others are ready, and after the given resources."""
        if record.name in self.attempts:
            record = attrs.evolve(record, labels={**record.labels, _ATTEMPT: self.attempts[record.name]})
        properties = container_args(
            record,
            image=self.images[record.image].imageId,
            network=self.attachment(record, owner),
            volumes={mount.volume: self.volumes[mount.volume].name for mount in record.mounts if mount.volume},
        )
        filled = {mount.volume: self.filled[mount.volume] for mount in record.mounts if mount.volume in self.filled}
        resources = [*after, *filled.values(), *(container for ready in before for container in ready.containers)]
        options = self.replaceable(
            parent,
            record.name,
            depends_on=_after(before).apply(lambda _: resources) if before else resources or None,
            replace_with=[*init, *(filled[key] for key in filled if key in self.with_files)] or None,
        )
        return provider.Container(self.name(record.key), properties, options)

    def attachment(self, record: records.Container, owner: provider.Container | None) -> dict[str, Any]:
        if owner is not None:
            joined = owner.id.apply(lambda container_id: f"container:{container_id}")
            return {"networkMode": joined, **({"pidMode": joined} if record.share_processes else {})}
        network = {"name": self.network.id}
        return {"networksAdvanced": [{**network, "aliases": list(record.aliases)} if record.aliases else network]}

    def completed(self, record: records.Container, container: provider.Container, seconds: int) -> Ready:
        """An init container, awaited until it has ended well."""

        async def wait() -> None:
            container_id = await container.id.future()
            if not pulumi.runtime.is_dry_run():
                hidden = partial(hidden_values, list(record.templates))
                await _told(self.waiter.completed(record, str(container_id), seconds, hidden))

        return Ready([container], asyncio.ensure_future(wait()))

    def all_ready(self, pod: records.Pod, members: Sequence[provider.Container]) -> Ready:
        """The members of a pod, awaited until all are ready."""

        async def wait() -> None:
            ids = [str(await member.id.future()) for member in members]
            if not pulumi.runtime.is_dry_run():
                templates = [template for member in pod.members for template in member.templates]
                await _told(self.waiter.ready(pod, ids, partial(hidden_values, templates)))

        return Ready(members, asyncio.ensure_future(wait()))

    def addresses(self) -> dict[str, str]:
        """The published addresses by container; by container and port where it publishes several."""
        found: dict[str, str] = {}
        for pod in self.plan.pods:
            for port in (port for container in pod.containers for port in container.ports):
                everywhere = port.address in ("0.0.0.0", "::")  # noqa: S104
                host = (self.daemon.host or "127.0.0.1") if everywhere else port.address
                found[port.key] = f"{port.scheme}://{f'[{host}]' if ':' in host else host}:{port.external}"
        return found


async def _told(waiting: Coroutine[Any, Any, None]) -> None:
    """Wait, and end the program with a message and no traceback when a container failed."""
    try:
        await waiting
    except DeploymentError as error:
        raise pulumi.RunError(str(error)) from None


def _after(ready: Iterable[Ready]) -> pulumi.Output[Any]:
    """Known once everything is ready."""
    return pulumi.Output.from_input(asyncio.gather(*(one.done for one in ready)))


def _known_after(known: pulumi.Output[Any], text: str) -> pulumi.Output[str]:
    """A text that is known once something else is."""
    return known.apply(lambda _: text)


def _login(registry: RegistryCredentials) -> dict[str, Any]:
    password = registry.password.value if isinstance(registry.password, Secret) else registry.password
    return {
        "address": registry.registry,
        "username": registry.username,
        "password": pulumi.Output.secret(password),
    }
