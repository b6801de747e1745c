"""The logins for the registries that the images of a container group come from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from polypod.config.site import Site
from polypod.model.build import Build
from polypod.model.pod import Workload
from polypod.model.registry_credentials import DOCKER_HUB, RegistryCredentials, registry_of
from polypod.model.value import Template
from polypod.targets.aci.plan import records

_STACK = "config polypod:registry"
_OWN_REGISTRY = {
    "server": records.REGISTRY,
    "username": records.REGISTRY_USER,
    "password": records.REGISTRY_PASSWORD,
}
"""The login for the registry that stands in the stack's place in Azure, if one does."""

_HUB = "index.docker.io"
"""What Azure calls Docker Hub; see "Deploy to Azure Container Instances from Azure Container Registry"."""


def logins(pods: Mapping[str, Workload], site: Site, identity: str) -> list[tuple[str, dict[str, Any]]]:
    """The logins of a group, each with its place in the model; one for each registry.

    Args:
        pods: The pods of the group, by their places in the model.
        site: Where they are deployed.
        identity: The identity of the stack, which pulls from the stack's registry without a password; empty for none.
    """
    images = [container.image for pod in pods.values() for _, container in pod.containers]
    pulled = {registry_of(site.image(image)) for image in images if isinstance(image, str)}
    built = any(isinstance(image, Build) for image in images)
    deferred = any(not isinstance(image, str | Build) for image in images)
    found: dict[str, tuple[str, dict[str, Any]]] = {}
    for path, pod in pods.items():
        for i, login in enumerate(pod.registries):
            found.setdefault(login.registry, (f"{path}.registries[{i}]", _login(login)))
    stack = site.registry
    if stack is not None and (built or deferred or stack.registry in pulled):
        own = _login(stack)
        by_identity = {"server": own["server"], "identity": identity}
        found.setdefault(stack.registry, (_STACK, by_identity if identity else own))
    elif built:
        found[""] = (_STACK, dict(_OWN_REGISTRY))
    return list(found.values())


def _login(login: RegistryCredentials) -> dict[str, Any]:
    return {
        "server": _HUB if login.registry == DOCKER_HUB else login.registry,
        "username": Template((login.username,)),
        "password": Template((login.password,)),
    }
