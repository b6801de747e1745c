"""Images that are built on this machine and pushed to the stack's registry."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pulumi

from polypod.errors import UnreadyError
from polypod.model.problem import Problem
from polypod.model.registry import RegistryCredentials
from polypod.model.value import Secret
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

    Raises:
        UnreadyError: There are some, and no registry to push them to.
    """

    def __init__(self, images: Sequence[Image], site: Site) -> None:
        self._images = images
        self._site = site
        if images and site.registry is None:
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
        registry = self._site.registry
        if not self._images or registry is None:
            return {}
        import pulumi_docker as docker

        login = docker.ProviderRegistryAuthArgs(
            address=_address(registry.registry), username=registry.username, password=_password(registry)
        )
        options = pulumi.ResourceOptions(parent=parent)
        provider = docker.Provider(self._name("docker"), registry_auth=[login], opts=options)
        return {image.key: self._push(image, registry, docker, provider, parent) for image in self._images}

    def _push(
        self, image: Image, registry: RegistryCredentials, docker: Any, provider: Any, parent: pulumi.Resource
    ) -> pulumi.Output[str]:
        digest = context_digest(image)
        repository = f"{registry.server}/{image.reference}"
        options = pulumi.ResourceOptions(parent=parent, provider=provider)
        build = docker.RemoteImageBuildArgs(
            context=str(image.context), dockerfile=image.dockerfile, build_args=dict(image.args), target=image.target
        )
        built = docker.RemoteImage(
            self._name(image.key),
            name=f"{repository}:{digest[:_TAG]}",
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
        reference: pulumi.Output[str] = pulumi.Output.concat(f"{repository}@", pushed.sha256_digest)
        return reference

    def _name(self, key: str) -> str:
        return f"{self._site.component}-{key}"


def _address(server: str) -> str:
    """A registry as the provider asks it: one on this machine without TLS, as the Docker daemon does."""
    host = server.partition(":")[0]
    return f"http://{server}" if host == "localhost" or host.startswith("127.") else server


def _password(registry: RegistryCredentials) -> pulumi.Output[str]:
    password: Any = registry.password.value if isinstance(registry.password, Secret) else registry.password
    return pulumi.Output.secret(password)
