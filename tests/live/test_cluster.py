"""What programs may expect of the cluster that 'make cluster' chose."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import subprocess
import sys
import uuid
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import docker
import pytest
from kubernetes.client.exceptions import ApiException

from tests.common import cannot_run

from . import deployment
from .api import Api
from .deployment import ROOT
from .on_kubernetes import FOLDER

HARMLESS = {
    "runAsNonRoot": True,
    "runAsUser": 1234,
    "allowPrivilegeEscalation": False,
    "capabilities": {"drop": ["ALL"]},
    "seccompProfile": {"type": "RuntimeDefault"},
}
until = partial(deployment.until, patience=60.0)


class Cluster:
    """The cluster, and a namespace of its own for one test."""

    def __init__(self, api: Api, namespace: str) -> None:
        """Take a connection to what the kubeconfig names."""
        self.api, self.namespace = api, namespace
        self.chosen = (FOLDER / "chosen").read_text()
        registry = FOLDER / "registry.json"
        self.registry = json.loads(registry.read_text()) if self.chosen != "yours" and registry.exists() else None

    def create(self, **labels: str) -> None:
        """Make the namespace."""
        self.api["Namespace"].create(body={"metadata": {"name": self.namespace, "labels": labels}})
        until(lambda: self.api.names("ServiceAccount", namespace=self.namespace))

    def pod(self, script: str, image: str | None = None, claim: str | None = None, **spec: Any) -> str:
        """Start a pod that runs a shell script; a claim is mounted at /data."""
        container: dict[str, Any] = {"name": "main", "image": image or busybox(), "command": ["sh", "-c", script]}
        if claim:
            spec["volumes"] = [{"name": "data", "persistentVolumeClaim": {"claimName": claim}}]
            container["volumeMounts"] = [{"name": "data", "mountPath": "/data"}]
        container |= {"securityContext": spec.pop("container_security", {})}
        name = f"p{uuid.uuid4().hex[:8]}"
        body = {
            "metadata": {"name": name},
            "spec": {"restartPolicy": "Never", "terminationGracePeriodSeconds": 0, "containers": [container]} | spec,
        }
        self.api["Pod"].create(namespace=self.namespace, body=body)
        return name

    def status(self, pod: str) -> Any:
        """What the cluster says of a pod."""
        return self.api["Pod"].get(name=pod, namespace=self.namespace).status

    def phase(self, pod: str) -> str:
        """How far a pod is."""
        return str(self.status(pod).phase)

    def waits_because(self, pod: str) -> str | None:
        """Why a pod's container does not start."""
        for status in self.status(pod).containerStatuses or []:
            if status.state.waiting:
                return str(status.state.waiting.reason)
        return None

    def log(self, pod: str) -> str:
        """Wait for a pod's end and return what it wrote."""
        until(lambda: self.phase(pod) in {"Succeeded", "Failed"})
        return self.api.log(pod, self.namespace)

    def claim(self, mode: str) -> str:
        """Claim a volume of the default class."""
        name = f"c{uuid.uuid4().hex[:8]}"
        spec = {"accessModes": [mode], "resources": {"requests": {"storage": "10Mi"}}}
        body = {"metadata": {"name": name}, "spec": spec}
        self.api["PersistentVolumeClaim"].create(namespace=self.namespace, body=body)
        return name


def busybox() -> str:
    """The image that stands in for busybox, or busybox."""
    file = Path(os.environ.get("POLYPOD_IMAGES", ""))
    stand_ins = json.loads(file.read_text()) if file.is_file() else {}
    return str(stand_ins.get("busybox:1.37", "busybox:1.37"))


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    """The cluster that 'make cluster' chose; where it did not or none answers, the tests fail in CI."""
    if not (FOLDER / "chosen").exists():
        cannot_run("no cluster was chosen for these tests; run 'make cluster' first")
    try:
        api = Api()
    except Exception as error:
        cannot_run(f"no Kubernetes cluster answers ({error}); run 'make cluster' first")
    with api:
        cluster = Cluster(api, f"t{uuid.uuid4().hex[:8]}")
        yield cluster
        if cluster.namespace in api.names("Namespace"):
            api["Namespace"].delete(name=cluster.namespace)


def test_node_is_ready(cluster: Cluster) -> None:
    """Every node takes pods."""
    nodes = cluster.api["Node"].get().items
    assert nodes
    for node in nodes:
        assert "True" in [condition.status for condition in node.status.conditions if condition.type == "Ready"]


def test_a_second_run_changes_nothing(cluster: Cluster) -> None:
    """What runs goes on running; no file is written that a process of the cluster might look at."""
    before = as_it_is(cluster)
    command = [sys.executable, "-m", "dev.cluster", "up"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert as_it_is(cluster) == before


def as_it_is(cluster: Cluster) -> dict[str, Any]:
    """The node, the pods of the cluster's own, the processes of a bare one, and the files they read."""
    own = ("kube-system", "local-path-storage")
    of_a_deployment = partial(cluster.api["Pod"].get, label_selector="pod-template-hash")
    pods = [pod for name in own for pod in of_a_deployment(namespace=name).items]
    bare = FOLDER / "bare"
    files = [*bare.glob("*.yaml"), *bare.glob("*.toml"), *bare.glob("pki/*"), *bare.glob("processes/*")]
    return {
        **{item.metadata.name: item.metadata.uid for item in cluster.api["Node"].get().items},
        **{pod.metadata.name: [status.restartCount for status in pod.status.containerStatuses] for pod in pods},
        **{str(file): (file.stat().st_mtime_ns, hashlib.sha256(file.read_bytes()).hexdigest()) for file in files},
    }


def test_names_inside_the_cluster(cluster: Cluster) -> None:
    """A pod reaches a service by its short name."""
    cluster.create()
    pod = cluster.pod("nc -w 5 kubernetes.default 443 -e true && echo reached")
    assert "reached" in cluster.log(pod)


@pytest.mark.parametrize("mode", ["ReadWriteOnce", "ReadWriteMany"])
def test_claims(cluster: Cluster, mode: str) -> None:
    """A claim of the default class is bound, an unprivileged pod can write to it, and its data goes with it."""
    cluster.create()
    claim = cluster.claim(mode)
    pod = cluster.pod(
        "echo kept >/data/file && cat /data/file", claim=claim, securityContext={"runAsUser": 1234, "fsGroup": 4321}
    )
    assert cluster.log(pod) == "kept\n"
    volume = cluster.api["PersistentVolumeClaim"].get(name=claim, namespace=cluster.namespace).spec.volumeName
    spec = cluster.api["PersistentVolume"].get(name=volume).spec
    folder = Path((spec.local or spec.hostPath).path) if cluster.chosen == "bare" else None
    if folder:
        assert (folder / "file").read_text() == "kept\n"
    cluster.api["Pod"].delete(name=pod, namespace=cluster.namespace)
    cluster.api["PersistentVolumeClaim"].delete(name=claim, namespace=cluster.namespace)
    until(lambda: volume not in cluster.api.names("PersistentVolume"))
    assert folder is None or not folder.exists()


def test_pod_security(cluster: Cluster) -> None:
    """A namespace at the level 'restricted' refuses an ordinary pod and takes a harmless one."""
    cluster.create(**{"pod-security.kubernetes.io/enforce": "restricted"})
    with pytest.raises(ApiException, match="violates PodSecurity") as refused:
        cluster.pod("true")
    assert refused.value.status == 403
    assert cluster.log(cluster.pod("id -u", container_security=HARMLESS)) == "1234\n"


def test_private_image(cluster: Cluster, daemon: docker.DockerClient) -> None:
    """The cluster pulls from the local registry with its password, and not without."""
    if cluster.registry is None:
        cannot_run("this cluster has no local registry; unset KUBECONFIG and run 'make cluster'")
    login = {
        "username": cluster.registry["username"],
        "password": Path(cluster.registry["passwordFile"]).read_text(),
    }
    server = cluster.registry["server"]
    repository = f"{server}/{cluster.namespace}"
    image = daemon.images.get(busybox())
    image.tag(repository, "1")
    try:
        assert "error" not in daemon.images.push(repository, "1", auth_config=login)
    finally:
        daemon.images.remove(f"{repository}:1")
    cluster.create()
    refused = cluster.pod("true", image=f"{repository}:1")
    until(lambda: cluster.waits_because(refused) in {"ErrImagePull", "ImagePullBackOff"})
    auth = base64.b64encode(f"{login['username']}:{login['password']}".encode()).decode()
    secret = {
        "metadata": {"name": "registry"},
        "type": "kubernetes.io/dockerconfigjson",
        "stringData": {".dockerconfigjson": json.dumps({"auths": {server: {"auth": auth}}})},
    }
    cluster.api["Secret"].create(namespace=cluster.namespace, body=secret)
    pulled = cluster.pod("echo pulled", image=f"{repository}:1", imagePullSecrets=[{"name": "registry"}])
    assert cluster.log(pulled) == "pulled\n"


def test_metrics(cluster: Cluster) -> None:
    """The API that a HorizontalPodAutoscaler asks knows what the nodes use."""
    metrics = cluster.api["NodeMetrics"]
    until(lambda: metrics.get().items)
    (node, *_) = metrics.get().items
    assert node.usage.cpu not in (None, "0")
