"""Azure's interface of container groups for programs that run without it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any


class FakeManagement:
    """Container groups that work as soon as they are made.

    Attributes:
        acts: What was done to the groups, each as its name and the action.

    Args:
        groups: Those that are there already, as Azure's interface shows them.
        logs: What each container wrote, by name.
        shares: The names of the file shares that there are, by storage account.
    """

    def __init__(
        self,
        *,
        groups: Iterable[Mapping[str, Any]] = (),
        logs: Mapping[str, str] | None = None,
        shares: Mapping[str, Iterable[str]] | None = None,
    ) -> None:
        self._shares = {account: tuple(names) for account, names in (shares or {}).items()}
        self.acts: list[tuple[str, str]] = []
        self._groups = {str(group["name"]): dict(group) for group in groups}
        self._logs = logs or {}

    async def ready(self) -> None:
        """Agree."""

    async def list(self, resource_group: str) -> list[Mapping[str, Any]]:
        """The groups that were there already."""
        del resource_group
        return list(self._groups.values())

    async def get(self, resource_group: str, name: str) -> Mapping[str, Any] | None:
        """A group; one that was not there is taken for made, and works."""
        del resource_group
        made = {"name": name, "properties": {"containers": [], "instanceView": {"state": "Running"}}}
        return None if (name, "delete") in self.acts else self._groups.get(name, made)

    async def act(self, resource_group: str, name: str, action: str) -> None:
        """Take note of an action, which takes no time."""
        del resource_group
        self.acts.append((name, action))
        group = self._groups.get(name)
        if group is not None:
            state = {"stop": "Stopped", "start": "Running"}.get(action, "")
            group["properties"] = {**group["properties"], "instanceView": {"state": state}}

    async def log(self, resource_group: str, name: str, container: str, lines: int) -> str:
        """What a container wrote."""
        del resource_group, name
        return "\n".join(self._logs.get(container, "").splitlines()[-lines:])

    async def accounts(self, resource_group: str) -> tuple[str, ...]:
        """The storage accounts that there are."""
        del resource_group
        return tuple(self._shares)

    async def shares(self, resource_group: str, account: str) -> tuple[str, ...]:
        """The shares that there are."""
        del resource_group
        return self._shares.get(account, ())
