"""What Kubernetes makes of each feature, and what it forbids."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from polypod.model.application import GATEWAY, Application
from polypod.model.log_options import LogOptions
from polypod.model.pod import HOST_GATEWAY, Workload
from polypod.targets.base import Feature, Finding, Support, Verdict
from polypod.targets.kubernetes import names, network, storage, workloads
from polypod.targets.kubernetes.contents import content_findings

_PORT_NAME = re.compile(r"(?=.*[a-z])(?!.*--)[a-z0-9]([a-z0-9-]{0,13}[a-z0-9])?")
"""See ``IsValidPortName`` of Kubernetes' API machinery."""

_EXACT, _EMULATED, _DEGRADED, _REJECTED = Verdict.EXACT, Verdict.EMULATED, Verdict.DEGRADED, Verdict.REJECTED

FEATURES: Mapping[Feature, Support] = {
    Feature.SHARED_NETWORK: Support(_EXACT, "a pod; the names of its containers are aliases of localhost"),
    Feature.POD_NAMES: Support(_EXACT, "a Service of the pod's name"),
    Feature.SCRATCH_VOLUME: Support(_EXACT, "an emptyDir"),
    Feature.SCRATCH_SIZE: Support(_EXACT, "the size limit of the emptyDir: a pod that exceeds it is evicted"),
    Feature.CONFIG_VOLUME: Support(
        _EXACT, "a ConfigMap, mounted in place of what the image has in that directory; a change replaces the pods"
    ),
    Feature.SECRET_VOLUME: Support(
        _EXACT, "a Secret, mounted in place of what the image has in that directory; a change replaces the pods"
    ),
    Feature.FILE_MODE: Support(
        _EMULATED,
        "the mode of the item; where a volume group is set, which a file needs that not everybody may read, the group "
        "may read the file too",
    ),
    Feature.FILE_OWNER: Support(
        _DEGRADED,
        "files of a ConfigMap or a Secret belong to root, and to the volume group that the containers are in",
        "where a program insists on its own user, let an init container copy the file into a ScratchVolume",
    ),
    Feature.SINGLE_FILE: Support(_EXACT, "a mount with a subPath; a change replaces the pods"),
    Feature.PERSISTENT_VOLUME: Support(
        _EXACT,
        "a claim that outlives a destroy; ReadWriteOnce, unless it is shared when it is made, by the program's word or "
        "because several pods or replicas mount it",
    ),
    Feature.SHARED_VOLUME: Support(
        _EXACT, "a claim with the access mode ReadWriteMany, which its storage class must know"
    ),
    Feature.PERSISTENT_SIZE: Support(
        _EXACT, "the size that is claimed; a claim grows where its storage class lets it, and never shrinks"
    ),
    Feature.REPLICA_VOLUME: Support(
        _EXACT,
        "a StatefulSet with a claim template; its claims outlive a destroy. Their names hold the pod's: under another "
        "name, a pod starts on empty ones, which the preview says",
    ),
    Feature.HOST_PATH: Support(
        _DEGRADED,
        "the pod sees a directory of whatever node it runs on, and leaves the Pod Security level restricted",
        "use a PersistentVolume",
    ),
    Feature.SECRET_ENV: Support(_EXACT, "a key of a Secret; a change replaces the pods"),
    Feature.READINESS: Support(_EXACT, "the readiness probe; the rollout is waited for"),
    Feature.LIVENESS: Support(_EXACT, "the liveness probe"),
    Feature.STARTUP: Support(_EXACT, "the startup probe"),
    Feature.HTTP_PROBE: Support(_EXACT, "an HTTP request of the kubelet to the pod's address"),
    Feature.TCP_PROBE: Support(_EXACT, "a connection of the kubelet to the pod's address"),
    Feature.EXEC_PROBE: Support(_EXACT, "a command in the container"),
    Feature.PROBE_DELAY: Support(_EMULATED, "no check is made in that time, where others ignore what fails"),
    Feature.INIT: Support(_EXACT, "init containers"),
    Feature.SIDECAR: Support(_EXACT, "init containers that go on running: started before and stopped after the others"),
    Feature.REPLICAS: Support(_EXACT, "replicas, spread over nodes and zones, one of them disrupted at a time"),
    Feature.AUTOSCALE: Support(_EXACT, "a HorizontalPodAutoscaler; the cluster needs a metrics server"),
    Feature.SHARED_PROCESSES: Support(_EXACT, "one process namespace for the pod"),
    Feature.DEPENDS_ON: Support(_EXACT, "created once the rollout of the other pod is complete"),
    Feature.CPU: Support(_EXACT, "the container's CPU request"),
    Feature.CPU_LIMIT: Support(_EXACT, "the container's CPU limit"),
    Feature.MEMORY: Support(_EXACT, "the container's memory request"),
    Feature.MEMORY_LIMIT: Support(_EXACT, "the container's memory limit"),
    Feature.RESTART_ALWAYS: Support(_EXACT, "the restart policy of a Deployment's pods"),
    Feature.RESTART_ON_FAILURE: Support(_EXACT, "a Job that is tried again until it ends well"),
    Feature.RESTART_NEVER: Support(_EXACT, "a Job that is tried once"),
    Feature.LOG_OPTIONS: Support(_EMULATED, "the node rotates logs by its own settings: 10 MiB, 5 files by default"),
    Feature.REGISTRY: Support(_EXACT, "a Secret that the nodes pull images with"),
    Feature.BUILD: Support(
        _EXACT, "built by the local Docker daemon, pushed to the stack's registry, and named by its digest"
    ),
    Feature.PUBLISHED_PORT: Support(
        _EMULATED, "a Service of the type that the stack's config says, LoadBalancer by default; address= plays no part"
    ),
    Feature.READ_ONLY_ROOT: Support(_EXACT, "a read-only root file system"),
    Feature.USER: Support(
        _EXACT,
        "the user and group of the container; previews look up an image's own user, where the Docker daemon or the "
        "registry tells it",
    ),
    Feature.STOP_FIRST: Support(
        _EXACT, "the only copy is recreated; of several, one after another is stopped and replaced"
    ),
    Feature.START_FIRST: Support(_EXACT, "a rolling update; the next copy is ready before the last one stops"),
    Feature.SHM_SIZE: Support(
        _EXACT, "an emptyDir in memory at /dev/shm; what is in it counts as the container's memory"
    ),
    Feature.PRIVILEGE_ESCALATION: Support(
        _EXACT,
        "allowPrivilegeEscalation, with the runtime's usual capabilities; leaves the Pod Security level restricted",
    ),
    Feature.EXTRA_HOSTS: Support(_EXACT, "host aliases of the pod"),
    Feature.ATTEMPTS: Support(_EXACT, "the backoff limit of the Job: each attempt is a new pod"),
    Feature.GRACE_PERIOD: Support(
        _EXACT, "the grace period; pods that serve go on serving for some seconds before it starts"
    ),
    Feature.GATEWAY: Support(
        _EXACT, "nginx, which resolves the replicas of its backends anew, behind a Service or an Ingress"
    ),
}


def rules(app: Application) -> Iterator[Finding]:
    """What Kubernetes forbids beyond the features it lacks, and what leaves the Pod Security level restricted."""
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
            yield Finding(f"{path}.extra_hosts.{name}", None, _REJECTED, reason, "give an IP address on this stack")


def _name_findings(path: str, name: str, app: Application) -> Iterator[Finding]:
    for suffix in (names.HEADLESS, names.PUBLIC):
        if name.removesuffix(suffix) != name and name.removesuffix(suffix) in app.pods:
            reason = f"the pod {name.removesuffix(suffix)!r} may have a Service of this name"
            yield Finding(path, None, _REJECTED, reason, "rename one of the two pods")


def _restart_findings(path: str, pod: Workload) -> Iterator[Finding]:
    policy = pod.deciding.restart
    for where, container in pod.members:
        expected = "always" if where.startswith("sidecars") else policy
        if container.restart != expected:
            yield Finding(
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
            yield Finding(f"{path}.update", None, _REJECTED, reason, fix)
            return


def _unreached_findings(app: Application) -> Iterator[Finding]:
    """Pods that serve, beside others of which none may connect to them."""
    for name, pod in app.pods.items() if len(app.pods) > 1 else ():
        if pod.ports and not network.clients(name, app, GATEWAY) and all(port.publish is None for port in pod.ports):
            reason = (
                "its NetworkPolicy lets no other pod in: none waits for it or refers to it, and no route leads to it"
            )
            yield Finding(f"pods.{name}", None, _DEGRADED, reason, "add it to depends_on= of the pods that call it")


def _scale_findings(path: str, pod: Workload) -> Iterator[Finding]:
    if pod.autoscale is not None:
        for where, container in pod.members:
            if container.resources.cpu is None:
                reason = "the autoscaler compares with the promised CPU, and this container says none"
                yield Finding(f"{path}.{where}.resources.cpu", None, _REJECTED, reason, "give resources= with cpu")
    volumes = storage.volumes_of(pod).values()
    if workloads.kind_of(pod) == "Job" and any(getattr(volume, "per_replica", False) for volume in volumes):
        reason = "the pods of a Job have no volumes of their own"
        yield Finding(path, None, _REJECTED, reason, "use restart='always', or leave per_replica= out")


def _container_findings(path: str, pod: Workload) -> Iterator[Finding]:
    for where, container in pod.containers:
        if container.user is None:
            reason = "it runs as the image's own user, which must be a number other than 0: nothing runs as root"
            yield Finding(f"{path}.{where}.user", None, _EMULATED, reason, "")
        if container.user == 0:
            reason = "it runs as root, and so leaves the Pod Security level restricted"
            yield Finding(f"{path}.{where}.user", None, _DEGRADED, reason, "use another user= if the program can")
        for place, port in container.listed_ports:
            if port.name and not _PORT_NAME.fullmatch(port.name):
                reason = f"{port.name!r} is not the name of a port of a Service"
                fix = "use 1 to 15 lower-case letters, digits and single hyphens, with at least one letter"
                yield Finding(f"{path}.{where}.{place}.name", None, _REJECTED, reason, fix)
        if container.logs != LogOptions():
            reason = "Kubernetes has no log rotation of single containers: the node's settings hold"
            yield Finding(f"{path}.{where}.logs", None, _DEGRADED, reason, "leave logs= out, or set it on the nodes")
