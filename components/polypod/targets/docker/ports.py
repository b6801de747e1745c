"""The ports of the machine, of which there is one of each."""

from __future__ import annotations

from collections.abc import Iterator

from polypod.model.application import Application
from polypod.model.container import Container
from polypod.model.pod import Workload
from polypod.targets.base import Finding, Verdict

_EVERYWHERE = frozenset({"0.0.0.0", "::"})  # noqa: S104 - compared with, not listened on


def port_findings(app: Application) -> Iterator[Finding]:
    """What is wrong with the ports that an application publishes.

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
                yield _rejected(f"{path}.{place}", what, "choose another port, or another address= of the machine")
            taken.append((port.address, f"the pod {pod.name!r}"))


def _replica_findings(path: str, pod: Workload, container: Container) -> Iterator[Finding]:
    for place, port in container.listed_ports:
        if port.publish is not None and pod.copies > 1:
            what = f"{pod.copies} replicas cannot all publish port {port.publish} of the machine"
            fix = "use one replica, or leave publish= out and put a gateway in front"
            yield _rejected(f"{path}.{place}", what, fix)


def _overlap(one: str, other: str) -> bool:
    return one == other or bool(_EVERYWHERE & {one, other})


def _rejected(path: str, what: str, fix: str) -> Finding:
    return Finding(f"{path}.publish", None, Verdict.REJECTED, what, fix)
