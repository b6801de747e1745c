"""What becomes of container groups after Azure has made them: the update waits, and says what it knows."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any, cast

import pytest

from polypod import Group, Pod, Secret
from polypod.errors import DeploymentError
from polypod.targets.aci.deploy import readiness
from polypod.targets.aci.deploy.client import ManagementError
from polypod.targets.aci.deploy.readiness import Waiter
from tests.programs import container
from tests.targets.aci.groups import plan

RUNNING = {"restartCount": 0, "currentState": {"state": "Running"}}
UNREADY = {"restartCount": 0, "currentState": {"state": "Running", "detailStatus": "NotReady"}}
WAITING = {"restartCount": 0, "currentState": {"state": "Waiting", "detailStatus": "Waiting"}}
ENDED = {"restartCount": 0, "currentState": {"state": "Terminated", "exitCode": 0, "detailStatus": "Completed"}}
FAILED: dict[str, Any] = {
    "restartCount": 0,
    "currentState": {"state": "Terminated", "exitCode": 3, "detailStatus": "Error"},
}
BROKEN = {"restartCount": 0, "currentState": {"state": "Terminated", "exitCode": 127, "detailStatus": "StartError"}}


def again(restarts: int) -> Mapping[str, Any]:
    """A container that has failed, and waits for its next start."""
    return {
        "restartCount": restarts,
        "currentState": {"state": "Waiting", "detailStatus": "CrashLoopBackOff"},
        "previousState": {"state": "Terminated", "exitCode": 137, "detailStatus": "OOMKilled"},
    }


class Scripted:
    """Azure, which answers each look with the next of the given views, and goes on with the last one."""

    def __init__(self, policy: str, *looks: Mapping[str, Any] | None) -> None:
        self.acts: list[str] = []
        self.restarted: set[str] = set()
        self.without_log: Exception | None = None
        self._policy = policy
        self._looks: Sequence[Mapping[str, Any] | None] = looks
        self.seen = 0

    async def get(self, resource_group: str, name: str) -> Mapping[str, Any] | None:
        """The next look."""
        assert (resource_group, name) == ("rg", "store-web-0")
        look = self._looks[min(self.seen, len(self._looks) - 1)]
        self.seen += 1
        if look is None:
            return None
        views = {kind: dict(look.get(kind, {})) for kind in ("initContainers", "containers")}
        items = {
            kind: [{"name": key, "properties": {"instanceView": view}} for key, view in found.items()]
            for kind, found in views.items()
        }
        self.restarted = {
            name
            for found in views.values()
            for name, view in found.items()
            if view["restartCount"] and view["currentState"]["state"] == "Running"
        }
        state = {"state": look.get("state", "Running"), "events": look.get("events", [])}
        properties = {"provisioningState": look.get("made", "Succeeded"), "restartPolicy": self._policy}
        return {"name": name, "properties": {**properties, **items, "instanceView": state}}

    async def act(self, *where: str) -> None:
        """Take note."""
        *_, action = where
        self.acts.append(action)

    async def log(self, resource_group: str, name: str, container: str, lines: int) -> str:
        """What it printed, which is nothing yet where it was started again."""
        del resource_group, name, lines
        if container in self.restarted:
            if self.without_log is not None:
                raise self.without_log
            return ""
        return f"{container} says open-sesame"


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Time passes with the looks, a second each."""
    clock = iter(range(10**6))
    monkeypatch.setattr(readiness.time, "monotonic", lambda: float(next(clock)))
    real = asyncio.sleep
    monkeypatch.setattr(readiness.asyncio, "sleep", lambda _: real(0))


def views(*states: Any, init: Any = None, **more: Any) -> dict[str, Any]:
    """A look at the pod ``web`` with its sidecar."""
    found = {"containers": dict(zip(("log", "web"), states, strict=False)), **more}
    return found if init is None else {**found, "initContainers": {"first": init}}


def one(view: Any) -> dict[str, Any]:
    """A look at the pod ``web`` without helpers."""
    return {"containers": {"web": view}}


POD = Pod(container(env={"A": Secret("open-sesame")}), init=[container("first")], sidecars=[container("log")])
JOB = {"restart": "never"}


def waited(azure: Scripted, model: Any = POD, *, fresh: bool = True) -> float:
    """Wait for the group of a pod."""
    (group,) = plan(model).groups
    return asyncio.run(Waiter(cast("Any", azure), {group.name} if fresh else set()).wait(group, "rg"))


def failure(azure: Scripted, model: Any = POD, *, fresh: bool = True) -> str:
    """How the update ends."""
    with pytest.raises(DeploymentError) as caught:
        waited(azure, model, fresh=fresh)
    return str(caught.value)


def job(**fields: Any) -> Pod:
    """A pod that ends."""
    restart = fields.pop("restart", "never")
    return Pod(container(restart=restart), **fields)


def test_a_group_is_waited_for_until_everything_in_it_is_ready() -> None:
    """However long that takes within its time, crashes included."""
    azure = Scripted(
        "Always", views(RUNNING, WAITING), views(RUNNING, again(3)), views(RUNNING, UNREADY), views(RUNNING, RUNNING)
    )
    assert waited(azure)
    assert azure.acts == []


def test_what_worked_before_is_not_waited_for() -> None:
    """One look is enough."""
    azure = Scripted("Always", views(RUNNING, RUNNING, init=ENDED))
    assert waited(azure, fresh=False) == 0
    assert azure.seen == 1


def test_a_container_that_starts_again_and_again_is_not_ready() -> None:
    """Though each look may find it running; the message counts."""
    looks = [views(RUNNING, {**RUNNING, "restartCount": i}) for i in range(200)]
    said = failure(Scripted("Always", *looks), Pod(POD.main, sidecars=POD.sidecars, ready_within="50s"))
    assert "the container was not ready within 50 s" in said


def test_what_is_not_ready_in_time_is_told_with_all_that_is_known() -> None:
    """Place, exit code, restarts, events and log, without the secrets in it."""
    warning = {"type": "Warning", "name": "BackOff", "message": "it fails"}
    said = failure(Scripted("Always", views(RUNNING, {**again(7), "events": [warning]})))
    assert "pods.web.main: the container was not ready within 120 s" in said
    for line in (
        "container: web",
        "exit code: 137 (OOMKilled)",
        "restarts: 7",
        "BackOff: it fails",
        "web says [secret]",
    ):
        assert line in said
    assert "container: log" not in said
    assert "fix: give it more with Resources(memory_limit=)" in said


@pytest.mark.parametrize("error", [None, ManagementError("ContainerGroupTransitioning: try again later")])
def test_what_was_printed_before_a_restart_is_told(error: Exception | None) -> None:
    """Azure has only the output of the present run, which may have said nothing yet, or which is not available yet."""
    running = {**UNREADY, "restartCount": 8, "previousState": again(7)["previousState"]}
    azure = Scripted("Always", views(RUNNING, again(7)), views(RUNNING, running))
    azure.without_log = error
    said = failure(azure)
    assert "exit code: 137 (OOMKilled)" in said
    assert "web says [secret]" in said


def test_an_init_container_counts() -> None:
    """It must have ended well."""
    assert "pods.web.init[0]: the container was not ready" in failure(
        Scripted("Always", views(WAITING, WAITING, init=again(1)))
    )


@pytest.mark.parametrize("fresh", [True, False])
def test_a_group_that_was_stopped_is_started(fresh: bool) -> None:
    """By hand, or for a new owner that never came."""
    azure = Scripted("Always", *[views(FAILED, FAILED, state="Stopped")] * 3, views(RUNNING, RUNNING))
    assert waited(azure, fresh=fresh)
    assert azure.acts == ["start"]


def test_a_group_that_is_gone_is_said() -> None:
    """With what brings it back."""
    assert "pods.web: the container group is gone" in (said := failure(Scripted("Always", None)))
    assert "pulumi up --refresh" in said


def test_a_job_is_waited_for_until_it_has_ended_well() -> None:
    """Running is not enough."""
    azure = Scripted("Never", one(WAITING), one(RUNNING), one(ENDED))
    assert waited(azure, job())
    assert azure.seen == 3


def test_a_job_that_failed_ends_the_update() -> None:
    """At once, with what it printed."""
    azure = Scripted("Never", one(FAILED))
    said = failure(azure, job())
    assert "pods.web.main: the job failed\\n" in said.replace("\n", "\\n")
    assert "exit code: 3 (Error)" in said
    assert azure.acts == []


def test_a_job_that_failed_in_an_earlier_update_runs_again() -> None:
    """Also where nothing in the program has changed."""
    azure = Scripted(
        "Never",
        *[one(FAILED)] * 2,
        one(RUNNING),
        one(ENDED),
    )
    assert waited(azure, job(), fresh=False)
    assert azure.acts == ["start"]


@pytest.mark.parametrize(
    "still",
    [views(ENDED, BROKEN), views(RUNNING, BROKEN), views(ENDED, {**BROKEN, "events": [{"name": "Pulling"}]})],
    ids=["nothing shows yet", "another container starts first", "an event comes first"],
)
def test_a_job_that_could_not_be_started_runs_once_its_cause_is_mended(still: Mapping[str, Any]) -> None:
    """Azure starts it some time after it was asked to, and shows the old failure until then."""
    ready = views(RUNNING, RUNNING)
    azure = Scripted("Never", *[views(ENDED, BROKEN)] * 2, still, still, ready, views(ENDED, ENDED))
    assert waited(azure, Pod(container(restart="never"), sidecars=[container("log")]), fresh=False)
    assert azure.acts == ["start"]


@pytest.mark.parametrize(("fresh", "starts"), [(True, 2), (False, 3)])
def test_a_job_runs_as_often_as_it_may(fresh: bool, starts: int) -> None:
    """In one update."""
    looks = [one({**FAILED, "currentState": {**FAILED["currentState"], "finishTime": str(i)}}) for i in range(100)]
    azure = Scripted("Never", *looks)
    assert "the job failed 3 times" in failure(azure, job(attempts=3), fresh=fresh)
    assert azure.acts == ["start"] * starts


def test_without_a_limit_time_decides() -> None:
    """The same time that every pod has."""
    azure = Scripted("OnFailure", *(one(again(i)) for i in range(500)))
    assert "the job did not end well within 60 s" in failure(azure, job(restart="on-failure", ready_within="60s"))
    assert azure.acts == []


def test_the_sidecars_of_a_job_end_with_it() -> None:
    """Nobody else would stop them; the next update leaves the group as it is."""
    pod = Pod(container(**JOB), sidecars=[container("log", **JOB)])
    azure = Scripted("Never", views(RUNNING, RUNNING), views(RUNNING, ENDED))
    assert waited(azure, pod)
    assert azure.acts == ["stop"]
    stopped = Scripted("Never", views(FAILED, ENDED, state="Stopped"))
    assert waited(stopped, pod, fresh=False) == 0
    assert stopped.acts == []


def test_every_peer_of_a_group_that_ends_must_end() -> None:
    """They are of equal rank."""
    model = Group("web", peers=[container("log", **JOB), container("web", **JOB)])
    azure = Scripted("Never", views(ENDED, RUNNING), views(ENDED, ENDED))
    assert waited(azure, model)
    assert azure.seen == 2
