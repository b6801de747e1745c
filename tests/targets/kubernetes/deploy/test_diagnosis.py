"""Why a pod does not get ready, from what the API server tells of it."""

from __future__ import annotations

from typing import Any

import pytest

from polypod.targets.kubernetes.deploy.diagnosis import (
    Failure,
    claims_of,
    crashed,
    failure_of,
    never_started,
    unready,
    warnings_about,
)

IMAGE = "registry"
AGAIN = "correct the program"


def status(name: str = "web", restarts: int = 0, ready: bool = False, **states: Any) -> dict[str, Any]:
    """The status of a container."""
    state = {key: value for key, value in states.items() if key != "last"}
    return {
        "name": name,
        "ready": ready,
        "restartCount": restarts,
        "state": state,
        "lastState": {"terminated": states["last"]} if "last" in states else {},
    }


def pod(*main: Any, init: Any = (), restart: str = "Always", sidecars: Any = (), **more: Any) -> dict[str, Any]:
    """A pod with the given statuses."""
    listed = [
        {"name": item["name"], **({"restartPolicy": "Always"} if item["name"] in sidecars else {})} for item in init
    ]
    return {
        "metadata": {"name": "web-1"},
        "spec": {"restartPolicy": restart, "initContainers": listed},
        "status": {"containerStatuses": list(main), "initContainerStatuses": list(init), **more},
    }


def waiting(reason: str, message: str = "") -> dict[str, Any]:
    """A container that does not run."""
    return {"reason": reason, "message": message}


ENDED = {"exitCode": 3, "reason": "Error"}
UNSTARTED = {
    "exitCode": 128,
    "reason": "StartError",
    "message": 'OCI runtime create failed: exec: "serve": executable file not found in $PATH',
}
BUSY = {"exitCode": 128, "reason": "StartError", "message": "context deadline exceeded"}
KILLED = {"exitCode": 137, "reason": "OOMKilled"}
RUNS: dict[str, Any] = {"running": {}}
LOOPS: dict[str, Any] = {"waiting": waiting("CrashLoopBackOff"), "last": ENDED}
BACK_OFF = waiting("ImagePullBackOff", "no such tag")
AS_ROOT = "container has runAsNonRoot and image will run as root"
BY_NAME = "container has runAsNonRoot and image has non-numeric user (app), cannot verify user is non-root"


@pytest.mark.parametrize(
    ("what", "container", "fix", "previous", "found"),
    [
        (
            "its image cannot be pulled",
            "web",
            IMAGE,
            None,
            pod(status(waiting=BACK_OFF)),
        ),
        ("its image cannot be pulled", "web", IMAGE, None, pod(status(waiting=waiting("InvalidImageName")))),
        (
            "the container cannot be created",
            "web",
            "user=",
            None,
            pod(status(waiting=waiting("CreateContainerConfigError", AS_ROOT))),
        ),
        (
            "the container cannot be created",
            "web",
            "user=",
            None,
            pod(status(waiting=waiting("CreateContainerConfigError", BY_NAME))),
        ),
        (
            "the container cannot be started",
            "web",
            AGAIN,
            None,
            pod(status(waiting=waiting("RunContainerError"))),
        ),
        ("the container can never start", "web", "executable", None, pod(status(terminated=UNSTARTED))),
        (
            "the container can never start",
            "setup",
            "executable",
            None,
            pod(init=[status("setup", **RUNS, last=UNSTARTED)]),
        ),
    ],
)
def test_what_waiting_does_not_cure(what: str, container: str, fix: str, previous: bool | None, found: Any) -> None:
    """Each with the container it is about and what to do."""
    failure = failure_of(found)
    assert failure is not None
    assert (failure.what, failure.container, failure.previous, failure.pod) == (what, container, previous, "web-1")
    assert fix in failure.fix


@pytest.mark.parametrize(
    "found",
    [
        pod(),
        pod(status(**RUNS)),
        pod(status(waiting=waiting("ContainerCreating"))),
        pod(status(waiting=waiting("ErrImagePull", "the registry took too long"))),
        pod(status(restarts=9, waiting=waiting("CrashLoopBackOff"), last=ENDED)),
        pod(status(terminated=ENDED), restart="Never"),
        pod(status(terminated=BUSY)),
        pod(init=[status("setup", terminated=ENDED)]),
        pod(phase="Failed", reason="Evicted", message="too much memory"),
        pod(status(restarts=5, **RUNS, last=ENDED)),
        pod(init=[status("setup", terminated={"exitCode": 0})]),
        pod(init=[status("helper", restarts=1, **RUNS, last=ENDED)], sidecars=["helper"]),
        pod(status(terminated={"exitCode": 0}), restart="Never"),
        pod(status(terminated=ENDED), restart="OnFailure"),
    ],
)
def test_what_may_still_become_ready(found: Any) -> None:
    """Crashes, however many, and a slow registry: Kubernetes tries again, and the pod's own time decides."""
    assert failure_of(found) is None


@pytest.mark.parametrize(
    ("state", "again"),
    [
        (BACK_OFF, True),
        (waiting("InvalidImageName"), False),
        (
            waiting("CreateContainerConfigError", "failed to sync secret cache: timed out waiting for the condition"),
            True,
        ),
        (waiting("CreateContainerConfigError", 'configmap "web-files" not found'), True),
        (waiting("CreateContainerConfigError", AS_ROOT), False),
        (waiting("CreateContainerConfigError", BY_NAME), False),
    ],
)
def test_nodes_try_some_things_again(state: Any, again: bool) -> None:
    """Which therefore count only once they have lasted."""
    failure = failure_of(pod(status(waiting=state)))
    assert failure is not None
    assert failure.again == again


@pytest.mark.parametrize(
    ("what", "details", "previous", "found"),
    [
        ("the container ended", ("exit code: 137", "reason: OOMKilled"), False, status(terminated=KILLED)),
        (
            "the container keeps exiting",
            ("ended 3 times", "exit code: 3"),
            False,
            status(restarts=2, waiting=waiting("CrashLoopBackOff"), last=ENDED),
        ),
        (
            "the container keeps exiting",
            ("ended 2 times", "exit code: 3"),
            True,
            status(restarts=2, **RUNS, last=ENDED),
        ),
    ],
)
def test_a_crash_says_how_often_and_how(what: str, details: Any, previous: bool, found: Any) -> None:
    """The reason where it tells more than the exit code, and the run whose output tells."""
    assert list(crashed(pod(found))) == [
        Failure(pod="web-1", what=what, container="web", details=details, previous=previous)
    ]


def test_an_init_container_that_failed_is_called_so() -> None:
    """It is another mistake than a program that ends; a sidecar is a program."""
    failing = pod(init=[status("setup", terminated=ENDED), status("helper", terminated=ENDED)], sidecars=["helper"])
    assert [crash.what for crash in crashed(failing)] == ["the init container failed", "the container ended"]
    assert unready(failing).what == "the init container failed"


@pytest.mark.parametrize(
    ("expected", "log"),
    [
        (True, "exec /app/serve: exec format error\n"),
        (True, "exec /app/serve.sh: no such file or directory"),
        (False, "starting\nexec /app/helper: no such file or directory"),
        (False, ""),
    ],
)
def test_a_runtime_may_say_it_in_the_log(expected: bool, log: str) -> None:
    """That a container can never start; what a program says of its own is something else."""
    (crash,) = crashed(pod(status(terminated=ENDED)))
    assert (never_started(crash, log) is not None) is expected


UNSCHEDULED = {"type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": "0/1 nodes: no cpu"}


@pytest.mark.parametrize(
    ("what", "details", "previous", "found"),
    [
        ("no node takes the pod", ("reason: Unschedulable", "0/1 nodes: no cpu"), None, pod(conditions=[UNSCHEDULED])),
        ("the container was not ready in time", ("it runs, but is not ready",), False, pod(status(**RUNS))),
        (
            "the container was not ready in time",
            ("reason: ContainerCreating",),
            None,
            pod(status(waiting=waiting("ContainerCreating"))),
        ),
        (
            "the container keeps exiting",
            ("ended 5 times", "exit code: 3"),
            False,
            pod(status(restarts=4, waiting=waiting("CrashLoopBackOff"), last=ENDED)),
        ),
        (
            "the pod failed",
            ("reason: Evicted", "too much memory"),
            None,
            pod(phase="Failed", reason="Evicted", message="too much memory"),
        ),
        ("the pod was not ready in time", (), None, pod(status(ready=True, **RUNS))),
    ],
)
def test_where_a_pod_stands_when_the_time_is_over(what: str, details: Any, previous: bool | None, found: Any) -> None:
    """The first container that is not ready, or why there is none yet."""
    failure = unready(found)
    assert (failure.what, failure.details, failure.previous) == (what, details, previous)


def test_little_cpu_is_a_reason_to_be_late() -> None:
    """A limit that is the promise, as the program said no other."""
    late = pod(status(**RUNS))
    late["spec"]["containers"] = [{"name": "web", "resources": {"limits": {"cpu": "10m"}}}]
    assert unready(late).details[-1].startswith("its CPU is limited to 10m: raise cpu_limit=")
    late["spec"]["containers"][0]["resources"]["limits"]["cpu"] = "1"
    assert unready(late).details == ("it runs, but is not ready",)


def test_an_init_container_that_is_over_is_not_what_one_waits_for() -> None:
    """Its successor is."""
    done = status("setup", terminated={"exitCode": 0})
    assert (
        unready(pod(status(waiting=waiting("PodInitializing")), init=[done, status("wait", **RUNS)])).container
        == "wait"
    )


def event(reason: str, message: str, at: str, name: str = "web-1", kind: str = "Warning") -> dict[str, Any]:
    """An event of the cluster."""
    about = {"name": name}
    return {"type": kind, "reason": reason, "message": message, "lastTimestamp": at, "involvedObject": about}


def test_the_last_warnings_are_shown_once_each() -> None:
    """Those about the object, the newest first."""
    events = [
        event("Unhealthy", "404", "2026-01-01T00:00:02Z"),
        event("FailedMount", "no secret", "2026-01-01T00:00:01Z"),
        event("Unhealthy", "404", "2026-01-01T00:00:03Z"),
        event("Pulled", "fine", "2026-01-01T00:00:04Z", kind="Normal"),
        event("Unhealthy", "500", "2026-01-01T00:00:05Z", name="other"),
    ]
    assert warnings_about(["web-1"], events) == ["Unhealthy: 404", "FailedMount: no secret"]
    assert warnings_about(["web-1"], events, most=1) == ["Unhealthy: 404"]


def test_the_claims_of_a_pod() -> None:
    """Whose events tell why a volume is not there."""
    volumes = [{"name": "a", "persistentVolumeClaim": {"claimName": "data"}}, {"name": "b", "emptyDir": {}}]
    assert claims_of({"spec": {"volumes": volumes}}) == ["data"]
    assert claims_of({"spec": {}}) == []
