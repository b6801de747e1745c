"""What components register with Pulumi on Kubernetes, without an engine and without a cluster."""

from __future__ import annotations

import json
import threading
from functools import partial
from pathlib import Path
from typing import Any

import attrs
import pulumi
import pytest

from polypod import (
    Build,
    ConfigVolume,
    Gateway,
    GatewayStack,
    HostPathVolume,
    Mount,
    PersistentVolume,
    Pod,
    RegistryCredentials,
    Route,
    Secret,
    SidecarPod,
)
from polypod.patterns import postgres
from polypod.targets.kubernetes.deploy.image_user_check import Findings
from polypod.testing import FakeCluster, MockedEngine, Registered
from tests.engines import failure_on, run_on
from tests.programs import container, gateway, web

KUBERNETES = {"polypod:target": "kubernetes"}
REGISTRY = {"server": "registry.test:5000", "username": "ci", "password": "geheim"}
DB = postgres("db", password="geheim")
API = web(env={"URL": DB.url("app")}, mounts=[Mount("/etc/api", ConfigVolume("conf", {"a": "b"}))])
SHOP = Gateway([API, DB], routes=[Route("/", API)])


run, failure = partial(run_on, KUBERNETES), partial(failure_on, KUBERNETES)


def shop() -> None:
    """An application of two pods."""
    stack = GatewayStack("shop", SHOP)
    pulumi.export("url", stack.url)
    pulumi.export("endpoints", stack.endpoints)


def kinds(engine: MockedEngine) -> dict[str, list[str]]:
    """The names of what was registered in the cluster, by kind."""
    found: dict[str, list[str]] = {}
    for resource in engine.resources:
        if resource.type.startswith("kubernetes:"):
            found.setdefault(resource.type.rpartition(":")[2], []).append(resource.name)
    return found


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
    pods = [attrs.evolve(API, ready_within="1s"), DB]
    message = failure(lambda: GatewayStack("shop", Gateway(pods, routes=[Route("/", API)])), cluster=cluster)
    assert "pods.web.main: the container ends again and again" in message
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


def test_two_components_share_the_namespace() -> None:
    """Under names of their own."""

    def program() -> None:
        SidecarPod("a", web())
        SidecarPod("b", Pod(container("other", port=1)))

    engine = run(program)
    assert kinds(engine)["Namespace"] == ["project-stack"]
    assert kinds(engine)["Deployment"] == ["a-web.deployment", "b-other.deployment"]


def test_two_components_cannot_make_pods_of_one_name() -> None:
    """Inside a namespace a name means one pod."""

    def program() -> None:
        SidecarPod("a", web())
        SidecarPod("b", web())

    message = failure(program)
    assert "component b: the component 'a' makes a Deployment of the same name, 'web'" in message
    assert "fix: rename one of the two" in message


@pytest.mark.parametrize(
    "second", [web(mounts=[Mount("/d", PersistentVolume("d"))]), web(mounts=[Mount("/h", HostPathVolume("h", "/h"))])]
)
def test_a_namespace_must_fit_all_components(second: Pod) -> None:
    """The first one that is created says what it keeps and enforces."""
    other = Pod(container("other"))

    def late() -> None:
        SidecarPod("a", other)
        SidecarPod("b", second)

    def early() -> None:
        SidecarPod("b", second)
        SidecarPod("a", other)

    assert "create 'b' before it in the program" in failure(late)
    run(early)


def test_an_existing_namespace_is_not_registered() -> None:
    """Everything goes there."""
    there = {"kind": "Namespace", "metadata": {"name": "apps"}}
    config = {"polypod:kubernetes": {"namespace": "apps"}}
    engine = run(shop, config=config, cluster=FakeCluster(objects=[there]))
    assert "Namespace" not in kinds(engine)
    assert engine["shop-web.deployment"].inputs["metadata"]["namespace"] == "apps"


def test_images_are_built_pushed_and_named_by_digest(built: Path) -> None:
    """To the registry that the stack's config names, and pulled with its login."""
    program = lambda: SidecarPod("c", web(image=Build("app")))  # noqa: E731
    engine = run(program, root=built, config={"polypod:registry": REGISTRY}, secrets=["polypod:registry"])
    name = engine["c-image-app"].inputs["name"]
    assert name.startswith("registry.test:5000/project-stack-c/app:")
    assert engine["c-image-app.pushed"].inputs["name"] == name
    spec = engine["c-web.deployment"].inputs["spec"]["template"]["spec"]
    assert spec["containers"][0]["image"] == f"registry.test:5000/project-stack-c/app@sha256:{'0' * 64}"
    (pull,) = spec["imagePullSecrets"]
    assert pull["name"].startswith("c-web.registries-")
    config = engine["c-web.registries"].inputs["stringData"][".dockerconfigjson"]
    auth = {"username": "ci", "password": "geheim", "auth": "Y2k6Z2VoZWlt"}
    assert json.loads(config.value) == {"auths": {"registry.test:5000": auth}}


@pytest.mark.parametrize(
    ("address", "server"),
    [("r.test:1", "r.test:1"), ("http://127.0.0.1:1", "127.0.0.1:1"), ("http://localhost:1", "localhost:1")],
)
def test_a_registry_on_this_machine_is_asked_without_tls(address: str, server: str, built: Path) -> None:
    """As the Docker daemon asks it."""
    config = {"polypod:registry": {**REGISTRY, "server": server}}
    engine = run(lambda: SidecarPod("c", web(image=Build("app"))), root=built, config=config)
    auth = engine["c-docker"].inputs["registryAuth"]
    assert json.loads(auth.value if isinstance(auth, Secret) else auth)[0]["address"] == address


def test_a_built_image_needs_a_registry(built: Path) -> None:
    """The platform cannot pull from this machine."""
    message = failure(lambda: SidecarPod("c", web(image=Build("app"))), root=built)
    assert "pods.web.main.image: the image is built, and the stack's config names no registry" in message
    assert "pulumi config set --path polypod:registry.server HOST" in message


@pytest.mark.parametrize(
    ("path", "what", "value"),
    [
        ("", "a mapping is expected, not a str", "registry.test"),
        (".password", "the key is missing", {"server": "a", "username": "b"}),
        (".user", "unknown key", {**REGISTRY, "user": "x"}),
        (".server", "'' is not the host of a registry", {**REGISTRY, "server": ""}),
        (".password", "the value is not a password", {**REGISTRY, "password": ["geheim"]}),
    ],
)
def test_a_registry_in_the_config_must_be_whole(path: str, what: str, value: Any) -> None:
    """Its password shows in no message."""
    message = failure(shop, config={"polypod:registry": value})
    assert f"config polypod:registry{path}: {what}" in message
    assert "geheim" not in message


def test_docker_hub_has_a_name_of_its_own_in_logins() -> None:
    """The one that the nodes look for."""
    login = RegistryCredentials(server="docker.io", username="u", password=Secret("p"))
    engine = run(lambda: SidecarPod("c", Pod(container("web"), registries=[login])))
    config = engine["c-web.registries"].inputs["stringData"][".dockerconfigjson"]
    assert list(json.loads(config.value)["auths"]) == ["https://index.docker.io/v1/"]


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
    """What cannot change stays, what cannot be had is refused, as in a cluster that the user's kubeconfig names."""

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
