"""Claims that are there: what the program asks for is compared with them before anything is made."""

from __future__ import annotations

from typing import Any

import pytest

from polypod import Mount, PersistentVolume, Pod
from polypod.targets.kubernetes.deploy.existing_claims import ExistingClaims
from polypod.targets.kubernetes.deploy.existing_objects import ExistingObjects
from polypod.targets.kubernetes.plan.records import Plan
from polypod.testing import FakeCluster
from tests.programs import container
from tests.targets.kubernetes.manifests import plan

GROWS = {"kind": "StorageClass", "metadata": {"name": "grows"}, "allowVolumeExpansion": True}
FIXED = {"kind": "StorageClass", "metadata": {"name": "fixed"}}


def pod(size: str | None = "64Mi", replicas: int = 1, **volume: Any) -> Pod:
    """A pod with a persistent volume."""
    mount = Mount("/data", PersistentVolume("data", size, **volume))
    return Pod(container("web", mounts=[mount]), replicas=replicas)


def claim(
    size: str = "64Mi", name: str = "data", storage: str = "grows", mode: str = "ReadWriteOnce", capacity: str = ""
) -> dict[str, Any]:
    """A claim that is there."""
    requests = {"requests": {"storage": size}}
    spec = {"accessModes": [mode], "resources": requests, "storageClassName": storage, "volumeMode": "Filesystem"}
    status = {"capacity": {"storage": capacity or size}}
    return {"kind": "PersistentVolumeClaim", "metadata": {"name": name}, "spec": spec, "status": status}


def stateful_set(*sizes: str) -> dict[str, Any]:
    """A StatefulSet that is there, with a claim template for each size: data, data1 and so on."""
    templates = [claim(size, f"data{i or ''}") for i, size in enumerate(sizes)]
    return {"kind": "StatefulSet", "metadata": {"name": "web"}, "spec": {"volumeClaimTemplates": templates}}


def kept(model: Any, *there: Any, **fields: Any) -> tuple[Plan, ExistingClaims]:
    """A plan after it was fitted to what is there, and what was said."""
    wanted = plan(model, **fields)
    found = ExistingClaims(wanted, ExistingObjects(FakeCluster(objects=[GROWS, FIXED, *there]), wanted.namespace))
    return found.plan(), found


def spec_of(fitted: Plan) -> dict[str, Any]:
    """The spec of the claim of a plan, or of its first template."""
    (first, *_) = [item for item in fitted.objects() if item.kind in ("PersistentVolumeClaim", "StatefulSet")]
    spec = first.manifest["spec"]
    return dict(spec["volumeClaimTemplates"][0]["spec"] if first.kind == "StatefulSet" else spec)


def test_without_a_claim_nothing_changes() -> None:
    """The plan is what is made."""
    wanted = plan(pod(replicas=2))
    assert kept(pod(replicas=2))[0] == wanted


def test_a_claim_keeps_its_mode() -> None:
    """A second replica does not change it, and what that means is said; back again, nothing is to be said."""
    fitted, said = kept(pod(replicas=2), claim())
    assert spec_of(fitted)["accessModes"] == ["ReadWriteOnce"]
    (warning,) = said.warnings
    assert warning.startswith(
        "PP442 pods.web.main.mounts[0].volume: the claim 'data' stays ReadWriteOnce: only pods of one node"
    )
    assert said.problems == []
    fitted, said = kept(pod(), claim(mode="ReadWriteMany"))
    assert spec_of(fitted)["accessModes"] == ["ReadWriteMany"]
    assert said.warnings == []


def test_a_claim_keeps_its_class() -> None:
    """The one that the cluster chose is no part of the plan, as Pulumi would see a change in it."""
    fitted, said = kept(pod(), claim())
    assert "storageClassName" not in spec_of(fitted)
    assert said.warnings == []
    owner = {"operation": "Apply", "manager": "pulumi", "fieldsV1": {"f:spec": {"f:storageClassName": {}}}}
    there = claim()
    there["metadata"]["managedFields"] = [owner]
    fitted, said = kept(pod(), there, settings={"storageClass": "other"})
    assert spec_of(fitted)["storageClassName"] == "grows"
    assert "stays in the storage class 'grows'" in said.warnings[0]


def test_a_claim_grows_where_its_class_lets_it() -> None:
    """It is waited for, also when an earlier update had asked for it already."""
    fitted, said = kept(pod("128Mi"), claim())
    assert spec_of(fitted)["resources"]["requests"]["storage"] == "128Mi"
    assert fitted.pods[0].grows == {"data": "128Mi"}
    assert said.problems == []
    assert kept(pod("128Mi"), claim("128Mi", capacity="64Mi"))[0].pods[0].grows == {"data": "128Mi"}
    assert kept(pod("128Mi"), claim("128Mi"))[0].pods[0].grows == {}


@pytest.mark.parametrize(
    ("size", "storage", "what"),
    [
        ("32Mi", "grows", "the claim 'data' has 64Mi and cannot become smaller"),
        ("128Mi", "fixed", "the claim 'data' has 64Mi, and its storage class 'fixed' does not let claims grow"),
    ],
)
@pytest.mark.parametrize("per_replica", [True, False])
def test_a_size_that_cannot_be_had_is_refused(size: str, storage: str, what: str, per_replica: bool) -> None:
    """Once, with path and fix, whoever has the claim."""
    there = claim(storage=storage, name="data-web-0" if per_replica else "data")
    _, said = kept(pod(size, per_replica=per_replica), there)
    (problem,) = said.problems
    assert problem.path == "pods.web.main.mounts[0].volume.size"
    assert problem.what == what.replace("'data'", repr(there["metadata"]["name"]))
    assert problem.fix.startswith("write size='64Mi', or mount a volume of another name")


def test_a_program_that_says_no_size_wants_what_is_there() -> None:
    """Our own choice is only for new claims."""
    fitted, said = kept(pod(None), claim("2Gi"))
    assert spec_of(fitted)["resources"]["requests"]["storage"] == "2Gi"
    assert said.problems == []


def test_the_claims_of_replicas_grow_and_their_workload_is_made_anew() -> None:
    """Each of them, as a StatefulSet never changes those it has made."""
    there = [stateful_set("64Mi"), claim(name="data-web-0"), claim(name="data-web-1"), claim(name="data-other-0")]
    fitted, _ = kept(pod("128Mi", 2, per_replica=True), *there)
    assert fitted.pods[0].grows == {"data-web-0": "128Mi", "data-web-1": "128Mi"}
    assert fitted.pods[0].remade


def test_a_template_does_not_say_the_class_that_the_cluster_chose() -> None:
    """The claims that it made do."""
    there = stateful_set("64Mi")
    del there["spec"]["volumeClaimTemplates"][0]["spec"]["storageClassName"]
    _, said = kept(pod("128Mi", per_replica=True), there, claim(name="data-web-0", storage="fixed"))
    assert "'data-web-0' has 64Mi, and its storage class 'fixed'" in said.problems[0].what


def test_claims_of_an_earlier_life_grow_too() -> None:
    """They outlived a destroy; the StatefulSet did not."""
    fitted, _ = kept(pod("128Mi", per_replica=True), claim(name="data-web-0"))
    assert fitted.pods[0].grows == {"data-web-0": "128Mi"}
    assert not fitted.pods[0].remade


def test_a_template_that_stays_is_left_alone() -> None:
    """Whatever it is labelled with: nothing of it can be changed in place."""
    there = stateful_set("64Mi")
    there["spec"]["volumeClaimTemplates"][0]["metadata"]["labels"] = {"old": "label"}
    fitted, _ = kept(pod(per_replica=True), there, claim(name="data-web-0"))
    (template,) = fitted.pods[0].workload_object.manifest["spec"]["volumeClaimTemplates"]
    assert template["metadata"]["labels"] == {"old": "label"}
    assert not fitted.pods[0].remade


def test_another_template_makes_the_workload_anew() -> None:
    """One more or one fewer."""
    fitted, _ = kept(pod(per_replica=True), stateful_set("64Mi", "64Mi"), claim(name="data-web-0"))
    assert fitted.pods[0].remade
