"""The addresses that a cluster gives to published ports."""

from __future__ import annotations

import asyncio
import time

from polypod.errors import DeploymentError
from polypod.model.problem import Problem
from polypod.targets.kubernetes.cluster import Cluster, Found
from polypod.targets.kubernetes.records import Address
from polypod.targets.threads import in_thread

_POLL_SECONDS = 0.5
_FIX = (
    "find out why with `kubectl describe service`, set polypod:kubernetes.gatewayService to NodePort or ClusterIP "
    "where the cluster has no load balancers, or give it more time with polypod:kubernetes.addressWithin"
)


async def url_of(cluster: Cluster, namespace: str, address: Address, *, wait: bool) -> str:
    """The URL of a published address.

    Args:
        cluster: The cluster to ask.
        namespace: The namespace.
        address: The address.
        wait: Whether to wait until the cluster has chosen it; otherwise it may be empty.

    Raises:
        DeploymentError: The cluster gave none in time.
    """
    if address.host:
        return f"{address.scheme}://{address.host}"
    deadline = time.monotonic() + address.ready_seconds
    while True:
        host = await in_thread(_host, cluster, namespace, address)
        if host or not wait:
            return f"{address.scheme}://{host}" if host else ""
        if time.monotonic() > deadline:
            what = f"the cluster gave the service {address.service!r} no address within {address.ready_seconds} s"
            raise DeploymentError([Problem(f"kubernetes {address.service}", what, _FIX)])
        await asyncio.sleep(_POLL_SECONDS)


def _host(cluster: Cluster, namespace: str, address: Address) -> str:
    """The host and port of an address; empty as long as the cluster has not chosen them."""
    service = cluster.get("Service", namespace, address.service)
    if service is None:
        return ""
    spec = service["spec"]
    if spec.get("type") == "LoadBalancer":
        given = service.get("status", {}).get("loadBalancer", {}).get("ingress") or [{}]
        host, port = given[0].get("hostname") or given[0].get("ip", ""), address.port
    elif spec.get("type") == "NodePort":
        ports = [port.get("nodePort") for port in spec["ports"] if port["port"] == address.port]
        host, port = _node_address(cluster.list("Node", "", {})), next(iter(ports), None) or 0
    else:
        host, port = f"{address.service}.{namespace}.svc.cluster.local", address.port
    bracketed = f"[{host}]" if ":" in host else host
    return f"{bracketed}:{port}" if host and port else ""


def _node_address(nodes: list[Found]) -> str:
    """The address of a node: one that is reachable from outside where there is one."""
    addresses = [a for node in nodes for a in node.get("status", {}).get("addresses") or ()]
    found = (a["address"] for kind in ("ExternalIP", "InternalIP") for a in addresses if a["type"] == kind)
    return next(found, "")
