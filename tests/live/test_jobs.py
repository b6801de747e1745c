"""Pods that run to their end, and what waits for them, wherever they run."""

from __future__ import annotations

from .conftest import Anywhere
from .deployment import last_words

HEAD = """
    import pulumi
    from polypod import *

    config = pulumi.Config()

    def busybox(name, *commands, **fields):
        command = ["sh", "-c", "; ".join(commands)]
        return Container(name, image="busybox:1.37", **{"user": 1000, "command": command, **fields})
"""


def test_who_waits_for_a_job_waits_for_its_end(deploy_anywhere: Anywhere, free_port: int) -> None:
    """The job is tried until it ends well, its sidecar ends with it, and a second update runs nothing again."""
    deployment = deploy_anywhere.program(
        HEAD
        + """
    work = Mount("/work", PersistentVolume("work", shared=True))
    trial = "echo trial >> /work/trials; sleep 2; test $(wc -l < /work/trials) -ge 2 || exit 1; date > /work/done"
    migrate = Pod(busybox("migrate", trial, restart="on-failure", mounts=[work]), termination_grace_period="1s",
        sidecars=[busybox("helper", "while :; do date > /work/helper; sleep 1; done", mounts=[work],
                          restart=config.get("helper_restart") or "always")])
    app = Pod(busybox("app", "mkdir /tmp/www; cp /work/done /tmp/www/ok", "exec httpd -f -p 8080 -h /tmp/www",
        port=8080, mounts=[work], readiness=Probe.http("/ok", period="1s")), depends_on=[migrate],
        termination_grace_period="1s", ready_within="1m")
    GatewayStack("shop", Gateway([migrate, app], routes=[Route("/", app)], port=config.require_int("port")))
    """,
        {"port": str(free_port)},
    )
    if deployment.target == "aci":  # a container group has one restart policy
        deployment.set("helper_restart", "on-failure")
    deployment.up()
    assert deployment.shell("app", "app", "cat /work/trials") == "trial\ntrial\n"
    before = deployment.shell("app", "app", "cat /work/helper; sleep 3")
    assert deployment.shell("app", "app", "cat /work/helper") == before
    deployment.up()
    assert deployment.shell("app", "app", "cat /work/trials") == "trial\ntrial\n"


def test_a_failed_job_shows_what_it_printed_and_runs_again(deploy_anywhere: Anywhere, free_port: int) -> None:
    """Each update tries it as often as it says, also when its cause was mended outside the program."""
    deployment = deploy_anywhere.program(
        HEAD
        + """
    work = Mount("/work", PersistentVolume("work", shared=True))
    keeper = Pod(busybox("keeper", "mkdir /tmp/www; echo ok > /tmp/www/index.html",
        "exec httpd -f -p 8080 -h /tmp/www", port=8080, readiness=Probe.http("/", period="1s"), mounts=[work]),
        termination_grace_period="1s")
    trial = "echo trial >> /work/trials; test -e /work/mended || { echo licence server not reachable; exit 3; }"
    job = Pod(busybox("job", trial, restart="never", mounts=[work]), attempts=2, ready_within="1m", depends_on=[keeper])
    GatewayStack("shop", Gateway([keeper, job], routes=[Route("/", keeper)], port=config.require_int("port")))
    """,
        {"port": str(free_port)},
    )
    printed = last_words(deployment.failing_up())
    assert "pods.job" in printed
    assert "licence server not reachable" in printed
    assert "Traceback" not in printed
    trials = deployment.shell("keeper", "keeper", "cat /work/trials; touch /work/mended")
    assert trials == "trial\n" * 2
    deployment.up()
    assert deployment.shell("keeper", "keeper", "cat /work/trials") == "trial\n" * 3


def test_crashes_before_it_is_ready_are_normal(deploy_anywhere: Anywhere) -> None:
    """A program that ends until what it needs is there has the time that its pod says.

    One whose time is over says how often it was started again, with which exit code, and its last words.
    """
    deployment = deploy_anywhere.program(
        HEAD
        + """
    tries = Mount("/tries", ScratchVolume("tries"))
    SidecarPod("slow", Pod(busybox("slow", "echo try >> /tries/all; sleep 1",
        "test $(wc -l < /tries/all) -ge 5 || { echo no database yet; exit 1; }", "exec tail -f /dev/null",
        mounts=[tries], readiness=Probe.exec("sh", "-c", "test $(wc -l < /tries/all) -ge 5", period="1s")),
        ready_within="5m", termination_grace_period="1s"))
    SidecarPod("never", Pod(busybox("never", "sleep 1; echo no database at all; exit 7",
        readiness=Probe.exec("test", "-e", "/there", period="1s")), ready_within="12s",
        termination_grace_period="1s"))
    """
    )
    printed = last_words(deployment.failing_up())
    assert "the deployment failed (1 problem)" in printed
    assert "pods.never" in printed
    assert "within 12 s" in printed
    assert "exit code: 7" in printed, printed
    assert "no database at all" in printed
    assert deployment.shell("slow", "slow", "cat /tries/all").count("try") >= 5
