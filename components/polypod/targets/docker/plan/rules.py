"""Rules of Docker beyond its feature table."""

from __future__ import annotations

from collections.abc import Iterator

from polypod.checks.features import Feature
from polypod.checks.findings import Finding
from polypod.checks.support import Verdict
from polypod.model.application import Application
from polypod.model.container import Container
from polypod.model.pod import Workload
from polypod.model.quantity import Memory
from polypod.model.registry_credentials import RegistryCredentials
from polypod.model.resources import Resources
from polypod.targets.docker.plan.update_order import obstacles

_LEAST_MEMORY = 6 * 1024 * 1024
"""Bytes; see "Runtime constraints on resources" in the reference of ``docker run``."""


def rules(app: Application) -> Iterator[Finding]:
    """Rules of Docker beyond its feature table."""
    logins: dict[str, RegistryCredentials] = {}
    for name, pod in app.pods.items():
        for i, login in enumerate(pod.registries):
            first = logins.setdefault(login.registry, login)
            if first.contradicts(login):
                yield Finding(
                    "PP301",
                    f"pods.{name}.registries[{i}]",
                    None,
                    Verdict.REJECTED,
                    f"the Docker provider has one login per registry, and {login.server!r} has another one already",
                    "use the same login in every pod",
                )
    for name, pod in app.pods.items():
        for reason, fix in obstacles(pod, app) if pod.update == "start-first" else ():
            what = f"{reason}: the old copy stops first"
            yield Finding("PP302", f"pods.{name}.update", Feature.START_FIRST, Verdict.DEGRADED, what, fix)
    yield from port_findings(app)
    for path, _, container in app.containers():
        yield from _memory_findings(f"{path}.resources", container.resources)
        for i, argument in enumerate(container.args):
            if argument == "" and not container.command:
                yield Finding(
                    "PP303",
                    f"{path}.args[{i}]",
                    None,
                    Verdict.REJECTED,
                    "the Docker provider takes no empty argument for the image's own entrypoint",
                    "give command= too",
                )


def _memory_findings(path: str, resources: Resources) -> Iterator[Finding]:
    for field in ("memory", "memory_limit"):
        amount: Memory | None = getattr(resources, field)
        if amount is not None and amount.amount < _LEAST_MEMORY:
            what = f"{amount.text} is less than 6 MiB, the least that Docker takes"
            yield Finding("PP304", f"{path}.{field}", None, Verdict.REJECTED, what, "use '6Mi' or more")


_EVERYWHERE = frozenset({"0.0.0.0", "::"})  # noqa: S104 - compared with, not listened on


def port_findings(app: Application) -> Iterator[Finding]:
    """Check the published ports of an application.

    Args:
        app: The application.
    """
    seen: dict[tuple[int, str], list[tuple[str, str]]] = {}
    if app.gateway is not None:
        seen[app.gateway.port, "tcp"] = [(app.gateway.address, "the gateway")]
    for path, pod, container in app.containers():
        yield from _replica_findings(path, pod, container)
        for place, port in container.listed_ports:
            if port.publish is None:
                continue
            taken = seen.setdefault((port.publish, port.protocol), [])
            other = next((who for address, who in taken if _overlap(address, port.address)), None)
            if other is not None:
                what = f"{other} publishes port {port.publish} of the machine too"
                yield _rejected(
                    "PP305", f"{path}.{place}", what, "choose another port, or another address= of the machine"
                )
            taken.append((port.address, f"the pod {pod.name!r}"))


def _replica_findings(path: str, pod: Workload, container: Container) -> Iterator[Finding]:
    for place, port in container.listed_ports:
        if port.publish is not None and pod.copies > 1:
            what = f"{pod.copies} replicas cannot all publish port {port.publish} of the machine"
            fix = "use one replica, or leave publish= out and put a gateway in front"
            yield _rejected("PP306", f"{path}.{place}", what, fix)


def _overlap(one: str, other: str) -> bool:
    return one == other or bool(_EVERYWHERE & {one, other})


def _rejected(code: str, path: str, what: str, fix: str) -> Finding:
    return Finding(code, f"{path}.publish", None, Verdict.REJECTED, what, fix)
