"""Checks of a program against ``polypod:aci``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from ipaddress import IPv4Network

from polypod.checks.findings import Finding
from polypod.checks.support import Verdict
from polypod.targets.aci.plan.grouping import Grouping
from polypod.targets.aci.plan.settings import PATH

_AZURES_REGISTRY = re.compile(r".+\.azurecr\.(io|cn|us)")
_AZURES_OWN = 5
"""Addresses of each subnet that Azure keeps; see "IP addresses" in its "Virtual network FAQ"."""


def settings_rules(grouping: Grouping) -> Iterator[Finding]:
    """Check a program against the settings.

    Args:
        grouping: The program in its container groups.
    """
    yield from _spot(grouping)
    yield from _network(grouping)
    yield from _label(grouping)
    yield from _identity(grouping)
    gateway = grouping.program.gateway
    if gateway is not None and gateway.address != "127.0.0.1":
        what = f"the gateway is open at its group's own address, not at {gateway.address}"
        yield _degraded("PP526", "gateway.address", what, "leave address= out for this stack")


def _rejected(code: str, path: str, what: str, fix: str) -> Finding:
    return Finding(code, path, None, Verdict.REJECTED, what, fix)


def _degraded(code: str, path: str, what: str, fix: str) -> Finding:
    return Finding(code, path, None, Verdict.DEGRADED, what, fix)


def _spot(grouping: Grouping) -> Iterator[Finding]:
    known = set(grouping.program.pods)
    for i, name in enumerate(grouping.settings.spot):
        if name not in known:
            # Another component of the stack may have it.
            what = f"there is no pod {name!r} here"
            yield _degraded(
                "PP527", f"{PATH}.spot[{i}]", what, f"use some of {', '.join(sorted(known))}, or of another component"
            )


def _network(grouping: Grouping) -> Iterator[Finding]:
    if grouping.settings.address_space:
        room = IPv4Network(grouping.settings.address_space).num_addresses - _AZURES_OWN
        if len(grouping.groups) > room:
            what = f"there is room for {room} container groups, and the program has {len(grouping.groups)}"
            yield _rejected("PP528", f"{PATH}.addressSpace", what, "use a larger range, such as 10.0.0.0/24")


def _label(grouping: Grouping) -> Iterator[Finding]:
    gateway = grouping.program.gateway
    open_to_all = gateway is not None or any(
        port.publish is not None for pod in grouping.program.pods.values() for port in pod.ports
    )
    if grouping.settings.dns_label and not open_to_all:
        # Another component of the stack may have it.
        what = "nothing is published here that could have this name"
        yield _degraded(
            "PP529", f"{PATH}.dnsLabel", what, "give a port publish=, or leave it out where no other component does"
        )


def _identity(grouping: Grouping) -> Iterator[Finding]:
    registry = grouping.site.registry
    if grouping.settings.identity and registry is not None and not _AZURES_REGISTRY.fullmatch(registry.server):
        what = f"{registry.server!r} is no registry of Azure, and knows no identities of Azure"
        yield _rejected("PP530", f"{PATH}.identity", what, "leave it out, or use a registry in Azure")
