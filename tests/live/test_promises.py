"""What a program may rely on wherever it runs: probes, the end of processes, and the environment of a container."""

from __future__ import annotations

import re
import textwrap
import time

import pytest

from polypod import Container, Pod, Probe, check

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

    empty = Container("empty", image="python:3.12-slim", command=["tail", "-f", "/dev/null"], user=1000,
        mounts=[Mount("/usr/share", ScratchVolume("share")), Mount("/var/cache/new", ScratchVolume("new"))])
    memory = Container("memory", image="busybox:1.37", command=["tail", "-f", "/dev/null"], user=1000,
        mounts=[Mount("/dev/shm", ScratchVolume("shm"))])
    gated = Pod(busybox("gated", "wget -q -O /tmp/seen http://127.0.0.1:9000/ok || echo refused > /tmp/seen",
        "exec tail -f /dev/null", port=None), termination_grace_period="1s",
        sidecars=[busybox("proxy", BEGIN + "echo found > /tmp/www/ok; sleep 4", SERVE.replace("8080", "9000"),
            port=9000, startup=Probe.http("/ok", period="1s", failure_threshold=30))])
    shared = Pod(busybox("shared", "while :; do sh -c '(sleep 0.2; exit 0) & exit 0'; sleep 0.3; done", port=None),
        sidecars=[busybox("side", "exec tail -f /dev/null", port=None)], share_processes=not ON_ACI,
        termination_grace_period="1s")
    options = {} if ON_ACI else {"shm_size": "128Mi", "allow_privilege_escalation": True}
    hosts = {} if ON_ACI else {"db.example.org": "10.1.2.3"}
    free = Pod(busybox("free", "exec tail -f /dev/null", port=None, **options), extra_hosts=hosts,
        termination_grace_period="1s")
    plain = [Pod(container, termination_grace_period="1s") for container in (empty, memory)]
    for pod in (free, stubborn, tidy, redirects, patient, idle, *plain, shared, *([] if ON_ACI else [gated])):
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


# Kubernetes' client leaves a socket open where a container that does not run refuses a command.
refused = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")


@refused
@pytest.mark.parametrize("pod", ["stubborn", "tidy"])
def test_liveness_restarts(promises: Deployment, pod: str) -> None:
    """A program that is not alive any more is started again, also where it ignores the request to stop."""
    first = began(promises, pod)
    promises.shell(pod, pod, "rm /tmp/www/alive")
    until(lambda: began(promises, pod) not in ("", first))


@refused
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
    ("pod", "path"),
    [("empty", "/usr/share"), ("empty", "/var/cache/new"), ("memory", "/dev/shm")],  # noqa: S108
)
def test_a_scratch_volume_is_empty_and_everybody_may_write(promises: Deployment, pod: str, path: str) -> None:
    """Whatever the image has there, and whoever the container runs as."""
    assert (
        promises.shell(pod, pod, f"ls -A {path}; echo new > {path}/file && cat {path}/file; rm {path}/file") == "new\n"
    )


def test_a_sidecar_that_starts_holds_the_main_container_back(promises: Deployment) -> None:
    """Until its startup probe succeeds: the main container finds what it serves at once."""
    if promises.target == "aci":
        sidecar = Container("a", image="a:1", startup=Probe.exec("true"))
        assert "rejected" in verdicts(Pod(Container("b", image="b:1"), sidecars=[sidecar]))
        return
    assert promises.shell("gated", "gated", "cat /tmp/seen") == "found\n"


def test_processes_that_nobody_waits_for_are_reaped(promises: Deployment) -> None:
    """In a pod that shares its processes, process 1 is the platform's."""
    if promises.target == "aci":
        assert "rejected" in verdicts(Pod(Container("a", image="a:1"), share_processes=True))
        return
    time.sleep(5)
    # One that has just ended may still be there; those that nobody waits for would be there for ever.
    until(lambda: "Z" not in promises.shell("shared", "shared", "ps -o stat").split())


def verdicts(pod: Pod) -> list[str]:
    """What Azure makes of a pod."""
    return [finding.verdict.value for finding in check(pod, "aci")]


def test_a_container_has_the_environment_it_asks_for(promises: Deployment) -> None:
    """Shared memory of its size, host names, and privileges that may be gained; none of them unasked."""
    free = promises.shell("free", "free", "df -m /dev/shm | tail -1; cat /etc/hosts; grep NoNewPrivs /proc/self/status")
    assert ("128" in free.split()) == (promises.target != "aci")
    assert ("10.1.2.3" in free.split()) == (promises.target != "aci")
    unasked = promises.shell("empty", "empty", "grep NoNewPrivs /proc/self/status")
    assert unasked.split()[1] == "1"
    if promises.target != "aci":
        assert free.split()[-1] == "0"


NEVER_READY = {
    "deaf": 'SERVE.replace("8080", "127.0.0.1:8080"), readiness=Probe.http("/ok", period="1s")',
    "closed": 'SERVE.replace("8080", "127.0.0.1:8080"), readiness=Probe.tcp(period="1s")',
    "astray": 'redirect("here", "/nowhere"), SERVE, readiness=Probe.http("/cgi-bin/here", period="1s")',
    "late": 'SERVE, readiness=Probe.http("/ok"), startup=Probe.http("/nowhere", period="1s", failure_threshold=99)',
}
"""Listens where nobody asks, accepts where nobody connects, redirects to what fails, and has not started."""
REJECTED_ON_ACI = ("closed", "late")


def never_ready(*names: str) -> str:
    """A program of pods that others could not reach, or would get from what is no success."""
    pods = "".join(
        f"""
    {name} = busybox("{name}", BEGIN + ":", {NEVER_READY[name]})
    SidecarPod("{name}", Pod({name}, ready_within="15s", termination_grace_period="1s"))
    """
        for name in names
    )
    return HEAD + pods


def test_what_is_not_ready_fails_the_update(deploy_anywhere: Anywhere) -> None:
    """Each pod that is not is named, at once."""
    deployment = deploy_anywhere.program(never_ready(*NEVER_READY))
    names = [name for name in NEVER_READY if deployment.target != "aci" or name not in REJECTED_ON_ACI]
    program = deployment.project / "__main__.py"
    for name in NEVER_READY.keys() - names:
        program.write_text(textwrap.dedent(never_ready(name)))
        assert re.search(rf"pods\.{name}\S*: rejected on aci", deployment.failing_up())
    program.write_text(textwrap.dedent(never_ready(*names)))
    printed = deployment.failing_up()
    assert printed.count("ready within 15 s") == len(names), printed
    for name in names:
        assert f"pods.{name}" in printed
    assert "Traceback" not in printed
