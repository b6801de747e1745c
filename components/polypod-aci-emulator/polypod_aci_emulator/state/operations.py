"""Asynchronous operations, which clients poll by the address in ``Azure-AsyncOperation``."""

from __future__ import annotations

import uuid
from typing import Any

from polypod_aci_emulator.arm.errors import AzureError
from polypod_aci_emulator.arm.values import now
from polypod_aci_emulator.state.store import Store

_KIND = "operation"
_KEPT = 500
RETRY_AFTER_SECONDS = 1
DELETE = "delete"
"""The action of operations that remove a resource."""


class Operations:
    """All operations; those that a stopped emulator left behind have failed.

    Args:
        store: Where they are kept.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    def begin(self, resource: str, action: str = "") -> str:
        """Start an operation on a resource; its id."""
        self._forget_oldest()
        operation = str(uuid.uuid4())
        self._store.put(
            _KIND,
            operation,
            {
                "id": operation,
                "status": "Running",
                "startTime": now(),
                "resource": resource,
                "action": action,
            },
        )
        return operation

    def end(self, operation: str, error: AzureError | None = None) -> None:
        """Record how an operation ended."""
        document = self._store.get(_KIND, operation)
        if document is None or document["status"] != "Running":
            return
        document |= {"status": "Failed" if error else "Succeeded", "endTime": now()}
        if error:
            document["error"] = error.content
        self._store.put(_KIND, operation, document)

    def get(self, operation: str) -> dict[str, Any]:
        """An operation as clients see it.

        Raises:
            AzureError: There is no such operation.
        """
        document = self._store.get(_KIND, operation)
        if document is None:
            raise AzureError(404, "OperationNotFound", f"The operation '{operation}' could not be found.")
        return {key: value for key, value in document.items() if key not in {"resource", "action"}}

    def abandon(self, resource: str, kept: str = "") -> None:
        """End the operations that a stopped emulator left behind, except one that continues."""
        error = AzureError(409, "OperationPreempted", "The operation was preempted: the emulator was stopped.")
        for operation in self.running(resource):
            if operation != kept:
                self.end(operation, error)

    def running(self, resource: str, action: str = "") -> list[str]:
        """The running operations on a resource, or those with one action."""
        return [
            key
            for key, document in self._store.items(_KIND)
            if document["resource"] == resource and document["status"] == "Running"
            if not action or document.get("action") == action
        ]

    def _forget_oldest(self) -> None:
        found = sorted(self._store.items(_KIND), key=lambda item: str(item[1]["startTime"]))
        for key, _ in found[:-_KEPT]:
            self._store.delete(_KIND, key)
