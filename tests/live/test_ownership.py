"""What only one can have has one owner at a time, through every change of a program."""

from __future__ import annotations

from .conftest import OnDocker, unused_port
from .fetch import fetch
from .killed import kill_an_update
from .ownership import OWNERS, PROGRAM, STORE, data_log, every_commit_is_there_after_renames, owners


def test_data_has_one_owner_through_all_changes(deploy: OnDocker, free_port: int) -> None:
    """A sidecar, Pod to Group and back, a new name, a move, a component: each owner ends before the next starts.

    A component gets another name with an alias; then the pod moves to one that has none.
    """
    deployment = deploy.program(PROGRAM, {"port": str(free_port)})
    history = []
    for shape in ("pod", "sidecar", "group", "renamed", "moved", "pod", "component", "elsewhere"):
        deployment.set("shape", shape)
        deployment.up()
        history.append(OWNERS[shape])
        assert owners(data_log(deployment, OWNERS[shape])) == history, shape
    assert set(deployment.preview()) == {"same"}
    assert len([name for name in deployment.left_over()["containers"] if "first" in name]) == 1


PORTS = """
    import pulumi
    from polypod import *

    config = pulumi.Config()
    one, two = config.require_int("one"), config.require_int("two")

    def web(name, port):
        command = ["sh", "-c", f"trap 'exit 0' TERM; echo {name} > /tmp/index.html; httpd -p 8000 -h /tmp; "
                               "sleep 9999 & wait"]
        return Pod(Container(name, image="busybox:1.37", command=command, port=Port(8000, publish=port),
                             readiness=Probe.tcp()))

    layouts = {
        "first": {"a": [("blue", one), ("green", two)]},
        "swapped": {"a": [("blue", two), ("green", one)]},
        "renamed": {"a": [("red", one), ("green", two)]},
        "elsewhere": {"b": [("blue", one)], "a": [("green", two)]},
    }
    for component, pods in layouts[config.get("layout") or "first"].items():
        GatewayStack(component, Gateway([web(*pod) for pod in pods],
                                        port=config.require_int("a" if component == "a" else "c")))
"""


def test_host_ports_are_handed_over(deploy: OnDocker) -> None:
    """Ports are swapped, go to a pod of another name, and to one of another component, and back."""
    one, two, third, fourth = (unused_port() for _ in range(4))
    ports = {"one": str(one), "two": str(two), "a": str(third), "c": str(fourth)}
    deployment = deploy.program(PORTS, ports)

    def answers() -> tuple[str, ...]:
        return tuple(fetch(f"http://127.0.0.1:{port}/").text.strip() for port in (one, two))

    expected = {
        "first": ("blue", "green"),
        "swapped": ("green", "blue"),
        "renamed": ("red", "green"),
        "elsewhere": ("blue", "green"),
    }
    for layout in ("first", "swapped", "renamed", "elsewhere", "first"):
        deployment.set("layout", layout)
        deployment.up()
        assert answers() == expected[layout]
    assert set(deployment.preview()) == {"same"}


def test_an_update_that_failed_can_be_taken_back(deploy: OnDocker, free_port: int) -> None:
    """The owner that was stopped for another one that did not start comes back, on its data."""
    program = PROGRAM.replace('"renamed": Pod(container(', '"renamed": Pod(ready_within="3s", main=container(').replace(
        '"/tmp/on"), **fields', '"/tmp/on" if name != "second" else "/nowhere"), **fields'
    )
    deployment = deploy.program(program, {"port": str(free_port)})
    deployment.up()
    deployment.set("shape", "renamed")
    assert "was not ready within 3 s" in deployment.failing_up()
    deployment.set("shape", "pod")
    deployment.up()
    assert owners(data_log(deployment, "first")) == ["first", "second", "first"]
    assert set(deployment.preview()) == {"same"}
    assert not [name for name in deployment.left_over()["containers"] if "second" in name]


def test_an_update_that_was_killed_can_be_taken_back(deploy: OnDocker, free_port: int) -> None:
    """After the former owner was stopped, before the state knew of the next one: nothing is left of that one."""
    deployment = deploy.program(PROGRAM, {"port": str(free_port)})
    deployment.up()
    deployment.set("shape", "renamed")
    kill_an_update(deployment, lambda: deployment.containers("second"))
    deployment.set("shape", "pod")
    deployment.up()
    log = owners(data_log(deployment, "first"))
    assert (log[0], log[-1]) == ("first", "first")
    assert set(deployment.preview()) == {"same"}
    assert deployment.containers("second") == []


def test_a_container_that_crashes_does_not_hold_its_own_port(deploy: OnDocker, free_port: int) -> None:
    """A program that is mended after a crash loop gets the port that the crashing container publishes now and then."""
    deployment = deploy.program(
        """
        import pulumi
        from polypod import *

        config = pulumi.Config()
        command = "httpd -f -p 8000 -h /etc" if config.get_bool("mended") else "echo boom; sleep 0.4; exit 1"
        SidecarPod("s", Pod(Container("web", image="busybox:1.37", command=["sh", "-c", command],
                                      readiness=Probe.tcp(), port=Port(8000, publish=config.require_int("port"))),
                            ready_within="5s"))
        """,
        {"port": str(free_port)},
    )
    for _ in range(3):
        assert "host port" not in deployment.failing_up()
    deployment.set("mended", "true")
    deployment.up()
    assert fetch(f"http://127.0.0.1:{free_port}/hostname").status_code == 200


def test_every_commit_is_there_after_five_renames(deploy: OnDocker) -> None:
    """Two servers on one directory lost half of what they had acknowledged."""
    every_commit_is_there_after_renames(deploy.program(STORE))


def test_a_preview_says_what_becomes_of_data(deploy: OnDocker) -> None:
    """Who is stopped for whom; and that a store under another name would start on empty data."""
    deployment = deploy.program(
        STORE.replace(
            "SidecarPod(",
            'if pulumi.Config().get_bool("plain"):\n        books = store.main.mounts[0]\n    SidecarPod(',
        )
    )
    deployment.up()
    deployment.set("name", "database")
    assert "db is stopped, database starts on its data (books)" in deployment.run(
        "preview", "--stack", deployment.stack
    )
    deployment.set("plain", "true")
    said = deployment.run("preview", "--stack", deployment.stack)
    assert "database starts on empty data (database-data)" in said
    assert "kept data that nothing uses any more: books" in said


SLOW = """
    import pulumi
    from polypod import *

    command = ["sh", "-c", "trap 'sleep 12; echo ended >> /data/log; exit' TERM; sleep 9999 & wait"]
    store = Container("store", image="busybox:1.37", command=command, env={"V": pulumi.Config().get("version") or "1"},
                      mounts=[Mount("/data", PersistentVolume("data"))])
    SidecarPod("s", Pod(store, termination_grace_period="30s"))
"""


def test_a_container_that_says_no_grace_period_has_that_of_the_program(deploy: OnDocker) -> None:
    """Those of earlier versions say none: Docker would kill them after ten seconds."""
    deployment = deploy.program(SLOW)
    deployment.up()
    made = deployment.container("store", "store")
    assert made.attrs["Config"]["StopTimeout"] == 30
    made.remove(force=True)
    deployment.client.containers.run(
        made.attrs["Image"],
        entrypoint=made.attrs["Config"]["Entrypoint"],
        name=str(made.name),
        labels=made.labels,
        volumes=made.attrs["HostConfig"]["Binds"],
        detach=True,
    )
    deployment.set("version", "2")
    deployment.up()
    assert data_log(deployment, "store") == "ended\n"
