"""The addresses that a cluster gives to published ports."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable

import pulumi

from polypod.errors import DeploymentError, Problem
from polypod.targets.kubernetes.deploy.client import Cluster, Found, NoAnswerError
from polypod.targets.kubernetes.deploy.diagnosis import warnings_about
from polypod.targets.kubernetes.plan.records import Address
from polypod.targets.shared.deploy.reachable import LOOPBACK, reachable_host
from polypod.targets.shared.deploy.threads import in_thread

_POLL_SECONDS = 0.5
_REFUSED = (401, 403)
_RIGHTS = "ask for the right to get services and to list nodes, or set polypod:kubernetes.gatewayService to ClusterIP"
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
        DeploymentError: The cluster gave none in time, or does not let the user see it.
    """
    if address.host:
        return f"{address.scheme}://{address.host}"
    deadline = time.monotonic() + address.ready_seconds
    while True:
        late = time.monotonic() > deadline
        host, out_of_reach = "", False
        try:
            host, out_of_reach = await in_thread(_host, cluster, namespace, address)
        except NoAnswerError as error:
            if wait and (late or error.status in _REFUSED):
                what = f"the cluster does not say the address of the service {address.service!r}"
                raise _failed("PP450", address, [what, str(error)], _RIGHTS) from None
        if out_of_reach and wait:
            pulumi.log.warn(_forward(namespace, address, host))
        if host or not wait:
            return f"{address.scheme}://{host}" if host else ""
        if late:
            what = f"the cluster gave the service {address.service!r} no address within {address.ready_seconds} s"
            raise _failed(
                "PP451", address, [what, *await in_thread(_warnings, cluster, namespace, address.service)], _FIX
            )
        await asyncio.sleep(_POLL_SECONDS)


def _failed(code: str, address: Address, lines: Iterable[str], fix: str) -> DeploymentError:
    return DeploymentError([Problem(code, f"kubernetes {address.service}", "\n    ".join(lines), fix)])


def _warnings(cluster: Cluster, namespace: str, service: str) -> list[str]:
    """The warning events of a Service, in which a cloud says why it cannot create a load balancer."""
    try:
        events = cluster.list("Event", namespace, {})
    except NoAnswerError:
        return []
    return warnings_about([service], [event for event in events if event["involvedObject"]["kind"] == "Service"])


def _forward(namespace: str, address: Address, host: str) -> str:
    command = f"kubectl port-forward --namespace {namespace} service/{address.service} {address.port}"
    what = f"this machine cannot reach the node's address {host}, as where a cluster runs in a virtual machine"
    fix = f"`{command}` leads to it, at http://127.0.0.1:{address.port}"
    return str(Problem("PP444", f"kubernetes {address.service}", what, fix))


def _host(cluster: Cluster, namespace: str, address: Address) -> tuple[str, bool]:
    """The host and port of an address, and whether it is a node's that this machine does not reach.

    They are empty as long as the cluster has not chosen them.
    """
    service = cluster.get("Service", namespace, address.service)
    if service is None:
        return "", False
    spec, out_of_reach = service["spec"], False
    if spec.get("type") == "LoadBalancer":
        given = service.get("status", {}).get("loadBalancer", {}).get("ingress") or [{}]
        host, port = given[0].get("hostname") or given[0].get("ip", ""), address.port
    elif spec.get("type") == "NodePort":
        ports = [port.get("nodePort") for port in spec["ports"] if port["port"] == address.port]
        port = next(iter(ports), None) or 0
        nodes = _node_addresses(cluster.list("Node", "", {}))
        # Nodes that are containers, as kind's, may publish ports on the loopback address.
        reached = reachable_host([*nodes[:1], LOOPBACK], port) if nodes and port else ""
        host, out_of_reach = reached or next(iter(nodes), ""), not reached
    else:
        host, port = f"{address.service}.{namespace}.svc.cluster.local", address.port
    bracketed = f"[{host}]" if ":" in host else host
    return (f"{bracketed}:{port}", out_of_reach) if host and port else ("", False)


def _node_addresses(nodes: list[Found]) -> list[str]:
    """The addresses of nodes: first those that are reachable from outside."""
    addresses = [a for node in nodes for a in node.get("status", {}).get("addresses") or ()]
    return [a["address"] for kind in ("ExternalIP", "InternalIP") for a in addresses if a["type"] == kind]
