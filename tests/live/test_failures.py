"""What a user sees when something is wrong, and that the next update is none the worse for it."""

from __future__ import annotations

import socket

from .conftest import OnDocker
from .deployment import last_words
from .fetch import fetch

HEAD = """
    import pulumi
    from polypod import *

    config = pulumi.Config()
    BUSYBOX = "busybox:1.37"
"""


def test_a_failing_init_container_shows_its_log_and_runs_again(deploy: OnDocker) -> None:
    """It is tried while there is time; then the update fails with exit code and log, secrets hidden."""
    deployment = deploy.program(
        HEAD
        + """
    token = Secret(config.require_secret("token"))
    setup = Container("setup", image=BUSYBOX, env={"TOKEN": token, "CODE": config.get("code") or "7"},
        command=["sh", "-c", "echo token is $TOKEN; date +%s%N > /out/ran; exit $CODE"],
        mounts=[Mount("/out", ScratchVolume("out"))])
    SidecarPod("job", Pod(
        Container("main", image=BUSYBOX, command=["tail", "-f", "/dev/null"], mounts=setup.mounts),
        init=[setup], termination_grace_period="1s", ready_within="5s"))
    """,
        secrets={"token": "open-sesame"},
    )
    printed = deployment.failing_up()
    assert "pods.main.init[0]: the init container did not end well within 5 s" in last_words(printed)
    assert "exit code: 7" in last_words(printed)
    assert "token is [secret]" in last_words(printed)
    assert "open-sesame" not in printed
    assert "Traceback" not in printed
    assert deployment.containers("main", "main") == []

    deployment.set("code", "0")
    deployment.up()
    assert deployment.container("main", "main").status == "running"
    assert set(deployment.preview()) == {"same"}


def test_an_unhealthy_container_fails_the_update_within_its_deadline(deploy: OnDocker) -> None:
    """The update names the container that did not become ready, with its last check and log lines."""
    deployment = deploy.program(
        HEAD
        + """
    path = config.get("path") or "/nowhere"
    SidecarPod("sick", Pod(
        Container("web", image=BUSYBOX, port=8080, readiness=Probe.http(path, period="1s"),
            command=["sh", "-c", "echo starting on 8080; mkdir /tmp/www; echo ok > /tmp/www/ok; "
                                 "exec httpd -f -p 8080 -h /tmp/www"]),
        ready_within="5s", termination_grace_period="1s"))
    """
    )
    printed = last_words(deployment.failing_up())
    assert "pods.web.main: the container was not ready within 5 s" in printed
    assert f"container: live-{deployment.stack}-sick-web-0" in printed
    assert "404" in printed
    assert "starting on 8080" in printed
    assert "Traceback" not in printed
    deployment.set("path", "/ok")
    deployment.up()
    assert set(deployment.preview()) == {"same"}


def test_what_hangs_and_what_ends_again_and_again_fail_the_update_together(deploy: OnDocker) -> None:
    """Each is named with its exit code and log, and a check that hangs leaves one process, not one for each look."""
    deployment = deploy.program(
        HEAD
        + """
    SidecarPod("hangs", Pod(Container("web", image=BUSYBOX, command=["tail", "-f", "/dev/null"],
        readiness=Probe.exec("sleep", "1000", period="1h", timeout="1s")),
        ready_within="10s", termination_grace_period="1s"))
    SidecarPod("brief", Pod(Container("main", image=BUSYBOX, restart="always",
        command=["sh", "-c", "echo no config; exit 4"]), ready_within="20s"))
    """
    )
    printed = last_words(deployment.failing_up())
    assert "the deployment failed (2 problems)" in printed
    assert "pods.web.main: the container was not ready within 10 s" in printed
    assert deployment.shell("web", "web", "ps | grep -c '[s]leep 1000'") == "1\n"
    ended = printed[printed.index("pods.main.main") :].partition("fix: ")[0]
    assert "exit code: 4" in ended
    assert "no config" in ended


def test_a_container_that_ends_for_good_fails_the_update(deploy: OnDocker) -> None:
    """At once, with its exit code and log."""
    deployment = deploy.program(
        HEAD
        + """
    SidecarPod("brief", Pod(Container("main", image=BUSYBOX, restart="never",
        command=["sh", "-c", "echo no config; exit 4"]), ready_within="20s"))
    """
    )
    printed = last_words(deployment.failing_up())
    assert "pods.main.main" in printed
    assert "exit code: 4" in printed
    assert "no config" in printed


def test_a_dependent_pod_is_not_started_before_the_other_is_ready(deploy: OnDocker, free_port: int) -> None:
    """Where the first pod never becomes ready, the second is never created."""
    deployment = deploy.program(
        HEAD
        + """
    db = Pod(Container("db", image=BUSYBOX, command=["tail", "-f", "/dev/null"], port=5432,
        readiness=Probe.tcp(period="1s")), ready_within="4s", termination_grace_period="0.1s")
    web = Pod(Container("web", image=BUSYBOX, command=["tail", "-f", "/dev/null"], port=80, env={"DB": db.url()}))
    GatewayStack("app", Gateway([db, web], routes=[Route("/", web)], port=config.require_int("port")))
    """,
        {"port": str(free_port)},
    )
    assert "pods.db.main: the container was not ready within 4 s" in last_words(deployment.failing_up())
    assert deployment.containers("web") == []


def test_what_another_target_would_refuse_is_said_today(deploy: OnDocker) -> None:
    """A preview on Docker names every target that has something against the program, and makes nothing."""
    deployment = deploy.program(
        HEAD
        + """
    SidecarPod("job", Pod(Container("main", image=BUSYBOX, restart="never", args=[""], mounts=[
        Mount("/data", PersistentVolume("data", size="1Gi", per_replica=True))])))
    """
    )
    deployment.set("polypod:portable", ["docker", "kubernets"])
    printed = last_words(deployment.run("preview", "--stack", deployment.stack, check=False))
    assert "config polypod:portable[1]: 'kubernets' is not a target" in printed
    deployment.set("polypod:portable", ["docker", "kubernetes"])
    printed = last_words(deployment.run("preview", "--stack", deployment.stack, check=False))
    assert "a target cannot run this program (2 problems)" in printed
    assert "pods.main.main.args[0]: rejected on docker: " in printed
    assert "pods.main: rejected on kubernetes: " in printed
    assert "Traceback" not in printed


def test_an_occupied_host_port_is_said_before_anything_is_made(deploy: OnDocker) -> None:
    """Preview and update name the port and the place in the program; nothing is left; once it is free all is well."""
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]
        deployment = deploy.program(
            HEAD
            + f"""
    SidecarPod("web", Pod(Container("web", image=BUSYBOX, command=["httpd", "-f", "-p", "80"],
        port=Port(80, publish={port})), termination_grace_period="0.1s"))
    """
        )
        for printed in (deployment.failing_up(), deployment.run("preview", "--stack", deployment.stack, check=False)):
            assert f"pods.web.main.port.publish: the host port 127.0.0.1:{port} is taken" in last_words(printed)
            assert "Traceback" not in printed
        assert deployment.left_over() == {"containers": [], "networks": [], "volumes": []}
    deployment.up()
    assert fetch(f"http://127.0.0.1:{port}/").status_code == 404


def test_all_mistakes_of_a_program_are_reported_together(deploy: OnDocker) -> None:
    """Each mistake has its code, its path and its fix; no traceback, and nothing is made."""
    deployment = deploy.program(
        HEAD
        + """
    web = Pod(Container("web", image="busybox", port=80, env={"DB": "polypod{db.host}"},
                        resources=Resources(memory="256m"), readiness=Probe.http("health")))
    twins = Pod(Container("twin", image=BUSYBOX, port=80), sidecars=[Container("twin", image=BUSYBOX, port=80)])
    built = Pod(Container("built", image=Build("no/such/folder")), depends_on=["loop"])
    loop = Pod(Container("loop", image=BUSYBOX), depends_on=["built"])
    GatewayStack("bad", Gateway([web, twins, built, loop], routes=[Route("/x/", "nobody")], port=8000))
    """
    )
    printed = deployment.failing_up()
    for place in (
        "PP121 pods.web.main.image",
        "PP607 pods.web.main.env.DB",
        "PP112 pods.web.main.resources.memory",
        "PP131 pods.web.main.readiness.path",
        "PP179 pods.twin.main.name",
        "PP180 pods.twin.main.port",
        "PP122 pods.built.main.image",
        "PP612 pods.built",
        "PP631 routes[0].to[0]",
    ):
        assert f"  {place}: " in printed
    assert printed.count("fix: ") >= 9
    assert "Traceback" not in printed
    assert deployment.left_over() == {"containers": [], "networks": [], "volumes": []}


def test_an_image_that_cannot_be_had_is_named(deploy: OnDocker) -> None:
    """The image, its place in the program and the registry's answer; nothing is made."""
    deployment = deploy.program(
        HEAD
        + """
    SidecarPod("web", Pod(Container("web", image="127.0.0.1:9/no/such:1")))
    """
    )
    printed = deployment.failing_up()
    assert "pods.web.main.image: the image '127.0.0.1:9/no/such:1' is not available" in last_words(printed)
    assert "Traceback" not in printed
    assert deployment.left_over() == {"containers": [], "networks": [], "volumes": []}


def test_a_missing_daemon_is_said_in_one_line(deploy: OnDocker) -> None:
    """Without a daemon, preview and update say so and what to do."""
    deployment = deploy.program(
        HEAD
        + """
    SidecarPod("web", Pod(Container("web", image=BUSYBOX)))
    """
    )
    deployment.environment["DOCKER_HOST"] = "unix:///nowhere/docker.sock"
    printed = deployment.failing_up()
    assert "no Docker daemon answers" in last_words(printed)
    assert "DOCKER_HOST" in last_words(printed)
    assert "Traceback" not in printed


def test_an_unknown_target_is_named(deploy: OnDocker) -> None:
    """The targets there are, and where to choose one."""
    deployment = deploy.program(
        HEAD
        + """
    SidecarPod("web", Pod(Container("web", image=BUSYBOX)), target="moon")
    """
    )
    printed = last_words(deployment.failing_up())
    assert "'moon' is not a target" in printed
    assert "docker" in printed
