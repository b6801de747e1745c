"""Changes of what a cluster cannot change in place, hand-overs, and updates that are green only when all is there."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

from .api import Api
from .conftest import OnCluster, unused_port
from .deployment import UpdateFailedError, until
from .load import Load
from .on_kubernetes import HEAD, KubernetesDeployment

CLAIMS = (
    HEAD
    + """
    size, own = config.get("size") or "16Mi", config.get_bool("own") or False
    volumes = [PersistentVolume("data", size, per_replica=own)]
    if config.get_bool("more"):
        volumes.append(PersistentVolume("more", "16Mi", per_replica=True))
    mounts = [Mount(f"/{volume.name}", volume) for volume in volumes]
    web = Pod(Container("web", **base, port=8080, command=serve(8080), mounts=mounts,
                        env={"V": config.get("v") or "1"}, readiness=Probe.http("/", period="1s")),
              replicas=config.get_int("replicas") or 1, termination_grace_period="3s", ready_within="100s")
    stack = GatewayStack("shop", Gateway([web], routes=[Route("/web/", web)], port=config.require_int("port")))
    pulumi.export("url", stack.url)
"""
)
PATH = "pods.web.main.mounts[0].volume"


@pytest.fixture(scope="module")
def kept(deploy_on_cluster_once: OnCluster) -> KubernetesDeployment:
    """A pod with a claim, which is there."""
    deployment = deploy_on_cluster_once.program(CLAIMS, {"port": str(unused_port())})
    deployment.up()
    return deployment


def claims(deployment: KubernetesDeployment) -> dict[str, tuple[str, str]]:
    """The mode and the size of each claim by name."""
    found = deployment.api["PersistentVolumeClaim"].get(namespace=deployment.namespace).items
    return {c.metadata.name: (c.spec.accessModes[0], c.status.capacity.storage) for c in found if c.status.capacity}


def test_a_preview_says_how_long_nobody_answers(kept: KubernetesDeployment) -> None:
    """Where only one may use the data; a change that stops nothing says nothing."""
    words = "web is stopped before its next version starts, as only one may use its data (data): it is unavailable"
    kept.set("v", "2")
    assert words in kept.run("preview", "--stack", kept.stack)
    kept.set("v", "1")
    assert words not in kept.run("preview", "--stack", kept.stack)


def test_a_second_replica_on_a_claim(kept: KubernetesDeployment) -> None:
    """The claim keeps its mode, which is said; nothing is refused, there and back."""
    kept.set("replicas", "2")
    assert f"{PATH}: the claim 'data' stays ReadWriteOnce" in kept.up()
    assert kept.ready_copies("web") == 2
    assert set(kept.preview()) == {"same"}
    kept.set("replicas", "1")
    assert "stays ReadWriteOnce" not in kept.up()
    assert claims(kept) == {"data": ("ReadWriteOnce", "16Mi")}


@pytest.mark.parametrize(
    ("size", "what"),
    [
        ("8Mi", "the claim 'data' has 16Mi and cannot become smaller"),
        ("32Mi", "the claim 'data' has 16Mi, and its storage class 'local-path' does not let claims grow"),
    ],
)
def test_a_size_that_cannot_be_had(kept: KubernetesDeployment, size: str, what: str) -> None:
    """Is refused before anything is made, with path and fix; the preview says the same. Only the program is stored."""
    kept.set("size", size)
    for printed in (kept.run("preview", "--stack", kept.stack, check=False), kept.failing_up()):
        assert f"{PATH}.size: {what}" in printed
        assert "fix: write size='16Mi'" in printed
        assert "urn:" not in printed
    kept.set("size", "16Mi")
    assert kept.changes() == {"polypod:index:GatewayStack": "update"}


def test_replicas_with_volumes_of_their_own(kept: KubernetesDeployment) -> None:
    """They start empty, and the preview says so; one volume more costs no request, and each replica has it."""
    kept.set("own", "true")
    kept.set("replicas", "2")
    assert "the replicas of web start empty: the data of the claim data stays in it" in kept.run(
        "preview", "--stack", kept.stack
    )
    kept.up()
    kept.set("more", "true")
    shown = kept.run("preview", "--stack", kept.stack)
    assert "error" not in shown
    with Load(f"{kept.outputs['url']}/web/") as asked:
        kept.up()
    print(f"one more volume of each replica: {asked}")
    assert asked.lost == []
    assert {"data-web-0", "data-web-1", "more-web-0", "more-web-1"} <= claims(kept).keys()
    assert kept.ready_copies("web") == 2
    assert set(kept.preview()) == {"same"}


@pytest.fixture
def elastic(cluster: None) -> Iterator[str]:
    """A storage class whose claims grow, and somebody who makes them larger as a driver's resizer does."""
    name, over = "local-path-shared", threading.Event()
    with Api() as api:
        api["StorageClass"].patch(name=name, body={"allowVolumeExpansion": True})
        resizer = threading.Thread(target=_resize, args=(api, name, over))
        resizer.start()
        yield name
        over.set()
        resizer.join()
        api["StorageClass"].patch(name=name, body={"allowVolumeExpansion": False})


def _resize(api: Api, storage: str, over: threading.Event) -> None:
    while not over.wait(1):
        for claim in api["PersistentVolumeClaim"].get().items:
            wanted: Any = claim.spec.resources.requests.storage
            has: Any = (claim.status.capacity or {}).get("storage")
            if claim.spec.storageClassName == storage and has and has != wanted:
                time.sleep(3)
                where = {"name": claim.metadata.name, "namespace": claim.metadata.namespace}
                size = {"capacity": {"storage": wanted}}
                content = "application/merge-patch+json"
                api["PersistentVolume"].patch(name=claim.spec.volumeName, body={"spec": size}, content_type=content)
                api["PersistentVolumeClaim"].status.patch(**where, body={"status": size}, content_type=content)


def test_claims_grow(deploy_on_cluster: OnCluster, elastic: str) -> None:
    """That of the pod, then those of its replicas; the update is over when they have the size, and none is replaced."""
    settings = {"gatewayService": "NodePort", "storageClass": elastic}
    deployment = deploy_on_cluster.program(CLAIMS, {"port": str(unused_port()), "polypod:kubernetes": settings})
    deployment.up()
    deployment.set("size", "32Mi")
    deployment.up()
    assert claims(deployment)["data"] == ("ReadWriteOnce", "32Mi")
    deployment.set("own", "true")
    deployment.set("replicas", "2")
    deployment.up()
    copies = deployment.copies("web")
    deployment.set("size", "64Mi")
    with Load(f"{deployment.outputs['url']}/web/") as asked:
        deployment.up()
    assert asked.lost == []
    assert {claims(deployment)[f"data-web-{i}"] for i in range(2)} == {("ReadWriteOnce", "64Mi")}
    assert deployment.copies("web") == copies
    assert set(deployment.preview()) == {"same"}


SCALED = (
    HEAD
    + """
    scales = {"fixed": {"replicas": 3}, "auto": {"autoscale": Autoscale(min_replicas=3, max_replicas=4, cpu=80)},
              "two": {"replicas": 2}}
    web = Pod(Container("web", **base, port=8080, command=serve(8080), readiness=Probe.http("/", period="1s"),
                        resources=Resources("10m", "16Mi", cpu_limit=1)),
              termination_grace_period="1s", **scales[config.get("scale") or "fixed"])
    SidecarPod("web", web)
"""
)


class Fewest:
    """Counts the ready replicas of a pod until the block ends, and remembers the fewest."""

    def __init__(self, deployment: KubernetesDeployment, pod: str) -> None:
        self._deployment, self._pod, self._over = deployment, pod, threading.Event()
        self._thread = threading.Thread(target=self._count)
        self.count = 1000

    def __enter__(self) -> Fewest:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _count(self) -> None:
        while not self._over.wait(0.2):
            self.count = min(self.count, self._deployment.ready_copies(self._pod))


def test_replicas_and_an_autoscaler_hand_over_to_each_other(deploy_on_cluster: OnCluster) -> None:
    """Never below what either asks for; each update is over when its number is there, and stays."""
    deployment = deploy_on_cluster.program(SCALED)
    deployment.up()
    with Fewest(deployment, "web") as fewest:
        deployment.set("scale", "auto")
        deployment.up()
        assert deployment.ready_copies("web") == 3
        assert set(deployment.preview()) == {"same"}
    assert fewest.count == 3
    deployment.set("scale", "two")
    deployment.up()
    assert len(deployment.copies("web")) == 2
    assert "HorizontalPodAutoscaler" not in deployment.left_over()
    deployment.set("scale", "auto")
    deployment.up()
    assert deployment.ready_copies("web") == 3


def test_an_autoscalers_least_is_there_from_the_start(deploy_on_cluster: OnCluster) -> None:
    """When the update is over."""
    deployment = deploy_on_cluster.program(SCALED, {"scale": "auto"})
    deployment.up()
    assert deployment.ready_copies("web") == 3


SERVICES = (
    HEAD
    + """
    port = {"port": 8080} if config.get_bool("port") else {}
    web = Pod(Container("web", **base, command=serve(8080), **port))
    asks = Pod(Container("asks", **base, command=["sleep", "9999"]), depends_on=[web])
    GatewayStack("shop", Gateway([web, asks], routes=[], port=8080))
"""
)


def test_services_change_their_type_and_their_address(deploy_on_cluster: OnCluster) -> None:
    """Published on nodes and not, with an address of their own and without; the preview shows no error."""
    deployment = deploy_on_cluster.program(SERVICES, {"port": "true"})
    deployment.up()
    for key, value in (
        ("polypod:kubernetes", {"gatewayService": "ClusterIP"}),
        ("port", "false"),
        ("polypod:kubernetes", {"gatewayService": "NodePort"}),
        ("port", "true"),
    ):
        deployment.set(key, value)
        assert "error" not in deployment.previewed_up()
        # Who waits for a pod reaches it, whether it declares its port or not.
        until(lambda: "ok" in deployment.shell("asks", "asks", "wget -qO- http://web:8080/ || true"))
    assert set(deployment.preview()) == {"same"}
    service = deployment.api["Service"].get(name="web", namespace=deployment.namespace)
    assert service.spec.clusterIP != "None"


BROKEN = (
    HEAD
    + """
    how = config.get("how") or ""
    image = {"image": "localhost:1/nowhere:1"} if how == "image" else {}
    command = ["sh", "-c", "echo broken; exit 3"] if how == "crash" else serve(8080)
    store = Container("store", **{**base, **image}, command=command, port=8080, readiness=Probe.http("/", period="1s"),
                      mounts=[Mount("/data", PersistentVolume("data", "16Mi", per_replica=True))])
    within = "60s" if how == "image" else "20s"
    SidecarPod("store", Pod(store, replicas=2, ready_within=within, termination_grace_period="1s"))
"""
)


def test_replicas_with_volumes_of_their_own_are_mended(deploy_on_cluster: OnCluster) -> None:
    """After an image that is not there, and a crash: the other replica went on, and the next update converges."""
    deployment = deploy_on_cluster.program(BROKEN)
    deployment.up()
    for how, words in (("image", "its image cannot be pulled"), ("crash", "broken")):
        deployment.set("how", how)
        assert words in deployment.failing_up()
        assert deployment.ready_copies("store") == 1
        deployment.set("how", "")
        deployment.up()
        assert deployment.ready_copies("store") == 2


GIVEN = """
    import os
    from pathlib import Path
    import pulumi
    import pulumi_kubernetes
    from polypod import *

    config = pulumi.Config()
    kubeconfig = pulumi.Output.secret(Path(os.environ["KUBECONFIG"]).read_text())
    given = pulumi_kubernetes.Provider("given", kubeconfig=kubeconfig)
    volume = PersistentVolume("data", config.get("size") or "16Mi", shared=config.get_bool("shared") or False)
    main = Container("web", image="busybox:1.37", user=65534, group=65534, command=["sleep", "1d"],
                     mounts=[Mount("/data", volume)])
    SidecarPod("c", Pod(main, termination_grace_period="1s"), opts=pulumi.ResourceOptions(providers=[given]))
"""


def test_a_given_provider_is_no_reason_not_to_compare(deploy_on_cluster: OnCluster) -> None:
    """The claim keeps its mode, and a size that is not available is refused, once."""
    deployment = deploy_on_cluster.program(GIVEN)
    deployment.up()
    deployment.set("shared", True)
    assert "the claim 'data' stays ReadWriteOnce" in deployment.up()
    assert set(deployment.preview()) == {"same"}
    deployment.set("size", "8Mi")
    with pytest.raises(UpdateFailedError) as caught:
        deployment.run("preview", "--stack", deployment.stack)
    for printed in (str(caught.value), deployment.failing_up()):
        assert printed.count("the claim 'data' has 16Mi and cannot become smaller") == 1, printed
        assert "Traceback" not in printed
    assert claims(deployment) == {"data": ("ReadWriteOnce", "16Mi")}
