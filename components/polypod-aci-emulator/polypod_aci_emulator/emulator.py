"""The emulator: its state, its running operations and its container groups."""

from __future__ import annotations

import secrets
import threading
from pathlib import Path

import attrs

from polypod_aci_emulator.arm.errors import group_being_deleted, group_not_found
from polypod_aci_emulator.arm.resource_id import ResourceId
from polypod_aci_emulator.docker.group_runner import GROUP, Command, GroupRunner
from polypod_aci_emulator.docker.host import DockerHost, short_hash
from polypod_aci_emulator.docker.sessions import Sessions
from polypod_aci_emulator.docker.watch import Watch
from polypod_aci_emulator.state.operations import DELETE, Operations
from polypod_aci_emulator.state.store import Store

RESOURCE_GROUP = "resourcegroup"
DELETING = {"provisioningState": "Deleting"}
"""The properties of a resource group that is being deleted."""


@attrs.frozen
class Quotas:
    """What a subscription may use in one region.

    Args:
        groups: The number of container groups.
        cores: The number of CPUs.
    """

    groups: int = 100
    cores: int = 100


class Emulator:
    """One emulator.

    Args:
        folder: Where its state is kept.
        host: The Docker daemon that runs its groups.
        quotas: What a subscription may use in one region.
    """

    def __init__(self, folder: Path, host: DockerHost, quotas: Quotas | None = None) -> None:
        self.store = Store(folder)
        self.host = host
        self.quotas = quotas or Quotas()
        self.operations = Operations(self.store)
        self.sessions = Sessions(host)
        self.token = _token(folder)
        self.lock = threading.RLock()
        self._runners: dict[str, GroupRunner] = {}
        self._watch = Watch(host, self._look_again)

    def runner(self, key: str) -> GroupRunner:
        """The runner of a container group."""
        with self.lock:
            if key not in self._runners:
                self._runners[key] = GroupRunner(key, self.host, self.store, self.operations)
            return self._runners[key]

    def _look_again(self, group: str | None) -> None:
        with self.lock:
            concerned = [runner for key, runner in self._runners.items() if group in (None, short_hash(key))]
        for runner in concerned:
            runner.look_again()

    def delete(self, key: str, operation: str) -> GroupRunner:
        """Remove a container group."""
        runner = self.runner(key)
        with self.lock:
            del self._runners[key]
        runner.submit(Command.DELETE, operation)
        return runner

    def adopt(self) -> None:
        """Take over what an earlier emulator with the same state left running."""
        self.host.remove_fillers()
        self._watch.start()
        for key, _ in list(self.store.items(GROUP)):
            deletions = self.operations.running(key, DELETE)
            kept = next(iter(deletions or self.operations.running(key)), "")
            self.operations.abandon(key, kept)
            if deletions:
                self.delete(key, kept)
            else:
                self.runner(key).submit(Command.ADOPT, kept)
        for key, group in self.store.items(RESOURCE_GROUP):
            self.store.put(RESOURCE_GROUP, key, {**group, "properties": {"provisioningState": "Succeeded"}})
            self.operations.abandon(key)

    def resource_group(self, resource: ResourceId) -> dict[str, object]:
        """The resource group of a resource.

        Raises:
            AzureError: There is none.
        """
        key = f"/subscriptions/{resource.subscription}/resourcegroups/{resource.group}".lower()
        found = self.store.get(RESOURCE_GROUP, key)
        if found is None:
            raise group_not_found(resource.group)
        return found

    def writable_group(self, resource: ResourceId) -> dict[str, object]:
        """The resource group of a resource that is to be made or changed.

        Raises:
            AzureError: There is none, or it is being deleted.
        """
        found = self.resource_group(resource)
        if found["properties"] == DELETING:
            raise group_being_deleted(resource.group)
        return found

    def close(self) -> None:
        """Release everything; containers keep running."""
        self._watch.close()
        runners = list(self._runners.values())
        for runner in runners:
            runner.submit(Command.CLOSE)
        for runner in runners:
            runner.join()
        self.store.close()


def _token(folder: Path) -> str:
    """The bearer token that clients need; generated on first use."""
    file = folder / "token"
    if not file.exists():
        file.touch(mode=0o600)
        file.write_text(secrets.token_urlsafe(32))
    return file.read_text()
