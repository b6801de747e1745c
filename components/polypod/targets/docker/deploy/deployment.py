"""The shared context of a deployment's resources."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pulumi

from polypod.config.site import Site
from polypod.docker_daemon.endpoint import DockerEndpoint
from polypod.model.registry_credentials import RegistryCredentials
from polypod.model.value import Secret
from polypod.patterns.images import TOOLS
from polypod.targets.docker.deploy.aliases import PodParents
from polypod.targets.docker.deploy.client import Daemon
from polypod.targets.docker.deploy.failures import failure_hook, places_of, telling_hook
from polypod.targets.docker.deploy.gateway_control import GatewayControl
from polypod.targets.docker.deploy.handover import Handover
from polypod.targets.docker.deploy.instances import Instances
from polypod.targets.docker.deploy.kept_data import KeptVolume
from polypod.targets.docker.deploy.leftovers import remove_leftovers
from polypod.targets.docker.deploy.owners import Owners
from polypod.targets.docker.deploy.preview_messages import PreviewMessages
from polypod.targets.docker.deploy.properties import labels
from polypod.targets.docker.deploy.readiness import Waiter
from polypod.targets.docker.deploy.volumes import Volumes
from polypod.targets.docker.plan import records
from polypod.targets.shared.deploy import docker_provider as provider
from polypod.targets.shared.deploy.waits import Waits
from polypod.targets.shared.plan.images import Image


class Deployment:
    """One plan on its way into Pulumi: its provider, its images and its network are registered at once.

    Args:
        plan: The plan.
        site: Where it is deployed.
        parent: The component.
        daemon: The daemon to ask.
        endpoint: Where that is.
    """

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
        self.parents = PodParents(parent)
        self.owners = Owners.of_stack()
        self.owners.add(plan)
        self.gateway = GatewayControl(daemon, plan, self.there)
        self._failures = failure_hook(plan, site.component, daemon)
        messages = PreviewMessages(daemon, plan, self.owners)
        handover = Handover(daemon, plan, self.owners, self.gateway, messages, parent)
        places = places_of(plan, site.component)
        self._handover = telling_hook(site.component, "handover", handover.hook, places, previewed=True)
        logins = [_login(registry) for registry in plan.registries]
        self._provider = provider.Provider(
            self.name("docker"), endpoint, logins, opts=pulumi.ResourceOptions(parent=parent)
        )
        self.images = {image.key: self._image(image) for image in plan.images}
        self.network = self._network()
        self.volumes = Volumes(site.component, plan.labels, self._tools, self.instances, self._kept)

    def name(self, key: str) -> str:
        """The logical name of a resource.

        Args:
            key: Its key in the plan.
        """
        return f"{self.site.component}-{key}"

    def options(
        self, parent: pulumi.Resource | None = None, hooks: pulumi.ResourceHookBinding | None = None, **more: Any
    ) -> pulumi.ResourceOptions:
        """The options of a resource.

        Args:
            parent: Its parent, if not the component.
            hooks: What runs before it is created.
            more: Further options.
        """
        hooks = hooks or pulumi.ResourceHookBinding()
        hooks.on_error = self._failures.on_error
        return pulumi.ResourceOptions(parent=parent or self.parent, provider=self._provider, hooks=hooks, **more)

    def hooks(self, name: str) -> pulumi.ResourceHookBinding | None:
        """The hooks that run before a container is created, if something may be in its way.

        Args:
            name: The name of the container.
        """
        return self._handover if name in self.there or self.owners.holding(name) else None

    def volume(self, record: records.Volume, options: Callable[..., pulumi.ResourceOptions], **filler: Any) -> None:
        """Register a volume and what fills it.

        Args:
            record: The volume.
            options: Makes the options of both.
            filler: Further options of what fills it.
        """
        self.volumes.add(
            record, options, lambda name: options(hooks=self._handover if name in self.there else None, **filler)
        )

    def _image(self, image: Image) -> provider.RemoteImage:
        """Pull or build an image."""
        if image.context is None:
            pulled = {"name": image.reference, "keepLocally": True}
            return provider.RemoteImage(self.name(image.key), pulled, self.options())
        built = provider.built_image(image, str(image.reference))
        return provider.RemoteImage(self.name(image.key), built, self.options())

    def _network(self) -> provider.Network:
        """Register the network; that of a component which gets another name is not in the way of a new one."""
        remove = remove_leftovers(self.daemon, self.plan.labels)
        leftovers = telling_hook(self.site.component, "leftovers", remove, {})
        is_there = bool(self.daemon.networks(self.plan.network, self.plan.labels))
        return provider.Network(
            self.name("network"),
            {"name": self.plan.network, "labels": labels(self.plan.labels)},
            self.options(hooks=leftovers, delete_before_replace=is_there),
        )

    def _tools(self) -> pulumi.Output[str]:
        """The id of the image whose containers fill volumes."""
        key = next(image.key for image in self.plan.images if image.reference == self.site.image(TOOLS))
        return self.images[key].imageId

    def _kept(self, name: str, known: bool) -> KeptVolume:
        return self.owners.data.kept(name, self.daemon, known=known)


def _login(registry: RegistryCredentials) -> dict[str, Any]:
    password = registry.password.value if isinstance(registry.password, Secret) else registry.password
    return {
        "address": registry.registry,
        "username": registry.username,
        "password": pulumi.Output.secret(password),
    }
