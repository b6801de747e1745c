"""The support of Kubernetes for each feature."""

from __future__ import annotations

from collections.abc import Mapping

from polypod.checks.features import Feature
from polypod.checks.support import Support, Verdict

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
    Feature.STOP_SIGNAL: Support(
        _DEGRADED,
        "containers get the signal that their image names, or SIGTERM: clusters know another one, "
        "lifecycle.stopSignal, only behind the feature gate ContainerStopSignals, which is off by default",
        "write STOPSIGNAL in the image's Dockerfile, or let the program end by SIGTERM too",
    ),
    Feature.GATEWAY: Support(
        _EXACT, "nginx, which keeps resolving the replicas of its backends, behind a Service or an Ingress"
    ),
}
