"""What components register with Pulumi on Kubernetes, without an engine and without a cluster."""

from __future__ import annotations

from typing import Any

import attrs
import pulumi
import pytest

from polypod import Gateway, GatewayStack, Route, Secret, SidecarPod
from polypod.testing import FakeCluster, MockedEngine
from tests.engines import TWO_PODS
from tests.programs import web
from tests.targets.kubernetes.engines import KUBERNETES, failure, kinds, run, shop


def test_everything_becomes_an_object() -> None:
    """With a logical name that starts with its parent's, the namespace aside: all components share it."""
    engine = run(shop)
    assert kinds(engine) == {
        "Namespace": ["project-stack"],
        "ServiceAccount": ["shop-account"],
        "PersistentVolumeClaim": ["shop-volume-db-data"],
        "Secret": ["shop-db.env", "shop-web.env"],
        "ConfigMap": ["shop-gateway.volume-nginx", "shop-web.volume-conf"],
        "NetworkPolicy": ["shop-db.networkpolicy", "shop-gateway.networkpolicy", "shop-web.networkpolicy"],
        "Service": ["shop-db.service", "shop-gateway.public", "shop-web.headless", "shop-web.service"],
        "Deployment": ["shop-db.deployment", "shop-gateway.deployment", "shop-web.deployment"],
    }
    assert [r.name for r in engine.resources if not r.name.startswith(r.parent)] == []
    assert engine["shop-web.deployment"].parent == "shop-web"


def test_the_address_is_the_load_balancers() -> None:
    """The stack's URL and the gateway's endpoint are one."""
    engine = run(shop)
    assert engine.outputs == {"url": "http://192.0.2.1:8080", "endpoints": {"gateway": "http://192.0.2.1:8080"}}


def test_pods_are_made_when_those_they_wait_for_are_ready() -> None:
    """Their rollouts, and everything they name."""
    engine = run(shop)
    assert {"shop-db.deployment", "shop-web.env", "shop-account"} <= engine["shop-web.deployment"].depends_on
    assert "shop-db.deployment" not in engine["shop-web.service"].depends_on
    assert "shop-web.deployment" in engine["shop-gateway.deployment"].depends_on


def test_secrets_reach_only_secrets() -> None:
    """Marked as such: neither state nor preview has them in plain text."""
    engine = run(shop, preview=True)
    holders = [r for r in engine.resources if "geheim" in repr(_revealed(r.inputs))]
    assert {(r.type, r.name) for r in holders} == {
        ("kubernetes:core/v1:Secret", "shop-db.env"),
        ("kubernetes:core/v1:Secret", "shop-web.env"),
    }
    assert engine["shop-db.env"].inputs["stringData"] == {"db.POSTGRES_PASSWORD": Secret("geheim")}


def _revealed(value: Any) -> Any:
    if isinstance(value, Secret):
        return value.value
    if isinstance(value, dict):
        return {key: _revealed(item) for key, item in value.items()}
    return [_revealed(item) for item in value] if isinstance(value, list) else value


def test_data_is_kept_and_so_is_its_namespace() -> None:
    """Without data, the namespace goes and takes everything with it."""
    engine = run(shop)
    assert {r.name for r in engine.resources if r.retain_on_delete} == {"project-stack", "shop-volume-db-data"}
    assert not any(r.retain_on_delete for r in run(lambda: SidecarPod("c", web())).resources)


def test_the_program_waits_for_rollouts_itself() -> None:
    """The provider waits for deletions only."""
    engine = run(shop)
    annotations = {kind: engine[names[0]].inputs["metadata"]["annotations"] for kind, names in kinds(engine).items()}
    assert annotations["Deployment"]["pulumi.com/waitFor"] == "jsonpath={.metadata.uid}"
    assert annotations["Service"]["pulumi.com/skipAwait"] == "true"


def test_a_rollout_that_fails_ends_the_update() -> None:
    """With the place in the program, the pod and its last words; secrets hidden."""
    cluster = FakeCluster(failing=["web"], logs={"web": "no geheim accepted"})
    api, store = TWO_PODS.pods.values()
    pods = [attrs.evolve(api, ready_within="1s"), store]
    message = failure(lambda: GatewayStack("shop", Gateway(pods, routes=[Route("/", pods[0])])), cluster=cluster)
    assert "pods.web.main: the container keeps exiting" in message
    assert "no [secret] accepted" in message


def test_a_preview_waits_for_nothing() -> None:
    """Whatever the cluster would do."""
    assert kinds(run(shop, preview=True, cluster=FakeCluster(failing=["web"])))["Deployment"]


def test_a_cluster_that_cannot_take_it_stops_everything() -> None:
    """Before the first object."""
    engine = MockedEngine(config=KUBERNETES, cluster=FakeCluster(forbidden=["Deployment"]))
    with pytest.raises(pulumi.RunError, match="you may not create objects of the kind Deployment"):
        engine.up(shop)
    assert kinds(engine) == {}


def test_config_that_does_not_fit_stops_everything() -> None:
    """With its path and a fix."""
    message = failure(shop, config={"polypod:kubernetes": {"gatewayservice": "NodePort"}})
    assert "config polypod:kubernetes.gatewayservice: unknown key\n    fix: did you mean 'gatewayService'?" in message


def test_two_components_cannot_make_pods_of_one_name() -> None:
    """Inside a namespace a name means one pod."""

    def program() -> None:
        SidecarPod("a", web())
        SidecarPod("b", web())

    message = failure(program)
    assert "component b: the component 'a' makes a Deployment of the same name, 'web'" in message
    assert "fix: rename one of the two" in message
