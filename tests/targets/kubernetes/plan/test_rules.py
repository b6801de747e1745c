"""What Kubernetes forbids, and what leaves the level restricted."""

from __future__ import annotations

from typing import Any

import pytest

from polypod import *
from tests.programs import container, web

REJECTED: list[tuple[str, str, Any]] = [
    ("pods.web-headless", "rename one of the two pods", Gateway([web(), Pod(container("web-headless"))])),
    ("pods.web-public", "rename one of the two pods", Gateway([web(), Pod(container("web-public"))])),
    (
        "pods.g.peers[1].restart",
        "use restart='always' here, or a pod of its own",
        Group("g", peers=[container("a"), container("b", restart="never")]),
    ),
    (
        "pods.web.sidecars[0].restart",
        "use restart='always' here, or a pod of its own",
        Pod(container("web", restart="never"), sidecars=[container("a", restart="never")]),
    ),
    (
        "pods.web.sidecars[0].resources.cpu",
        "give resources= with cpu",
        Pod(
            container("web", resources=Resources("1")),
            sidecars=[container("a")],
            autoscale=Autoscale(max_replicas=2),
        ),
    ),
    (
        "pods.web",
        "use restart='always', or leave per_replica= out",
        web(restart="never", mounts=[Mount("/a", PersistentVolume("a", per_replica=True))]),
    ),
    (
        "pods.web.update",
        "leave update= out, or declare the volume shared=True if several may write to it at once",
        Pod(container("web", mounts=[Mount("/a", PersistentVolume("a"))]), update="start-first"),
    ),
    (
        "pods.web.update",
        "leave update= out, or declare the volume shared=True if several may write to it at once",
        Pod(
            container("web", mounts=[Mount("/a", PersistentVolume("a", per_replica=True))]),
            update="start-first",
            replicas=2,
        ),
    ),
    (
        "pods.web.main.mounts[0].volume",
        "use several volumes, or put the files into the image",
        web(mounts=[Mount("/a", ConfigVolume("a", {"a": "x" * 600_000, "b": "x" * 600_000}))]),
    ),
    *(
        (
            "pods.web.main.ports[0].name",
            "use 1 to 15 lower-case letters, digits and single hyphens, with at least one letter",
            web(ports=[Port(81, name=name)]),
        )
        for name in ("Metrics", "my_metrics", "sixteen-letters1", "8080", "a--b")
    ),
    ("pods.web.main.env.café", "rename it for this stack", web(env={"café": "x"})),
    (
        "pods.web",
        "put long texts into the files of a SecretVolume",
        web(env={f"A{i}": Secret("x" * 120_000) for i in range(9)}),
    ),
    (
        "pods.web.main.mounts[0].volume",
        "use several volumes, or put the files into the image",
        web(mounts=[Mount("/a", SecretVolume("a", {"a": b"x" * 600_000, "b": Secret("x" * 600_000)}))]),
    ),
    (
        "routes",
        "use fewer routes, or several components with a gateway each",
        Gateway([web()], routes=[Route(f"/{'x' * 200}{i}/", "web") for i in range(3000)]),
    ),
]


def own(model: Any, verdict: Verdict) -> list[Finding]:
    """What Kubernetes says about a program with a verdict."""
    return [finding for finding in check(model, "kubernetes") if finding.verdict is verdict]


@pytest.mark.parametrize(("path", "fix", "model"), REJECTED, ids=[row[0] for row in REJECTED])
def test_what_kubernetes_cannot_do_is_rejected(path: str, fix: str, model: Any) -> None:
    """With its place and a way out."""
    (finding,) = own(model, Verdict.REJECTED)
    assert (finding.path, finding.fix) == (path, fix)
    assert finding.reason


@pytest.mark.parametrize("name", ["Metrics", "my_metrics", "the-metrics-of-this-program", "8080"])
def test_other_targets_take_names_of_ports_that_kubernetes_does_not(name: str) -> None:
    """References find them too."""
    api = Pod(container("api", env={"URL": f"polypod{{web.host}}:polypod{{web.port.{name}}}"}))
    model = Gateway([web(ports=[Port(81, name=name)]), api])
    for target in ("docker", "aci"):
        assert [finding for finding in check(model, target) if finding.verdict is Verdict.REJECTED] == []


def test_ordinary_programs_are_not_rejected() -> None:
    """Nor is a Job with a helper that runs as long as it does."""
    for model in (web(), Pod(container("web", restart="never"), sidecars=[container("a")])):
        assert own(model, Verdict.REJECTED) == []


@pytest.mark.parametrize(
    ("path", "model"),
    [
        ("pods.web.main.user", web(user=0)),
        ("pods.web.main.logs", web(user=1, logs=LogOptions(max_files=1))),
        ("pods.web.main.mounts[0]", web(user=1, mounts=[Mount("/a", HostPathVolume("a", "/a"))])),
        ("pods.web.main.env.1 A", web(user=1, env={"1 A": "x", "discovery.type": "x", "a-b": "x"})),
    ],
)
def test_what_is_less_than_asked_for_is_a_warning(path: str, model: Any) -> None:
    """Root and host paths leave the Pod Security level restricted, and the warning says so."""
    (finding,) = own(model, Verdict.DEGRADED)
    assert finding.path == path
    assert ("restricted" in finding.reason) == (not path.endswith(("logs", "1 A")))


def test_a_container_without_a_user_is_told_what_its_image_must_have() -> None:
    """No warning: most images are right."""
    assert [finding.path for finding in own(web(), Verdict.EMULATED)] == ["pods.web.main.logs", "pods.web.main.user"]
    assert "must be a number other than 0" in own(web(), Verdict.EMULATED)[1].reason
    assert [finding.path for finding in own(web(user=5), Verdict.EMULATED)] == ["pods.web.main.logs"]


def test_a_pod_that_nobody_may_reach_is_a_warning() -> None:
    """Its NetworkPolicy would say so to nobody else."""
    quiet = Pod(container("quiet", port=80, user=1))
    calls = Pod(container("calls", user=1), depends_on=["quiet"])
    (finding,) = own(Gateway([quiet, Pod(container("other", user=1))]), Verdict.DEGRADED)
    assert (finding.path, finding.fix) == ("pods.quiet", "add it to depends_on= of the pods that call it")
    assert own(Gateway([quiet, calls]), Verdict.DEGRADED) == []
    assert own(quiet, Verdict.DEGRADED) == []
