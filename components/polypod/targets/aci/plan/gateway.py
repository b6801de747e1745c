"""The gateway's own pod, in Azure Container Instances."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from polypod.model.gateway import Backend, Gateway
from polypod.model.pod import Pod
from polypod.targets.shared.plan.nginx.pod import nginx_gateway


def gateway_pod(gateway: Gateway, hosts_of: Callable[[Backend], Sequence[str]] | None) -> Pod:
    """The pod that answers for a gateway.

    Args:
        gateway: The gateway.
        hosts_of: References to the hosts of a backend's replicas; ``None`` where all are in the gateway's own group.
    """
    if hosts_of is None:
        return nginx_gateway(gateway, hosts_of=lambda _: ["127.0.0.1"], resolves=False)
    return nginx_gateway(gateway, hosts_of=hosts_of)
