"""A container as the daemon sees it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import attrs

_HEALTH = re.compile(r"\((?:health: )?(healthy|unhealthy|starting)\)")
_EXITED = re.compile(r"Exited \((\d+)\)")
_STOP_SECONDS = 10
"""What Docker waits for before it kills a container that has no stop timeout of its own."""


@attrs.frozen(kw_only=True)
class ContainerState:
    """A container as the daemon sees it.

    Args:
        id: Its id.
        name: Its name.
        labels: Its labels.
        running: Whether its process runs.
        started: When its process was started last, as the daemon writes it; only known to `inspect`.
        exit_code: The exit code, once it has ended.
        health: ``healthy``, ``unhealthy``, ``starting``, or empty where it has no health check.
        restarting: Whether Docker is about to start it again.
        out_of_memory: Whether it was killed as it took more memory than it may; only known to `inspect`.
        restarts: How often Docker restarted it; only known to `inspect`.
        error: What the daemon says of a start that failed; only known to `inspect`.
        check: What the last health check said; only known to `inspect`.
        published: The host ports it publishes, with their protocol; those of one that does not run are only known to
            `inspect`.
        volumes: The names of the volumes it mounts, and the directories of the host that it may write to.
        addresses: Its IPv4 addresses in networks.
        stop_seconds: Time between SIGTERM and SIGKILL when it is stopped; only known to `inspect`.
    """

    id: str
    name: str
    labels: Mapping[str, str]
    running: bool
    started: str = ""
    exit_code: int | None = None
    health: str = ""
    restarting: bool = False
    out_of_memory: bool = False
    restarts: int = 0
    error: str = ""
    check: str = ""
    published: frozenset[tuple[int, str]] = frozenset()
    volumes: frozenset[str] = frozenset()
    addresses: frozenset[str] = frozenset()
    stop_seconds: int = _STOP_SECONDS

    @property
    def alive(self) -> bool:
        """Whether it runs, or Docker is about to start it again."""
        return self.running or self.restarting

    def has(self, labels: Mapping[str, str]) -> bool:
        """Whether it carries all the given labels."""
        return labels.items() <= self.labels.items()


def listed(item: Mapping[str, Any]) -> ContainerState:
    """A container as the daemon lists it.

    Args:
        item: An item of the daemon's answer.
    """
    health = _HEALTH.search(item["Status"])
    exited = _EXITED.match(item["Status"])
    return ContainerState(
        id=item["Id"],
        name=item["Names"][0].lstrip("/"),
        labels=item["Labels"] or {},
        running=item["State"] in ("running", "paused"),
        exit_code=int(exited[1]) if exited else None,
        health=health[1] if health else "",
        restarting=item["State"] == "restarting",
        published=frozenset((p["PublicPort"], p["Type"]) for p in item["Ports"] or () if "PublicPort" in p),
        volumes=_volumes(item),
        addresses=_addresses(item),
    )


def inspected(item: Mapping[str, Any]) -> ContainerState:
    """A container as the daemon describes it.

    Args:
        item: The daemon's answer.
    """
    state = item["State"]
    health = state.get("Health") or {}
    checks = health.get("Log") or []
    running = bool(state["Running"]) and not state["Restarting"]
    timeout = item["Config"].get("StopTimeout")
    return ContainerState(
        id=item["Id"],
        name=item["Name"].lstrip("/"),
        labels=item["Config"]["Labels"] or {},
        running=running,
        started=state["StartedAt"],
        exit_code=None if running or state["Status"] == "created" else state["ExitCode"],
        health=health.get("Status", ""),
        restarting=bool(state["Restarting"]),
        out_of_memory=bool(state.get("OOMKilled")),
        restarts=item["RestartCount"],
        error=state["Error"],
        check=checks[-1]["Output"].strip() if checks else "",
        published=frozenset(_bindings(item["HostConfig"].get("PortBindings") or {})),
        volumes=_volumes(item),
        addresses=_addresses(item),
        stop_seconds=_STOP_SECONDS if timeout is None else timeout,
    )


def _volumes(item: Mapping[str, Any]) -> frozenset[str]:
    written = (mount["Source"] for mount in item["Mounts"] if mount["Type"] == "bind" and mount["RW"])
    return frozenset([*(mount["Name"] for mount in item["Mounts"] if mount["Type"] == "volume"), *written])


def _addresses(item: Mapping[str, Any]) -> frozenset[str]:
    networks = item["NetworkSettings"]["Networks"] or {}
    return frozenset(network["IPAddress"] for network in networks.values() if network["IPAddress"])


def _bindings(bindings: Mapping[str, Any]) -> list[tuple[int, str]]:
    ports = ((port.partition("/")[2], binding) for port, bound in bindings.items() for binding in bound or ())
    return [(int(binding["HostPort"]), protocol) for protocol, binding in ports if binding["HostPort"].isdigit()]
