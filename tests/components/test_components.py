"""What the three components register with Pulumi, without an engine and without a daemon."""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import count
from typing import Any

import pulumi
import pytest

import polypod
from polypod import (
    ConfigVolume,
    Container,
    ContainerGroup,
    Gateway,
    GatewayStack,
    Group,
    Mount,
    PersistentVolume,
    Pod,
    Port,
    Probe,
    RegistryCredentials,
    Resources,
    Route,
    ScratchVolume,
    Secret,
    SecretVolume,
    SidecarPod,
    concat,
)
from polypod.patterns import postgres
from polypod.testing import FakeDaemon, MockedEngine
from tests.components.engines import CONTAINER, DOCKER, containers, run
from tests.programs import container, gateway, web

DB = postgres("db", password="geheim", size="1Gi")


WEB = Pod(
    Container(
        "web",
        image="web:1",
        port=Port(80, publish=8081),
        env={"URL": DB.url("app")},
        mounts=[Mount("/logs", ScratchVolume("logs")), Mount("/keys", SecretVolume("keys", {"key": "k"}))],
        readiness=Probe.http("/"),
    ),
    init=[container("migrate", env={"URL": DB.url("app")})],
    sidecars=[container("helper")],
)


SHOP = Gateway([WEB, DB], routes=[Route("/", WEB)])


@pytest.fixture(scope="module")
def shop() -> MockedEngine:
    """An application of two pods, deployed."""

    def program() -> None:
        stack = GatewayStack("shop", SHOP)
        pulumi.export("url", stack.url)
        pulumi.export("endpoints", stack.endpoints)

    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("POLYPOD_IMAGES", raising=False)
        return run(program, preview=False)


@pytest.mark.parametrize(
    ("expected", "program"),
    [
        ("polypod:index:GatewayStack", lambda: GatewayStack("c", gateway())),
        ("polypod:index:SidecarPod", lambda: SidecarPod("c", web())),
        ("polypod:index:ContainerGroup", lambda: ContainerGroup("c", Group("g", peers=[container("a")]))),
    ],
)
def test_type_tokens_are_stable(expected: str, program: Callable[[], object]) -> None:
    """A change would make every deployed component a new one."""
    assert run(program)["c"].type == expected


def test_every_name_starts_with_that_of_its_parent(shop: MockedEngine) -> None:
    """Two components of one kind can stand side by side."""
    assert [r.name for r in shop.resources if not r.name.startswith(r.parent)] == []
    assert [r.name for r in shop.resources if not r.parent] == ["shop"]


def test_every_child_has_its_place_below_the_component(shop: MockedEngine) -> None:
    """What belongs to one copy of a pod stands below it; what is shared, below the stack."""
    actual: dict[str, set[str]] = {}
    for resource in shop.resources:
        actual.setdefault(resource.parent, set()).add(resource.name)
    assert actual == {
        "": {"shop"},
        "shop": {
            "shop-docker",
            "shop-network",
            "shop-volume-db-data",
            "shop-volume-db-data.volume.content",
            "shop-tools",
            "shop-tools.content",
            "shop-db-0",
            "shop-web-0",
            "shop-gateway-0",
            "shop-gateway-0.nginx",
            "shop-gateway-0.nginx.content",
            "shop-image-busybox-1-37-musl",
            "shop-image-helper-1",
            "shop-image-migrate-1",
            "shop-image-nginx-1-29",
            "shop-image-postgres-17",
            "shop-image-web-1",
        },
        "shop-web-0": {
            "shop-web-0.keys",
            "shop-web-0.keys.content",
            "shop-web-0.logs",
            "shop-web-0.logs.content",
            "shop-web-0",
            "shop-web-0.migrate",
            "shop-web-0.helper",
            "shop-web-0.web",
        },
    }


def test_pods_appear_as_the_components_they_are(shop: MockedEngine) -> None:
    """A pod of several containers looks as if it had been declared on its own; one of a single container is that."""
    kinds = {r.name: r.type for r in shop.resources if r.type.startswith("polypod:")}
    assert kinds == {"shop": "polypod:index:GatewayStack", "shop-web-0": "polypod:index:SidecarPod"}
    parents = {r.name: r.parent for r in shop.resources}
    assert (parents["shop-db-0"], parents["shop-web-0.web"]) == ("shop", "shop-web-0")


def test_every_child_uses_the_components_own_provider(shop: MockedEngine) -> None:
    """No default provider takes part, so that one program can deploy to two daemons."""
    providers = {r.provider for r in shop.resources if r.type.startswith("docker:")}
    assert providers == {"shop-docker"}


def test_outputs_are_the_published_addresses(shop: MockedEngine) -> None:
    """The address of the gateway, and those of all that is published, by container."""
    endpoints = {"gateway": "http://127.0.0.1:8080", "web": "http://127.0.0.1:8081"}
    assert shop.outputs == {"url": "http://127.0.0.1:8080", "endpoints": endpoints}


def test_containers_start_after_what_they_need(shop: MockedEngine) -> None:
    """The pod after the database, the main container after the init container and the sidecar."""
    found = containers(shop)
    before = {name: resource.depends_on & found.keys() for name, resource in found.items()}
    assert before["shop-web-0"] >= {"shop-db-0"}
    assert before["shop-web-0.migrate"] >= {"shop-db-0", "shop-web-0"}
    assert before["shop-web-0.helper"] >= {"shop-web-0.migrate"}
    assert before["shop-web-0.web"] >= {"shop-web-0.helper", "shop-web-0.migrate", "shop-web-0.logs.content"}
    assert before["shop-gateway-0"] >= {"shop-web-0.web"}


def test_a_destroy_removes_pods_while_the_volume_of_the_gateway_goes(shop: MockedEngine) -> None:
    """What fills it waits for the pods that it names; the volume, which takes seconds to go, does not."""
    found = {r.name: r.depends_on for r in shop.resources}
    assert "shop-web-0.web" in found["shop-gateway-0.nginx.content"]
    assert not found["shop-gateway-0.nginx"] & containers(shop).keys()


def test_networks_and_volumes_give_up_their_names_before_they_are_replaced(shop: MockedEngine) -> None:
    """Those that are there under that name: when a component gets another one, its containers are handed over first."""
    assert [r.name for r in shop.resources if r.delete_before_replace] == []

    daemon = FakeDaemon()
    daemon.networks = lambda name, _: [name]  # type: ignore[method-assign]
    run(lambda: GatewayStack("shop", SHOP), preview=False, daemon=daemon)
    again = run(lambda: GatewayStack("shop", SHOP), daemon=daemon)
    assert {r.name for r in again.resources if r.delete_before_replace} == {"shop-network", "shop-web-0.logs"}


def test_data_that_are_taken_over_are_mounted() -> None:
    """The volume stays as another component has made it, whose name and labels Docker cannot change."""
    labels = {
        f"dev.polypod.{key}": value for key, value in [("keep", "true"), ("component", "old"), ("volume", "db-data")]
    }
    daemon = FakeDaemon()
    daemon.kept_volumes = lambda *_: {"old": labels}  # type: ignore[method-assign]
    engine = run(lambda: GatewayStack("shop", SHOP), daemon=daemon)
    (volume,) = (r for r in engine.resources if r.name == "shop-volume-db-data")
    assert volume.inputs["name"] == "old"
    assert {item["label"]: item["value"] for item in volume.inputs["labels"]} == labels
    (mounted,) = containers(engine)["shop-db-0"].inputs["volumes"]
    assert mounted["volumeName"] == "old"


def test_other_files_are_in_another_volume_which_is_made_before_the_old_one_goes() -> None:
    """Else the engine would delete all copies at once, before it makes the first new one."""
    daemon = FakeDaemon()
    daemon.new_instance = map(str, count()).__next__  # type: ignore[method-assign]

    def volumes(**files: str) -> dict[str, str]:
        pod = Pod(container(mounts=[Mount("/c", ConfigVolume("c", files))], readiness=Probe.tcp(80)), replicas=2)
        engine = run(lambda: SidecarPod("p", pod), preview=False, daemon=daemon)
        found = [r for r in engine.resources if r.type == "docker:index/volume:Volume"]
        assert not any(r.delete_before_replace for r in found)
        return {r.name: r.inputs["name"] for r in found}

    first, same, other, back = (volumes(**files) for files in ({"a": "1"}, {"a": "2"}, {"a": "1", "b": ""}, {"a": "1"}))
    assert first == same
    assert first["p-tools"] == other["p-tools"] == back["p-tools"]
    names = [run[f"p-{copy}.c"] for run in (first, other, back) for copy in ("web-0", "web-1")]
    assert len(set(names)) == 6


def test_init_containers_run_again_with_the_pod(shop: MockedEngine) -> None:
    """What replaces them replaces the containers that come after; files replace those that read them."""
    found = containers(shop)
    replacing = {name: set(found[f"shop-web-0.{name}"].replaced_with) for name in ("helper", "web")}
    assert all("shop-web-0.migrate" in names for names in replacing.values())
    assert {name for name, names in replacing.items() if "shop-web-0.keys.content" in names} == {"web"}


def test_only_persistent_volumes_are_kept(shop: MockedEngine) -> None:
    """A destroy leaves data behind and nothing else."""
    assert [r.name for r in shop.resources if r.retain_on_delete] == ["shop-volume-db-data"]


def test_secrets_are_secrets_of_the_engine(shop: MockedEngine) -> None:
    """Passwords and secret files are hidden wherever they go; a preview shows all else."""
    found = containers(shop)
    assert found["shop-db-0"].inputs["envs"] == [
        "POSTGRES_DB=app",
        "POSTGRES_USER=app",
        Secret("POSTGRES_PASSWORD=geheim"),
        "PGDATA=/var/lib/postgresql/data/pgdata",
    ]
    url = Secret("URL=postgresql://app:geheim@db:5432/app")
    assert [found[f"shop-web-0.{name}"].inputs["envs"] for name in ("web", "migrate")] == [[url], [url]]
    uploads = found["shop-web-0.keys.content"].inputs["uploads"]
    assert uploads == [{"content": Secret("k"), "file": "/files/key", "permissions": "0444"}]
    assert "geheim" not in str(shop.resources)


def test_what_is_secret_in_the_config_is_secret_everywhere() -> None:
    """A password that is known only later is treated like one that is known."""

    def program() -> None:
        db = postgres("db", password=pulumi.Config("shop").require_secret("password"))
        app = Pod(
            container("web", env={"URL": db.url()}),
            registries=[
                RegistryCredentials(
                    server="r.io", username="me", password=pulumi.Config("shop").require_secret("password")
                ),
            ],
        )
        GatewayStack("shop", Gateway([app, db]))

    engine = run(program, config={**DOCKER, "shop:password": "p@ss"}, secrets=["shop:password"])
    found = containers(engine)
    assert found["shop-web-0"].inputs["envs"] == [Secret("URL=postgresql://app:p%40ss@db:5432/")]
    assert Secret("POSTGRES_PASSWORD=p@ss") in found["shop-db-0"].inputs["envs"]
    logins = engine["shop-docker"].inputs["registryAuth"]
    assert isinstance(logins, Secret)
    assert json.loads(str(logins.value)) == [{"address": "r.io", "username": "me", "password": "p@ss"}]


def test_degraded_findings_are_warnings() -> None:
    """One line for each loss, with all its places, what to do, and nothing about what is fine."""
    sized = [Mount("/a", ScratchVolume("a", "1Gi")), Mount("/b", ScratchVolume("b", "1Gi"))]
    engine = run(lambda: SidecarPod("c", web(mounts=sized)))
    assert engine.warnings == [
        "degraded on docker: pods.web.main.mounts[0].volume.size, pods.web.main.mounts[1].volume.size: "
        "Docker's local volumes have no size limit; watch the disk; Kubernetes enforces the size"
    ]
    assert run(lambda: SidecarPod("c", web())).warnings == []


def test_the_target_can_be_named_in_code() -> None:
    """Then the stack's config need not."""
    assert run(lambda: SidecarPod("c", web(), target="docker"), config={})["c-web-0"].type == CONTAINER


def test_a_daemon_elsewhere_is_named_in_the_config() -> None:
    """The provider gets the same address."""
    engine = run(lambda: SidecarPod("c", web()), config={**DOCKER, "docker:host": "ssh://me@example.org"})
    assert engine["c-docker"].inputs["host"] == "ssh://me@example.org"


def test_plain_data_is_as_good_as_the_model() -> None:
    """A program in another language, or a YAML file, deploys the same."""
    data = {"pods": {"web": {"main": {"image": "web:1", "port": 80}}}, "routes": [{"prefix": "/", "to": "web"}]}
    assert run(lambda: GatewayStack("c", data)).resources == run(lambda: GatewayStack("c", gateway())).resources


def test_two_components_stand_side_by_side() -> None:
    """No name of one is a name of the other."""

    def program() -> None:
        GatewayStack("one", gateway(web(resources=Resources(cpu=1))))
        GatewayStack("two", gateway(port=8081))

    engine = run(program)
    names = [(r.type, r.name) for r in engine.resources]
    assert sorted(names) == sorted(set(names))
    real = [r.inputs["name"] for r in engine.resources if r.type in (CONTAINER, "docker:index/network:Network")]
    assert sorted(real) == sorted(set(real))


def test_components_that_would_make_things_of_one_name_are_refused() -> None:
    """A component ``shop`` with a pod ``web-x`` and a component ``shop-web`` with a pod ``x``."""

    def program() -> None:
        SidecarPod("shop", Pod(container("web-x")))
        SidecarPod("shop-web", Pod(container("x")))

    with pytest.raises(pulumi.RunError, match="'shop' makes something of the same name, 'project-stack-shop-web-x-0'"):
        run(program)


def test_a_number_known_only_later_is_a_text_in_the_environment() -> None:
    """On its own and joined with others, secret where it is a secret."""

    def program() -> None:
        number = pulumi.Output.from_input(5)
        env = {"A": number, "B": concat("x", number), "C": Secret(number), "D": pulumi.Output.secret(6)}
        SidecarPod("c", web(env=env))

    envs = containers(run(program, preview=False))["c-web-0"].inputs["envs"]
    assert envs == ["A=5", "B=x5", Secret("C=5"), Secret("D=6")]


def test_a_volume_of_no_given_size_is_no_loss() -> None:
    """Only a size that the program asked for is worth a warning."""
    warnings = [
        run(lambda volume=volume: SidecarPod("c", web(mounts=[Mount("/m", volume)]))).warnings
        for volume in (PersistentVolume("a"), PersistentVolume("a", "1Gi"))
    ]
    assert [len(lines) for lines in warnings] == [0, 1]


def test_volumes_say_whether_they_are_kept(shop: MockedEngine) -> None:
    """``docker volume ls --filter`` finds the data that a destroy leaves behind."""
    kept = {
        r.name: label["value"]
        for r in shop.resources
        if r.type == "docker:index/volume:Volume"
        for label in r.inputs["labels"]
        if label["label"] == "dev.polypod.keep"
    }
    assert kept == {
        "shop-volume-db-data": "true",
        "shop-tools": "false",
        "shop-web-0.keys": "false",
        "shop-web-0.logs": "false",
        "shop-gateway-0.nginx": "false",
    }


@pytest.mark.parametrize("restart", ["never", "on-failure"])
def test_a_container_that_may_end_is_ready_when_it_has_ended_well(restart: Any) -> None:
    """An update with a program that runs once succeeds, now and the next time."""
    engine = run(lambda: SidecarPod("c", web(restart=restart)), preview=False)
    assert engine["c-web-0"].inputs["mustRun"] is False


def test_data_outlives_the_pod_that_uses_it() -> None:
    """The volume stands below the component, not below the pod."""
    data = Mount("/m", PersistentVolume("data"))
    assert run(lambda: GatewayStack("c", gateway(web(mounts=[data]))))["c-volume-data"].parent == "c"


def test_components_are_part_of_the_public_names() -> None:
    """They are what a program needs first."""
    assert {GatewayStack, SidecarPod, ContainerGroup} <= {getattr(polypod, name) for name in polypod.__all__}


def test_containers_of_a_pod_share_processes_on_request() -> None:
    """Those of the owner container, whose network they share too."""
    pod = Pod(container("web"), sidecars=[container("helper")], share_processes=True)
    found = containers(run(lambda: SidecarPod("c", pod), preview=False))
    joined = [resource.inputs.get("pidMode") for name, resource in sorted(found.items())]
    assert joined == [None, "container:project-stack-c-web-0", "container:project-stack-c-web-0"]
