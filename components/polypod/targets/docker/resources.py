"""The registration of Docker resources with Pulumi."""

from __future__ import annotations

from collections.abc import Coroutine, Sequence
from typing import Any
from weakref import WeakKeyDictionary

import attrs
import pulumi
import pulumi_docker as docker

from polypod.errors import DeploymentError, ModelError, UnreadyError
from polypod.model.problem import Problem
from polypod.model.registry import RegistryCredentials
from polypod.model.value import Secret
from polypod.patterns.images import TOOLS
from polypod.targets.base import Site
from polypod.targets.context import context_digest
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
    address = pulumi.Config("docker").get("host")
    daemon = connect(address)
    preflight(plan, daemon)
    return _Deployment(plan, site, parent, daemon, address).run()


_claimed: WeakKeyDictionary[pulumi.Resource, dict[str, str]] = WeakKeyDictionary()


def _claim(plan: records.Plan, component: str) -> None:
    """Refuse a name that another component of the stack uses already: ``a`` with a pod ``b-c``, ``a-b`` with ``c``."""
    root = pulumi.runtime.get_root_resource()
    owners = _claimed.setdefault(root, {}) if root is not None else {}
    for name in plan.names():
        other = owners.setdefault(name, component)
        if other != component:
            what = f"the component {other!r} makes something of the same name, {name!r}"
            raise ModelError([Problem(f"component {component}", what, "rename one of the two components")])


class _Deployment:
    """One plan on its way into Pulumi."""

    def __init__(
        self, plan: records.Plan, site: Site, parent: pulumi.Resource, daemon: Daemon, address: str | None
    ) -> None:
        self.plan = plan
        self.site = site
        self.parent = parent
        self.daemon = daemon
        self.waiter = Waiter(daemon, dict(plan.labels))
        self.ready: dict[str, list[pulumi.Output[Any]]] = {}
        self.volumes: dict[str, docker.Volume] = {}
        self.filled: dict[str, docker.Container] = {}
        self.with_files: set[str] = set()
        self.hooks = pulumi.ResourceHookBinding(
            before_create=[pulumi.ResourceHook(f"{site.component}-leftovers", remove_leftovers(daemon, plan.labels))]
        )
        login = [_login(registry) for registry in plan.registries]
        options = pulumi.ResourceOptions(parent=parent)
        self.provider = docker.Provider(self.name("docker"), host=address, registry_auth=login or None, opts=options)

    def run(self) -> dict[str, pulumi.Output[str]]:
        self.attempts = self.next_attempts()
        self.images = {image.key: self.image(image) for image in self.plan.images}
        self.network = docker.Network(
            self.name("network"),
            name=self.plan.network,
            labels=labels(self.plan.labels, docker.NetworkLabelArgs),
            opts=self.options(hooks=self.hooks, delete_before_replace=True),
        )
        for volume in self.plan.volumes:
            self.volume(volume, self.parent)
        for pod in self.plan.pods:
            self.ready.setdefault(pod.name, []).append(self.pod(pod))
        everything = pulumi.Output.all(*(copy for copies in self.ready.values() for copy in copies))
        return {key: _after(everything, address) for key, address in self.addresses().items()}

    def name(self, key: str) -> str:
        return f"{self.site.component}-{key}"

    def options(self, parent: pulumi.Resource | None = None, **more: Any) -> pulumi.ResourceOptions:
        return pulumi.ResourceOptions(parent=parent or self.parent, provider=self.provider, **more)

    def next_attempts(self) -> dict[str, str]:
        """The attempt of each init container that failed before, or had to be run again in an earlier update."""
        attempts: dict[str, str] = {}
        for listed in self.daemon.containers({**self.plan.labels, "dev.polypod.role": "init"}):
            attempt = int(listed.labels.get(_ATTEMPT, "1"))
            state = self.daemon.inspect(listed.id)
            if state is not None and state.exit_code not in (None, 0):
                attempt += 1
            if attempt > 1:
                attempts[listed.name] = str(attempt)
        return attempts

    def image(self, image: Image) -> docker.RemoteImage:
        """Pull or build an image."""
        options = self.options()
        if image.context is None:
            return docker.RemoteImage(self.name(image.key), name=image.reference, keep_locally=True, opts=options)
        digest = context_digest(image)
        build = docker.RemoteImageBuildArgs(
            context=str(image.context), dockerfile=image.dockerfile, build_args=dict(image.args), target=image.target
        )
        return docker.RemoteImage(
            self.name(image.key),
            name=f"{image.reference}:{digest[:16]}",
            build=build,
            triggers={"context": digest},
            opts=options,
        )

    def volume(self, record: records.Volume, parent: pulumi.Resource) -> None:
        """Make a volume, and fill it where the record says so."""
        more = {"dev.polypod.keep": "true" if record.keep else "false"}
        if record.files:
            more["dev.polypod.files"] = " ".join(file.path for file in record.files)
        self.volumes[record.key] = docker.Volume(
            self.name(record.key),
            name=record.name,
            labels=labels({**self.plan.labels, **more}, docker.VolumeLabelArgs),
            opts=self.options(parent, retain_on_delete=record.keep, delete_before_replace=True),
        )
        if record.filled:
            folder = record.copy_from or "/files"
            mount = docker.ContainerVolumeArgs(container_path=folder, volume_name=self.volumes[record.key].name)
            self.with_files |= {record.key} if record.files else set()
            self.filled[record.key] = docker.Container(
                self.name(f"{record.key}.content"),
                name=f"{record.name}.content",
                image=self.images[self.tools].image_id,
                network_mode="none",
                start=False,
                must_run=False,
                volumes=[mount],
                uploads=[upload_args(file, f"{folder}/") for file in record.files] or None,
                labels=labels({**self.plan.labels, "dev.polypod.role": "content"}, docker.ContainerLabelArgs),
                opts=self.options(parent, hooks=self.hooks, delete_before_replace=True),
            )

    @property
    def tools(self) -> str:
        return next(i.key for i in self.plan.images if i.reference == self.site.image(TOOLS))

    def pod(self, pod: records.Pod) -> pulumi.Output[Any]:
        """Register one copy of a pod; an output that is known once it is ready."""
        nested = None
        if self.plan.nested:
            options = pulumi.ResourceOptions(parent=self.parent)
            nested = pulumi.ComponentResource(f"polypod:index:{pod.kind}", self.name(pod.key), opts=options)
        parent = nested or self.parent
        for volume in pod.volumes:
            self.volume(volume, parent)
        before: list[pulumi.Output[Any]] = [ready for name in pod.waits_for for ready in self.ready[name]]
        owner = self.container(pod.owner, parent, before) if pod.owner else None
        init: list[docker.Container] = []
        for record in pod.init:
            container = self.container(record, parent, before, owner, init)
            init.append(container)
            before = [*before, self.completed(record, container, pod.ready_seconds)]
        members: list[docker.Container] = []
        for record in pod.members:
            if record.role == "main":
                before = [*before, *(member.id for member in members)]
            members.append(self.container(record, parent, before, owner, init))
        if nested is not None:
            nested.register_outputs({})
        return self.wait(pod, members)

    def container(
        self,
        record: records.Container,
        parent: pulumi.Resource,
        before: Sequence[pulumi.Output[Any]],
        owner: docker.Container | None = None,
        init: Sequence[docker.Container] = (),
    ) -> docker.Container:
        """Register a container that starts after the given outputs are known."""
        if record.name in self.attempts:
            record = attrs.evolve(record, labels={**record.labels, _ATTEMPT: self.attempts[record.name]})
        args = container_args(
            record,
            image=self.images[record.image].image_id,
            network=self.attachment(record, owner),
            volumes={mount.volume: self.volumes[mount.volume].name for mount in record.mounts if mount.volume},
        )
        filled = {mount.volume: self.filled[mount.volume] for mount in record.mounts if mount.volume in self.filled}
        options = self.options(
            parent,
            hooks=self.hooks,
            delete_before_replace=True,
            depends_on=pulumi.Output.all(*before, *(content.id for content in filled.values())).apply(lambda _: []),
            replace_with=[*init, *(filled[key] for key in filled if key in self.with_files)] or None,
        )
        return docker.Container(self.name(record.key), opts=options, **args)

    def attachment(self, record: records.Container, owner: docker.Container | None) -> dict[str, Any]:
        if owner is not None:
            joined = owner.id.apply(lambda container_id: f"container:{container_id}")
            return {"network_mode": joined, **({"pid_mode": joined} if record.share_processes else {})}
        aliases = list(record.aliases) or None
        return {"networks_advanced": [docker.ContainerNetworksAdvancedArgs(name=self.network.id, aliases=aliases)]}

    def completed(self, record: records.Container, container: docker.Container, seconds: int) -> pulumi.Output[Any]:
        """Known once an init container has ended well."""

        async def wait(known: Sequence[Any]) -> None:
            await _unless_preview(self.waiter.completed(record, known[0], seconds, known[1]))

        return pulumi.Output.unsecret(pulumi.Output.all(container.id, hidden_values(record.templates)).apply(wait))

    def wait(self, pod: records.Pod, members: Sequence[docker.Container]) -> pulumi.Output[Any]:
        """Known once every member of a pod is ready."""

        async def wait(known: Sequence[Any]) -> None:
            await _unless_preview(self.waiter.ready(pod, known[1:], known[0]))

        ids = [member.id for member in members]
        return pulumi.Output.unsecret(
            pulumi.Output.all(
                hidden_values(template for member in pod.members for template in member.templates), *ids
            ).apply(wait)
        )

    def addresses(self) -> dict[str, str]:
        """The published addresses by container; by container and port where it publishes several."""
        found: dict[str, str] = {}
        for pod in self.plan.pods:
            for port in (port for container in pod.containers for port in container.ports):
                everywhere = port.address in ("0.0.0.0", "::")  # noqa: S104
                host = (self.daemon.host or "127.0.0.1") if everywhere else port.address
                found[port.key] = f"{port.scheme}://{f'[{host}]' if ':' in host else host}:{port.external}"
        return found


async def _unless_preview(waiting: Coroutine[Any, Any, None]) -> None:
    """Wait, and end the program with a message and no traceback when a container failed."""
    if pulumi.runtime.is_dry_run():
        waiting.close()
        return
    try:
        await waiting
    except DeploymentError as error:
        raise pulumi.RunError(str(error)) from None


def _after(known: pulumi.Output[Any], text: str) -> pulumi.Output[str]:
    """A text that is known once something else is."""
    return known.apply(lambda _: text)


def _login(registry: RegistryCredentials) -> docker.ProviderRegistryAuthArgs:
    password = registry.password.value if isinstance(registry.password, Secret) else registry.password
    return docker.ProviderRegistryAuthArgs(
        address=registry.registry, username=registry.username, password=pulumi.Output.secret(password)
    )
