"""What components register with Pulumi on Docker, without an engine and without a daemon."""

from __future__ import annotations

from itertools import count
from typing import Any

import pytest

from polypod import ConfigVolume, GatewayStack, Mount, PersistentVolume, Pod, Probe, SidecarPod
from polypod.testing import FakeDaemon, MockedEngine
from tests.engines import DOCKER, SHOP, containers, deployed_shop, run
from tests.programs import container, gateway, web


@pytest.fixture(scope="module")
def shop() -> MockedEngine:
    """An application of two pods, deployed."""
    return deployed_shop()


def test_every_child_uses_the_components_own_provider(shop: MockedEngine) -> None:
    """No default provider takes part, so that one program can deploy to two daemons."""
    providers = {r.provider for r in shop.resources if r.type.startswith("docker:")}
    assert providers == {"shop-docker"}


def test_containers_start_after_what_they_need(shop: MockedEngine) -> None:
    """The pod after the database, the main container after the init container and the sidecar."""
    found = containers(shop)
    before = {name: resource.depends_on & found.keys() for name, resource in found.items()}
    assert before["shop-web-0"] >= {"shop-db-0"}
    assert before["shop-web-0.migrate"] >= {"shop-db-0", "shop-web-0"}
    assert before["shop-web-0.helper"] >= {"shop-web-0.migrate"}
    assert before["shop-web-0.web"] >= {"shop-web-0.helper", "shop-web-0.migrate", "shop-web-0.logs.content"}
    assert before["shop-gateway-0"] >= {"shop-web-0.web"}


def test_the_gateway_that_runs_learns_of_pods_once_they_are_ready() -> None:
    """What fills its volume waits for them then. A new one is filled meanwhile, and starts after them."""
    daemon = FakeDaemon()
    new, again = (run(lambda: GatewayStack("shop", SHOP), preview=False, daemon=daemon) for _ in range(2))
    assert "shop-web-0.web" in containers(again)["shop-gateway-0.nginx.content"].depends_on
    assert not containers(new)["shop-gateway-0.nginx.content"].depends_on & containers(new).keys()
    assert "shop-web-0.web" in containers(new)["shop-gateway-0"].depends_on


def test_a_destroy_removes_pods_while_the_volume_of_the_gateway_goes(shop: MockedEngine) -> None:
    """The volume, which takes seconds to go, waits for none of them."""
    found = {r.name: r.depends_on for r in shop.resources}
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


def test_a_daemon_elsewhere_is_named_in_the_config() -> None:
    """The provider gets the same address."""
    engine = run(lambda: SidecarPod("c", web()), config={**DOCKER, "docker:host": "ssh://me@example.org"})
    assert engine["c-docker"].inputs["host"] == "ssh://me@example.org"


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


def test_containers_of_a_pod_share_processes_on_request() -> None:
    """Those of the owner container, whose network they share too."""
    pod = Pod(container("web"), sidecars=[container("helper")], share_processes=True)
    found = containers(run(lambda: SidecarPod("c", pod), preview=False))
    joined = [resource.inputs.get("pidMode") for name, resource in sorted(found.items())]
    assert joined == [None, "container:project-stack-c-web-0", "container:project-stack-c-web-0"]
