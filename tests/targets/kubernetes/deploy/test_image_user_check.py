"""Which user an image says, in the preview already: neither root nor a name where nothing may run as root."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import pytest

from polypod import Build, Container, Gateway, Pod, RegistryCredentials, Route, Secret, UnreadyError
from polypod.targets.kubernetes.deploy import image_user_check
from polypod.targets.kubernetes.deploy.preflight import preflight, preflight_users
from polypod.targets.kubernetes.plan.users import ImageUser
from polypod.testing import FakeCluster
from tests.programs import Later, container
from tests.targets.kubernetes.deploy.test_preflight import OURS, there
from tests.targets.kubernetes.manifests import plan

USERS = {"root:1": "", "zero:1": "0:0", "named:1": "app:app", "good:1": "1000:1000", "old:1": "root", "older:1": "app"}
UNSURE = ("old:1", "older:1")


@pytest.fixture(autouse=True)
def asked() -> list[tuple[list[str], list[str]]]:
    """The images that were asked for, with the registries whose logins are known."""
    seen: list[tuple[list[str], list[str]]] = []

    def ask(references: Collection[str], logins: Mapping[str, RegistryCredentials]) -> Mapping[str, ImageUser]:
        seen.append((list(references), list(logins)))
        return {name: ImageUser(USERS[name], name not in UNSURE) for name in references if name in USERS}

    image_user_check.use(ask)
    return seen


def refused(model: Any, cluster: FakeCluster | None = None, **fields: Any) -> dict[str, tuple[str, str]]:
    """What stands in the way, and what to do about it."""
    with pytest.raises(UnreadyError) as caught:
        preflight(plan(model, **fields), cluster or FakeCluster())
    return {problem.path: (problem.what, problem.fix) for problem in caught.value.problems}


def test_all_images_of_a_plan_at_once(asked: Any) -> None:
    """With the place of each user and what to do; each image is asked for once."""
    first = Pod(
        Container("web", image="root:1"),
        init=[Container("setup", image="zero:1")],
        sidecars=[Container("log", image="named:1"), Container("more", image="root:1")],
    )
    others = [Pod(Container("fine", image="good:1", port=80)), Pod(Container("dark", image="unknown:1", port=80))]
    found = refused(Gateway([first, *others], routes=[Route("/", others[0])]))
    assert list(found) == [
        "pods.web.init[0].user",
        "pods.web.sidecars[0].user",
        "pods.web.sidecars[1].user",
        "pods.web.main.user",
    ]
    assert found["pods.web.main.user"] == (
        "the image root:1 runs as root",
        "give the number of another user that the program can run as, or 0 if it must be root",
    )
    assert found["pods.web.init[0].user"][0] == "the image zero:1 runs as root"
    assert found["pods.web.sidecars[0].user"] == (
        "the image named:1 runs as the user 'app', and Kubernetes cannot see whether that is root",
        "give its number, which `docker run --rm --entrypoint id named:1 -u app` prints",
    )
    assert asked == [(["good:1", "named:1", "root:1", "unknown:1", "zero:1"], [])]


def test_what_the_registry_does_not_confirm_is_a_warning() -> None:
    """An image that was pulled once may be older than the registry's. Also for a cluster that is not there yet."""
    program = plan(Pod(container("web", image="old:1"), sidecars=[Container("log", image="older:1")]))
    fitted = preflight(program, FakeCluster())
    assert fitted.warnings == preflight_users(program).warnings
    log, web = fitted.warnings
    assert web == (
        "PP443 pods.web.main.user: the image old:1, as this machine has it, runs as root, and its registry does not "
        "say whether its own does; if so, no node starts it: give the number of another user that the program can run "
        "as, or 0 if it must be root"
    )
    assert "pods.web.sidecars[0].user: the image older:1, as this machine has it, runs as the user 'app'" in log


@pytest.mark.parametrize(
    "fields", [{"user": 1000}, {"user": 0}, {"image": Later()}, {"image": Build("here")}], ids=lambda item: str([*item])
)
def test_what_the_program_says_or_is_not_there_yet_is_not_asked_for(asked: Any, fields: Any) -> None:
    """A number decides; an image that is known only later cannot be asked for."""
    preflight(plan(Pod(container(**{"image": "root:1", **fields}))), FakeCluster())
    assert asked == []


def test_mirrors_are_what_is_asked_for(asked: Any) -> None:
    """They are what runs."""
    preflight(plan(Pod(container(image="root:1")), images={"root:1": "good:1"}), FakeCluster())
    assert asked == [(["good:1"], [])]


def test_logins_go_along(asked: Any) -> None:
    """Those of the pod and that of the stack."""
    login = RegistryCredentials(server="docker.io", username="u", password=Secret("p"))
    stack = RegistryCredentials(server="r.example.com", username="u", password=Secret("p"))
    preflight(plan(Pod(container(image="good:1"), registries=[login]), registry=stack), FakeCluster())
    assert asked == [(["good:1"], ["r.example.com", "registry-1.docker.io"])]


def running(image: str, available: int, **security: Any) -> dict[str, Any]:
    """A Deployment that is there."""
    found = there("Deployment", "web", **OURS)
    main = {"name": "web", "image": image, **({"securityContext": security} if security else {})}
    status = {"observedGeneration": 1, "updatedReplicas": 1, "replicas": 1, "availableReplicas": available}
    found["metadata"]["generation"] = 1
    return {**found, "spec": {"replicas": 1, "template": {"spec": {"containers": [main]}}}, "status": status}


def test_what_runs_already_is_not_asked_for(asked: Any) -> None:
    """The node knows better than a registry whose tag has moved, and a preview costs no question."""
    program, namespace = Pod(container(image="root:1")), there("Namespace", "p-s", **OURS)
    preflight(plan(program), FakeCluster(objects=[namespace, running("root:1", 1)]))
    assert asked == []
    for other in (running("good:1", 1), running("root:1", 0), running("root:1", 1, runAsUser=5)):
        assert "pods.web.main.user" in refused(program, FakeCluster(objects=[namespace, other]))


def test_the_gateway_has_a_user() -> None:
    """Its image is polypod's choice."""
    web = Pod(container(image="good:1", port=80))
    preflight(plan(Gateway([web], routes=[Route("/", web)])), FakeCluster())
