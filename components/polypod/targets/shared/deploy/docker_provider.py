"""The resources of Pulumi's Docker provider, by its own property names and without its SDK.

Importing ``pulumi_docker`` and filling its argument classes takes longer than all else a preview does in Python. The
tests hold every property used here against the SDK's types.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from importlib.metadata import version
from typing import Any

import pulumi

from polypod.config.stack_config import stack_config
from polypod.docker_daemon.endpoint import KEYS, DockerEndpoint, docker_endpoint
from polypod.targets.shared.deploy.build_context import context_digest
from polypod.targets.shared.plan.images import Image


@cache
def _version() -> str:
    return version("pulumi-docker")


def endpoint_of_stack() -> DockerEndpoint:
    """The daemon that the stack's config or this machine names.

    Raises:
        UnreadyError: What names it cannot be used.
    """
    config = stack_config()
    return docker_endpoint({key: config.text(f"docker:{key}") for key in KEYS})


class Provider(pulumi.ProviderResource):
    """The provider, for one daemon.

    Args:
        name: Its logical name.
        endpoint: The daemon.
        registry_auth: A login for each registry.
        opts: Its options.
    """

    def __init__(
        self,
        name: str,
        endpoint: DockerEndpoint,
        registry_auth: Sequence[Mapping[str, Any]],
        opts: pulumi.ResourceOptions,
    ) -> None:
        properties = endpoint.provider_properties()
        if "keyMaterial" in properties:
            properties["keyMaterial"] = pulumi.Output.secret(properties["keyMaterial"])
        if registry_auth:
            properties["registryAuth"] = pulumi.Output.json_dumps(registry_auth)
        super().__init__("docker", name, properties, _with_version(opts))


class _Resource(pulumi.CustomResource):
    """A resource of the provider.

    Args:
        name: Its logical name.
        properties: What the provider is told, by the provider's names; ``None`` where it is told nothing.
        opts: Its options.
    """

    module: str
    outputs: tuple[str, ...] = ()

    def __init__(self, name: str, properties: Mapping[str, Any], opts: pulumi.ResourceOptions) -> None:
        token = f"docker:index/{self.module}:{type(self).__name__}"
        super().__init__(token, name, {**dict.fromkeys(self.outputs), **_given(properties)}, _with_version(opts))


class Container(_Resource):
    """A container, which is made before the one that it replaces is deleted: what that one holds is handed over."""

    module = "container"

    def __init__(self, name: str, properties: Mapping[str, Any], opts: pulumi.ResourceOptions) -> None:
        opts.delete_before_replace = False  # else the provider asks for the opposite, as the name is given
        super().__init__(name, properties, opts)


class Network(_Resource):
    """A network."""

    module = "network"


class Volume(_Resource):
    """A named volume."""

    module = "volume"
    outputs = ("mountpoint",)
    name: pulumi.Output[str]
    mountpoint: pulumi.Output[str]


class RemoteImage(_Resource):
    """An image that is pulled or built."""

    module = "remoteImage"
    outputs = ("imageId",)
    name: pulumi.Output[str]
    imageId: pulumi.Output[str]  # noqa: N815 - the provider's name


class RegistryImage(_Resource):
    """An image that is pushed."""

    module = "registryImage"
    outputs = ("sha256Digest",)
    sha256Digest: pulumi.Output[str]  # noqa: N815 - the provider's name


def built_image(image: Image, repository: pulumi.Input[str]) -> dict[str, Any]:
    """The properties of an image that is rebuilt when its context, its arguments or its labels change.

    Args:
        image: An image with a context.
        repository: The repository; the tag is made from what goes into the image.
    """
    digest = context_digest(image)
    build = {
        "context": str(image.context),
        "dockerfile": image.dockerfile,
        "buildArgs": dict(image.args),
        "label": dict(image.labels),  # with BuildKit, the provider reads this one, without it the next
        "labels": dict(image.labels),
    }
    return {
        "name": pulumi.Output.concat(repository, f":{digest[:16]}"),
        "build": {**build, "target": image.target} if image.target else build,
        "triggers": {"context": digest},
    }


def _given(properties: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in properties.items() if value is not None}


def _with_version(opts: pulumi.ResourceOptions) -> pulumi.ResourceOptions:
    opts.version = _version()
    return opts
