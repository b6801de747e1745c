"""What must be true of a cluster before the first object is made."""

from __future__ import annotations

from typing import Any

import pytest

from polypod import Mount, PersistentVolume, Pod, UnreadyError
from polypod.targets.kubernetes.deploy.client import NoAnswerError
from polypod.targets.kubernetes.deploy.preflight import keeps_claims, preflight
from polypod.testing import FakeCluster
from tests.programs import Later, container, web
from tests.targets.kubernetes.manifests import plan

OURS = {"dev.polypod.project": "p", "dev.polypod.stack": "s", "dev.polypod.component": "c"}


def there(kind: str, name: str, **labels: str) -> dict[str, Any]:
    """An object that is in the cluster already."""
    place = {} if kind == "Namespace" else {"namespace": "p-s"}
    return {"kind": kind, "metadata": {"name": name, "labels": labels, **place}}


def refused(cluster: FakeCluster, model: Any = None, **fields: Any) -> list[tuple[str, str]]:
    """What stands in the way, and where."""
    with pytest.raises(UnreadyError) as caught:
        preflight(plan(model or web(), **fields), cluster)
    return [(problem.path, problem.what) for problem in caught.value.problems]


@pytest.mark.parametrize(
    "objects",
    [
        [],
        [there("Namespace", "p-s", **OURS)],
        [there("Namespace", "p-s", **OURS), there("Service", "web", **OURS), there("Service", "other")],
    ],
)
def test_a_cluster_that_can_take_the_plan(objects: Any) -> None:
    """Empty, or with what an earlier update made."""
    preflight(plan(web()), FakeCluster(objects=objects))


def test_a_given_namespace_must_be_there() -> None:
    """The program does not make it."""
    found = refused(FakeCluster(), settings={"namespace": "given"})
    assert found == [("config polypod:kubernetes.namespace", "there is no namespace 'given'")]
    preflight(plan(web(), settings={"namespace": "p-s"}), FakeCluster(objects=[there("Namespace", "p-s")]))


def test_a_namespace_of_somebody_else_is_left_alone() -> None:
    """A destroy would take it away."""
    ((path, what),) = refused(FakeCluster(objects=[there("Namespace", "p-s")]))
    assert (path, what) == ("kubernetes", "the namespace 'p-s' is there already, and not this stack's")


def test_objects_of_somebody_else_are_left_alone() -> None:
    """Also in a namespace that is shared."""
    cluster = FakeCluster(objects=[there("Namespace", "p-s", **OURS), there("Service", "web", app="x")])
    assert refused(cluster) == [
        ("kubernetes web.service", "the namespace 'p-s' has a Service 'web' that is not this stack's")
    ]


@pytest.mark.parametrize(("address", "replaced"), [("None", True), ("10.0.0.1", False)])
def test_a_service_that_gets_an_address_of_its_own_is_replaced(address: str, replaced: bool) -> None:
    """It cannot be given one later; the preview does not try."""
    service = {**there("Service", "web", **OURS), "spec": {"clusterIP": address}}
    fitted = preflight(plan(web()), FakeCluster(objects=[there("Namespace", "p-s", **OURS), service]))
    assert ("web.service" in fitted.plan.remade) is replaced


@pytest.mark.parametrize(
    ("status", "what", "fix"),
    [
        (403, 'exceeded quota: services "web" is forbidden', "raise the quota"),
        (422, "spec.ports[0].port: Invalid value", "correct what the cluster does not take"),
    ],
)
def test_what_the_cluster_refuses_is_known_before_anything_is_made(status: int, what: str, fix: str) -> None:
    """By a quota, a webhook, or its own rules: with the place in the program, the object and a fix."""
    cluster = FakeCluster(objects=[there("Namespace", "p-s", **OURS)], refused={("Service", "web"): (what, status)})
    with pytest.raises(UnreadyError) as caught:
        preflight(plan(web()), cluster)
    (problem,) = caught.value.problems
    assert (problem.path, problem.what) == ("pods.web", f"the cluster does not take the Service 'web': {what}")
    assert problem.fix.startswith(fix)
    assert cluster.changed == []


def test_what_pulumi_replaces_is_no_refusal() -> None:
    """What is there cannot be changed in place; nor does a cluster that cannot answer now refuse anything."""
    deployment = there("Deployment", "web", **OURS)
    deployment["metadata"]["generation"] = 1
    objects = [there("Namespace", "p-s", **OURS), deployment]
    for status in (422, 500, 0):
        preflight(plan(web()), FakeCluster(objects=objects, refused={("Deployment", "web"): ("no", status)}))


def test_what_is_known_only_later_is_not_tried() -> None:
    """A policy that knows registries would refuse an image that is made up."""
    objects = [there("Namespace", "p-s", **OURS)]
    cluster = FakeCluster(objects=objects, refused={("Deployment", "web"): ("registry not allowed", 403)})
    preflight(plan(Pod(container("web", image=Later()))), cluster)
    assert refused(cluster, Pod(container("web")))


def test_a_namespace_that_is_about_to_go() -> None:
    """A destroy that was interrupted, or is under way elsewhere."""
    going = there("Namespace", "p-s", **OURS)
    going["metadata"]["deletionTimestamp"] = "2026-01-01T00:00:00Z"
    assert refused(FakeCluster(objects=[going])) == [("kubernetes", "the namespace 'p-s' is being deleted")]


def test_every_missing_permission_is_reported() -> None:
    """Before anything is half made."""
    cluster = FakeCluster(forbidden=["Deployment", "Namespace", "Ingress"])
    assert [what for _, what in refused(cluster)] == [
        "you may not create objects of the kind Deployment in the namespace 'p-s'",
        "you may not create objects of the kind Namespace in the namespace 'p-s'",
    ]


class Refusing(FakeCluster):
    """A cluster that lets nobody look."""

    def get(self, kind: str, namespace: str, name: str) -> None:
        """Never."""
        del kind, namespace, name
        raise NoAnswerError("namespaces is forbidden", 403)


def test_a_cluster_that_lets_nobody_look_says_so() -> None:
    """In its own words."""
    assert refused(Refusing()) == [("kubernetes", "namespaces is forbidden")]


def test_a_given_namespace_need_not_be_looked_at() -> None:
    """A user of one namespace may often do everything in it, and see nothing outside."""
    preflight(plan(web(), settings={"namespace": "p-s"}), Refusing())


KEPT = there("PersistentVolumeClaim", "old", **{"dev.polypod.keep": "true"})
DATA = PersistentVolume("data")


@pytest.mark.parametrize(
    ("expected", "model", "objects"),
    [
        (False, web(), []),
        (True, web(), [KEPT]),
        (True, web(mounts=[Mount("/d", DATA)]), []),
        (True, Pod(container("web", mounts=[Mount("/d", PersistentVolume("d", per_replica=True))])), []),
    ],
)
def test_a_namespace_with_data_is_kept(expected: bool, model: Any, objects: Any) -> None:
    """Also when the program has forgotten the volume."""
    assert keeps_claims(plan(model), FakeCluster(objects=objects)) is expected


def test_without_a_cluster_only_the_program_says_what_is_kept() -> None:
    """The cluster may be one that the same update makes."""
    assert keeps_claims(plan(web()), None) is False
