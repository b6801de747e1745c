"""What a program may rely on wherever it runs: probes, the end of processes, and the surroundings of a container."""

from __future__ import annotations

import time

import pytest

from .conftest import Anywhere
from .deployment import Deployment, until

HEAD = """
    import pulumi
    from polypod import *

    ON_ACI = pulumi.Config("polypod").require("target") == "aci"
    SERVE = "exec httpd -f -p 8080 -h /tmp/www"
    BEGIN = "mkdir -p /tmp/www/cgi-bin; touch /tmp/www/alive /tmp/www/ok; " \\
            "cat /proc/sys/kernel/random/uuid > /tmp/www/began; "

    def busybox(name, *commands, **fields):
        fields = {"user": 1000, "port": 8080, **fields}
        return Container(name, image="busybox:1.37", command=["sh", "-c", "; ".join(commands)], **fields)

    def redirect(name, location):
        page = f"#!/bin/sh\\n echo Status: 302 Found; echo Location: {location}; echo"
        return f"echo '{page}' > /tmp/www/cgi-bin/{name}; chmod +x /tmp/www/cgi-bin/{name}"
"""
PROMISES = (
    HEAD
    + """
    notes = Mount("/notes", ScratchVolume("notes"))
    ALIVE = Probe.http("/alive", period="1s", failure_threshold=2)

    stubborn = Pod(busybox("stubborn", BEGIN + "trap '' TERM", "httpd -f -p 8080 -h /tmp/www", "sleep 1000",
        liveness=ALIVE), termination_grace_period="2s")
    tidy = Pod(busybox("tidy", BEGIN + "trap 'echo stopped >> /notes/ends; exit 0' TERM", "httpd -p 8080 -h /tmp/www",
        "while :; do sleep 1; done", mounts=[notes], liveness=ALIVE, readiness=Probe.http("/ok", period="1s"),
        startup=None if ON_ACI else Probe.http("/began", period="1s", failure_threshold=30)),
        termination_grace_period="20s")
    redirects = Pod(busybox("redirects",
        BEGIN + "cd /tmp", redirect("away", "http://elsewhere.invalid/"), redirect("here", "away"), SERVE,
        readiness=Probe.http("/cgi-bin/here", period="1s")))
    patient = Pod(busybox("patient", "exec tail -f /dev/null", readiness=Probe.exec("true", period="1s"),
        liveness=Probe.exec("sh", "-c", "sleep 1000", period="1s", timeout="1s", failure_threshold=10000)))
    idle = Pod(busybox("idle", "httpd -p 8080 -h /tmp; exec tail -f /dev/null",
        readiness=Probe.exec("true", period="1s") if ON_ACI else Probe.tcp(period="1s")))
    for pod in (stubborn, tidy, redirects, patient, idle):
        SidecarPod(pod.name, pod)
    """
)


@pytest.fixture(scope="module")
def promises(deploy_anywhere_once: Anywhere) -> Deployment:
    """Pods that are ready, each with something of its own to look at."""
    deployment = deploy_anywhere_once.program(PROMISES)
    deployment.up()
    return deployment


def began(deployment: Deployment, pod: str) -> str:
    """Which run of a container this is; empty while it does not run."""
    try:
        return deployment.shell(pod, pod, "cat /tmp/www/began")
    except Exception:
        return ""


@pytest.mark.parametrize("pod", ["stubborn", "tidy"])
def test_liveness_restarts(promises: Deployment, pod: str) -> None:
    """A program that is not alive any more is started again, also where it ignores the request to stop."""
    first = began(promises, pod)
    promises.shell(pod, pod, "rm /tmp/www/alive")
    until(lambda: began(promises, pod) not in ("", first))


def test_liveness_asks_the_program_to_stop_first(promises: Deployment) -> None:
    """It has its grace period to put things in order."""
    first = began(promises, "tidy")
    promises.shell("tidy", "tidy", "rm /tmp/www/alive; rm -f /notes/ends")
    until(lambda: began(promises, "tidy") not in ("", first))
    assert promises.shell("tidy", "tidy", "cat /notes/ends") == "stopped\n"


@pytest.mark.parametrize("pod", ["patient", "idle"])
def test_probes_leave_no_processes(promises: Deployment, pod: str) -> None:
    """Also below a program that waits for no children of others, and where a probe has to be given up."""
    time.sleep(5)
    processes = promises.shell(pod, pod, "ps -o stat,args")
    assert "Z" not in {line.split()[0] for line in processes.splitlines()}, processes


@pytest.mark.parametrize(
    "container",
    [
        'SERVE.replace("8080", "127.0.0.1:8080"), readiness=Probe.http("/ok", period="1s")',
        'SERVE.replace("8080", "127.0.0.1:8080"), readiness=Probe.tcp(period="1s")',
        'redirect("here", "/nowhere"), SERVE, readiness=Probe.http("/cgi-bin/here", period="1s")',
        'SERVE, readiness=Probe.http("/ok"), startup=Probe.http("/nowhere", period="1s", failure_threshold=100)',
    ],
    ids=["listens where nobody asks", "accepts where nobody connects", "redirects to what fails", "has not started"],
)
def test_what_is_not_ready_fails_the_update(deploy_anywhere: Anywhere, container: str) -> None:
    """Others could not reach it, or would get what is no success."""
    deployment = deploy_anywhere.program(
        HEAD
        + f"""
    sick = busybox("sick", BEGIN + ":", {container})
    SidecarPod("sick", Pod(sick, ready_within="15s", termination_grace_period="1s"))
    """
    )
    printed = deployment.failing_up()
    assert "pods.sick" in printed
    if deployment.target == "aci" and ("Probe.tcp" in container or "startup=" in container):
        assert "rejected on aci" in printed
        return
    assert "ready within 15 s" in printed
    assert "Traceback" not in printed
