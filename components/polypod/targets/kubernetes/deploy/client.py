"""The questions polypod asks a cluster itself, in addition to what the provider does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

import attrs

Found = Mapping[str, Any]
"""An object as the API server has it."""


@attrs.frozen
class Kubeconfig:
    """The access to a cluster.

    Args:
        kubeconfig: A kubeconfig, or the path of one; what ``KUBECONFIG`` or the home directory holds by default.
        context: The context in it; its current one by default.
    """

    kubeconfig: str | None = attrs.field(default=None, repr=False)
    context: str | None = None


class Cluster(Protocol):
    """A Kubernetes cluster."""

    def get(self, kind: str, namespace: str, name: str) -> Found | None:
        """One object, or ``None`` where there is none of that name."""

    def list(self, kind: str, namespace: str, labels: Mapping[str, str]) -> list[Found]:
        """The objects of a kind with the given labels."""

    def log(self, namespace: str, pod: str, container: str, lines: int, *, previous: bool) -> str:
        """The last lines of a container's output, of the run before the present one where asked for."""

    def may(self, verb: str, kind: str, namespace: str) -> bool:
        """Whether the user may do something with objects of a kind."""

    def patch(self, kind: str, namespace: str, name: str, part: Found) -> None:
        """Change a part of an object, as a JSON merge patch says.

        Raises:
            NoAnswerError: With status 404 where there is no such object, and 409 where it has changed since the
                ``resourceVersion`` in the part.
        """

    def apply(self, kind: str, namespace: str, manifest: Found, *, trial: bool = False) -> None:
        """Own fields of an object, and make it where there is none: a server-side apply, or only a trial of one."""

    def delete(self, kind: str, namespace: str, name: str, *, orphan: bool = False) -> None:
        """Delete an object, and unless it is to leave them as orphans, those it owns; it may be gone already."""


class NoAnswerError(Exception):
    """The cluster did not answer, or refused to.

    Args:
        reason: Why.
        status: The HTTP status of its answer; 0 where there was none.
    """

    def __init__(self, reason: str, status: int = 0) -> None:
        super().__init__(reason)
        self.status = status
