"""A cluster that the program is given, or makes: what is compared with it, and when."""

from __future__ import annotations

import threading
from typing import Any

import pulumi
import pytest

from polypod import GatewayStack, Mount, PersistentVolume, Pod, SidecarPod
from polypod.targets.kubernetes.deploy.image_user_check import Findings
from polypod.testing import FakeCluster, MockedEngine, Registered
from tests.programs import container, gateway
from tests.targets.kubernetes.engines import KUBERNETES, run


class _Provider(pulumi.ProviderResource):
    def __init__(self, kubeconfig: pulumi.Input[str]) -> None:
        super().__init__("kubernetes", "cluster", {"kubeconfig": kubeconfig})


DATA = PersistentVolume("data", "1Gi")


def kept(size: str) -> FakeCluster:
    """A cluster that has the claim of an earlier program, with a mode of its own."""
    labels = {"dev.polypod.project": "project", "dev.polypod.stack": "stack"}
    spec = {"accessModes": ["ReadWriteOncePod"], "resources": {"requests": {"storage": size}}}
    place = {"name": "data", "namespace": "project-stack", "labels": labels}
    claim = {"kind": "PersistentVolumeClaim", "metadata": place, "spec": spec}
    return FakeCluster(objects=[{"kind": "Namespace", "metadata": {"name": "project-stack", "labels": labels}}, claim])


@pytest.mark.parametrize("preview", [True, False])
def test_a_given_cluster_is_compared_with_the_program(preview: bool) -> None:
    """What cannot change stays, what is not available is refused, as in a cluster that the user's kubeconfig names."""

    def program() -> None:
        options = pulumi.ResourceOptions(providers=[_Provider("apiVersion: v1\n")])
        SidecarPod("c", Pod(container(mounts=[Mount("/data", DATA)])), opts=options)

    claim = run(program, preview=preview, cluster=kept("1Gi"))["c-volume-data"]
    assert claim.inputs["spec"]["accessModes"] == ["ReadWriteOncePod"]
    engine = MockedEngine(config=KUBERNETES, cluster=kept("2Gi"))
    with pytest.raises(Exception, match=r"pods\.web\..*data") as caught:
        (engine.preview if preview else engine.up)(program)
    assert "fix:" in str(caught.value)
    assert not [item for item in engine.resources if item.type.startswith("kubernetes:apps")]


def test_a_cluster_that_is_not_there_yet_has_nothing_to_compare() -> None:
    """The program that makes it is previewed as ever."""

    def program() -> None:
        options = pulumi.ResourceOptions(providers=[_Provider(pulumi.Output.from_input(pulumi.UNKNOWN))])
        SidecarPod("c", Pod(container(mounts=[Mount("/data", DATA)])), opts=options)

    claim = run(program, preview=True, cluster=kept("2Gi"))["c-volume-data"]
    assert claim.inputs["spec"] == {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1024Mi"}}}


def test_an_image_is_refused_for_a_cluster_that_is_not_there_yet() -> None:
    """To ask which user it says takes no cluster."""

    def program() -> None:
        options = pulumi.ResourceOptions(providers=[_Provider(pulumi.Output.from_input(pulumi.UNKNOWN))])
        SidecarPod("c", Pod(container(image="root:1")), opts=options)

    engine = MockedEngine(config=KUBERNETES, users={"root:1": ""}, cluster=FakeCluster(forbidden=["Deployment"]))
    with pytest.raises(pulumi.RunError, match=r"pods\.web\.main\.user: the image root:1 runs as root"):
        engine.preview(program)


def test_images_are_asked_for_while_the_program_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """A daemon or a registry that does not answer does not hold up everything else."""
    threads = []

    def find(*_: Any) -> Findings:
        threads.append(threading.current_thread())
        return Findings()

    def program() -> None:
        options = pulumi.ResourceOptions(providers=[_Provider(pulumi.Output.from_input(pulumi.UNKNOWN))])
        SidecarPod("c", Pod(container(image="root:1")), opts=options)

    monkeypatch.setattr("polypod.targets.kubernetes.deploy.preflight.user_findings", find)
    run(program, preview=True)
    assert threads
    assert threading.main_thread() not in threads


def test_a_given_provider_leads_to_its_own_cluster() -> None:
    """Everything is made there."""

    def program() -> None:
        options = pulumi.ResourceOptions(providers=[_Provider("apiVersion: v1\n")])
        pulumi.export("url", GatewayStack("shop", gateway(), options).url)

    engine = run(program)
    used: list[Registered] = [r for r in engine.resources if r.type.startswith("kubernetes:")]
    assert {r.provider for r in used} == {"cluster"}
    assert engine.outputs == {"url": "http://192.0.2.1:8080"}
