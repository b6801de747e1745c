"""What an update touches, and what it leaves alone."""

from __future__ import annotations

import pytest

from .conftest import OnDocker, unused_port
from .fetch import fetch
from .killed import kill_an_update
from .on_docker import DockerDeployment

PROGRAM = """
    import pulumi
    from polypod import *

    config = pulumi.Config()
    BUSYBOX = "busybox:1.37"
    grace = "1s"
    data = Mount("/data", PersistentVolume("data"))
    site = ConfigVolume("site", {"index.html": config.get("page") or "first"})

    def serve(port):
        return ["httpd", "-f", "-p", str(port), "-h", "/www"]

    helper = Container("helper", image=BUSYBOX, command=["tail", "-f", "/dev/null"])
    web = Pod(
        Container("web", image=BUSYBOX, command=serve(8080), port=8080, mounts=[Mount("/www", site)],
                  readiness=Probe.http("/", period=config.get("period") or "10s"),
                  env={} if config.get_bool("bare") else {"COLOUR": "blue"},
                  resources=Resources(cpu_limit=config.get("cpu"))),
        sidecars=[helper] if config.get_bool("helped") else [],
        replicas=config.get_int("replicas") or 1, termination_grace_period=grace)
    store = Pod(
        Container("store", image=BUSYBOX, mounts=[data], env={"WEB": web.url()},
                  command=["sh", "-c", "date >> /data/log; exec tail -f /data/log"]),
        termination_grace_period=grace)
    pair = Pod(
        Container("pair", image=BUSYBOX, command=serve(8082), port=Port(8082, publish=config.get_int("publish")),
                  mounts=[Mount("/www", site)]),
        sidecars=[Container("mate", image=config.get("image") or BUSYBOX, command=["tail", "-f", "/dev/null"])],
        init=[Container("setup", image=BUSYBOX, command=["echo", config.get("setup") or "once"])],
        termination_grace_period=grace)
    routes = [Route("/web/", web), Route("/pair/", pair)]
    app = Gateway([web, store, pair], routes=routes, port=config.require_int("port"))
    stack = GatewayStack("shop", app)
    pulumi.export("url", stack.url)
"""


@pytest.fixture(scope="module")
def shop(deploy_once: OnDocker) -> DockerDeployment:
    """A gateway with three pods, deployed."""
    deployment = deploy_once.program(PROGRAM, {"port": str(unused_port())})
    deployment.up()
    return deployment


def ids(deployment: DockerDeployment) -> dict[str, str]:
    """The id of every container that runs or has run to its end, by name."""
    prefix = f"live-{deployment.stack}-shop-"
    return {
        str(item.name).removeprefix(prefix): str(item.id)
        for item in deployment.containers()
        if item.status != "created"
    }


def changed(before: dict[str, str], after: dict[str, str]) -> set[str]:
    """The names of the containers that were made, replaced or removed."""
    return {name for name in before | after if before.get(name) != after.get(name)}


def test_changes_touch_what_they_must_and_no_more(shop: DockerDeployment) -> None:
    """Image, config file, owner, init container and number of replicas: each replaces exactly what hangs on it."""
    states = [ids(shop)]

    def after(**config: str) -> set[str]:
        for key, value in config.items():
            shop.set(key, value)
        shop.up()
        states.append(ids(shop))
        return changed(states[-2], states[-1])

    assert after(page="second") == {"web-0", "pair-0.pair"}
    assert fetch(f"{shop.outputs['url']}/web/").text == "second"
    assert after(setup="again", replicas="2") == {"pair-0.setup", "pair-0.mate", "pair-0.pair", "web-1"}
    assert fetch(f"{shop.outputs['url']}/pair/").text == "second"
    assert after(publish=str(unused_port()), cpu="100m", period="13s") == {
        "pair-0", "pair-0.setup", "pair-0.mate", "pair-0.pair", "web-0", "web-1"
    }  # fmt: skip
    assert after(bare="true") == {"web-0", "web-1"}
    assert after(replicas="1") == {"web-1"}
    web = shop.container("web", "web").attrs
    assert web["Config"]["Healthcheck"]["Interval"] == 13_000_000_000
    assert web["HostConfig"]["CpuQuota"] == 10_000
    assert not any(line.startswith("COLOUR") for line in web["Config"]["Env"])
    assert set(shop.preview()) == {"same"}


def test_a_pod_gets_a_sidecar_and_loses_it_again(shop: DockerDeployment) -> None:
    """From one container to several that share a network and back: reachable under the same name and port."""

    def after(helped: str) -> dict[str, str]:
        shop.set("helped", helped)
        shop.up()
        assert fetch(f"{shop.outputs['url']}/web/").status_code == 200
        return {name: item for name, item in ids(shop).items() if name.startswith("web-")}

    assert set(after("true")) == {"web-0", "web-0.web", "web-0.helper"}
    assert set(after("false")) == {"web-0"}
    assert set(shop.preview()) == {"same"}


def test_a_container_that_was_stopped_or_removed_by_hand_comes_back(shop: DockerDeployment) -> None:
    """The preview says so, and the update does it, without a refresh of the state."""
    for remove in (False, True):
        web = shop.container("web", "web")
        web.remove(force=True) if remove else web.stop(timeout=0)
        assert "replace" in shop.preview()
        shop.up()
        assert shop.container("web", "web").status == "running"
        assert fetch(f"{shop.outputs['url']}/web/").status_code == 200
    assert set(shop.preview()) == {"same"}


def test_data_is_kept(shop: DockerDeployment) -> None:
    """A persistent volume outlives the replacement of its pod and a destroy, with its owners and modes."""
    written = shop.shell("store", "store", "cat /data/log")
    owned = "stat -c '%n %u:%g %a' /data /data/log"
    owners = shop.shell("store", "store", f"chown -R 123:456 /data; chmod 710 /data; chmod 640 /data/log; {owned}")
    assert owners == "/data 123:456 710\n/data/log 123:456 640\n"
    shop.destroy()
    assert shop.left_over() == {"containers": [], "networks": [], "volumes": [f"live-{shop.stack}-shop-data"]}
    shop.up()
    assert shop.shell("store", "store", "head -n 1 /data/log") == written
    assert shop.shell("store", "store", owned) == owners


def test_an_interrupted_update_converges(deploy: OnDocker, free_port: int) -> None:
    """An update killed in the middle, run again, ends with one of everything and nothing to do."""
    shop = deploy.program(PROGRAM, {"port": str(free_port)})
    kill_an_update(shop, lambda: len(ids(shop)) >= 2)
    assert "pair-0.pair" not in ids(shop), "the update was done before it was killed"
    shop.up()
    assert set(ids(shop)) == {
        "gateway-0", "web-0", "store-0", "pair-0", "pair-0.setup", "pair-0.mate", "pair-0.pair"
    }  # fmt: skip
    assert len(shop.left_over()["networks"]) == 1
    assert fetch(f"{shop.outputs['url']}/web/").text == "first"
    assert set(shop.preview()) == {"same"}


def test_more_pods_than_parallel_operations_come_up(deploy: OnDocker, free_port: int) -> None:
    """Many pods wait for few of the engine's parallel operations, and all of them start."""
    many = deploy.program(
        """
        import pulumi
        from polypod import *

        pods = [
            Pod(Container(f"p{i}", image="busybox:1.37", command=["tail", "-f", "/dev/null"]),
                termination_grace_period="0.1s")
            for i in range(14)
        ]
        GatewayStack("many", Gateway(pods, port=pulumi.Config().require_int("port")))
        """,
        {"port": str(free_port)},
    )
    many.run("up", "--yes", "--skip-preview", "--parallel", "2", "--stack", many.stack)
    assert len([item for item in many.containers() if item.status == "running"]) == 15
