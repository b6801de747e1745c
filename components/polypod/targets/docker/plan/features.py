"""Docker's support for each feature."""

from __future__ import annotations

from collections.abc import Mapping

from polypod.checks.features import Feature
from polypod.checks.support import Support, Verdict

_EXACT, _EMULATED, _DEGRADED = Verdict.EXACT, Verdict.EMULATED, Verdict.DEGRADED

FEATURES: Mapping[Feature, Support] = {
    Feature.SHARED_NETWORK: Support(
        _EMULATED, "a small owner container holds the network namespace; the containers of the pod join it"
    ),
    Feature.POD_NAMES: Support(_EMULATED, "network aliases, which resolve to unready replicas too"),
    Feature.SCRATCH_VOLUME: Support(
        _EMULATED,
        "a named volume of the pod, empty whatever the image has there, which keeps its content while containers of "
        "the pod are replaced",
    ),
    Feature.SCRATCH_SIZE: Support(
        _DEGRADED, "Docker's local volumes have no size limit", "watch the disk; Kubernetes enforces the size"
    ),
    Feature.CONFIG_VOLUME: Support(
        _EXACT,
        "a volume, mounted in place of what the image has in that directory; a change replaces the containers",
    ),
    Feature.SECRET_VOLUME: Support(
        _EXACT,
        "a volume, mounted in place of what the image has in that directory; a change replaces the containers",
    ),
    Feature.FILE_MODE: Support(_EXACT, "the mode of the file in the volume"),
    Feature.FILE_OWNER: Support(_EXACT, "the owner and group of the file in the volume"),
    Feature.SINGLE_FILE: Support(_EXACT, "a bind mount of the file in its volume"),
    Feature.PERSISTENT_VOLUME: Support(
        _EXACT,
        "a named volume that outlives a destroy, and goes along with its pod to another component; every user may "
        "write to a new one",
    ),
    Feature.SHARED_VOLUME: Support(_EXACT, "a named volume, which any number of containers of one daemon may mount"),
    Feature.PERSISTENT_SIZE: Support(
        _DEGRADED,
        "Docker's local volumes have no size limit",
        "watch the disk; the other targets enforce the size",
    ),
    Feature.HOST_PATH: Support(
        _EXACT, "a bind mount; one container at a time writes to it, unless several pods mount it"
    ),
    Feature.SECRET_ENV: Support(_EXACT, "an environment variable, secret in Pulumi's state and previews"),
    Feature.READINESS: Support(
        _EMULATED,
        "the container's health check; updates and dependent pods wait for it; a pod that becomes unready later still "
        "gets requests",
    ),
    Feature.LIVENESS: Support(
        _EMULATED,
        "the health check asks it, and ends a program that fails it: its restart policy starts it again; process 1 is "
        "Docker's init, and a program that insists on being that does not start",
    ),
    Feature.STARTUP: Support(
        _EMULATED, "the health check asks it before the other probes, and ends a program that fails it, as by liveness"
    ),
    Feature.HTTP_PROBE: Support(
        _EMULATED,
        "BusyBox, mounted into the container, asks at the pod's address, and follows redirects within the host; one to "
        "HTTPS counts as success",
    ),
    Feature.TCP_PROBE: Support(_EMULATED, "BusyBox, mounted into the container, connects to the pod's address"),
    Feature.EXEC_PROBE: Support(_EXACT, "a command in the container, by the health check"),
    Feature.PROBE_DELAY: Support(
        _EMULATED, "failures do not count in that time; an update may find the container ready before it is over"
    ),
    Feature.INIT: Support(
        _EMULATED, "containers that run to their end before the others are created, tried again while there is time"
    ),
    Feature.SIDECAR: Support(
        _EMULATED,
        "containers that are created one after another before the main one, each when the former has started, and are "
        "removed after it, or stopped when it is a job that has ended; a reboot starts them all at once",
    ),
    Feature.REPLICAS: Support(_EMULATED, "as many containers; the pod's name resolves to all of them"),
    Feature.AUTOSCALE: Support(
        _DEGRADED,
        "Docker does not scale containers: as many as min_replicas run",
        "raise min_replicas for this stack when it is too few; Kubernetes scales them",
    ),
    Feature.REPLICA_VOLUME: Support(_EXACT, "a named volume of each replica that outlives a destroy"),
    Feature.SHARED_PROCESSES: Support(_EMULATED, "the containers of the pod join its owner container's processes"),
    Feature.DEPENDS_ON: Support(_EXACT, "created once the other pod is ready, or the job done"),
    Feature.CPU: Support(_EMULATED, "the container's relative CPU shares"),
    Feature.CPU_LIMIT: Support(_EXACT, "the container's CPU quota"),
    Feature.MEMORY: Support(_EMULATED, "the container's memory reservation, in whole MiB"),
    Feature.MEMORY_LIMIT: Support(_EXACT, "the container's memory limit in whole MiB, with no swap on top"),
    Feature.RESTART_ALWAYS: Support(
        _EMULATED, "the restart policy always; what a program wrote outside its volumes is still there"
    ),
    Feature.RESTART_ON_FAILURE: Support(
        _EMULATED,
        "a job with the restart policy on-failure, waited for until it ends well; what a program wrote outside its "
        "volumes is still there",
    ),
    Feature.RESTART_NEVER: Support(_EXACT, "a job, waited for, and run again by the next update when it failed"),
    Feature.LOG_OPTIONS: Support(_EXACT, "options of the json-file log driver"),
    Feature.REGISTRY: Support(_EXACT, "a login of the provider that pulls the image"),
    Feature.BUILD: Support(_EXACT, "built by the daemon when a file of the context changes"),
    Feature.PUBLISHED_PORT: Support(_EXACT, "published on the loopback address unless the program says otherwise"),
    Feature.READ_ONLY_ROOT: Support(_EXACT, "a read-only root file system"),
    Feature.USER: Support(_EXACT, "the container's user"),
    Feature.STOP_FIRST: Support(_EXACT, "the container is stopped, then its successor starts"),
    Feature.SHM_SIZE: Support(_EXACT, "the size of the container's own /dev/shm, in whole MiB"),
    Feature.PRIVILEGE_ESCALATION: Support(_EXACT, "the container runs without no-new-privileges"),
    Feature.EXTRA_HOSTS: Support(_EXACT, "lines of /etc/hosts; host-gateway is the address of the machine"),
    Feature.ATTEMPTS: Support(_EXACT, "as many starts of the same container"),
    Feature.GRACE_PERIOD: Support(
        _EXACT, "the time between SIGTERM and SIGKILL, in whole seconds; also for `docker stop` and a reboot"
    ),
    Feature.STOP_SIGNAL: Support(
        _EXACT, "the container's stop signal, also for `docker stop`, a reboot, and a program that fails a probe"
    ),
    Feature.START_FIRST: Support(
        _EMULATED, "the gateway keeps to the old container until the new one is ready and the old one has answered"
    ),
    Feature.GATEWAY: Support(_EXACT, "an nginx container that resolves its backends every two seconds"),
}
