"""What becomes of stacks: the engine's steps and the programs of components, as one report."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import attrs
import pytest

from polypod import Container, Mount, PersistentVolume, Pod, Resources, SecretVolume
from polypod.preview.engine_output import parse
from polypod.preview.records import PodReport, Report
from polypod.preview.report.markdown import markdown
from polypod.preview.stacks import stack_report
from polypod.targets.effects import Kind
from tests.programs import gateway, web

from .digests import CONTAINER, DEPLOYMENT, GROUP, component, digest, report, resource
from .recording import FOLDER

BEFORE = gateway(web())
AFTER = gateway(web(image="web:2"))
REPLACED = resource(CONTAINER, "app-web-0", "replace", "image", pod="web")


def _pod(*steps: Any, name: str = "web", **more: Any) -> PodReport:
    return next(pod for pod in report(*steps, **more).pods() if pod.name == name)


def test_what_changes_in_the_program_is_said_with_what_it_does() -> None:
    """In words of the program, with what forces it, and for how long a pod is unavailable."""
    pod = _pod(component(BEFORE, AFTER), REPLACED)
    assert [change.text for change in pod.changes] == ["image web:1 -> web:2"]
    assert (pod.kind, pod.forced_by) == (Kind.RESTARTS, "pods.web.main.image")
    assert pod.effect is not None
    assert (pod.effect.seconds, pod.effect.order) == (130, "the old container is removed first")


def test_each_change_has_a_risk_of_its_own() -> None:
    """On Docker, a limit of memory is changed in place, an image is not."""
    after = gateway(web(image="web:2", resources=Resources(memory="1Gi")))
    pod = _pod(component(BEFORE, after), REPLACED)
    risks = {change.path: change.risk for change in pod.changes}
    assert risks == {"pods.web.main.image": Kind.RESTARTS, "pods.web.main.resources.memory": Kind.NOTHING}
    assert pod.forced_by == "pods.web.main.image"


@pytest.mark.parametrize(
    ("target", "step", "kind"),
    [
        ("docker", resource(CONTAINER, "app-web-0", "update", "memory", pod="web"), Kind.NOTHING),
        ("docker", REPLACED, Kind.RESTARTS),
        ("kubernetes", resource(DEPLOYMENT, "app-web.deployment", "update", "spec.replicas", pod="web"), Kind.NOTHING),
        (
            "kubernetes",
            resource(DEPLOYMENT, "app-web.deployment", "update", "spec.template.spec.containers[0].image", pod="web"),
            Kind.ROLLS,
        ),
        ("kubernetes", resource(DEPLOYMENT, "app-web.deployment", "delete", pod="web"), Kind.RECREATED),
        ("aci", resource(GROUP, "app-web-0", "update", "containers"), Kind.RESTARTS),
        ("aci", resource(GROUP, "app-web-0", "replace", "containers"), Kind.RECREATED),
    ],
)
def test_the_engine_has_the_last_word(target: str, step: dict[str, Any], kind: Kind) -> None:
    """It knows what is there, also what the program does not say."""
    assert _pod(component(BEFORE, AFTER, target=target), step).kind is kind
    if kind is not Kind.NOTHING:
        pod = _pod(component(BEFORE, BEFORE, target=target), step)
        assert pod.kind is kind
        assert "not told by the program" in pod.forced_by


def test_what_depends_on_an_address_may_happen() -> None:
    """The engine does not know the address of a group that is recreated; it often stays the same."""
    before, after = (gateway(web(resources=Resources(memory=size))) for size in ("1Gi", "2Gi"))
    steps = [
        resource(GROUP, "app-web-0", "replace", "containers"),
        resource(GROUP, "app-gateway-0", "update", "volumes"),
    ]
    one, two = report(component(before, after, target="aci"), *steps).pods()
    assert (one.name, one.kind, one.certain) == ("web", Kind.RECREATED, True)
    assert one.effect is not None
    assert one.effect.address == ""
    assert (two.name, two.kind, two.certain) == ("gateway", Kind.RESTARTS, False)
    assert two.forced_by == "the address of web, which is known only then"


@pytest.mark.parametrize("kind", ["SidecarPod", "GatewayStack"])
def test_a_group_that_is_the_whole_component_is_all_of_its_pods(kind: str) -> None:
    """A pod that is deployed alone, or pods that the stack's config puts together."""
    alone = kind == "SidecarPod"
    before, after = (web(image=image) if alone else gateway(web(image=image)) for image in ("web:1", "web:2"))
    step = resource(GROUP, "app", "update", "containers", above=f"{kind}::app")
    config = {"polypod:aci": json.dumps({"placement": "group"})}
    pods = {
        pod.name: pod.kind
        for pod in report(component(before, after, target="aci", kind=kind), step, config=config).pods()
    }
    assert pods == ({"web": Kind.RESTARTS} if alone else {"web": Kind.RESTARTS, "gateway": Kind.RESTARTS})


def test_older_engines_do_not_say_what_changes_in_a_workload() -> None:
    """Then its pods are taken to be replaced."""
    step = {**resource(DEPLOYMENT, "app-web.deployment", "update", pod="web"), "diffReasons": ["spec"]}
    assert _pod(component(BEFORE, BEFORE, target="kubernetes"), step).kind is Kind.ROLLS


def test_a_helper_that_is_replaced_interrupts_nobody() -> None:
    """As long as the main container runs."""
    step = resource(CONTAINER, "app-web-0.side", "replace", "envs", pod="web", role="sidecar")
    pod = _pod(component(BEFORE, BEFORE), step)
    assert (pod.kind, pod.changes) == (Kind.ROLLS, ())


def test_a_stack_in_which_nothing_changes_says_so() -> None:
    """Whatever stands in it."""
    found = report(component(BEFORE, BEFORE), resource(CONTAINER, "app-web-0", "same", pod="web"))
    assert not found.changes
    assert (found.downtime, found.data, found.addresses, dict(found.counts)) == (0, 0, 0, {})


def test_components_come_and_go() -> None:
    """With all pods they have; data that stay are named."""
    kept = web(mounts=[Mount("/data", PersistentVolume("data"))])
    added = report(component(None, AFTER)).components[0]
    assert (added.status, [(pod.name, pod.kind) for pod in added.pods]) == (
        "added",
        [("web", Kind.ADDED), ("gateway", Kind.ADDED)],
    )
    removed = report(component(gateway(kept), None)).components[0]
    assert [(pod.name, pod.kind) for pod in removed.pods] == [("web", Kind.REMOVED), ("gateway", Kind.REMOVED)]
    assert removed.pods[0].data == ("data is removed with its pod: its data are kept, and nothing uses them",)


def test_data_that_are_left_behind_are_named() -> None:
    """A renamed volume is another one."""
    one, two = (gateway(web(mounts=[Mount("/data", PersistentVolume(name))])) for name in ("old", "new"))
    pod = _pod(component(one, two), REPLACED)
    assert pod.data == ("web sees new at /data, not old: the data stay in old, which nothing uses any more",)


def test_an_address_that_changes_is_named() -> None:
    """With both."""
    step = resource(CONTAINER, "app-gateway-0", "replace", "ports", pod="gateway")
    found = report(component(BEFORE, gateway(web(), port=9000)), step)
    (pod,) = found.pods()
    assert pod.effect is not None
    assert pod.effect.address == "127.0.0.1:8080 -> 127.0.0.1:9000"
    assert found.addresses == 1


def test_what_was_made_by_an_older_version_is_told_by_its_resources() -> None:
    """No field is known then, but which pods are replaced, and what that does."""
    step = component(BEFORE, AFTER)
    step["oldState"]["inputs"] = {}
    (found,) = report(step, REPLACED).components
    assert "did not register its program" in found.note
    assert [(pod.name, pod.kind, pod.changes) for pod in found.pods] == [("web", Kind.RESTARTS, ())]
    assert found.pods[0].forced_by.startswith("image (")


def test_components_of_a_newer_version_are_told_by_their_resources() -> None:
    """As are those whose target this machine does not have."""
    step = component(BEFORE, AFTER, target="nomad")
    for state in ("oldState", "newState"):
        step[state]["inputs"]["model"]["pods"]["web"]["planet"] = "mars"
    (pod,) = report(step, REPLACED).pods()
    assert (pod.effect, pod.kind) == (None, Kind.RESTARTS)
    assert [change.text for change in pod.changes] == ["image web:1 -> web:2"]


def test_two_components_whose_names_begin_alike() -> None:
    """Each has its own resources, also in previews that leave out what stays."""
    one = resource(CONTAINER, "app-web-web-0", "replace", pod="web", above="GatewayStack::app-web")
    found = report(component(BEFORE, BEFORE), component(BEFORE, AFTER, name="app-web"), one)
    assert [[pod.name for pod in part.pods] for part in found.components] == [[], ["web"]]


def test_resources_outside_of_components_are_counted_and_named() -> None:
    """They are not polypod's, and it knows nothing of what they do."""
    other = {"op": "create", "urn": "urn:pulumi:dev::shop::aws:s3/bucket:Bucket::files"}
    found = report(component(BEFORE, BEFORE), other)
    assert (found.others, dict(found.counts)) == (("create aws:s3/bucket:Bucket files",), {"create": 1})


def test_a_preview_that_failed_says_why() -> None:
    """In the report, as one stack among others."""
    said = [{"severity": "error", "message": "error: no image\n"}, {"severity": "info", "message": "x"}]
    found = report(component(BEFORE, AFTER), diagnostics=said)
    assert (found.error, found.changes, found.components) == ("error: no image", True, ())


def test_findings_that_are_new_are_told_from_those_that_were_there() -> None:
    """Of the target of the component."""
    pods = [Pod(Container("db", image="db:1", mounts=[Mount("/k", SecretVolume("k", {"a": "b"}))]))]
    before = gateway(web(), *pods)
    after = gateway(web(liveness=None, resources=Resources(memory="1Gi"), read_only_root=True), *pods)
    kept = [attrs.evolve(finding, known=True) for finding in report(component(before, before)).components[0].findings]
    found = report(component(before, after)).components[0].findings
    assert {finding for finding in found if finding.known} == set(kept)


@pytest.mark.parametrize("file", sorted(FOLDER.glob("*.json")), ids=lambda file: file.stem)
def test_the_report_of_a_real_preview(file: Path, golden: Callable[[Path, object], None]) -> None:
    """As a comment; the engine printed the preview in a live test, which saw what the update then did."""
    text = file.read_text()
    found = Report(stacks=(stack_report(parse(text, file.name)),))
    golden(FOLDER.parent / "reports" / f"{file.stem}.md", "".join(markdown(found)))


def test_every_golden_report_is_of_a_recorded_preview() -> None:
    """One that is gone takes its report with it."""
    reports = {file.stem for file in (FOLDER.parent / "reports").glob("*.md")}
    assert reports == {file.stem for file in FOLDER.glob("*.json")}
    assert all(json.loads(file.read_text())["steps"] for file in FOLDER.glob("*.json"))


def test_a_digest_without_components_is_a_report() -> None:
    """Of a stack that polypod has nothing in."""
    assert stack_report(parse(digest(), "x")).components == ()
