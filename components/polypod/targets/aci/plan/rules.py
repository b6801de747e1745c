"""Rules of Azure Container Instances beyond its feature table."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import PurePosixPath

from polypod.azure.aci.rules import violations
from polypod.azure.aci.violation import Violation
from polypod.checks.findings import Finding
from polypod.checks.support import Verdict
from polypod.model.application import values
from polypod.model.container import Container
from polypod.model.log_options import LogOptions
from polypod.model.pod import Workload
from polypod.model.quantity import duration
from polypod.model.registry_credentials import RegistryCredentials
from polypod.model.resources import Resources
from polypod.model.value import references
from polypod.model.volume import FileVolume, PersistentVolume
from polypod.targets.aci.plan import amounts, records
from polypod.targets.aci.plan.fixes import FIXES, REPORT
from polypod.targets.aci.plan.grouping import Grouping
from polypod.targets.aci.plan.settings_rules import settings_rules
from polypod.targets.aci.plan.volumes import by_directory

_DEGRADED, _REJECTED = Verdict.DEGRADED, Verdict.REJECTED
_GRACE = duration("10s")
_PATIENCE = duration("2m")
_LOOPBACK = "127.0.0.1"
_LARGEST_SHARE = 5 * 1024**4
_LARGEST_REQUEST = 4_000_000
"""Bytes; see "Resource Manager limits" in Azure's "Subscription and service limits"."""


def rules(grouping: Grouping, plan: records.Plan) -> Iterator[Finding]:
    """Check an application against Azure's rules.

    Args:
        grouping: A valid application, where it is deployed, and which pods share a group.
        plan: What is to be made of it.
    """
    for name, pod in grouping.program.pods.items():
        yield from _restart(f"pods.{name}", pod)
        for where, container in pod.containers:
            yield from _container(f"pods.{name}.{where}", container, init=where.startswith("init"))
        for rule in _POD_RULES:
            yield from rule(f"pods.{name}", pod, grouping)
    yield from _logins(grouping)
    yield from _circle(grouping)
    yield from settings_rules(grouping)
    yield from _amounts(grouping)
    for group in plan.groups:
        body = {"location": "of the stack", **records.shown(group.body)}
        yield from (_finding(violation, group) for violation in violations(group.name, body))
        if len(json.dumps(body)) > _LARGEST_REQUEST:
            what = "its request is larger than 4 MB, the most that Azure takes"
            yield Finding(
                "PP501", group.path, None, _REJECTED, what, "put large files into the image or into a PersistentVolume"
            )


def _finding(violation: Violation, group: records.Group) -> Finding:
    """A limit of Azure that a request breaks, at the place in the model that the request comes from."""
    places = [path for path in group.places if f"{violation.path}.".startswith((f"{path}.", f"{path}["))]
    place = group.places[max(places, key=len)] if places else group.path
    fix = FIXES.get(violation.limit.name, REPORT)
    return Finding(fix.code, place, None, _REJECTED, f"Azure refuses it: {violation.message}", fix.text)


def _restart(path: str, pod: Workload) -> Iterator[Finding]:
    policy = pod.deciding.restart
    for where, container in pod.members:
        if container.restart != policy:
            what = f"a container group has one restart policy, here {policy!r}"
            yield Finding(
                "PP502", f"{path}.{where}.restart", None, _REJECTED, what, f"use {policy!r} here, or another pod"
            )


def _container(path: str, container: Container, *, init: bool) -> Iterator[Finding]:
    if container.args and not container.command:
        what = "one command replaces both the image's entrypoint and its command"
        yield Finding("PP503", f"{path}.args", None, _REJECTED, what, "give command= too, with the image's entrypoint")
    if container.working_dir is not None:
        what = "containers start in the directory that the image names"
        fix = "set WORKDIR in the image, or change the directory in command="
        yield Finding("PP504", f"{path}.working_dir", None, _REJECTED, what, fix)
    if container.logs != LogOptions():
        what = "Azure keeps the last 4 MB of what a container prints, whatever logs= says"
        yield Finding(
            "PP505", f"{path}.logs", None, _DEGRADED, what, "leave logs= out, or set polypod:aci.logAnalytics"
        )
    if init and container.resources != Resources():
        what = "init containers have no CPU and memory of their own: they use the group's"
        yield Finding("PP506", f"{path}.resources", None, _DEGRADED, what, "leave resources= out")
    for place, port in container.listed_ports:
        if port.publish not in (None, port.number):
            what = f"port {port.number} cannot be published as {port.publish}: Azure forwards to the same port"
            yield Finding(
                "PP507", f"{path}.{place}.publish", None, _REJECTED, what, f"let the program listen on {port.publish}"
            )
        if port.publish is not None and port.address != _LOOPBACK:
            what = f"a port is open at the group's own address, not at {port.address}"
            yield Finding(
                "PP508", f"{path}.{place}.address", None, _DEGRADED, what, "leave address= out for this stack"
            )
    for i, mount in enumerate(container.mounts):
        if isinstance(mount.volume, FileVolume):
            yield from _nested(f"{path}.mounts[{i}].volume.files", mount.volume)
        size = mount.volume.size if isinstance(mount.volume, PersistentVolume) else None
        if size is not None and size.amount > _LARGEST_SHARE:
            what = "a share in Azure Files holds 5 TiB"
            yield Finding("PP509", f"{path}.mounts[{i}].volume.size", None, _REJECTED, what, "use several volumes")


def _nested(path: str, volume: FileVolume) -> Iterator[Finding]:
    directories = sorted(map(PurePosixPath, by_directory(volume.files)))
    inner = [str(two) for one, two in pairwise(directories) if two.is_relative_to(one)]
    if inner:
        what = f"a secret volume holds one directory, and {inner[0]!r} would be mounted inside of another"
        yield Finding("PP510", path, None, _REJECTED, what, "use a volume for each directory, side by side")


def _replicas(path: str, pod: Workload, grouping: Grouping) -> Iterator[Finding]:
    if pod.copies > 1 and grouping.together:
        what = "everything is in one container group, which has one copy of each pod"
        fix = "use one copy for this stack, or the placement 'separate'"
        where = "replicas" if pod.autoscale is None else "autoscale.min_replicas"
        yield Finding("PP511", f"{path}.{where}", None, _REJECTED, what, fix)
    for where, container in pod.members if pod.copies > 1 and not grouping.together else ():
        for place, port in container.listed_ports:
            if port.publish is not None:
                what = f"each replica has an address of its own: there is no one address with port {port.publish}"
                fix = "use one replica for this stack, or leave publish= out and put a gateway in front"
                yield Finding("PP512", f"{path}.{where}.{place}.publish", None, _REJECTED, what, fix)
    users = grouping.clients_of(pod)
    if pod.copies > 1 and users and not grouping.together:
        what = f"nothing stands before its replicas for other pods: {', '.join(users)} will reach the first one only"
        yield Finding("PP513", f"{path}.replicas", None, _DEGRADED, what, "let them use the gateway's route to it")


def _grace(path: str, pod: Workload, _: Grouping) -> Iterator[Finding]:
    if pod.termination_grace_period != _GRACE:
        what = "Azure chooses the time between SIGTERM and SIGKILL"
        yield Finding(
            "PP514", f"{path}.termination_grace_period", None, _DEGRADED, what, "be ready to be killed earlier"
        )


def _patience(path: str, pod: Workload, _: Grouping) -> Iterator[Finding]:
    if pod.ready_within != _PATIENCE and not pod.ends:
        what = "Azure does not tell whether containers are ready: it is the time in which they must run"
        yield Finding(
            "PP515", f"{path}.ready_within", None, _DEGRADED, what, "let clients try again; patterns.wait_for() does"
        )


def _exposure(path: str, pod: Workload, grouping: Grouping) -> Iterator[Finding]:
    found = pod.ports and not grouping.together and grouping.has_clients(pod)
    if found and grouping.settings.private:
        what = "in a virtual network, others hold its address, which is another one when Azure has moved it"
        yield Finding(
            "PP516", path, None, _DEGRADED, what, "run `pulumi refresh` and `pulumi up` when it cannot be reached"
        )
    elif found and any(port.publish is None for port in pod.ports):
        what = "without a virtual network, groups find each other by public addresses: everybody reaches its ports"
        yield Finding("PP517", path, None, _DEGRADED, what, "set polypod:aci.subnet or polypod:aci.addressSpace")


def _portless(path: str, pod: Workload, grouping: Grouping) -> Iterator[Finding]:
    clients = grouping.clients_of(pod)
    if clients and not pod.ports and not grouping.together:
        what = f"a container group without a port has no address, and {', '.join(clients)} refers to its host"
        yield Finding(
            "PP518", path, None, _REJECTED, what, "give one of its containers a port=, or use the placement 'group'"
        )


def _circle(grouping: Grouping) -> Iterator[Finding]:
    circle = grouping.program.cycle(connected=True)
    if circle and not grouping.together:
        ring = " -> ".join(circle)
        what = f"the address of a container group is known only once it is made, and pods refer to each other: {ring}"
        fix = "use the placement 'group', or let one find the other in another way"
        yield Finding("PP519", f"pods.{circle[0]}", None, _REJECTED, what, fix)


def _logins(grouping: Grouping) -> Iterator[Finding]:
    for replicas in grouping.groups.values():
        seen: dict[str, RegistryCredentials] = {}
        for pod in (replica.pod for replica in replicas if replica.number == 0):
            for i, login in enumerate(pod.registries):
                if seen.setdefault(login.registry, login).contradicts(login):
                    what = f"a container group has one login per registry, and {login.server!r} has another one already"
                    path = f"pods.{pod.name}.registries[{i}]"
                    yield Finding("PP520", path, None, _REJECTED, what, "use the same login in every pod of the group")


def _together(path: str, pod: Workload, grouping: Grouping) -> Iterator[Finding]:
    """Report problems of starting all pods as one group."""
    if not grouping.together:
        return
    for i, container in enumerate(pod.init):
        named = {ref.pod for _, value in values(container) for ref in references(value)} - {pod.name}
        needed = sorted(name for name in named if name in grouping.program.pods)
        if needed:
            what = f"init containers end before anything else in the group starts: {needed[0]!r} will not answer it"
            fix = "leave it out for this stack, or use the placement 'separate'"
            yield Finding("PP521", f"{path}.init[{i}]", None, _REJECTED, what, fix)
    if grouping.program.dependencies[pod.name]:
        what = "all containers of the one group start at once: nothing waits for another pod"
        fix = "let the program try again until the other answers, or use the placement 'separate'"
        yield Finding("PP522", f"{path}.depends_on", None, _DEGRADED, what, fix)
    if grouping.program.gateway is not None and pod.ends:
        what = "it shares a container group with the gateway, which is always restarted"
        yield Finding("PP523", path, None, _REJECTED, what, "use restart='always', or the placement 'separate'")


_POD_RULES: tuple[Callable[[str, Workload, Grouping], Iterator[Finding]], ...] = (
    _replicas,
    _grace,
    _patience,
    _exposure,
    _portless,
    _together,
)


def _amounts(grouping: Grouping) -> Iterator[Finding]:
    """Limits that are raised because a group must request more, and requests that are raised for a limit."""
    found: dict[str, Finding] = {}
    for key in grouping.groups:
        members = grouping.members_of(key)
        for kind in amounts.KINDS:
            given = amounts.amounts(kind, [container for _, _, container in members])
            for (replica, where, _), amount in zip(members, given, strict=True):
                path = f"pods.{replica.pod.name}.{where}.resources.{kind.field}_limit"
                if amount.exceeded:
                    what = f"it may take more than its limit: a group has at least {_number(kind, kind.minimum)}"
                    fix = "nothing, as that is paid for anyway, or ask for as much"
                    found.setdefault(path, Finding("PP524", path, None, _DEGRADED, what, fix))
                if amount.raises:
                    what = f"its group requests and pays for {_number(kind, amount.limit)}, as much as this limit"
                    found.setdefault(
                        path, Finding("PP525", path, None, _DEGRADED, what, "use a lower limit for this stack")
                    )
    yield from found.values()


def _number(kind: amounts.Resource, count: int) -> str:
    return f"{kind.number(count)} {kind.name}"
