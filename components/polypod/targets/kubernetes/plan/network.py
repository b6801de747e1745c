"""The network of pods: Services, the Ingress and NetworkPolicies."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from polypod.model.pod import Workload
from polypod.model.port import Port
from polypod.model.quantity import duration
from polypod.targets.kubernetes.plan.names import selector
from polypod.targets.kubernetes.plan.planned_pod import PlannedPod
from polypod.targets.kubernetes.plan.records import Address, Manifest, Object
from polypod.targets.kubernetes.plan.settings import Ingress
from polypod.targets.shared.plan.published_ports import Published


def network_objects(pod: PlannedPod) -> Iterator[Object]:
    """The Services, the Ingress and the NetworkPolicy of a pod.

    Args:
        pod: The pod.
    """
    ports, selects, metadata = pod.pod.ports, pod.selects, pod.metadata
    admitted = [selector(pod.site, client) for client in pod.clients]
    yield pod.object("networkpolicy", network_policy(pod.pod, selects, admitted, pod.published, metadata))
    if not pod.is_gateway and (ports or pod.clients):
        yield pod.object("service", service(pod.name, ports, selects, metadata))
    if pod.routed or pod.kind == "StatefulSet":
        yield pod.object("headless", headless_service(pod.headless, ports, selects, metadata))
    if pod.published:
        kind = "ClusterIP" if pod.ingress else pod.settings.gateway_service
        yield pod.object("public", public_service(pod.public, kind, pod.published, selects, metadata))
    if pod.ingress is not None:
        port = pod.published[0].port.publish or 0
        yield pod.object("ingress", ingress(pod.public, pod.ingress, port, metadata))


def addresses(pod: PlannedPod) -> Iterator[Address]:
    """The published addresses of a pod.

    Args:
        pod: The pod.
    """
    for published in pod.published:
        yield Address(
            key=published.key,
            scheme="https" if pod.ingress and pod.ingress.tls_secret else published.scheme,
            service=pod.public,
            port=published.port.publish or 0,
            ready_seconds=duration(pod.settings.address_within).seconds,
            host=pod.ingress.host if pod.ingress else "",
        )


def service(name: str, ports: Iterable[Port], selects: Mapping[str, str], metadata: Manifest) -> Manifest:
    """The Service that gives a pod its name on the network; headless where it has no port."""
    listed = [_port(port, port.number) for port in ports]
    return _service(name, {"ports": listed} if listed else {"clusterIP": "None"}, selects, metadata)


def headless_service(name: str, ports: Iterable[Port], selects: Mapping[str, str], metadata: Manifest) -> Manifest:
    """The Service whose name resolves to the addresses of a pod's ready replicas."""
    spec = {"clusterIP": "None", "ports": [_port(port, port.number) for port in ports]}
    return _service(name, {name: value for name, value in spec.items() if value}, selects, metadata)


def public_service(
    name: str, kind: str, published: Iterable[Published], selects: Mapping[str, str], metadata: Manifest
) -> Manifest:
    """The Service of published ports."""
    ports = [_port(item.port, item.port.publish or item.port.number) for item in published]
    return _service(name, {"type": kind, "ports": ports}, selects, metadata)


def _service(name: str, spec: Manifest, selects: Mapping[str, str], metadata: Manifest) -> Manifest:
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": name, **metadata},
        "spec": {**spec, "selector": dict(selects)},
    }


def _port(port: Port, number: int) -> dict[str, Any]:
    return {
        "name": port.name or f"{port.protocol}-{port.number}",
        "port": number,
        "targetPort": port.number,
        "protocol": port.protocol.upper(),
    }


def ingress(name: str, settings: Ingress, port: int, metadata: Manifest) -> Manifest:
    """The Ingress in front of a Service of the same name."""
    backend = {"service": {"name": name, "port": {"number": port}}}
    rule = {"host": settings.host, "http": {"paths": [{"path": "/", "pathType": "Prefix", "backend": backend}]}}
    tls = [{"hosts": [settings.host], "secretName": settings.tls_secret}] if settings.tls_secret else None
    spec = {"ingressClassName": settings.class_name, "tls": tls, "rules": [rule]}
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "Ingress",
        "metadata": {"name": name, **metadata},
        "spec": {key: value for key, value in spec.items() if value is not None},
    }


def network_policy(
    pod: Workload,
    selects: Mapping[str, str],
    admitted: Iterable[Mapping[str, str]],
    published: Iterable[Published],
    metadata: Manifest,
) -> Manifest:
    """The NetworkPolicy of a pod.

    Its own replicas may, to all ports: stores form clusters on ports that no client uses. The given pods may connect to
    the ports it declares, or to all where it declares none, and everybody to its published ones.
    """
    rules: list[dict[str, Any]] = [{"from": [_peer(selects)]}]
    peers = [_peer(labels) for labels in admitted]
    if peers:
        ports = [_target(port) for port in pod.ports]
        rules.append({"from": peers, **({"ports": ports} if ports else {})})
    public = [_target(item.port) for item in published]
    if public:
        rules.append({"ports": public})
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": pod.name, **metadata},
        "spec": {"podSelector": {"matchLabels": dict(selects)}, "policyTypes": ["Ingress"], "ingress": rules},
    }


def _peer(labels: Mapping[str, str]) -> dict[str, Any]:
    return {"podSelector": {"matchLabels": dict(labels)}}


def _target(port: Port) -> dict[str, Any]:
    return {"port": port.number, "protocol": port.protocol.upper()}
