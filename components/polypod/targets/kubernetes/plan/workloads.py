"""Workloads: Deployments, StatefulSets, Jobs, disruption budgets and autoscalers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from polypod.model.pod import Workload
from polypod.model.volume import HostPathVolume, PersistentVolume
from polypod.targets.kubernetes.plan.records import Manifest
from polypod.targets.kubernetes.plan.volumes import most_copies, needs_group, owned, volumes_of, writes_to_host

_API = {"Deployment": "apps/v1", "StatefulSet": "apps/v1", "Job": "batch/v1"}
_RESTART = {"always": "Always", "on-failure": "OnFailure", "never": "Never"}
_FOREVER = 2**31
_UNPRIVILEGED = 1024
_VOLUME_GROUP = 1000
"""The group that volumes belong to where no container says one: every process of the pod is in it too."""


def kind_of(pod: Workload) -> str:
    """The kind of object that runs a pod."""
    if pod.ends:
        return "Job"
    return "StatefulSet" if any(map(_is_per_replica, volumes_of(pod).values())) else "Deployment"


def security_level(pods: Mapping[str, Workload]) -> str:
    """The strictest Pod Security level that all the pods keep."""
    everything = [(pod, container) for pod in pods.values() for _, container in pod.containers]
    if any(isinstance(mount.volume, HostPathVolume) for _, container in everything for mount in container.mounts):
        return "privileged"
    more = any(container.user == 0 or container.allow_privilege_escalation for _, container in everything)
    return "baseline" if more else "restricted"


def pod_spec(
    pod: Workload,
    specs: Mapping[str, Mapping[str, Any]],
    volumes: list[dict[str, Any]],
    account: str,
    drain: int,
    **more: Any,
) -> dict[str, Any]:
    """A pod as the template of its workload has it.

    Args:
        pod: The pod.
        specs: The manifests of its containers by name.
        volumes: The manifests of its volumes.
        account: The name of its ServiceAccount.
        drain: Seconds of the grace period in which it goes on serving.
        more: Further fields.
    """
    sidecars = [container for path, container in pod.members if path.startswith("sidecars")]
    members = [container for path, container in pod.members if not path.startswith("sidecars")]
    restarted = {"restartPolicy": "Always"}
    before = [*(specs[item.name] for item in pod.init), *({**specs[item.name], **restarted} for item in sidecars)]
    siblings = [container.name for _, container in pod.members]
    spec = {
        "serviceAccountName": account,
        "automountServiceAccountToken": False,
        "enableServiceLinks": False,
        "restartPolicy": _restart(pod),
        "terminationGracePeriodSeconds": pod.termination_grace_period.seconds + drain,
        "shareProcessNamespace": pod.share_processes or None,
        "hostAliases": [
            *([{"ip": "127.0.0.1", "hostnames": siblings}] if len(siblings) > 1 else []),
            *({"ip": address, "hostnames": [name]} for name, address in pod.extra_hosts.items()),
        ],
        "securityContext": _security(pod),
        "initContainers": before,
        "containers": [specs[container.name] for container in members],
        "volumes": volumes,
        **more,
    }
    return {name: value for name, value in spec.items() if value not in (None, [])}


def _security(pod: Workload) -> dict[str, Any]:
    containers = [container for _, container in pod.containers]
    security: dict[str, Any] = {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}}
    if any(isinstance(volume, PersistentVolume) or needs_group(volume) for volume in volumes_of(pod).values()):
        groups = [container.group or container.user for container in containers]
        security["fsGroup"] = next((group for group in reversed(groups) if group), _VOLUME_GROUP)
        security["fsGroupChangePolicy"] = "OnRootMismatch"
    if any(port.number < _UNPRIVILEGED and item.user != 0 for item in containers for port in item.all_ports):
        security["sysctls"] = [{"name": "net.ipv4.ip_unprivileged_port_start", "value": "0"}]
    return security


def spread(selects: Mapping[str, str], kind: str) -> list[dict[str, Any]]:
    """Constraints that put the replicas of a pod on different nodes and in different zones where there are several."""
    return [
        {
            "maxSkew": 1,
            "topologyKey": key,
            "whenUnsatisfiable": "ScheduleAnyway",
            "labelSelector": {"matchLabels": dict(selects)},
            **({"matchLabelKeys": ["pod-template-hash"]} if kind == "Deployment" else {}),
        }
        for key in ("topology.kubernetes.io/zone", "kubernetes.io/hostname")
    ]


def workload(
    pod: Workload,
    template: Manifest,
    selects: Mapping[str, str],
    claims: Sequence[Manifest],
    headless: str,
    metadata: Manifest,
) -> Manifest:
    """The object that runs a pod.

    Args:
        pod: The pod.
        template: The template of its pods.
        selects: The labels that only its pods have.
        claims: The claims that each replica has of its own.
        headless: The name of the Service that names each replica.
        metadata: The metadata without a name.
    """
    kind = kind_of(pod)
    specs = {"Deployment": _deployment, "StatefulSet": _stateful_set, "Job": _job}
    spec = {**specs[kind](pod), "template": template}
    if kind != "Job":
        spec["selector"] = {"matchLabels": dict(selects)}
    if kind == "StatefulSet":
        spec |= {"serviceName": headless, "volumeClaimTemplates": claims}
    return {"apiVersion": _API[kind], "kind": kind, "metadata": {"name": pod.name, **metadata}, "spec": spec}


def _scaled(pod: Workload) -> dict[str, Any]:
    """The number of replicas, unless an autoscaler says it; and how long a pod without a probe must run to count."""
    unprobed = any(container.readiness is None for _, container in pod.members)
    return {
        **({"replicas": pod.replicas} if pod.autoscale is None else {}),
        **({"minReadySeconds": 1} if unprobed else {}),
    }


def stops_first(pod: Workload) -> bool:
    """Whether an update stops a copy before it starts the next: asked for, or as only one may use the data."""
    exclusive = bool(owned(pod)) or writes_to_host(pod)
    return pod.update == "stop-first" or (pod.update is None and most_copies(pod) == 1 and exclusive)


def _strategy(pod: Workload) -> dict[str, Any]:
    """The update strategy: one copy after another, or the only one before the next exists."""
    if stops_first(pod) and most_copies(pod) == 1:
        return {"type": "Recreate"}
    surge = 0 if stops_first(pod) else 1
    return {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": 1 - surge, "maxSurge": surge}}


def _deployment(pod: Workload) -> dict[str, Any]:
    return {
        **_scaled(pod),
        "strategy": _strategy(pod),
        "progressDeadlineSeconds": max(pod.ready_within.seconds, 2),
    }


def _stateful_set(pod: Workload) -> dict[str, Any]:
    return {**_scaled(pod), "podManagementPolicy": "Parallel"}


def _restart(pod: Workload) -> str:
    """The restart policy; a Job with a number of attempts keeps each failed pod for its log."""
    return "Never" if pod.ends and pod.attempts is not None else _RESTART[pod.deciding.restart]


def _job(pod: Workload) -> dict[str, Any]:
    attempts = pod.attempts or (1 if pod.deciding.restart == "never" else _FOREVER)
    return {"parallelism": pod.replicas, "completions": pod.replicas, "backoffLimit": attempts - 1}


def _is_per_replica(volume: object) -> bool:
    return isinstance(volume, PersistentVolume) and volume.per_replica


def for_several(pod: Workload, selects: Mapping[str, str], metadata: Manifest) -> Iterator[Manifest]:
    """The disruption budget and the autoscaler of a pod with several replicas."""
    if kind_of(pod) == "Job":
        return
    if pod.copies > 1:
        yield {
            "apiVersion": "policy/v1",
            "kind": "PodDisruptionBudget",
            "metadata": {"name": pod.name, **metadata},
            "spec": {
                "maxUnavailable": 1,
                "unhealthyPodEvictionPolicy": "AlwaysAllow",
                "selector": {"matchLabels": dict(selects)},
            },
        }
    if pod.autoscale is not None:
        target = {"type": "Utilization", "averageUtilization": pod.autoscale.cpu}
        yield {
            "apiVersion": "autoscaling/v2",
            "kind": "HorizontalPodAutoscaler",
            "metadata": {"name": pod.name, **metadata},
            "spec": {
                "minReplicas": pod.autoscale.min_replicas,
                "maxReplicas": pod.autoscale.max_replicas,
                "metrics": [{"type": "Resource", "resource": {"name": "cpu", "target": target}}],
                "scaleTargetRef": {"apiVersion": "apps/v1", "kind": kind_of(pod), "name": pod.name},
            },
        }
