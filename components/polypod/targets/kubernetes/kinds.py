"""The kinds of objects that polypod makes or looks at."""

from __future__ import annotations

from collections.abc import Mapping

import attrs


@attrs.frozen
class Kind:
    """A kind of objects.

    Args:
        api: The class of the Kubernetes client that knows it.
        group: Its API group; empty for the core.
        resource: The name of its resource at the API server.
        method: What the client's methods call one of them.
    """

    api: str
    group: str
    resource: str
    method: str


KINDS: Mapping[str, Kind] = {
    "ConfigMap": Kind("CoreV1Api", "", "configmaps", "namespaced_config_map"),
    "Deployment": Kind("AppsV1Api", "apps", "deployments", "namespaced_deployment"),
    "Event": Kind("CoreV1Api", "", "events", "namespaced_event"),
    "HorizontalPodAutoscaler": Kind(
        "AutoscalingV2Api", "autoscaling", "horizontalpodautoscalers", "namespaced_horizontal_pod_autoscaler"
    ),
    "Ingress": Kind("NetworkingV1Api", "networking.k8s.io", "ingresses", "namespaced_ingress"),
    "Job": Kind("BatchV1Api", "batch", "jobs", "namespaced_job"),
    "Namespace": Kind("CoreV1Api", "", "namespaces", "namespace"),
    "NetworkPolicy": Kind("NetworkingV1Api", "networking.k8s.io", "networkpolicies", "namespaced_network_policy"),
    "Node": Kind("CoreV1Api", "", "nodes", "node"),
    "PersistentVolumeClaim": Kind("CoreV1Api", "", "persistentvolumeclaims", "namespaced_persistent_volume_claim"),
    "Pod": Kind("CoreV1Api", "", "pods", "namespaced_pod"),
    "PodDisruptionBudget": Kind("PolicyV1Api", "policy", "poddisruptionbudgets", "namespaced_pod_disruption_budget"),
    "ReplicaSet": Kind("AppsV1Api", "apps", "replicasets", "namespaced_replica_set"),
    "Secret": Kind("CoreV1Api", "", "secrets", "namespaced_secret"),
    "Service": Kind("CoreV1Api", "", "services", "namespaced_service"),
    "ServiceAccount": Kind("CoreV1Api", "", "serviceaccounts", "namespaced_service_account"),
    "StatefulSet": Kind("AppsV1Api", "apps", "statefulsets", "namespaced_stateful_set"),
}


def token_of(api_version: str, kind: str) -> str:
    """Pulumi's type token of a kind, such as ``kubernetes:core/v1:Service``."""
    return f"kubernetes:{api_version if '/' in api_version else f'core/{api_version}'}:{kind}"
