"""Waiting for rollouts, and the message when one fails."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest

from polypod import DeploymentError, Pod
from polypod.targets.kubernetes.deploy.client import NoAnswerError
from polypod.targets.kubernetes.deploy.readiness import Waiter
from polypod.testing import FakeCluster
from tests.programs import container
from tests.targets.kubernetes.manifests import plan

SECRETS = ["geheim"]


class Script(FakeCluster):
    """A cluster that goes through the given states, one for each time it is asked for workloads."""

    def __init__(self, *states: Any, **fields: Any) -> None:
        super().__init__(**fields)
        self.states = list(states)

    def list(self, kind: str, namespace: str, labels: Mapping[str, str]) -> list[Mapping[str, Any]]:
        """The objects of a kind in the present state."""
        if kind in ("Deployment", "Job"):
            self.now = self.states.pop(0) if len(self.states) > 1 else self.states[0]
            if isinstance(self.now, Exception):
                raise self.now
        assert namespace == "p-s"
        given = [item for item in getattr(self, "now", ()) if item["kind"] == kind]
        return [*given, *super().list(kind, namespace, labels)]


def state(pods: Any = (), kind: str = "Deployment", events: Any = (), **status: Any) -> list[dict[str, Any]]:
    """A workload, its pods and events about them."""
    labels = {"dev.polypod.pod": "web", "pod-template-hash": "1", "batch.kubernetes.io/controller-uid": "u"}
    shared = {"labels": labels, "generation": 1}
    annotations = {"deployment.kubernetes.io/revision": "1"}
    spec = {"replicas": 1, "completions": 1}
    return [
        {
            "kind": kind,
            "metadata": {**shared, "name": "web", "uid": "u"},
            "spec": spec,
            "status": {"observedGeneration": 1, **status},
        },
        {"kind": "ReplicaSet", "metadata": {**shared, "name": "web-1", "annotations": annotations}},
        *(
            {
                "kind": "Pod",
                "metadata": {**shared, "name": "web-1-a"},
                "spec": {"restartPolicy": "Always"},
                "status": status,
            }
            for status in pods
        ),
        *({"kind": "Event", "metadata": {}, "type": "Warning", **event} for event in events),
    ]


READY = {"replicas": 1, "updatedReplicas": 1, "availableReplicas": 1}
CRASHING = {
    "containerStatuses": [
        {
            "name": "web",
            "restartCount": 2,
            "state": {"waiting": {"reason": "CrashLoopBackOff"}},
            "lastState": {"terminated": {"exitCode": 3, "message": "token geheim"}},
        }
    ]
}
STARTING = {
    "containerStatuses": [{"name": "web", "ready": False, "state": {"waiting": {"reason": "ContainerCreating"}}}]
}


def ready(cluster: Script, seconds: Any = 1, *, pulls_late: bool = False, **fields: Any) -> None:
    """Wait for a pod."""
    record = plan(Pod(container("web", **fields), ready_within=seconds)).pods[0]
    asyncio.run(Waiter("p-s", {}, pulls_late=pulls_late).ready(cluster, record, SECRETS))


def test_what_was_listed_before_a_wait_began_does_not_count() -> None:
    """It may be from before the update of the workload that is waited for."""
    cluster = Script(state(**READY), state(), state(**READY))
    record = plan(Pod(container("web"))).pods[0]

    async def twice() -> None:
        waiter = Waiter("p-s", {})
        await waiter.ready(cluster, record, SECRETS)
        await waiter.ready(cluster, record, SECRETS)

    asyncio.run(twice())
    assert len(cluster.states) == 1


def failed(cluster: Script, **fields: Any) -> str:
    """The message of a wait that fails."""
    with pytest.raises(DeploymentError) as caught:
        ready(cluster, **fields)
    return str(caught.value)


@pytest.mark.parametrize(
    "states",
    [
        [state(**READY)],
        [[], state(), state([STARTING]), state(**READY)],
        [NoAnswerError("connection refused"), state(**READY)],
        [state(observedGeneration=0), state([CRASHING], observedGeneration=0), state(**READY)],
    ],
)
def test_a_rollout_is_waited_for(states: Any) -> None:
    """Through what is normal on the way."""
    ready(Script(*states), seconds=20)


ENDED = {
    "containerStatuses": [{"name": "web", "state": {"terminated": {"exitCode": 1}}}],
    "phase": "Failed",
}
FAILED = [{"type": "Failed", "status": "True", "message": "backoff limit"}]


def test_the_end_of_a_job_is_waited_for() -> None:
    """Not that it runs: who waits for it needs what it does."""
    begun = state(kind="Job", ready=1)
    ready(Script(begun, begun, state(kind="Job", succeeded=1)), seconds=20, restart="never")
    assert "did not end within 1 s" in failed(Script(begun), restart="never")


def test_a_job_fails_once_it_is_not_tried_again() -> None:
    """With what its last run printed."""
    tried, over = state([ENDED], kind="Job"), state([ENDED], kind="Job", conditions=FAILED)
    message = failed(Script(tried, over, logs={"web": "no table"}), seconds=60, restart="never")
    assert "pods.web.main: the container ended\n    pod: web-1-a\n    container: web\n    exit code: 1" in message
    assert "no table" in message


def test_crashes_before_the_time_is_over_are_normal() -> None:
    """Programs end until what they need is there."""
    ready(Script(state([CRASHING]), state([CRASHING]), state(**READY)), seconds=20)


def test_a_crash_at_the_end_of_the_time_is_shown_with_the_log() -> None:
    """Pod, container, how often, exit code and last lines, secrets hidden."""
    assert failed(Script(state([CRASHING]), logs={"web": "hello\ngeheim!"})) == (
        "the deployment failed (1 problem):\n"
        "  PP457 pods.web.main: the container keeps exiting\n"
        "    not ready within 1 s\n"
        "    pod: web-1-a\n"
        "    container: web\n"
        "    ended 3 times\n"
        "    exit code: 3\n"
        "    termination message: token [secret]\n"
        "    last log lines:\n"
        "      hello\n"
        "      [secret]!\n"
        "    fix: correct the program, or what it waits for, or give the pod more time with ready_within="
    )


def test_what_can_never_start_fails_at_once() -> None:
    """However long the pod has, also where only the log says so."""
    log = "exec /app/serve: exec format error\n"
    message = failed(Script(state([CRASHING]), logs={"web": log}), seconds=600)
    assert "pods.web.main: the container can never start" in message
    assert "for the processor of the machine" in message


def test_a_container_without_a_log_says_so() -> None:
    """An empty list would look like a mistake."""
    assert "the container wrote no log" in failed(Script(state([CRASHING])))


NO_IMAGE = {
    "containerStatuses": [{"name": "web", "state": {"waiting": {"reason": "ImagePullBackOff", "message": "back-off"}}}]
}


def test_an_image_that_cannot_be_pulled_ends_the_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    """With what the registry said, from the events too; once the nodes have tried again."""
    monkeypatch.setattr("polypod.targets.kubernetes.deploy.readiness._AGAIN_SECONDS", 0.1)
    events = [{"reason": "Failed", "message": "web:1: not found", "involvedObject": {"name": "web-1-a"}}]
    message = failed(Script(state([NO_IMAGE], events=events)), seconds=60)
    assert "pods.web.main: its image cannot be pulled" in message
    assert "Failed: web:1: not found" in message


def test_an_image_that_is_pulled_at_the_second_attempt_is_no_failure() -> None:
    """A busy node may ask without the login the first time."""
    ready(Script(state([NO_IMAGE]), state(**READY)), seconds=60)


def waiting(reason: str) -> dict[str, Any]:
    """The status of a pod whose container waits."""
    return {"containerStatuses": [{"name": "web", "state": {"waiting": {"reason": reason}}}]}


RUNNING = {"containerStatuses": [{"name": "web", "ready": False, "state": {"running": {}}}]}


class Slow(Script):
    """A cluster whose states last ten seconds each, which nobody has to wait for."""

    seconds = 0.0

    def monotonic(self) -> float:
        """The time."""
        return self.seconds

    def list(self, kind: str, namespace: str, labels: Mapping[str, str]) -> list[Mapping[str, Any]]:
        """The objects of a kind in the present state."""
        self.seconds += 10 if kind == "Deployment" else 0
        return super().list(kind, namespace, labels)


def test_a_container_that_has_run_may_fail_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """Such as one whose image must be pulled again later."""
    cluster = Slow(state([NO_IMAGE]), state([RUNNING]), state([NO_IMAGE]), state(**READY))
    monkeypatch.setattr("polypod.targets.kubernetes.deploy.readiness.time", cluster)
    ready(cluster, seconds=600)


def test_a_node_that_only_tries_again_has_not_succeeded(monkeypatch: pytest.MonkeyPatch) -> None:
    """While it pulls, a container waits for another reason."""
    tried = [state([waiting("ErrImagePull")]), state([waiting("ContainerCreating")])]
    cluster = Slow(state([NO_IMAGE]), *tried, state([NO_IMAGE]), state(**READY))
    monkeypatch.setattr("polypod.targets.kubernetes.deploy.readiness.time", cluster)
    assert "its image cannot be pulled" in failed(cluster, seconds=600)


def test_nodes_that_were_just_given_the_right_to_pull_are_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """Until the pod's time is over; then the image is still the reason."""
    monkeypatch.setattr("polypod.targets.kubernetes.deploy.readiness._AGAIN_SECONDS", 0)
    message = failed(Script(state([NO_IMAGE])), pulls_late=True)
    assert "not ready within 1 s" in message
    assert "ImagePullBackOff" in message


def test_a_quota_ends_the_wait_when_it_stays_exceeded(monkeypatch: pytest.MonkeyPatch) -> None:
    """A moment is granted: pods that are about to end may free it."""
    monkeypatch.setattr("polypod.targets.kubernetes.deploy.readiness._REFUSED_SECONDS", 0.1)
    refused = [{"type": "ReplicaFailure", "status": "True", "message": "exceeded quota: tiny"}]
    message = failed(Script(state(conditions=refused)), seconds=60)
    assert "the cluster refuses to make its pods\n    exceeded quota: tiny" in message
    assert "raise the quota" in message
    ready(Script(state(conditions=refused), state(**READY)), seconds=60)


def test_the_time_a_pod_has_is_the_end_of_the_wait() -> None:
    """With where it stands."""
    events = [{"reason": "FailedMount", "message": "no such secret", "involvedObject": {"name": "web-1-a"}}]
    message = failed(Script(state([STARTING], events=events)))
    assert "the container was not ready in time\n    not ready within 1 s" in message
    assert "reason: ContainerCreating" in message
    assert "FailedMount: no such secret" in message


def test_a_workload_without_pods_says_what_the_cluster_said() -> None:
    """For example why the controller cannot make them."""
    events = [{"reason": "FailedCreate", "message": "denied", "involvedObject": {"name": "web-1"}}]
    assert "FailedCreate: denied" in failed(Script(state(events=events)))


@pytest.mark.parametrize(
    ("expected", "states"),
    [
        ("the Deployment 'web' is gone", [[]]),
        ("the cluster does not answer\n    connection refused", [NoAnswerError("connection refused")]),
        ("ask for the permission", [NoAnswerError("pods is forbidden", 403)]),
    ],
)
def test_what_is_gone_or_does_not_answer(expected: str, states: Any) -> None:
    """A refusal ends the wait at once, silence when the time is over."""
    assert expected in failed(Script(*states))
