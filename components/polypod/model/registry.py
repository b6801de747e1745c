"""The login for a private image registry."""

from __future__ import annotations

import attrs

from polypod.model.value import Deferred, Secret


@attrs.frozen(kw_only=True)
class RegistryCredentials:
    """The login for a private image registry.

    Args:
        server: The host of the registry, such as ``example.azurecr.io``.
        username: The user name.
        password: The password.
    """

    server: str
    username: str | Deferred
    password: Secret | Deferred
