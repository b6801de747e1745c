"""The addresses of published ports."""

from __future__ import annotations

from polypod.targets.docker.plan.records import Plan


def addresses(plan: Plan, machine: str) -> dict[str, str]:
    """The published addresses by container; by container and port where it publishes several.

    Args:
        plan: The plan.
        machine: The address of the daemon's machine; empty for this one.
    """
    found: dict[str, str] = {}
    for port in (port for container in plan.containers() for port in container.ports):
        everywhere = port.address in ("0.0.0.0", "::")  # noqa: S104
        host = (machine or "127.0.0.1") if everywhere else port.address
        found[port.key] = f"{port.scheme}://{f'[{host}]' if ':' in host else host}:{port.external}"
    return found
