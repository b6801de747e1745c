"""The Docker containers to create for a group's members."""

from __future__ import annotations

import socket
from collections.abc import Mapping
from typing import Any

from polypod_aci_emulator.docker.host import DockerHost, Spec

_NANO = 1_000_000_000
_GIB = 1024**3


def owner_spec(group: Mapping[str, Any], host: DockerHost, *, publish: bool) -> tuple[Spec, str]:
    """The container that holds the network namespace of a group, and the network of the group's address.

    Args:
        group: The group's document.
        host: The Docker daemon.
        publish: Whether the public ports that are free are published on the loopback address too.
    """
    properties = group["properties"]
    subnets = properties.get("subnetIds") or ()
    network = host.network(subnets[0]["id"] if subnets else "")
    address = properties.get("ipAddress") or {}
    names = [address["fqdn"]] if address.get("fqdn") else []
    published = {}
    for port in address.get("ports") or ():
        protocol = str(port.get("protocol") or "TCP").lower()
        if publish and address.get("type") == "Public" and _is_free(port["port"], protocol):
            published[f"{port['port']}/{protocol}"] = ("127.0.0.1", port["port"])
    options: dict[str, Any] = {
        "network": network,
        "networking_config": {network: host.client.api.create_endpoint_config(aliases=names)},
        "hostname": group["name"],
        "ports": published,
        "init": True,
    }
    if dns := properties.get("dnsConfig"):
        options |= {
            "dns": dns["nameServers"],
            "dns_search": (dns.get("searchDomains") or "").split(),
            "dns_opt": (dns.get("options") or "").split(),
        }
    return Spec(
        group=group["key"],
        name="owner",
        role="owner",
        image=host.owner_image,
        command=("sleep", "2147483647"),
        options=options,
    ), network


def member_spec(
    group: Mapping[str, Any],
    member: Mapping[str, Any],
    role: str,
    volumes: Mapping[str, tuple[str, bool]],
    owner: str,
    cpus: int,
) -> Spec:
    """A container or init container of a group.

    Args:
        group: The group's document.
        member: The container's definition.
        role: ``init`` or ``container``.
        volumes: The group's Docker volumes by name.
        owner: The container whose network it joins.
        cpus: How many CPUs the daemon has; it gives no container more.
    """
    properties = member["properties"]
    mounts = {}
    for mount in properties.get("volumeMounts") or ():
        volume, read_only = volumes[mount["name"]]
        mounts[mount["mountPath"]] = (volume, read_only or bool(mount.get("readOnly")))
    return Spec(
        group=group["key"],
        name=member["name"],
        role=role,
        image=properties["image"],
        command=tuple(properties.get("command") or ()),
        environment={
            item["name"]: item.get("secureValue", item.get("value")) or ""
            for item in properties.get("environmentVariables") or ()
        },
        mounts=mounts,
        options={
            "network_mode": f"container:{owner}",
            **_resources(properties.get("resources") or {}, cpus),
            **_security(properties.get("securityContext") or {}),
        },
    )


def _resources(resources: Mapping[str, Any], cpus: int) -> dict[str, Any]:
    most = {**(resources.get("requests") or {}), **(resources.get("limits") or {})}
    if not most:
        return {}
    memory = round(most["memoryInGB"] * _GIB)
    return {"nano_cpus": round(min(most["cpu"], cpus) * _NANO), "mem_limit": memory, "memswap_limit": memory}


def _security(context: Mapping[str, Any]) -> dict[str, Any]:
    options: dict[str, Any] = {}
    if context.get("allowPrivilegeEscalation") is not True:
        options["security_opt"] = ["no-new-privileges"]
    if (user := context.get("runAsUser")) is not None:
        group = context.get("runAsGroup")
        options["user"] = str(user) if group is None else f"{user}:{group}"
    capabilities = context.get("capabilities") or {}
    if capabilities.get("add"):
        options["cap_add"] = capabilities["add"]
    if capabilities.get("drop"):
        options["cap_drop"] = capabilities["drop"]
    return options


def _is_free(port: int, protocol: str) -> bool:
    """Whether a port of this machine's loopback address is free."""
    kind = socket.SOCK_DGRAM if protocol == "udp" else socket.SOCK_STREAM
    with socket.socket(type=kind) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
