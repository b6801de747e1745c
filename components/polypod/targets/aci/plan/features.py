"""The support of Azure Container Instances for each feature."""

from __future__ import annotations

from collections.abc import Mapping

from polypod.checks.features import Feature
from polypod.checks.support import Support, Verdict

_EXACT, _EMULATED, _DEGRADED, _REJECTED = Verdict.EXACT, Verdict.EMULATED, Verdict.DEGRADED, Verdict.REJECTED

FEATURES: Mapping[Feature, Support] = {
    Feature.SHARED_NETWORK: Support(
        _EMULATED,
        "a container group: its containers reach each other on localhost, which is what references become; other names "
        "do not resolve",
    ),
    Feature.POD_NAMES: Support(
        _EMULATED,
        "references become the group's name in Azure's DNS, its private address in a virtual network, or localhost in "
        "the same group; a pod's bare name does not resolve",
    ),
    Feature.SCRATCH_VOLUME: Support(_EXACT, "an emptyDir"),
    Feature.SCRATCH_SIZE: Support(
        _DEGRADED, "an emptyDir of a container group has no size limit", "watch the disk; Kubernetes enforces the size"
    ),
    Feature.CONFIG_VOLUME: Support(
        _EXACT,
        "a secret volume for each directory, mounted in place of what the image has there; a change restarts the group",
    ),
    Feature.SECRET_VOLUME: Support(
        _EXACT,
        "a secret volume for each directory, mounted in place of what the image has there; a change restarts the group",
    ),
    Feature.FILE_MODE: Support(
        _DEGRADED,
        "the files of a secret volume have the mode that Azure gives them",
        "let the container's command copy the file, and change its mode there",
    ),
    Feature.FILE_OWNER: Support(
        _DEGRADED,
        "the files of a secret volume have the owner that Azure gives them",
        "let the container's command copy the file, which is then its own",
    ),
    Feature.SINGLE_FILE: Support(
        _REJECTED,
        "volumes are mounted as whole directories, in place of what the image has there",
        "mount the volume as a directory of its own, or put the file into the image",
    ),
    Feature.PERSISTENT_VOLUME: Support(
        _DEGRADED,
        "a share in Azure Files, which outlives a destroy: every file belongs to root, and none can change owner or "
        "mode, which databases such as PostgreSQL need; it stays behind when a pod goes to another component, or a "
        "component gets another name: preview and update say where, and how to copy it",
        "use a database service in this stack, or keep other files there",
    ),
    Feature.PERSISTENT_SIZE: Support(
        _EMULATED, "a share grows to 5 TiB, whatever the size: what is stored is paid for"
    ),
    Feature.SHARED_VOLUME: Support(_EXACT, "a share, which any number of container groups may mount"),
    Feature.REPLICA_VOLUME: Support(_EMULATED, "a share of each replica that outlives a destroy"),
    Feature.HOST_PATH: Support(
        _REJECTED, "container groups have no host that a program could see", "use a PersistentVolume"
    ),
    Feature.SECRET_ENV: Support(_EXACT, "a secure value, which Azure does not show"),
    Feature.READINESS: Support(
        _EMULATED,
        "the readiness probe; Azure does not tell its outcome, so an update waits until the containers run; with the "
        "emulator until they are ready",
    ),
    Feature.LIVENESS: Support(_EXACT, "the liveness probe"),
    Feature.STARTUP: Support(
        _REJECTED,
        "containers have no startup probe",
        "give the other probes an initial_delay= as long as the start may take, and leave startup= out",
    ),
    Feature.HTTP_PROBE: Support(_EXACT, "an HTTP request to the container"),
    Feature.TCP_PROBE: Support(
        _REJECTED,
        "probes are HTTP requests or commands",
        "use Probe.http(), or Probe.exec() with a command of the image",
    ),
    Feature.EXEC_PROBE: Support(_EXACT, "a command in the container"),
    Feature.PROBE_DELAY: Support(_EMULATED, "no check is made in that time, where others ignore what fails"),
    Feature.INIT: Support(_EXACT, "init containers"),
    Feature.SIDECAR: Support(
        _DEGRADED,
        "all containers of a group start and stop at once: a sidecar may be there later than the main container",
        "let the main container try again until the sidecar answers",
    ),
    Feature.REPLICAS: Support(
        _EMULATED,
        "as many container groups; the gateway lists each, and an update changes one after the other. Azure does not "
        "take a group out of the traffic before it stops it: routes with retry=True lose no request",
    ),
    Feature.AUTOSCALE: Support(
        _DEGRADED,
        "Azure does not scale container groups: as many as min_replicas run",
        "raise min_replicas for this stack when it is too few; Kubernetes scales them",
    ),
    Feature.SHARED_PROCESSES: Support(
        _REJECTED, "the containers of a group do not see each other's processes", "put the programs into one container"
    ),
    Feature.DEPENDS_ON: Support(
        _EMULATED,
        "made once the containers of the other group run, or have ended well in a job; in Azure that may be before its "
        "readiness probe succeeds, and patterns.wait_for() waits for the rest",
    ),
    Feature.CPU: Support(_EMULATED, "the CPU request, in steps of 0.01; a group has at least 1 CPU"),
    Feature.CPU_LIMIT: Support(_EXACT, "the CPU limit, in steps of 0.01"),
    Feature.MEMORY: Support(_EMULATED, "the memory request, in steps of 0.1 GB; a group has at least 1 GB"),
    Feature.MEMORY_LIMIT: Support(_EXACT, "the memory limit, in steps of 0.1 GB"),
    Feature.RESTART_ALWAYS: Support(_EXACT, "the group's restart policy Always"),
    Feature.RESTART_ON_FAILURE: Support(_EXACT, "the group's restart policy OnFailure"),
    Feature.RESTART_NEVER: Support(_EXACT, "the group's restart policy Never"),
    Feature.LOG_OPTIONS: Support(
        _EMULATED, "Azure keeps the last 4 MB; a Log Analytics workspace, where the stack's config has one, keeps all"
    ),
    Feature.REGISTRY: Support(_EXACT, "the group's registry credentials"),
    Feature.BUILD: Support(
        _EXACT, "built by the local Docker daemon, pushed to the stack's registry, and named by its digest"
    ),
    Feature.PUBLISHED_PORT: Support(
        _EMULATED,
        "a port of the group's own address, public unless the stack has a virtual network; address= plays no part",
    ),
    Feature.READ_ONLY_ROOT: Support(
        _DEGRADED, "the root file system of a container can be written to", "nothing is lost but the protection"
    ),
    Feature.USER: Support(
        _DEGRADED,
        "containers run as their image's user: Azure takes another one for confidential groups only",
        "set the user in the image's Dockerfile",
    ),
    Feature.STOP_FIRST: Support(_EXACT, "the container group is stopped, then its successor starts"),
    Feature.START_FIRST: Support(
        _DEGRADED,
        "the container group is stopped, then its successor starts: both have one name",
        "use two replicas behind a gateway, which are replaced one after another",
    ),
    Feature.SHM_SIZE: Support(
        _DEGRADED,
        "Azure chooses the size of /dev/shm",
        "mount a ScratchVolume at /dev/shm, which is a disk, or at another directory that the program can use",
    ),
    Feature.PRIVILEGE_ESCALATION: Support(
        _DEGRADED,
        "Azure decides whether a process may gain more rights, and takes a wish for confidential groups only",
        "start the image as the user that has the rights",
    ),
    Feature.EXTRA_HOSTS: Support(
        _REJECTED,
        "container groups take no names for their hosts file",
        "write the addresses where the program reads them, or use names that a DNS server knows",
    ),
    Feature.ATTEMPTS: Support(_EMULATED, "polypod starts the group again while an update waits for it"),
    Feature.GRACE_PERIOD: Support(_EMULATED, "Azure chooses the time between SIGTERM and SIGKILL"),
    Feature.STOP_SIGNAL: Support(
        _DEGRADED,
        "container groups take no stop signal: Azure sends its own, SIGTERM",
        "let the program end by SIGTERM too",
    ),
    Feature.GATEWAY: Support(_EXACT, "nginx in a container group, which keeps resolving each replica of its backends"),
}
