"""How failures on a cluster read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from kubernetes import config
from kubernetes.client.exceptions import ApiException

from .api import Api
from .conftest import OnCluster
from .deployment import UpdateFailedError
from .on_kubernetes import HEAD, KubernetesDeployment

SICK = (
    HEAD
    + """
    word = Secret(config.require_secret("word"))

    def sick(name, container={}, within="15s", **fields):
        main = Container(name, port=8080, readiness=Probe.http("/", period="1s"), env={"WORD": word},
                         **{**base, "command": serve(8080), **container})
        SidecarPod(name, Pod(main, ready_within=within, termination_grace_period="1s", **fields))

    how = config.get("how")
    if how == "all":
        sick("image", {"image": "localhost:1/nowhere:1"}, within="60s")
        sick("crash", {"command": ["sh", "-c", "echo the config is wrong; echo $WORD; exit 3"]})
        sick("setup", init=[Container("first", **base, command=["sh", "-c", "echo setting up; exit 7"])])
        sick("missing", {"command": ["/no/such/program"]}, within="60s")
        sick("greedy", {"resources": Resources(cpu=1000)})
    elif how == "claim":
        sick("claim", {"mounts": [Mount("/data", PersistentVolume("data", "10Mi"))]})
    else:
        sick("main", {"user": None, "group": None} if how == "root" else {}, within="60s")
"""
)


WORD = "xyzzy-plugh"


FAILURES = {
    "image": ["pods.image.main: its image cannot be pulled", "container: image", "ImagePullBackOff"],
    "crash": ["pods.crash.main: the container keeps exiting", "exit code: 3", "the config is wrong", "[secret]"],
    "setup": ["pods.setup.init[0]: the init container failed", "container: first", "exit code: 7", "setting up"],
    "missing": ["pods.missing.main: the container can never start", "/no/such/program", "fix:"],
    "greedy": ["pods.greedy: no node takes the pod", "Insufficient cpu"],
}


@pytest.fixture(scope="module")
def sick(deploy_on_cluster_once: OnCluster) -> KubernetesDeployment:
    """Pods in which many things can be wrong."""
    settings = {"gatewayService": "NodePort", "storageClass": "nowhere"}
    return deploy_on_cluster_once.program(SICK, {"polypod:kubernetes": settings}, {"word": WORD})


def test_a_failure_says_what_where_and_why(sick: KubernetesDeployment) -> None:
    """For each pod within its deadline, with pod, container, reason and the last lines of the log, and no secret."""
    sick.set("how", "all")
    printed = sick.failing_up()
    if any(texts[0] not in printed for texts in FAILURES.values()):  # one failed before all were made
        printed += sick.failing_up()
    for name, texts in FAILURES.items():
        own = "".join(printed[printed.index(texts[0]) :].partition("fix:")[:2])
        for words in (*texts, f"pod: {name}-"):
            assert words in own, own
    assert "Traceback" not in printed
    assert WORD not in printed


def test_a_claim_that_nobody_fulfils(sick: KubernetesDeployment) -> None:
    """Its pod is named."""
    sick.set("how", "claim")
    printed = sick.failing_up()
    assert "pods.claim: no node takes the pod" in printed
    assert "pod: claim-" in printed


def test_an_image_that_runs_as_root_is_refused_by_the_preview(
    sick: KubernetesDeployment, images: dict[str, str]
) -> None:
    """Before anything is made, with the place of the user; what is there stays as it is."""
    sick.set("how", "root")
    before = sick.api.names("ReplicaSet", namespace=sick.namespace)
    with pytest.raises(UpdateFailedError) as caught:
        sick.run("preview", "--stack", sick.stack)
    for printed in (str(caught.value), sick.failing_up()):
        image = images.get("busybox:1.37", "busybox:1.37")
        assert f"pods.main.main.user: the image {image} runs as root\n" in printed
        assert "fix: give the number of another user" in printed
        assert "Traceback" not in printed
    assert sick.api.names("ReplicaSet", namespace=sick.namespace) == before


def test_a_corrected_program_comes_up_after_all_that(sick: KubernetesDeployment) -> None:
    """Nothing half-made is in its way."""
    sick.set("how", "")
    sick.up()
    assert set(sick.preview()) == {"same"}


def test_a_quota_that_is_used_up(deploy_on_cluster: OnCluster, namespace: str) -> None:
    """In a namespace that is there, the cluster's own words are shown."""
    deployment = deploy_on_cluster.program(SICK, {"polypod:kubernetes": {"namespace": namespace}}, {"word": WORD})
    body = {"metadata": {"name": "none"}, "spec": {"hard": {"pods": "0"}}}
    deployment.api["ResourceQuota"].create(namespace=namespace, body=body)
    printed = deployment.failing_up()
    assert "pods.main: the cluster refuses to make its pods" in printed
    assert "exceeded quota" in printed
    assert "Traceback" not in printed
    deployment.destroy()
    assert deployment.api.names("Deployment", namespace=namespace) == []


def kubeconfig(server: str | None = None, token: str | None = None) -> str:
    """A kubeconfig for the cluster with another address, or for somebody else."""
    found: dict[str, Any] = yaml.safe_load(Path(config.kube_config.KUBE_CONFIG_DEFAULT_LOCATION).read_text())
    if server:
        found["clusters"][0]["cluster"]["server"] = server
    if token:
        found["users"][0]["user"] = {"token": token}
    return yaml.safe_dump(found)


def account_token(namespace: str) -> str:
    """The token of a service account that may do nothing."""
    body = {"metadata": {"name": "default"}, "spec": {"expirationSeconds": 600}}
    with Api() as api:
        return str(api["ServiceAccount"].token.create(namespace=namespace, body=body).status.token)


@pytest.mark.parametrize(
    ("words", "server", "token"),
    [
        ("no cluster answers", "https://127.0.0.1:1", None),
        ("Unauthorized", None, "wrong"),
        ("ask for the permission", None, "account"),
    ],
)
def test_no_cluster_and_no_permission(
    deploy_on_cluster: OnCluster, namespace: str, words: str, server: str | None, token: str | None
) -> None:
    """One clear error, and nothing is made: without a cluster, a valid token, or any rights."""
    if token == "account":
        token = account_token(namespace)
    deployment = deploy_on_cluster.program(SICK, {"kubernetes:kubeconfig": kubeconfig(server, token)}, {"word": WORD})
    printed = deployment.failing_up()
    assert words in printed
    assert "fix:" in printed
    assert "Traceback" not in printed
    with pytest.raises(ApiException):
        deployment.api["Namespace"].get(name=deployment.namespace)
