"""A group's volumes as Docker volumes."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

from polypod_aci_emulator.docker.host import DockerHost, short_hash
from polypod_aci_emulator.state.store import Store

EVERYBODY = 0o777
"""The mode of directories that containers of every user write to, as Kubernetes and mounts of Azure Files have it."""

SHARE = "share"
ACCOUNT = "account"


class MountError(Exception):
    """A file share cannot be mounted."""


def share_volume(host: DockerHost, share: str) -> str:
    """The name of the Docker volume behind a file share, given its key in the store."""
    return f"aci-{host.instance}-share-{short_hash(share)}"


class Volumes:
    """Makes the volumes of one group.

    Args:
        host: The Docker daemon.
        store: Where storage accounts and shares are known.
        group: The group's key.
    """

    def __init__(self, host: DockerHost, store: Store, group: str) -> None:
        self._host = host
        self._store = store
        self._group = group

    def make(self, volumes: list[Mapping[str, Any]]) -> dict[str, tuple[str, bool]]:
        """Recreate them; returns the Docker volume and whether it is read-only, by name.

        Raises:
            MountError: A share does not exist, or its key is wrong.
        """
        self._host.remove_volumes(self._group)
        return {volume["name"]: self._make(volume) for volume in volumes}

    def names(self, volumes: list[Mapping[str, Any]]) -> dict[str, tuple[str, bool]]:
        """What `make` returned for volumes that are there already."""
        return {
            volume["name"]: self._share(volume["azureFile"])
            if "azureFile" in volume
            else (self._own(volume["name"]), "secret" in volume)
            for volume in volumes
        }

    def _own(self, name: str) -> str:
        return f"aci-{self._host.instance}-{short_hash(self._group)}-{name}"

    def _make(self, volume: Mapping[str, Any]) -> tuple[str, bool]:
        if "azureFile" in volume:
            return self._share(volume["azureFile"])
        name = self._host.volume(self._own(volume["name"]), group=short_hash(self._group))
        files = {file: base64.b64decode(content) for file, content in volume.get("secret", {}).items()}
        self._host.fill(name, files, 0o755 if "secret" in volume else EVERYBODY)
        return name, "secret" in volume

    def _share(self, definition: Mapping[str, Any]) -> tuple[str, bool]:
        account, share = definition["storageAccountName"], definition["shareName"]
        accounts = {
            key: document for key, document in self._store.items(ACCOUNT) if document["name"].lower() == account.lower()
        }
        for key, document in accounts.items():
            found = f"{key}/fileservices/default/shares/{share.lower()}"
            if self._store.get(SHARE, found) is None:
                break
            if definition["storageAccountKey"] not in document["keys"]:
                raise MountError("Output: mount error(13): Permission denied")
            return share_volume(self._host, found), bool(definition.get("readOnly"))
        raise MountError("Output: mount error(2): No such file or directory")
