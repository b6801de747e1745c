"""Rules of Kubernetes beyond its feature table."""

from __future__ import annotations

import re
from collections.abc import Iterator

from polypod.checks.findings import Finding
from polypod.checks.rules.texts import known_size
from polypod.checks.support import Verdict
from polypod.model.application import Application
from polypod.model.log_options import LogOptions
from polypod.model.pod import HOST_GATEWAY, Workload
from polypod.model.value import Deferred, Secret, parts_of
from polypod.model.volume import FileVolume
from polypod.targets.kubernetes.plan import names, workloads
from polypod.targets.kubernetes.plan import volumes as storage
from polypod.targets.kubernetes.plan.gateway import gateway_pod
from polypod.targets.kubernetes.plan.planned_pod import clients

_EMULATED, _DEGRADED, _REJECTED = Verdict.EMULATED, Verdict.DEGRADED, Verdict.REJECTED

_PORT_NAME = re.compile(r"(?=.*[a-z])(?!.*--)[a-z0-9]([a-z0-9-]{0,13}[a-z0-9])?")
"""See ``IsValidPortName`` of Kubernetes' API machinery."""


def rules(app: Application) -> Iterator[Finding]:
    """Check an application against Kubernetes' rules, and against the Pod Security level restricted."""
    for name, pod in app.pods.items():
        path = f"pods.{name}"
        yield from _name_findings(path, name, app)
        yield from _restart_findings(path, pod)
        yield from _update_findings(path, pod)
        yield from _host_findings(path, pod)
        yield from _scale_findings(path, pod)
        yield from _container_findings(path, pod)
    yield from content_findings(app)
    yield from _unreached_findings(app)


def _host_findings(path: str, pod: Workload) -> Iterator[Finding]:
    for name, address in pod.extra_hosts.items():
        if address == HOST_GATEWAY:
            reason = f"{HOST_GATEWAY} is the machine that a Docker daemon runs on; a pod runs on any node"
            yield Finding(
                "PP401", f"{path}.extra_hosts.{name}", None, _REJECTED, reason, "give an IP address on this stack"
            )


def _name_findings(path: str, name: str, app: Application) -> Iterator[Finding]:
    for suffix in (names.HEADLESS, names.PUBLIC):
        if name.removesuffix(suffix) != name and name.removesuffix(suffix) in app.pods:
            reason = f"the pod {name.removesuffix(suffix)!r} may have a Service of this name"
            yield Finding("PP402", path, None, _REJECTED, reason, "rename one of the two pods")


def _restart_findings(path: str, pod: Workload) -> Iterator[Finding]:
    policy = pod.deciding.restart
    for where, container in pod.members:
        expected = "always" if where.startswith("sidecars") else policy
        if container.restart != expected:
            yield Finding(
                "PP403",
                f"{path}.{where}.restart",
                None,
                _REJECTED,
                f"a pod has one restart policy, here {policy!r}, and its sidecars are always restarted",
                f"use restart={expected!r} here, or a pod of its own",
            )


def _update_findings(path: str, pod: Workload) -> Iterator[Finding]:
    if pod.update != "start-first":
        return
    alone = storage.most_copies(pod) == 1
    for volume in storage.records_of(path, pod):
        if volume.per_replica or (alone and not volume.shared):
            reason = (
                f"only one copy may use the volume {volume.name!r}, so the last one must stop before the next starts"
            )
            fix = "leave update= out, or declare the volume shared=True if several may write to it at once"
            yield Finding("PP404", f"{path}.update", None, _REJECTED, reason, fix)
            return


def _unreached_findings(app: Application) -> Iterator[Finding]:
    """Pods with ports that none of the other pods may connect to."""
    for name, pod in app.pods.items() if len(app.pods) > 1 else ():
        if pod.ports and not clients(name, app) and all(port.publish is None for port in pod.ports):
            reason = (
                "its NetworkPolicy lets no other pod in: none waits for it or refers to it, and no route leads to it"
            )
            yield Finding(
                "PP405", f"pods.{name}", None, _DEGRADED, reason, "add it to depends_on= of the pods that call it"
            )


def _scale_findings(path: str, pod: Workload) -> Iterator[Finding]:
    if pod.autoscale is not None:
        for where, container in pod.members:
            if container.resources.cpu is None:
                reason = "the autoscaler compares with the promised CPU, and this container says none"
                yield Finding(
                    "PP406", f"{path}.{where}.resources.cpu", None, _REJECTED, reason, "give resources= with cpu"
                )
    volumes = storage.volumes_of(pod).values()
    if workloads.kind_of(pod) == "Job" and any(getattr(volume, "per_replica", False) for volume in volumes):
        reason = "the pods of a Job have no volumes of their own"
        yield Finding("PP407", path, None, _REJECTED, reason, "use restart='always', or leave per_replica= out")


def _container_findings(path: str, pod: Workload) -> Iterator[Finding]:
    for where, container in pod.containers:
        if container.user is None:
            reason = "it runs as the image's own user, which must be a number other than 0: nothing runs as root"
            yield Finding("PP408", f"{path}.{where}.user", None, _EMULATED, reason, "")
        if container.user == 0:
            reason = "it runs as root, and so leaves the Pod Security level restricted"
            yield Finding(
                "PP409", f"{path}.{where}.user", None, _DEGRADED, reason, "use another user= if the program can"
            )
        for place, port in container.listed_ports:
            if port.name and not _PORT_NAME.fullmatch(port.name):
                reason = f"{port.name!r} is not the name of a port of a Service"
                fix = "use 1 to 15 lower-case letters, digits and single hyphens, with at least one letter"
                yield Finding("PP410", f"{path}.{where}.{place}.name", None, _REJECTED, reason, fix)
        if container.logs != LogOptions():
            reason = "Kubernetes has no log rotation of single containers: the node's settings hold"
            yield Finding(
                "PP411", f"{path}.{where}.logs", None, _DEGRADED, reason, "leave logs= out, or set it on the nodes"
            )


_LARGEST = 1024 * 1024
"""Bytes of a ConfigMap or a Secret; see Kubernetes' "ConfigMaps"."""

_NAME = re.compile(r"[ -<>-~]+")
_OLD_NAME = re.compile(r"(?!\.\.?$|\.\.)[-._a-zA-Z][-._a-zA-Z0-9]*")
"""See ``IsRelaxedEnvVarName`` and ``IsEnvVarName`` in the source of ``k8s.io/apimachinery``."""


def content_findings(app: Application) -> Iterator[Finding]:
    """Check the environment variables and files of an application and its gateway.

    Args:
        app: The application.
    """
    for name, pod in app.pods.items():
        yield from _variable_findings(f"pods.{name}", pod)
        yield from _file_findings(f"pods.{name}", pod)
    if app.gateway is not None:
        for _ in _file_findings("", gateway_pod(app.gateway)):
            reason = "the gateway's configuration is larger than 1 MiB, the most that a ConfigMap holds"
            yield _rejected("PP412", "routes", reason, "use fewer routes, or several components with a gateway each")


def _variable_findings(path: str, pod: Workload) -> Iterator[Finding]:
    hidden = 0
    for where, container in pod.containers:
        for name, value in container.env.items():
            if not _NAME.fullmatch(name):
                reason = "the name of a variable has printable ASCII characters only"
                yield _rejected("PP413", f"{path}.{where}.env.{name}", reason, "rename it for this stack")
            elif not _OLD_NAME.fullmatch(name):
                reason = "clusters before Kubernetes 1.32 refuse this name"
                fix = "use letters, digits, '-', '_' and '.', and no digit first, where the program can"
                yield Finding("PP414", f"{path}.{where}.env.{name}", None, Verdict.DEGRADED, reason, fix)
            if any(isinstance(part, Secret | Deferred) for part in parts_of(value)):
                hidden += known_size(value)
    if hidden > _LARGEST:
        reason = "its secret variables are together larger than 1 MiB, the most that a Secret holds"
        yield _rejected("PP415", path, reason, "put long texts into the files of a SecretVolume")


def _file_findings(path: str, pod: Workload) -> Iterator[Finding]:
    for where, container in pod.containers:
        for i, mount in enumerate(container.mounts):
            files = mount.volume.contents if isinstance(mount.volume, FileVolume) else {}
            if sum(len(name) + known_size(file.content) for name, file in files.items()) > _LARGEST:
                reason = "the files are larger than 1 MiB, the most that a ConfigMap or a Secret holds"
                fix = "use several volumes, or put the files into the image"
                yield _rejected("PP416", f"{path}.{where}.mounts[{i}].volume", reason, fix)


def _rejected(code: str, path: str, reason: str, fix: str) -> Finding:
    return Finding(code, path, None, Verdict.REJECTED, reason, fix)
