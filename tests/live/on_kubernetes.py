"""A stack on the cluster that `make cluster` chose."""

from __future__ import annotations

import json
import os
import socket
import time
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import docker
from kubernetes import client, config
from kubernetes.client.exceptions import ApiException
from kubernetes.stream import stream

from .deployment import PATIENCE, Deployment, until
from .on_docker import remove_images

FOLDER = Path(os.environ.get("POLYPOD_CACHE", "")) / "cluster"
NOT_FOUND, CONFLICT = 404, 409


def missing() -> str:
    """What is missing for tests on a cluster; empty where nothing is."""
    if not (FOLDER / "chosen").exists():
        return "no cluster was chosen for tests; run `make cluster`"
    try:
        config.load_kube_config()
        api = client.ApiClient()
        client.VersionApi(api).get_code(_request_timeout=5)
        disconnect(api)
    except Exception as error:
        return f"the cluster does not answer ({type(error).__name__}); run `make cluster`"
    return ""


def disconnect(api: client.ApiClient) -> None:
    """Close the connections of a client, which it leaves open itself."""
    api.rest_client.pool_manager.clear()
    api.close()


def connects(host: str, port: int) -> bool:
    """Whether something listens there."""
    with socket.socket() as probe:
        probe.settimeout(2)
        return probe.connect_ex((host, port)) == 0


class KubernetesDeployment(Deployment):
    """A stack in a namespace of its own.

    Args:
        daemon: Has the images that are built.
        removed: Takes the names of namespaces that are removed; for whoever waits until they are gone.
    """

    target = "kubernetes"

    def __init__(self, project: Path, stack: str, state: Path, daemon: docker.DockerClient, removed: list[str]) -> None:
        super().__init__(project, stack, state)
        self.daemon, self.removed = daemon, removed
        self.api = client.ApiClient()
        self.core, self.apps = client.CoreV1Api(self.api), client.AppsV1Api(self.api)

    def platform_config(self) -> dict[str, Any]:
        """The config that leads the stack to the cluster, whose nodes' ports this machine reaches."""
        found: dict[str, Any] = {"polypod:target": self.target, "polypod:kubernetes": {"gatewayService": "NodePort"}}
        file = FOLDER / "registry.json"
        if file.exists():
            registry = json.loads(file.read_text())
            password = Path(registry.pop("passwordFile")).read_text()
            found["polypod:registry"] = {
                "server": registry["server"],
                "username": registry["username"],
                "password": password,
            }
        return found

    def up(self) -> str:
        """Deploy; what the user sees. The nodes learn of a new port of theirs a moment after the cluster does."""
        printed = super().up()
        for url in (urlsplit(str(value)) for value in self.outputs.values()):
            if url.hostname and url.port and not url.hostname.endswith(".cluster.local"):
                until(partial(connects, url.hostname, url.port))
        return printed

    @property
    def namespace(self) -> str:
        """The namespace that the stack makes."""
        return f"{self.settings['name']}-{self.stack}"

    def pods(self, pod: str) -> list[Any]:
        """The pods that run or have run for one pod of the program and are not being stopped, oldest first."""
        found = self.core.list_namespaced_pod(self.namespace, label_selector=f"dev.polypod.pod={pod}").items
        kept = [item for item in found if item.metadata.deletion_timestamp is None]
        return sorted(kept, key=lambda item: str(item.metadata.creation_timestamp))

    def copies(self, pod: str) -> list[str]:
        """The ids of the running copies of a pod, oldest first."""
        return [str(item.metadata.uid) for item in self.pods(pod) if item.status.phase == "Running"]

    def ready_copies(self, pod: str) -> int:
        """How many copies of a pod are ready."""
        statuses = [status for item in self.pods(pod) for status in item.status.conditions or ()]
        return len([status for status in statuses if (status.type, status.status) == ("Ready", "True")])

    def gone(self, name: str) -> bool:
        """Whether a pod of the cluster is gone."""
        return name not in [item.metadata.name for item in self.core.list_namespaced_pod(self.namespace).items]

    def shell(self, pod: str, container: str, command: str) -> str:
        """What a shell command prints inside a container of a pod's first copy."""
        answer = stream(
            self.core.connect_get_namespaced_pod_exec,
            self.pods(pod)[0].metadata.name,
            self.namespace,
            container=container,
            command=["sh", "-c", command],
            stdout=True,
            stderr=True,
            _preload_content=False,
        )
        answer.run_forever(timeout=60)
        code, printed = answer.returncode, str(answer.read_all())
        answer.sock.shutdown()  # close() leaves the socket open once the server has said goodbye
        assert code == 0, printed
        return printed

    def log(self, pod: str, container: str) -> str:
        """What a container wrote, in all copies of its pod."""
        return "".join(self._logs(pod, container))

    def _logs(self, pod: str, container: str) -> Iterator[str]:
        for item in self.pods(pod):
            yield str(self.core.read_namespaced_pod_log(item.metadata.name, self.namespace, container=container))

    def stop(self, pod: str) -> None:
        """Take all copies of a pod away, behind Pulumi's back."""
        self.apps.patch_namespaced_deployment_scale(pod, self.namespace, {"spec": {"replicas": 0}})
        labels = f"dev.polypod.pod={pod}"
        until(lambda: not self.core.list_namespaced_pod(self.namespace, label_selector=labels).items)

    def left_over(self) -> dict[str, list[str]]:
        """The names of everything in the namespace that carries the stack's label, and of the namespace itself."""
        ours = f"dev.polypod.stack={self.stack}"
        lists = {
            "pods": self.core.list_namespaced_pod,
            "services": self.core.list_namespaced_service,
            "config maps": self.core.list_namespaced_config_map,
            "secrets": self.core.list_namespaced_secret,
            "claims": self.core.list_namespaced_persistent_volume_claim,
            "deployments": self.apps.list_namespaced_deployment,
            "stateful sets": self.apps.list_namespaced_stateful_set,
            "policies": client.NetworkingV1Api(self.api).list_namespaced_network_policy,
            "budgets": client.PolicyV1Api(self.api).list_namespaced_pod_disruption_budget,
            "jobs": client.BatchV1Api(self.api).list_namespaced_job,
        }
        found = {kind: lister(self.namespace, label_selector=ours).items for kind, lister in lists.items()}
        found["namespaces"] = self.core.list_namespace(label_selector=ours).items
        return {kind: [str(item.metadata.name) for item in items] for kind, items in found.items() if items}

    def remove_everything(self) -> None:
        """Remove images, and the namespace with all that is in it; how pods end is not of interest any more."""
        batch = client.BatchV1Api(self.api)
        try:
            for delete in (
                self.apps.delete_collection_namespaced_deployment,
                self.apps.delete_collection_namespaced_stateful_set,
                self.apps.delete_collection_namespaced_replica_set,
                batch.delete_collection_namespaced_job,
            ):
                delete(self.namespace, propagation_policy="Background")
            self.core.delete_collection_namespaced_pod(self.namespace, grace_period_seconds=0)
            self.removed.append(self.namespace)
            self.core.delete_namespace(self.namespace)
        except ApiException as error:
            if error.status not in (NOT_FOUND, CONFLICT):  # it is gone, or on its way
                raise
        finally:
            disconnect(self.api)
            remove_images(self.daemon, self.stack)


def wait_until_gone(namespaces: Iterable[str]) -> None:
    """Wait until namespaces that were removed are gone."""
    deadline = time.monotonic() + PATIENCE
    api = client.ApiClient()
    core = client.CoreV1Api(api)
    try:
        while left := {item.metadata.name for item in core.list_namespace().items} & set(namespaces):
            assert time.monotonic() < deadline, f"these namespaces are still there: {', '.join(sorted(left))}"
            time.sleep(1)
    finally:
        disconnect(api)
