"""Data has one owner at a time on a cluster too, through every change of a program and updates that end halfway."""

from __future__ import annotations

import threading

import pytest

from .conftest import OnCluster, unused_port
from .killed import kill_an_update
from .on_kubernetes import HEAD, KubernetesDeployment
from .ownership import OWNERS, PROGRAM, RENAMES, data_log, owners


def test_data_has_one_owner_through_all_changes(deploy_on_cluster: OnCluster) -> None:
    """A sidecar more and fewer, Pod to Group and back, a new name, a move: each owner ends before the next starts."""
    deployment = deploy_on_cluster.program(PROGRAM, {"port": str(unused_port())})
    history = []
    for shape in ("pod", "sidecar", "group", "renamed", "moved", "pod"):
        deployment.set("shape", shape)
        deployment.up()
        history.append(OWNERS[shape])
        assert owners(data_log(deployment, OWNERS[shape])) == history, shape
    assert set(deployment.preview()) == {"same"}
    assert sorted(deployment.left_over()["Deployment"]) == ["first", "gateway", "other"]


def test_a_preview_says_who_is_stopped_for_whom(deploy_on_cluster: OnCluster) -> None:
    """And an update that fails can be taken back: the former owner comes back, on its data."""
    source = PROGRAM.replace('"renamed": Pod(container(', '"renamed": Pod(ready_within="5s", main=container(').replace(
        '"/tmp/on"), **fields', '"/tmp/on" if name != "second" else "/nowhere"), **fields'
    )
    deployment = deploy_on_cluster.program(source, {"port": str(unused_port())})
    deployment.up()
    deployment.set("shape", "renamed")
    shown = deployment.run("preview", "--stack", deployment.stack)
    assert "first is stopped, then second starts on its data (data)" in shown
    assert "not ready within 5 s" in deployment.failing_up()
    deployment.set("shape", "pod")
    deployment.up()
    assert owners(data_log(deployment, "first")) == ["first", "second", "first"]
    assert set(deployment.preview()) == {"same"}
    assert sorted(deployment.left_over()["Deployment"]) == ["first", "gateway", "other"]


def stopped(deployment: KubernetesDeployment, name: str) -> bool:
    """Whether a Deployment was told to stop."""
    found = deployment.api["Deployment"].get(name=name, namespace=deployment.namespace)
    return int(found.spec.replicas) == 0


def test_an_update_that_was_killed_can_be_taken_back(deploy_on_cluster: OnCluster) -> None:
    """Between the end of the former owner and the start of the next one."""
    deployment = deploy_on_cluster.program(PROGRAM, {"port": str(unused_port())})
    deployment.up()
    deployment.set("shape", "renamed")
    kill_an_update(deployment, lambda: stopped(deployment, "first"))
    deployment.set("shape", "pod")
    deployment.up()
    log = owners(data_log(deployment, "first"))
    assert (log[0], log[-1]) == ("first", "first")
    assert len(log) in (2, 3)
    assert sorted(deployment.left_over()["Deployment"]) == ["first", "gateway", "other"]


COMPONENTS = (
    HEAD
    + """
    data = Mount("/data", PersistentVolume("data"))
    tell = "trap 'sleep 2; echo end db >> /data/log; exit 0' TERM; echo start db >> /data/log; "
    db = Pod(Container("db", **base, mounts=[data], port=8080, env={"WORD": Secret(config.require_secret("word"))},
                       command=["sh", "-c", tell + "httpd -p 8080 -h /data; sleep 9999 & wait"],
                       readiness=Probe.http("/log", period="1s")))
    seen = {"user": 65534, "group": 65534, "image": "busybox:1.37"}
    ran = Mount("/log", PersistentVolume("ran"))
    job = Pod(Container("migrate", restart="never", command=["sh", "-c", "echo ran >> /log/log"], **seen, mounts=[ran]))
    reader = Pod(Container("reader", command=["sleep", "9999"], **seen, mounts=[ran]))
    layout = config.get("layout") or "first"

    def everything(name, **options):
        SidecarPod(name, db, pulumi.ResourceOptions(**options))

    if layout == "nested":
        GatewayStack("second", Gateway([db, job, reader], routes=[]))
    elif layout == "first":
        everything("first")
    else:
        everything("third", aliases=[pulumi.Alias(name="second", type_="polypod:index:GatewayStack")])
"""
)


def test_components_get_other_names_and_pods_move_between_them(deploy_on_cluster: OnCluster) -> None:
    """With and without an alias: the data goes along, its owner is the one there was, and nothing is lost."""
    deployment = deploy_on_cluster.program(COMPONENTS, secrets={"word": "xyzzy"})
    history = []
    for layout in ("first", "nested", "third", "first"):
        deployment.set("layout", layout)
        deployment.up()
        history.append("db")
        assert owners(data_log(deployment, "db")) == history, layout
    assert set(deployment.preview()) == {"same"}
    assert sorted(deployment.left_over()["Deployment"]) == ["db"]


STORE = """
    import attrs
    import pulumi
    from polypod import *
    from polypod.patterns import postgres

    config = pulumi.Config()
    store = postgres(config.get("name") or "db", password="secret")
    books = Mount("/var/lib/postgresql/data", PersistentVolume("books"))
    store = attrs.evolve(store, main=attrs.evolve(store.main, mounts=[books]))
    client = Container("client", image=store.main.image, command=["sleep", "9999"], user=store.main.user)
    GatewayStack("s", Gateway([store, Pod(client, depends_on=[store])], routes=[]))
"""
TABLE = "create table if not exists kept (id int primary key)"


@pytest.fixture
def store(deploy_on_cluster: OnCluster) -> KubernetesDeployment:
    """A PostgreSQL server, and a pod with a client."""
    deployment = deploy_on_cluster.program(STORE, {"polypod:kubernetes": {"gatewayService": "ClusterIP"}})
    deployment.up()
    return deployment


def sql(deployment: KubernetesDeployment, server: str, statement: str) -> str:
    """What a server returns for a statement; "refused" where it did not take it."""
    client = f'env PGPASSWORD=secret psql -h {server} -U app -d app -v ON_ERROR_STOP=1 -qtA -c "{statement}"'
    try:
        return deployment.shell("client", "client", f"timeout 10 {client} 2>/dev/null || echo refused")
    except AssertionError:  # the connection to the client broke: nobody knows
        return "refused"


def test_every_commit_is_there_after_five_renames(store: KubernetesDeployment) -> None:
    """While somebody writes: what PostgreSQL has acknowledged, under whatever name, is there in the end."""
    sql(store, "db", TABLE)
    names, over, acknowledged = ["db"], threading.Event(), list[int]()

    def write() -> None:
        number = 0
        while not over.is_set():
            for server in names[-2:]:
                number += 1
                if "refused" not in sql(store, server, f"insert into kept values ({number})"):  # noqa: S608 - a number
                    acknowledged.append(number)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for i in range(RENAMES):
            names.append(f"db{i}")
            store.set("name", names[-1])
            store.up()
    finally:
        over.set()
        writer.join()
    found = {int(line) for line in sql(store, names[-1], "select id from kept").split()}
    assert len(acknowledged) > 4 * RENAMES
    assert set(acknowledged) - found == set()
    assert sorted(store.left_over()["Deployment"]) == ["client", names[-1], "gateway"]
