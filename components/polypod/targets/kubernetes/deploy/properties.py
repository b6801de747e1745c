"""Manifests as the properties of resources: every leaf becomes what it stands for."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from typing import Any

import pulumi

from polypod.model.registry_credentials import RegistryCredentials
from polypod.model.value import Secret, Template
from polypod.targets.kubernetes.plan.records import Logins, Name
from polypod.targets.shared.deploy.secrets import output
from polypod.targets.shared.plan.images import BuiltImage

_DOCKER_HUB = "https://index.docker.io/v1/"
"""What a list of logins calls Docker Hub; see Kubernetes' "Pull an Image from a Private Registry"."""


class Properties:
    """Resolves the leaves of manifests.

    Args:
        objects: The resources of objects by key, as far as they are registered.
        images: The references of built images by key.
    """

    def __init__(self, objects: Mapping[str, pulumi.Resource], images: Mapping[str, pulumi.Output[str]]) -> None:
        self._objects = objects
        self._images = images

    def known(self, value: Any) -> Any:
        """A part of a manifest as a part of a resource's properties.

        Args:
            value: The part.
        """
        if isinstance(value, Mapping):
            return {name: self.known(item) for name, item in value.items()}
        if isinstance(value, list | tuple):
            return [self.known(item) for item in value]
        return self._leaf(value)

    def _leaf(self, value: Any) -> Any:
        match value:
            case Name(key=key):
                metadata: pulumi.Output[Mapping[str, str]] = self._objects[key].metadata  # type: ignore[attr-defined]
                return metadata.apply(lambda known: known["name"])
            case BuiltImage(key=key):
                return self._images[key]
            case Template():
                return output(value)
            case Logins(registries=registries):
                return pulumi.Output.secret(_docker_config(registries))
        return value


def _docker_config(registries: Sequence[RegistryCredentials]) -> pulumi.Output[str]:
    """Logins in the form of Docker's ``config.json``."""
    logins = [(login.username, _plain(login.password)) for login in registries]

    def text(known: Sequence[Sequence[str]]) -> str:
        auths = {}
        for login, (username, password) in zip(registries, known, strict=True):
            server = _DOCKER_HUB if login.registry.endswith("docker.io") else login.registry
            auth = base64.b64encode(f"{username}:{password}".encode()).decode()
            auths[server] = {"username": username, "password": password, "auth": auth}
        return json.dumps({"auths": auths})

    return pulumi.Output.all(*(pulumi.Output.all(*login) for login in logins)).apply(text)


def _plain(password: Any) -> Any:
    return pulumi.Output.secret(password.value) if isinstance(password, Secret) else password
