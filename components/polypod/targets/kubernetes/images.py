"""Images that are built on this machine and pushed to the stack's registry."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pulumi

from polypod.cluster import ImageRegistry
from polypod.errors import UnreadyError
from polypod.model.problem import Problem
from polypod.model.registry import registry_of
from polypod.targets.base import Site
from polypod.targets.context import context_digest
from polypod.targets.images import Image

_TAG = 16
"""Digits of a context's digest that make the tag."""


class BuiltImages:
    """The images of an application that are built.

    Args:
        images: The images.
        site: Where the application is deployed.
        registry: Where they are pushed to.

    Raises:
        UnreadyError: There are some, and no registry to push them to.
    """

    def __init__(self, images: Sequence[Image], site: Site, registry: ImageRegistry | None) -> None:
        self._images = images
        self._site = site
        self._registry = registry
        if images and registry is None:
            what = "the image is built, and the stack's config names no registry that the cluster can pull it from"
            fix = (
                "run `pulumi config set --path polypod:registry.server HOST`, the same for username, and with --secret "
                "for password"
            )
            raise UnreadyError([Problem(image.path, what, fix) for image in images])

    def register(self, parent: pulumi.Resource) -> dict[str, pulumi.Output[str]]:
        """Build and push the images.

        Args:
            parent: The component.

        Returns:
            The reference of each by its key: its repository and its digest.
        """
        if not self._images or self._registry is None:
            return {}
        import pulumi_docker as docker

        server = pulumi.Output.from_input(self._registry.server)
        login = docker.ProviderRegistryAuthArgs(
            address=server.apply(_address), username=self._registry.username, password=self._registry.password
        )
        logins = None if self._registry.username is None else [login]
        options = pulumi.ResourceOptions(parent=parent)
        provider = docker.Provider(self._name("docker"), registry_auth=logins, opts=options)
        return {image.key: self._push(image, server, docker, provider, parent) for image in self._images}

    def _push(
        self, image: Image, server: pulumi.Output[str], docker: Any, provider: Any, parent: pulumi.Resource
    ) -> pulumi.Output[str]:
        digest = context_digest(image)
        repository = pulumi.Output.concat(server, f"/{image.reference}")
        options = pulumi.ResourceOptions(parent=parent, provider=provider)
        build = docker.RemoteImageBuildArgs(
            context=str(image.context), dockerfile=image.dockerfile, build_args=dict(image.args), target=image.target
        )
        built = docker.RemoteImage(
            self._name(image.key),
            name=pulumi.Output.concat(repository, f":{digest[:_TAG]}"),
            build=build,
            triggers={"context": digest},
            opts=options,
        )
        pushed = docker.RegistryImage(
            self._name(f"{image.key}.pushed"),
            name=built.name,
            keep_remotely=True,
            triggers={"image": built.image_id},
            opts=options,
        )
        reference: pulumi.Output[str] = pulumi.Output.concat(repository, "@", pushed.sha256_digest)
        return reference

    def _name(self, key: str) -> str:
        return f"{self._site.component}-{key}"


def _address(server: str) -> str:
    """A registry as the provider asks it: one on this machine without TLS, as the Docker daemon does."""
    address = registry_of(f"{server}/image")
    host = address.partition(":")[0]
    return f"http://{address}" if host == "localhost" or host.startswith("127.") else address
