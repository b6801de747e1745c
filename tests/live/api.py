"""The API of the cluster, by Kubernetes' own words: the client's classes for it take two seconds to import."""

from __future__ import annotations

from typing import Any, Self

from kubernetes import client, config, dynamic
from kubernetes.stream import ws_client

VERSIONS = {
    "Deployment": "apps/v1",
    "StatefulSet": "apps/v1",
    "ReplicaSet": "apps/v1",
    "HorizontalPodAutoscaler": "autoscaling/v2",
    "Job": "batch/v1",
    "Ingress": "networking.k8s.io/v1",
    "NetworkPolicy": "networking.k8s.io/v1",
    "PodDisruptionBudget": "policy/v1",
    "EndpointSlice": "discovery.k8s.io/v1",
    "NodeMetrics": "metrics.k8s.io/v1beta1",
}


class Api:
    """A connection to the cluster that the kubeconfig names; to be closed.

    Objects have their fields as attributes, named as in manifests; ``None`` is what they do not have, also by mistake.

    Attributes:
        client: What sends the requests.
        resources: The kinds that the cluster knows.
    """

    def __init__(self) -> None:
        self.client = config.new_client_from_config()
        client.VersionApi(self.client).get_code(_request_timeout=5)
        self.resources = dynamic.DynamicClient(self.client).resources

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections, which the client leaves open itself."""
        self.client.rest_client.pool_manager.clear()
        self.client.close()

    def __getitem__(self, kind: str) -> Any:
        """What reads and writes the objects of a kind."""
        return self.resources.get(api_version=VERSIONS.get(kind, "v1"), kind=kind)

    def names(self, kind: str, **where: Any) -> list[str]:
        """The names of the objects of a kind."""
        return [str(item.metadata.name) for item in self[kind].get(**where).items]

    def log(self, pod: str, namespace: str, **query: str) -> str:
        """What a pod's container wrote."""
        answer = self["Pod"].log.get(name=pod, namespace=namespace, query_params=[*query.items()], serialize=False)
        return str(answer.data.decode())

    def shell(self, pod: str, namespace: str, container: str, command: str) -> str:
        """What a shell command prints inside a container."""
        words = {"container": container, "stdout": "true", "stderr": "true"}
        query = [*words.items(), *(("command", word) for word in ("sh", "-c", command))]
        method, url, headers, *_ = self.client.param_serialize(
            "GET",
            f"/api/v1/namespaces/{namespace}/pods/{pod}/exec",
            query_params=query,
            auth_settings=["BearerToken"],
        )
        answer = ws_client.websocket_call(
            self.client.configuration, method, url, headers=headers, _preload_content=False
        )
        try:
            answer.run_forever(timeout=60)
            code, printed = answer.returncode, str(answer.read_all())
        finally:
            answer.sock.shutdown()  # close() leaves the socket open once the server has said goodbye
        assert code == 0, printed
        return printed
