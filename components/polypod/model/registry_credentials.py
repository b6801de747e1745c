"""The login for a private image registry."""

from __future__ import annotations

import attrs

from polypod.model.value import Deferred, Secret

DOCKER_HUB = "registry-1.docker.io"
_DOCKER_HUB_NAMES = frozenset({DOCKER_HUB, "docker.io", "index.docker.io", "hub.docker.com"})


@attrs.frozen(kw_only=True)
class RegistryCredentials:
    """The login for a private image registry.

    Args:
        server: The host of the registry, such as ``example.azurecr.io``; ``docker.io`` for Docker Hub.
        username: The user name.
        password: The password.
    """

    server: str
    username: str | Deferred
    password: Secret | Deferred

    @property
    def registry(self) -> str:
        """The registry, under the one name that `registry_of` gives it."""
        return DOCKER_HUB if self.server in _DOCKER_HUB_NAMES else self.server

    def contradicts(self, other: RegistryCredentials) -> bool:
        """Whether another login is known to be a different one; what is known only later may well be the same.

        Args:
            other: The other login.
        """
        return _differ(self.username, other.username) or _differ(self.password, other.password)


def _differ(one: object, other: object) -> bool:
    one, other = (part.value if isinstance(part, Secret) else part for part in (one, other))
    return isinstance(one, str) and isinstance(other, str) and one != other


def registry_of(reference: str) -> str:
    """The registry an image comes from; Docker Hub where the reference names none.

    Args:
        reference: An image reference.
    """
    first, slash, _ = reference.partition("/")
    named = slash and ("." in first or ":" in first or first == "localhost")
    return DOCKER_HUB if not named or first in _DOCKER_HUB_NAMES else first
