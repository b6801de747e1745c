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
from kubernetes import client, config
from kubernetes.client.exceptions import ApiException

from . import deployment
from .conftest import cannot_run
from .deployment import ROOT

HARMLESS = {
    "runAsNonRoot": True,
    "runAsUser": 1234,
    "allowPrivilegeEscalation": False,
    "capabilities": {"drop": ["ALL"]},
    "seccompProfile": {"type": "RuntimeDefault"},
}
until = partial(deployment.until, patience=60.0)
FOLDER = Path(os.environ.get("POLYPOD_CACHE", "")) / "cluster"


class Cluster:
    """The cluster, and a namespace of its own for one test."""

    def __init__(self, namespace: str) -> None:
        """Connect to what the kubeconfig names."""
        self.core, self.namespace = client.CoreV1Api(), namespace
        self.chosen = (FOLDER / "chosen").read_text()
        registry = FOLDER / "registry.json"
        self.registry = json.loads(registry.read_text()) if self.chosen != "yours" and registry.exists() else None

    def create(self, **labels: str) -> None:
        """Make the namespace."""
        self.core.create_namespace({"metadata": {"name": self.namespace, "labels": labels}})
        until(lambda: self.core.list_namespaced_service_account(self.namespace).items)

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
        self.core.create_namespaced_pod(self.namespace, body)
        return name

    def phase(self, pod: str) -> str:
        """How far a pod is."""
        return str(self.core.read_namespaced_pod(pod, self.namespace).status.phase)

    def waits_because(self, pod: str) -> str | None:
        """Why a pod's container does not start."""
        for status in self.core.read_namespaced_pod(pod, self.namespace).status.container_statuses or []:
            if status.state.waiting:
                return str(status.state.waiting.reason)
        return None

    def log(self, pod: str) -> str:
        """Wait for a pod's end and return what it wrote."""
        until(lambda: self.phase(pod) in {"Succeeded", "Failed"})
        return str(self.core.read_namespaced_pod_log(pod, self.namespace))

    def claim(self, mode: str) -> str:
        """Claim a volume of the default class."""
        name = f"c{uuid.uuid4().hex[:8]}"
        spec = {"accessModes": [mode], "resources": {"requests": {"storage": "10Mi"}}}
        self.core.create_namespaced_persistent_volume_claim(self.namespace, {"metadata": {"name": name}, "spec": spec})
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
        config.load_kube_config()
        client.VersionApi().get_code(_request_timeout=5)
    except Exception as error:
        cannot_run(f"no Kubernetes cluster answers ({error}); run 'make cluster' first")
    cluster = Cluster(f"t{uuid.uuid4().hex[:8]}")
    yield cluster
    if cluster.namespace in [item.metadata.name for item in cluster.core.list_namespace().items]:
        cluster.core.delete_namespace(cluster.namespace)


def test_node_is_ready(cluster: Cluster) -> None:
    """Every node takes pods."""
    nodes = cluster.core.list_node().items
    assert nodes
    for node in nodes:
        assert "True" in [condition.status for condition in node.status.conditions if condition.type == "Ready"]


def test_a_second_run_changes_nothing(cluster: Cluster) -> None:
    """What runs goes on running; no file is written that a process of the cluster might look at."""
    before = as_it_is(cluster)
    command = [sys.executable, "-m", "toolchain.cluster", "up"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert as_it_is(cluster) == before


def as_it_is(cluster: Cluster) -> dict[str, Any]:
    """The node, the pods of the cluster's own, the processes of a bare one, and the files they read."""
    own = ("kube-system", "local-path-storage")
    pods = [
        pod for name in own for pod in cluster.core.list_namespaced_pod(name, label_selector="pod-template-hash").items
    ]
    bare = FOLDER / "bare"
    files = [*bare.glob("*.yaml"), *bare.glob("*.toml"), *bare.glob("pki/*"), *bare.glob("processes/*")]
    return {
        **{item.metadata.name: item.metadata.uid for item in cluster.core.list_node().items},
        **{pod.metadata.name: [status.restart_count for status in pod.status.container_statuses] for pod in pods},
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
    volume = cluster.core.read_namespaced_persistent_volume_claim(claim, cluster.namespace).spec.volume_name
    spec = cluster.core.read_persistent_volume(volume).spec
    folder = Path((spec.local or spec.host_path).path) if cluster.chosen == "bare" else None
    if folder:
        assert (folder / "file").read_text() == "kept\n"
    cluster.core.delete_namespaced_pod(pod, cluster.namespace)
    cluster.core.delete_namespaced_persistent_volume_claim(claim, cluster.namespace)
    until(lambda: volume not in [item.metadata.name for item in cluster.core.list_persistent_volume().items])
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
    cluster.core.create_namespaced_secret(cluster.namespace, secret)
    pulled = cluster.pod("echo pulled", image=f"{repository}:1", imagePullSecrets=[{"name": "registry"}])
    assert cluster.log(pulled) == "pulled\n"


def test_metrics(cluster: Cluster) -> None:
    """The API that a HorizontalPodAutoscaler asks knows what the nodes use."""
    api = client.CustomObjectsApi()
    until(lambda: api.list_cluster_custom_object("metrics.k8s.io", "v1beta1", "nodes")["items"])
    (node, *_) = api.list_cluster_custom_object("metrics.k8s.io", "v1beta1", "nodes")["items"]
    assert node["usage"]["cpu"] != "0"
