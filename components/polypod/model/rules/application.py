"""What can be wrong between the pods of an application and its gateway."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import get_args

from polypod.model.application import GATEWAY, Application, pod_references
from polypod.model.gateway import Balance, Gateway, Route
from polypod.model.pod import Workload
from polypod.model.problem import Problem
from polypod.model.rules.container import quantity_problems
from polypod.model.value import Reference
from polypod.model.volume import PersistentVolume

_PREFIX = re.compile(r"/([A-Za-z0-9._~-]+/)*")


def application_problems(app: Application) -> Iterator[Problem]:
    """Everything that is wrong between the pods of an application and its gateway."""
    yield from _name_problems(app)
    yield from _reference_problems(app)
    yield from _dependency_problems(app)
    yield from _published_port_clashes(app)
    yield from _persistent_volume_clashes(app)
    if app.gateway is not None:
        yield from _gateway_problems(app.gateway)
        for i, route in enumerate(app.gateway.routes):
            yield from _route_problems(f"routes[{i}]", route, app.gateway)


def _known(app: Application) -> str:
    return f"use one of {', '.join(sorted(app.pods))}" if app.pods else "add a pod of that name"


def _name_problems(app: Application) -> Iterator[Problem]:
    if not app.pods:
        yield Problem("pods", "there is no pod", "add at least one")
    for name, pod in app.pods.items():
        if name != pod.name:
            yield Problem(
                f"pods.{name}",
                f"the pod is named {pod.name!r}",
                f"list it as {pod.name!r}, or rename its main container",
            )
        if name == GATEWAY and app.gateway is not None:
            yield Problem(f"pods.{name}", "the gateway itself has this name", "rename the pod")


def _reference_problems(app: Application) -> Iterator[Problem]:
    for name, pod in app.pods.items():
        siblings = {container.name for _, container in pod.members}
        for path, reference in pod_references(pod):
            if reference.pod in siblings and reference.pod not in app.pods:
                continue
            yield from _reference_problem(f"pods.{name}.{path}", reference, app)


def _reference_problem(path: str, reference: Reference, app: Application) -> Iterator[Problem]:
    target = app.pods.get(reference.pod)
    if target is None:
        yield Problem(path, f"{reference.pod!r}, which it refers to, is not a pod of the application", _known(app))
    elif reference.field == "port" and not target.ports:
        yield Problem(path, f"the pod {reference.pod!r} has no port", "give its main container port=")
    elif reference.port and reference.port not in {port.name for port in target.ports}:
        names = ", ".join(sorted(port.name for port in target.ports if port.name)) or "none"
        yield Problem(
            path,
            f"the pod {reference.pod!r} has no port named {reference.port!r}",
            f"its named ports are: {names}",
        )


def _dependency_problems(app: Application) -> Iterator[Problem]:
    for name, pod in app.pods.items():
        for i, dependency in enumerate(pod.depends_on):
            if dependency not in app.pods:
                yield Problem(
                    f"pods.{name}.depends_on[{i}]",
                    f"{dependency!r} is not a pod of the application",
                    _known(app),
                )
    cycle = app.cycle()
    if cycle:
        yield Problem(
            f"pods.{cycle[0]}",
            f"pods wait for each other: {' -> '.join(cycle)}",
            "remove a depends_on=, or write one of the addresses as plain text instead of a reference",
        )


def _published_port_clashes(app: Application) -> Iterator[Problem]:
    seen: dict[tuple[int, str], str] = {}
    if app.gateway is not None:
        seen[app.gateway.port, "tcp"] = "the gateway"
    for path, pod, container in app.containers():
        for i, port in enumerate(container.all_ports):
            if port.publish is None:
                continue
            key = (port.publish, port.protocol)
            if key in seen:
                yield Problem(
                    f"{path}.ports[{i}].publish",
                    f"{seen[key]} publishes port {port.publish} too",
                    "choose another port",
                )
            seen.setdefault(key, f"the pod {pod.name!r}")


def _persistent_volume_clashes(app: Application) -> Iterator[Problem]:
    seen: dict[str, PersistentVolume] = {}
    for path, _, container in app.containers():
        for i, mount in enumerate(container.mounts):
            volume = mount.volume
            if isinstance(volume, PersistentVolume) and seen.setdefault(volume.name, volume) != volume:
                yield Problem(
                    f"{path}.mounts[{i}].volume.size",
                    f"the persistent volume {volume.name!r} has another size elsewhere",
                    "use one volume object in all pods that share it",
                )


def _gateway_problems(gateway: Gateway) -> Iterator[Problem]:
    if not 1 <= gateway.port <= 65535:  # noqa: PLR2004
        yield Problem("gateway.port", f"{gateway.port} is not a port", "use a number from 1 to 65535")
    for field in ("timeout", "connect_timeout", "max_body_size"):
        yield from quantity_problems(f"gateway.{field}", getattr(gateway, field))
    prefixes: dict[str, int] = {}
    for i, route in enumerate(gateway.routes):
        if route.prefix in prefixes:
            yield Problem(
                f"routes[{i}].prefix",
                f"{route.prefix!r} is also the prefix of routes[{prefixes[route.prefix]}]",
                "list several backends in one route, or choose another prefix",
            )
        prefixes.setdefault(route.prefix, i)


def _route_problems(path: str, route: Route, gateway: Gateway) -> Iterator[Problem]:
    if not _PREFIX.fullmatch(route.prefix):
        yield Problem(f"{path}.prefix", f"{route.prefix!r} is not a prefix", "start and end it with '/', as in '/api/'")
    if route.balance not in get_args(Balance):
        allowed = " or ".join(map(repr, get_args(Balance)))
        yield Problem(f"{path}.balance", f"{route.balance!r} is not a way to share requests", f"use {allowed}")
    if not route.to:
        yield Problem(f"{path}.to", "the route leads nowhere", "name at least one pod")
    for field in ("timeout", "max_body_size"):
        yield from quantity_problems(f"{path}.{field}", getattr(route, field))
    for i, backend in enumerate(route.to):
        where = f"{path}.to[{i}]"
        pod: Workload | None = gateway.pods.get(backend.pod)
        if pod is None:
            yield Problem(where, f"{backend.pod!r} is not a pod of the application", _known(Application.of(gateway)))
        elif backend.port is None and not pod.ports:
            yield Problem(where, f"the pod {backend.pod!r} has no port", "give its main container port=")
        elif backend.port is not None and backend.port not in {port.number for port in pod.ports}:
            yield Problem(
                where,
                f"the pod {backend.pod!r} does not list port {backend.port}",
                "list it in the ports of its container",
            )
        if backend.weight < 1:
            yield Problem(f"{where}.weight", f"{backend.weight} is less than 1", "use 1 or more")
