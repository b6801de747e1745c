"""The translation of an application into Docker objects. Pure: nothing is asked, nothing is made."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import attrs

from polypod.config.site import Site
from polypod.model.application import GATEWAY, Application
from polypod.model.gateway import Backend, Gateway
from polypod.model.pod import Group, Workload
from polypod.model.value import Template
from polypod.model.volume import PersistentVolume
from polypod.patterns.images import TOOLS as TOOLS_IMAGE
from polypod.targets.docker.plan import records
from polypod.targets.docker.plan.copies import Copy
from polypod.targets.docker.plan.names import TOOLS, host, labels, persistent_name
from polypod.targets.docker.plan.probes import SCRIPT, STATE, script
from polypod.targets.docker.plan.update_order import starts_first
from polypod.targets.shared.plan.images import ImageTable
from polypod.targets.shared.plan.nginx.pod import RESOLVES_WITHIN, nginx_gateway

_WRITABLE = "/tmp"  # noqa: S108
"""A directory of the BusyBox image that every user may write to, and nothing is in: new volumes are made like it."""

_GATEWAY_GRACE = "10s"
"""nginx closes its port at once when it is to stop, and Docker gives the port away only when nginx has ended: nobody is
answered for as long as the slowest stream is waited for."""


def render(app: Application, site: Site) -> records.Plan:
    """Every Docker object to be made for an application.

    Args:
        app: A valid application.
        site: Where it is deployed.
    """
    images = ImageTable(site)
    pods = [
        pod
        for name in app.start_order()
        for pod in _pods(app.pods[name], app, site, images, sorted(app.dependencies[name]))
    ]
    if app.gateway is not None:
        pods += _gateway_pods(app, app.gateway, site, images)
    volumes = tuple(_shared_volumes(app, site, pods))
    if any(volume.filled for volume in [*volumes, *(volume for pod in pods for volume in pod.volumes)]):
        images.key(TOOLS_IMAGE, "polypod")
    return records.Plan(
        network=site.prefix,
        labels=labels(site),
        images=images.records(),
        volumes=volumes,
        pods=tuple(pods),
        registries=tuple({r.server: r for pod in app.pods.values() for r in pod.registries}.values()),
    )


def _gateway_pods(app: Application, gateway: Gateway, site: Site, images: ImageTable) -> Iterator[records.Pod]:
    """The gateway; timeouts do not change its grace period, so that they do not replace its container."""
    pod = nginx_gateway(gateway, hosts_of=partial(_hosts, app), check_period=None)
    answers = pod.termination_grace_period.seconds
    pod = attrs.evolve(pod, termination_grace_period=_GATEWAY_GRACE)
    backends = sorted({backend.pod for route in gateway.routes for backend in route.to})
    whole = Application({**app.pods, GATEWAY: pod}, gateway)
    for copy in _pods(pod, whole, site, images, backends):
        yield attrs.evolve(copy, finds_seconds=RESOLVES_WITHIN, answers_seconds=answers)


def _hosts(app: Application, backend: Backend) -> list[str]:
    """Each replica of a backend, so that the gateway can be told to pass one over."""
    return [host(backend.pod, replica) for replica in range(app.pods[backend.pod].copies)]


def _shared_volumes(app: Application, site: Site, pods: list[records.Pod]) -> Iterator[records.Volume]:
    users: dict[str, set[int | None]] = {}
    shared: set[str] = set()
    for _, pod, container in app.containers():
        for mount in container.mounts:
            if isinstance(mount.volume, PersistentVolume):
                names = {persistent_name(mount.volume, replica) for replica in range(pod.copies)}
                shared |= names if mount.volume.shared else set()
                for name in names:
                    users.setdefault(name, set()).add(container.user)
    for name in sorted(users):
        like = None if users[name] == {0} else _WRITABLE
        yield records.Volume(
            key=f"{records.KEY}{name}", name=f"{site.prefix}-{name}", keep=True, shared=name in shared, copy_from=like
        )
    if any(mount.volume == TOOLS for pod in pods for container in pod.containers for mount in container.mounts):
        # When a container is started again, a tmpfs gets the mode of the directory that it hides (runc before 1.2).
        files = (
            records.Upload(path=SCRIPT, content=Template((script(),))),
            records.Upload(path=f"{STATE}/", content=Template(("",)), mode=records.SCRATCH),
        )
        yield records.Volume(key=TOOLS, name=f"{site.prefix}.{TOOLS}", copy_from="/bin", files=files)


def _pods(
    pod: Workload, app: Application, site: Site, images: ImageTable, waits_for: list[str]
) -> Iterator[records.Pod]:
    for replica in range(pod.copies):
        copy = Copy(pod, replica, app, site, images)
        members = tuple(copy.container(path, container) for path, container in pod.members)
        volumes = tuple(copy.volumes())
        nested = copy.shared or pod.init or any(volume.paths for volume in volumes)
        single = app.gateway is None or not nested
        yield records.Pod(
            name=pod.name,
            key=copy.key,
            kind=None if single else "ContainerGroup" if isinstance(pod, Group) else "SidecarPod",
            owner=copy.owner() if copy.shared else None,
            init=tuple(copy.init(f"init[{i}]", container) for i, container in enumerate(pod.init)),
            members=members,
            volumes=volumes,
            waits_for=tuple(waits_for),
            ends=pod.ends,
            ready_seconds=pod.ready_within.seconds,
            host=host(pod.name, replica),
            start_first=starts_first(pod, app),
        )
