"""Rules for an application as a whole: its pods and its gateway."""

from __future__ import annotations

from collections.abc import Iterator

from polypod.checks.rules.gateway import gateway_problems
from polypod.errors import Problem
from polypod.model.application import GATEWAY, Application, pod_path, values
from polypod.model.pod import Workload
from polypod.model.value import Reference, malformed_references, references
from polypod.model.volume import PersistentVolume

_FORMS = "write 'polypod{pod.host}', 'polypod{pod.port}' or 'polypod{pod.port.name}'"
_LITERAL = "where no reference is meant, write 'polypod{polypod}{'"


def application_problems(app: Application) -> Iterator[Problem]:
    """Everything that is wrong between the pods of an application and its gateway."""
    yield from _name_problems(app)
    yield from _reference_problems(app)
    yield from _dependency_problems(app)
    yield from _persistent_volume_clashes(app)
    if app.gateway is not None:
        yield from gateway_problems(app.gateway)


def _known(app: Application) -> str:
    return f"use one of {', '.join(sorted(app.pods))}" if app.pods else "add a pod of that name"


def _name_problems(app: Application) -> Iterator[Problem]:
    if not app.pods:
        yield Problem("PP601", "pods", "there is no pod", "add at least one")
    seen: dict[str, str] = {}
    for name, pod in app.pods.items():
        path = pod_path(name)
        if pod.name in seen:
            yield Problem("PP602", path, f"{seen[pod.name]} is named {pod.name!r} too", "give every pod its own name")
        elif name != pod.name:
            yield Problem(
                "PP603",
                path,
                f"the pod is named {pod.name!r}",
                f"list it as {pod.name!r}, or rename its main container",
            )
        seen.setdefault(pod.name, path)
        if pod.name == GATEWAY and app.gateway is not None:
            yield Problem("PP604", path, "the gateway itself has this name", "rename the pod")
        for where, container in pod.members:
            if container.name != pod.name and container.name in app.pods:
                yield Problem(
                    "PP605",
                    f"{path}.{where}.name",
                    f"inside this pod, {container.name!r} would hide the pod of that name",
                    "rename one of them",
                )


def _reference_problems(app: Application) -> Iterator[Problem]:
    for name, pod in app.pods.items():
        for where, container in pod.containers:
            for field, value in values(container):
                path = f"{pod_path(name)}.{where}.{field}"
                for reference in references(value):
                    yield from _reference_problem(path, reference, pod, app)
                for text in malformed_references(value):
                    yield Problem("PP606", path, f"'polypod{{{text}}}' is not a reference", f"{_FORMS}; {_LITERAL}")


def _reference_problem(path: str, reference: Reference, pod: Workload, app: Application) -> Iterator[Problem]:
    ports = app.ports_of(reference, pod)
    if ports is None:
        yield Problem(
            "PP607",
            path,
            f"{reference.pod!r}, which it refers to, is not a pod of the application",
            f"{_known(app)}; {_LITERAL}",
        )
    elif reference.field == "port" and not ports:
        yield Problem("PP608", path, f"{reference.pod!r} has no port", "give its container port=")
    elif reference.port and reference.port not in {port.name for port in ports}:
        names = ", ".join(sorted(port.name for port in ports if port.name)) or "none"
        yield Problem(
            "PP609", path, f"{reference.pod!r} has no port named {reference.port!r}", f"its named ports are: {names}"
        )


def _dependency_problems(app: Application) -> Iterator[Problem]:
    for name, pod in app.pods.items():
        for i, dependency in enumerate(pod.depends_on):
            path = f"{pod_path(name)}.depends_on[{i}]"
            if dependency == name:
                yield Problem("PP610", path, "the pod waits for itself", "remove it")
            elif dependency not in app.pods:
                yield Problem("PP611", path, f"{dependency!r} is not a pod of the application", _known(app))
    cycle = app.cycle()
    if cycle:
        yield Problem(
            "PP612",
            f"pods.{cycle[0]}",
            f"pods wait for each other: {' -> '.join(cycle)}",
            f"remove a depends_on=, or refer to {cycle[1]!r} with PodReference({cycle[1]!r}), which does not wait",
        )


def _persistent_volume_clashes(app: Application) -> Iterator[Problem]:
    seen: dict[str, tuple[Workload, PersistentVolume]] = {}
    for path, pod, container in app.containers():
        for i, mount in enumerate(container.mounts):
            volume = mount.volume
            if not isinstance(volume, PersistentVolume):
                continue
            where = f"{path}.mounts[{i}].volume"
            first, known = seen.setdefault(volume.name, (pod, volume))
            if known.size != volume.size:
                yield Problem(
                    "PP613",
                    f"{where}.size",
                    f"the persistent volume {volume.name!r} has another size elsewhere",
                    "use one volume object in all pods that share it",
                )
            if (known.per_replica, volume.per_replica) != (False, False) and (first, known) != (pod, volume):
                yield Problem(
                    "PP614",
                    f"{where}.per_replica",
                    f"the persistent volume {volume.name!r} of each replica is mounted by the pod {first.name!r} too",
                    "give the volumes two names, or leave per_replica= out",
                )
