"""The kinds of objects that polypod makes or looks at."""

from __future__ import annotations

from collections.abc import Mapping

import attrs


@attrs.frozen
class Kind:
    """A kind of objects.

    Args:
        group: Its API group; empty for the core.
        version: The version of its group.
        resource: The name of its resource at the API server.
        namespaced: Whether its objects are in namespaces.
    """

    group: str
    version: str
    resource: str
    namespaced: bool = True

    @property
    def path(self) -> str:
        """The API path of its objects, with ``{namespace}`` for the namespace."""
        group = f"/apis/{self.group}" if self.group else "/api"
        place = "/namespaces/{namespace}" if self.namespaced else ""
        return f"{group}/{self.version}{place}/{self.resource}"


KINDS: Mapping[str, Kind] = {
    "ConfigMap": Kind("", "v1", "configmaps"),
    "Deployment": Kind("apps", "v1", "deployments"),
    "Event": Kind("", "v1", "events"),
    "HorizontalPodAutoscaler": Kind("autoscaling", "v2", "horizontalpodautoscalers"),
    "Ingress": Kind("networking.k8s.io", "v1", "ingresses"),
    "Job": Kind("batch", "v1", "jobs"),
    "Namespace": Kind("", "v1", "namespaces", namespaced=False),
    "NetworkPolicy": Kind("networking.k8s.io", "v1", "networkpolicies"),
    "Node": Kind("", "v1", "nodes", namespaced=False),
    "PersistentVolumeClaim": Kind("", "v1", "persistentvolumeclaims"),
    "Pod": Kind("", "v1", "pods"),
    "PodDisruptionBudget": Kind("policy", "v1", "poddisruptionbudgets"),
    "ReplicaSet": Kind("apps", "v1", "replicasets"),
    "Secret": Kind("", "v1", "secrets"),
    "Service": Kind("", "v1", "services"),
    "ServiceAccount": Kind("", "v1", "serviceaccounts"),
    "StorageClass": Kind("storage.k8s.io", "v1", "storageclasses", namespaced=False),
    "StatefulSet": Kind("apps", "v1", "statefulsets"),
}


def token_of(api_version: str, kind: str) -> str:
    """Pulumi's type token of a kind, such as ``kubernetes:core/v1:Service``."""
    return f"kubernetes:{api_version if '/' in api_version else f'core/{api_version}'}:{kind}"
