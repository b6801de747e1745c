"""Jobs that are there already."""

from __future__ import annotations

from typing import Any

from polypod import ConfigVolume, Mount, Pod
from polypod.targets.kubernetes.deploy.existing_objects import ExistingObjects
from polypod.targets.kubernetes.deploy.reruns import with_reruns
from polypod.targets.kubernetes.plan.records import Pod as Record
from polypod.testing import FakeCluster
from tests.programs import container
from tests.targets.kubernetes.manifests import plan, text

FILES = Mount("/etc/migrate", ConfigVolume("conf", {"a": "b"}))
FAILED = [{"type": "Failed", "status": "True", "message": "backoff limit"}]


def job(command: str = "migrate") -> Pod:
    """A pod that ends."""
    return Pod(container("job", command=[command], mounts=[FILES], restart="never"))


def live(pod: Pod, uid: str = "1", conditions: Any = (), annotations: Any = None) -> dict[str, Any]:
    """The Job of a pod, as the cluster has it: with defaults, and names that were generated."""
    (record,) = plan(pod).pods
    found = text(record.workload_object.manifest)
    metadata = {**found["spec"]["template"]["metadata"], "annotations": annotations or {}}
    template = {"metadata": metadata, "spec": {**found["spec"]["template"]["spec"], "schedulerName": "default"}}
    return {
        **found,
        "metadata": {**found["metadata"], "uid": uid},
        "spec": {**found["spec"], "template": template, "completionMode": "NonIndexed"},
        "status": {"conditions": list(conditions)},
    }


def rerun(pod: Pod, *there: Any) -> Record:
    """The record of a pod after it was compared with what is there."""
    wanted = plan(pod)
    return with_reruns(wanted, ExistingObjects(FakeCluster(objects=there), wanted.namespace)).pods[0]


def annotations(record: Record) -> Any:
    """The annotations of the pods of a Job."""
    return record.workload_object.manifest["spec"]["template"]["metadata"].get("annotations")


def test_a_job_that_failed_runs_again() -> None:
    """Also when the program is the same; once."""
    record = rerun(job(), live(job(), conditions=FAILED))
    assert annotations(record) == {"dev.polypod.attempt": "1"}
    assert record.remade


def test_a_job_that_runs_or_ended_well_is_left_alone() -> None:
    """Also one that had to be run again before."""
    assert rerun(job(), live(job())) == plan(job()).pods[0]
    record = rerun(job(), live(job(), uid="2", annotations={"dev.polypod.attempt": "1"}))
    assert annotations(record) == {"dev.polypod.attempt": "1"}
    assert not record.remade


def test_a_job_that_has_run_does_not_run_again_for_another_account() -> None:
    """Which belongs to the component, and a program may give that another name."""
    done = live(job(), conditions=[{"type": "Complete", "status": "True"}])
    done["spec"]["template"]["spec"]["serviceAccountName"] = "polypod-former"
    record = rerun(job(), done)
    assert not record.remade
    assert record.workload_object.manifest["spec"]["template"]["spec"]["serviceAccountName"] == "polypod-former"


def test_a_job_that_has_run_does_not_run_again_for_another_version_of_polypod() -> None:
    """Which gave its pods more labels, and its files no mode; what the cluster adds is not taken for polypod's."""
    done = live(job(), conditions=[{"type": "Complete", "status": "True"}])
    template = done["spec"]["template"]
    former = {**template["metadata"]["labels"], "app.kubernetes.io/part-of": "p", "dev.polypod.component": "c"}
    template["metadata"]["labels"] = {**former, "batch.kubernetes.io/job-name": "job"}
    (files,) = (volume["configMap"] for volume in template["spec"]["volumes"] if "configMap" in volume)
    files["defaultMode"] = 0o644
    record = rerun(job(), done)
    assert not record.remade
    wanted = record.workload_object.manifest["spec"]["template"]
    assert wanted["metadata"]["labels"] == former
    assert ["defaultMode" in volume["configMap"] for volume in wanted["spec"]["volumes"]] == [False]


def test_a_job_that_changes_has_nothing_of_what_ran() -> None:
    """Its account may be gone with the component that it was made for."""
    done = live(job(), conditions=[{"type": "Complete", "status": "True"}])
    template = done["spec"]["template"]
    template["metadata"]["labels"] = {**template["metadata"]["labels"], "dev.polypod.component": "former"}
    template["spec"]["serviceAccountName"] = "polypod-former"
    for volume in template["spec"]["volumes"]:
        volume.get("configMap", {})["defaultMode"] = 0o644
    record = rerun(job("other"), done)
    assert record.remade
    assert record.workload_object.manifest == plan(job("other")).pods[0].workload_object.manifest


def test_a_job_that_the_program_changes_is_replaced() -> None:
    """Its template cannot be changed."""
    assert rerun(job("other"), live(job())).remade
    assert not rerun(job()).remade
