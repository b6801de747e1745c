"""Rules for the containers of a pod as a whole."""

from __future__ import annotations

import re
from collections.abc import Iterator
from ipaddress import ip_address
from pathlib import Path

from polypod.checks.rules.basics import name_problems, quantity_problems
from polypod.checks.rules.container import container_problems
from polypod.errors import Problem
from polypod.model.container import Container
from polypod.model.pod import HOST_GATEWAY, Group, Workload
from polypod.model.volume import Volume

_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*")
_HOST = re.compile(r"(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*")
_SERVER = re.compile(r"[A-Za-z0-9.-]+(:[0-9]+)?")


def pod_problems(path: str, pod: Workload, root: Path) -> Iterator[Problem]:
    """Everything that is wrong with one pod.

    Args:
        path: Its path in the model.
        pod: The pod.
        root: The directory that build contexts are relative to.
    """
    for where, container in pod.containers:
        yield from container_problems(f"{path}.{where}", container, root)
    if isinstance(pod, Group):
        yield from name_problems(path, pod.name)
    if not pod.members:
        yield Problem("PP170", path, "there is no container", "add at least one")
    if pod.replicas < 1:
        yield Problem("PP114", f"{path}.replicas", f"{pod.replicas} is less than 1", "use 1 or more")
    if pod.attempts is not None and pod.attempts < 1:
        yield Problem("PP114", f"{path}.attempts", f"{pod.attempts} is less than 1", "use 1 or more")
    elif pod.attempts is not None and pod.members and not pod.ends:
        fix = "leave attempts= out, or give the container restart='never' or 'on-failure'"
        yield Problem("PP171", f"{path}.attempts", "a pod that goes on running is not tried again", fix)
    yield from _host_problems(f"{path}.extra_hosts", pod)
    yield from _autoscale_problems(f"{path}.autoscale", pod)
    for field in ("termination_grace_period", "ready_within"):
        yield from quantity_problems(f"{path}.{field}", getattr(pod, field))
    yield from _address_problems(path, pod)
    yield from _duplicate_names(path, pod)
    yield from _port_clashes(path, pod)
    yield from _volume_clashes(path, pod)
    yield from _init_problems(path, pod)


def _host_problems(path: str, pod: Workload) -> Iterator[Problem]:
    siblings = {container.name for _, container in pod.containers}
    for name, address in pod.extra_hosts.items():
        where = f"{path}.{name}"
        if not _HOST.fullmatch(name):
            yield Problem(
                "PP172",
                where,
                f"{name!r} is not a host name",
                "use letters, digits, hyphens and dots, such as db.example.org",
            )
        elif name in siblings:
            yield Problem("PP173", where, "a container of the pod has this name", "use another name")
        if address != HOST_GATEWAY and not _is_address(address):
            yield Problem("PP116", where, f"{address!r} is not an IP address", "give one, such as 10.0.0.1")


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def _autoscale_problems(path: str, pod: Workload) -> Iterator[Problem]:
    scale = pod.autoscale
    if scale is None:
        return
    if pod.replicas != 1:
        yield Problem("PP174", path, f"the pod says replicas={pod.replicas} too", "leave replicas= out, or autoscale=")
    if scale.min_replicas < 1:
        yield Problem("PP114", f"{path}.min_replicas", f"{scale.min_replicas} is less than 1", "use 1 or more")
    if scale.max_replicas < scale.min_replicas:
        what = f"{scale.max_replicas} is less than min_replicas, {scale.min_replicas}"
        yield Problem("PP175", f"{path}.max_replicas", what, "raise it")
    if scale.cpu < 1:
        yield Problem("PP114", f"{path}.cpu", f"{scale.cpu} is less than 1 percent", "use a number such as 70")
    for where, container in pod.members:
        if container.restart != "always":
            what = "a container that ends cannot be scaled with the load"
            yield Problem("PP176", f"{path}", f"{what}: {where} has restart={container.restart!r}", "use replicas=")


def _address_problems(path: str, pod: Workload) -> Iterator[Problem]:
    if not _SCHEME.fullmatch(pod.access.scheme):
        yield Problem(
            "PP177",
            f"{path}.access.scheme",
            f"{pod.access.scheme!r} is not the scheme of a URL",
            "write it without '://', as in 'redis'",
        )
    for i, registry in enumerate(pod.registries):
        if not _SERVER.fullmatch(registry.server):
            yield Problem(
                "PP178",
                f"{path}.registries[{i}].server",
                f"{registry.server!r} is not the host of a registry",
                "write it without 'https://' and path, as in 'example.azurecr.io'",
            )


def _duplicate_names(path: str, pod: Workload) -> Iterator[Problem]:
    seen: dict[str, str] = {}
    for where, container in pod.containers:
        if container.name in seen:
            yield Problem(
                "PP179",
                f"{path}.{where}.name",
                f"{container.name!r} is also the name of {seen[container.name]}",
                "give every container of a pod its own name",
            )
        seen.setdefault(container.name, where)


def _port_clashes(path: str, pod: Workload) -> Iterator[Problem]:
    numbers: dict[tuple[int, str], str] = {}
    names: dict[str, str] = {}
    for where, container in pod.members:
        for place, port in container.listed_ports:
            key = (port.number, port.protocol)
            if numbers.get(key, where) != where:
                yield Problem(
                    "PP180",
                    f"{path}.{where}.{place}",
                    f"port {port.number} is also a port of {numbers[key]}; containers of a pod share one address",
                    "let one of them listen on another port",
                )
            numbers.setdefault(key, where)
            if port.name in names:
                yield Problem(
                    "PP181",
                    f"{path}.{where}.{place}.name",
                    f"{port.name!r} is also the name of a port of {names[port.name]}",
                    "give every port of a pod its own name",
                )
            if port.name:
                names.setdefault(port.name, where)


def _volume_clashes(path: str, pod: Workload) -> Iterator[Problem]:
    seen: dict[str, tuple[str, Volume]] = {}
    for where, container in pod.containers:
        for i, mount in enumerate(container.mounts):
            first, volume = seen.setdefault(mount.volume.name, (f"{where}.mounts[{i}]", mount.volume))
            if volume != mount.volume:
                yield Problem(
                    "PP182",
                    f"{path}.{where}.mounts[{i}].volume",
                    f"the volume {mount.volume.name!r} is another one in {first}",
                    "mount the same volume object in both, or give them two names",
                )


def _init_problems(path: str, pod: Workload) -> Iterator[Problem]:
    for i, container in enumerate(pod.init):
        for field in _unusable_in_init(container):
            yield Problem(
                "PP183",
                f"{path}.init[{i}].{field}",
                f"an init container runs to its end and has no {field}",
                f"remove {field}=, or make it a sidecar",
            )


def _unusable_in_init(container: Container) -> Iterator[str]:
    if container.all_ports:
        yield "ports"
    for field in ("readiness", "liveness", "startup"):
        if getattr(container, field) is not None:
            yield field
