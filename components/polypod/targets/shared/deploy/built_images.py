"""Images that are built on this machine, pushed to the stack's registry, and named by their digest."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pulumi

from polypod.config.site import Site
from polypod.errors import Problem, UnreadyError
from polypod.model.registry_credentials import registry_of
from polypod.model.value import Secret
from polypod.push_registry import PushRegistry
from polypod.targets.shared.deploy.docker_provider import (
    Provider,
    RegistryImage,
    RemoteImage,
    built_image,
    endpoint_of_stack,
)
from polypod.targets.shared.deploy.failures import FailureHook
from polypod.targets.shared.plan.images import Image

_PUSHED = ".pushed"


def registry_of_stack(site: Site) -> PushRegistry | None:
    """The registry that the stack's config names.

    Args:
        site: Where an application is deployed.
    """
    if site.registry is None:
        return None
    login = site.registry
    password: Any = login.password.value if isinstance(login.password, Secret) else login.password
    return PushRegistry(
        server=login.server,
        username=login.username,  # type: ignore[arg-type]  # what is deferred is an Output
        password=pulumi.Output.secret(password),
    )


class BuiltImages:
    """The images of an application that are built.

    Args:
        images: The images.
        site: Where the application is deployed.
        registry: Where they are pushed to.
        local: Whether the platform runs them from this machine's daemon where there is no registry.

    Raises:
        UnreadyError: There are some, and no registry to push them to.
    """

    def __init__(
        self, images: Sequence[Image], site: Site, registry: PushRegistry | None, *, local: bool = False
    ) -> None:
        self._images = images
        self._site = site
        self._registry = registry
        if images and registry is None and not local:
            what = "the image is built, and the stack's config names no registry that the platform can pull it from"
            fix = (
                "run `pulumi config set --path polypod:registry.server HOST`, the same for username, and with --secret "
                "for password"
            )
            raise UnreadyError([Problem("PP802", image.path, what, fix) for image in images])

    def register(self, parent: pulumi.Resource) -> dict[str, pulumi.Output[str]]:
        """Build and push the images.

        Args:
            parent: The component.

        Returns:
            The reference of each by its key: its repository and its digest, or its ID where it is not pushed.
        """
        if not self._images:
            return {}
        provider = Provider(
            self._name("docker"), endpoint_of_stack(), self._logins(), pulumi.ResourceOptions(parent=parent)
        )
        places = {self._name(f"{image.key}{end}"): image.path for image in self._images for end in ("", _PUSHED)}
        hooks = FailureHook(self._site.component, places, name="images").binding
        options = pulumi.ResourceOptions(parent=parent, provider=provider, hooks=hooks)
        if self._registry is None:
            return {image.key: self._build(image, str(image.reference), options).imageId for image in self._images}
        server = pulumi.Output.from_input(self._registry.server)
        return {image.key: self._push(image, server, options) for image in self._images}

    def _logins(self) -> list[dict[str, Any]]:
        registry = self._registry
        if registry is None or registry.username is None:
            return []
        address = pulumi.Output.from_input(registry.server).apply(_address)
        return [{"address": address, "username": registry.username, "password": registry.password}]

    def _build(self, image: Image, repository: pulumi.Input[str], options: pulumi.ResourceOptions) -> RemoteImage:
        return RemoteImage(
            self._name(image.key),
            built_image(image, repository),
            pulumi.ResourceOptions.merge(options, pulumi.ResourceOptions()),
        )

    def _push(self, image: Image, server: pulumi.Output[str], options: pulumi.ResourceOptions) -> pulumi.Output[str]:
        repository = pulumi.Output.concat(server, f"/{image.reference}")
        built = self._build(image, repository, options)
        pushed = RegistryImage(
            self._name(f"{image.key}{_PUSHED}"),
            {"name": built.name, "keepRemotely": True, "triggers": {"image": built.imageId}},
            pulumi.ResourceOptions.merge(options, pulumi.ResourceOptions()),
        )
        reference: pulumi.Output[str] = pulumi.Output.concat(repository, "@", pushed.sha256Digest)
        return reference

    def _name(self, key: str) -> str:
        return f"{self._site.component}-{key}"


def _address(server: str) -> str:
    """A registry as the provider asks it: one on this machine without TLS, as the Docker daemon does."""
    address = registry_of(f"{server}/image")
    host = address.partition(":")[0]
    return f"http://{address}" if host == "localhost" or host.startswith("127.") else address
