"""What the three components register with Pulumi, whatever the target, without an engine and without a daemon."""

from __future__ import annotations

import json
from collections.abc import Callable

import pulumi
import pytest

import polypod
from polypod import *
from polypod.patterns import postgres
from polypod.testing import MockedEngine
from tests.engines import CONTAINER, DOCKER, containers, deployed_shop, run
from tests.programs import container, gateway, web


@pytest.fixture(scope="module")
def shop() -> MockedEngine:
    """An application of two pods, deployed."""
    return deployed_shop()


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


def test_outputs_are_the_published_addresses(shop: MockedEngine) -> None:
    """The address of the gateway, and those of all that is published, by container."""
    endpoints = {"gateway": "http://127.0.0.1:8080", "web": "http://127.0.0.1:8081"}
    assert shop.outputs == {"url": "http://127.0.0.1:8080", "endpoints": endpoints}


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


def test_degraded_findings_are_a_warning() -> None:
    """One, with a line for each loss: all its places, what to do, and nothing about what is fine."""
    sized = [Mount("/a", ScratchVolume("a", "1Gi")), Mount("/b", ScratchVolume("b", "1Gi"))]
    engine = run(lambda: SidecarPod("c", web(mounts=sized)), preview=True)
    assert engine.warnings == [
        "degraded on docker (2 findings):\n"
        "  PP204 pods.web.main.mounts[0].volume.size, pods.web.main.mounts[1].volume.size: "
        "Docker's local volumes have no size limit; watch the disk; Kubernetes enforces the size"
    ]
    assert run(lambda: SidecarPod("c", web()), preview=True).warnings == []


def test_the_target_can_be_named_in_code() -> None:
    """Then the stack's config need not."""
    assert run(lambda: SidecarPod("c", web(), target="docker"), config={})["c-web-0"].type == CONTAINER


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


def test_components_are_part_of_the_public_names() -> None:
    """They are what a program needs first."""
    assert {GatewayStack, SidecarPod, ContainerGroup} <= {getattr(polypod, name) for name in polypod.__all__}
