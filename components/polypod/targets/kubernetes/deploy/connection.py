"""The cluster that is asked."""

from __future__ import annotations

from contextvars import ContextVar

from polypod.targets.kubernetes.deploy.client import Cluster, Kubeconfig

_current: ContextVar[Cluster | None] = ContextVar("cluster", default=None)


def connect(access: Kubeconfig) -> Cluster:
    """The cluster to use.

    Args:
        access: How it is reached.

    Raises:
        UnreadyError: There is no such cluster, or it does not answer.
    """
    given = _current.get()
    if given is not None:
        return given
    from polypod.targets.kubernetes.deploy.live_client import LiveCluster

    return LiveCluster(access)


def use(cluster: Cluster | None) -> None:
    """Use a given cluster in place of a real one; for tests."""
    _current.set(cluster)
