"""Rules about readiness and liveness probes."""

from __future__ import annotations

from collections.abc import Iterator

from polypod.azure.aci import limits
from polypod.azure.aci.violation import Group, Json, Member, Violation

_LEAST = {
    "initialDelaySeconds": 0,
    "periodSeconds": 1,
    "timeoutSeconds": 1,
    "failureThreshold": 1,
    "successThreshold": 1,
}


def rules(group: Group) -> Iterator[Violation]:
    """Check probes."""
    for member in group.containers:
        for key in ("readinessProbe", "livenessProbe"):
            probe = member.properties.get(key)
            if probe is not None:
                yield from _probe(member, f"properties.{key}", probe)


def _probe(member: Member, path: str, probe: Json) -> Iterator[Violation]:
    if (probe.get("exec") is None) == (probe.get("httpGet") is None):
        yield member.refuse("probe-kind", path)
    for key, least in _LEAST.items():
        value = probe.get(key)
        if value is not None and value < least:
            yield member.refuse("probe-time", f"{path}.{key}", kind=key, value=value, limit=least)
    if (request := probe.get("httpGet")) is not None:
        low, high = limits.PORTS
        port, scheme = request.get("port"), request.get("scheme") or "http"
        if port is None or not low <= port <= high:
            yield member.refuse("probe-port", f"{path}.httpGet.port", value=port)
        if scheme.lower() not in {"http", "https"}:
            yield member.refuse("probe-scheme", f"{path}.httpGet.scheme", value=scheme)
