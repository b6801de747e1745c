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
from kubernetes.client.exceptions import ApiException

from .api import Api
from .deployment import PATIENCE, Deployment, until
from .on_docker import remove_images

HEAD = """
    import pulumi
    from polypod import *

    config = pulumi.Config()
    base = {"image": "busybox:1.37", "user": 65534, "group": 65534}

    def serve(port, folder="/tmp"):
        return ["sh", "-c", "trap 'sleep 1; exit' TERM; echo ok > /tmp/index.html; "
                            f"httpd -f -p {port} -h {folder} & wait"]
"""
"""What programs of the tests on a cluster begin with."""
FOLDER = Path(os.environ.get("POLYPOD_CACHE", "")) / "cluster"
NOT_FOUND, CONFLICT = 404, 409
OURS = (
    "Pod",
    "Service",
    "ServiceAccount",
    "ConfigMap",
    "Secret",
    "PersistentVolumeClaim",
    "Deployment",
    "StatefulSet",
    "Job",
    "Ingress",
    "NetworkPolicy",
    "PodDisruptionBudget",
    "HorizontalPodAutoscaler",
)
"""The kinds that polypod makes in a namespace, itself or by others."""


def missing() -> str:
    """What is missing for tests on a cluster; empty where nothing is."""
    if not (FOLDER / "chosen").exists():
        return "no cluster was chosen for tests; run `make cluster`"
    try:
        Api().close()
    except Exception as error:
        return f"the cluster does not answer ({type(error).__name__}); run `make cluster`"
    return ""


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
        self.api = Api()

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
        found = self.api["Pod"].get(namespace=self.namespace, label_selector=f"dev.polypod.pod={pod}").items
        kept = [item for item in found if item.metadata.deletionTimestamp is None]
        return sorted(kept, key=lambda item: str(item.metadata.creationTimestamp))

    def copies(self, pod: str) -> list[str]:
        """The ids of the running copies of a pod, oldest first."""
        return [str(item.metadata.uid) for item in self.pods(pod) if item.status.phase == "Running"]

    def ready_copies(self, pod: str) -> int:
        """How many copies of a pod are ready."""
        statuses = [status for item in self.pods(pod) for status in item.status.conditions or ()]
        return len([status for status in statuses if (status.type, status.status) == ("Ready", "True")])

    def gone(self, name: str) -> bool:
        """Whether a pod of the cluster is gone."""
        return name not in self.api.names("Pod", namespace=self.namespace)

    def shell(self, pod: str, container: str, command: str) -> str:
        """What a shell command prints inside a container of a pod's first copy."""
        return self.api.shell(self.pods(pod)[0].metadata.name, self.namespace, container, command)

    def log(self, pod: str, container: str) -> str:
        """What a container wrote, in all copies of its pod."""
        return "".join(self._logs(pod, container))

    def _logs(self, pod: str, container: str) -> Iterator[str]:
        for item in self.pods(pod):
            yield self.api.log(item.metadata.name, self.namespace, container=container)

    def stop(self, pod: str) -> None:
        """Take all copies of a pod away, behind Pulumi's back."""
        none = {"spec": {"replicas": 0}}
        self.api["Deployment"].patch(name=pod, namespace=self.namespace, body=none)
        until(lambda: not self.api.names("Pod", namespace=self.namespace, label_selector=f"dev.polypod.pod={pod}"))

    def left_over(self) -> dict[str, list[str]]:
        """The names of everything in the namespace that carries the stack's label, and of the namespace itself."""
        ours = f"dev.polypod.stack={self.stack}"
        found = {kind: self.api.names(kind, namespace=self.namespace, label_selector=ours) for kind in OURS}
        found["Namespace"] = self.api.names("Namespace", label_selector=ours)
        return {kind: names for kind, names in found.items() if names}

    def remove_everything(self) -> None:
        """Remove images, and the namespace with all that is in it; how pods end is not of interest any more."""
        where = {"namespace": self.namespace, "label_selector": "dev.polypod.stack"}
        try:
            for kind in ("Deployment", "StatefulSet", "ReplicaSet", "Job"):
                self.api[kind].delete(propagation_policy="Background", **where)
            self.api["Pod"].delete(grace_period_seconds=0, **where)
            self.removed.append(self.namespace)
            self.api["Namespace"].delete(name=self.namespace)
        except ApiException as error:
            if error.status not in (NOT_FOUND, CONFLICT):  # it is gone, or on its way
                raise
        finally:
            self.api.close()
            remove_images(self.daemon, self.stack)


def wait_until_gone(namespaces: Iterable[str]) -> None:
    """Wait until namespaces that were removed are gone."""
    deadline = time.monotonic() + PATIENCE
    with Api() as api:
        while left := {*api.names("Namespace")} & {*namespaces}:
            assert time.monotonic() < deadline, f"these namespaces are still there: {', '.join(sorted(left))}"
            time.sleep(1)
