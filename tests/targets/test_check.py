"""What a target says about a program before any resource exists."""

from __future__ import annotations

from typing import Any

import pytest

from polypod import *
from polypod.checks.messages import listing, refuse_rejected
from polypod.targets.base import load_target, target_names
from tests.programs import container, gateway, web

TARGETS = target_names()


@pytest.mark.parametrize("target", TARGETS)
def test_every_feature_has_a_verdict_on_every_target(target: str) -> None:
    """A table that left one out would let it be dropped in silence."""
    assert set(load_target(target).features) == set(Feature)


@pytest.mark.parametrize("target", TARGETS)
def test_what_is_degraded_or_rejected_says_why_and_what_to_do(target: str) -> None:
    """A verdict that costs something comes with a way out."""
    features = load_target(target).features
    losses = {f for f, support in features.items() if support.verdict in (Verdict.DEGRADED, Verdict.REJECTED)}
    assert losses == {feature for feature, support in features.items() if support.fix}
    assert [feature for feature, support in features.items() if not support.reason] == []


@pytest.mark.parametrize("target", TARGETS)
def test_a_target_goes_by_the_name_of_its_folder(target: str) -> None:
    """So that the stack's config can name it."""
    assert load_target(target).name == target


USES: list[tuple[Any, str, Feature]] = [
    (Group("g", peers=[container("a"), container("b")]), "pods.g", Feature.SHARED_NETWORK),
    (Gateway([web(), Pod(container("b"))]), "pods.web", Feature.POD_NAMES),
    (web(mounts=[Mount("/m", ScratchVolume("a"))]), "pods.web.main.mounts[0]", Feature.SCRATCH_VOLUME),
    (web(mounts=[Mount("/m", ScratchVolume("a", "1Gi"))]), "pods.web.main.mounts[0].volume.size", Feature.SCRATCH_SIZE),
    (web(mounts=[Mount("/m", ConfigVolume("a", {"a": ""}))]), "pods.web.main.mounts[0]", Feature.CONFIG_VOLUME),
    (web(mounts=[Mount("/m", SecretVolume("a", {"a": ""}))]), "pods.web.main.mounts[0]", Feature.SECRET_VOLUME),
    (
        web(mounts=[Mount("/m", ConfigVolume("a", {"a": ""}, mode=0o400))]),
        "pods.web.main.mounts[0].volume.files.a",
        Feature.FILE_MODE,
    ),
    (
        web(mounts=[Mount("/m", SecretVolume("a", {"a": File("", group=0)}))]),
        "pods.web.main.mounts[0].volume.files.a",
        Feature.FILE_OWNER,
    ),
    (
        web(mounts=[Mount("/m", ConfigVolume("a", {"a": ""}), sub_path="a")]),
        "pods.web.main.mounts[0].sub_path",
        Feature.SINGLE_FILE,
    ),
    (web(mounts=[Mount("/m", PersistentVolume("a"))]), "pods.web.main.mounts[0]", Feature.PERSISTENT_VOLUME),
    (
        web(mounts=[Mount("/m", PersistentVolume("a", "1Gi"))]),
        "pods.web.main.mounts[0].volume.size",
        Feature.PERSISTENT_SIZE,
    ),
    (web(mounts=[Mount("/m", HostPathVolume("a", "/"))]), "pods.web.main.mounts[0]", Feature.HOST_PATH),
    (web(env={"A": concat("x", Secret("y"))}), "pods.web.main.env.A", Feature.SECRET_ENV),
    (web(readiness=Probe.http("/")), "pods.web.main.readiness", Feature.READINESS),
    (web(readiness=Probe.http("/")), "pods.web.main.readiness", Feature.HTTP_PROBE),
    (web(liveness=Probe.tcp()), "pods.web.main.liveness", Feature.LIVENESS),
    (web(liveness=Probe.tcp()), "pods.web.main.liveness", Feature.TCP_PROBE),
    (web(startup=Probe.exec("a")), "pods.web.main.startup", Feature.STARTUP),
    (web(startup=Probe.exec("a")), "pods.web.main.startup", Feature.EXEC_PROBE),
    (web(readiness=Probe.tcp(initial_delay=1)), "pods.web.main.readiness.initial_delay", Feature.PROBE_DELAY),
    (Pod(container(), init=[container("a")]), "pods.web.init", Feature.INIT),
    (Pod(container(), sidecars=[container("a")]), "pods.web.sidecars", Feature.SIDECAR),
    (Pod(container(), replicas=2), "pods.web.replicas", Feature.REPLICAS),
    (Pod(container(), autoscale=Autoscale(max_replicas=2)), "pods.web.autoscale", Feature.AUTOSCALE),
    (Pod(container(), share_processes=True), "pods.web.share_processes", Feature.SHARED_PROCESSES),
    (
        web(mounts=[Mount("/m", PersistentVolume("a", per_replica=True))]),
        "pods.web.main.mounts[0].volume.per_replica",
        Feature.REPLICA_VOLUME,
    ),
    (
        web(mounts=[Mount("/m", PersistentVolume("a", shared=True))]),
        "pods.web.main.mounts[0].volume.shared",
        Feature.SHARED_VOLUME,
    ),
    (gateway(web(), Pod(container("b"), depends_on=["web"])), "pods.b.depends_on", Feature.DEPENDS_ON),
    (web(resources=Resources(cpu=1)), "pods.web.main.resources.cpu", Feature.CPU),
    (web(resources=Resources(cpu=1)), "pods.web.main.resources.cpu_limit", Feature.CPU_LIMIT),
    (web(resources=Resources(memory="1G")), "pods.web.main.resources.memory", Feature.MEMORY),
    (web(resources=Resources(memory_limit="1G")), "pods.web.main.resources.memory_limit", Feature.MEMORY_LIMIT),
    (web(), "pods.web.main.restart", Feature.RESTART_ALWAYS),
    (web(restart="on-failure"), "pods.web.main.restart", Feature.RESTART_ON_FAILURE),
    (web(restart="never"), "pods.web.main.restart", Feature.RESTART_NEVER),
    (web(), "pods.web.main.logs", Feature.LOG_OPTIONS),
    (
        Pod(container(), registries=[RegistryCredentials(server="a", username="b", password=Secret("c"))]),
        "pods.web.registries",
        Feature.REGISTRY,
    ),
    (web(image=Build("tests")), "pods.web.main.image", Feature.BUILD),
    (web(ports=[Port(81, publish=81)]), "pods.web.main.ports[0].publish", Feature.PUBLISHED_PORT),
    (web(read_only_root=True), "pods.web.main.read_only_root", Feature.READ_ONLY_ROOT),
    (web(user=1), "pods.web.main.user", Feature.USER),
    (Pod(container(), update="stop-first"), "pods.web.update", Feature.STOP_FIRST),
    (Pod(container(), update="start-first"), "pods.web.update", Feature.START_FIRST),
    (web(shm_size="1Gi"), "pods.web.main.shm_size", Feature.SHM_SIZE),
    (
        web(allow_privilege_escalation=True),
        "pods.web.main.allow_privilege_escalation",
        Feature.PRIVILEGE_ESCALATION,
    ),
    (web(stop_signal="SIGQUIT"), "pods.web.main.stop_signal", Feature.STOP_SIGNAL),
    (Pod(container(), extra_hosts={"db.example.org": "10.0.0.1"}), "pods.web.extra_hosts", Feature.EXTRA_HOSTS),
    (Pod(container(restart="never"), attempts=2), "pods.web.attempts", Feature.ATTEMPTS),
    (web(), "pods.web.termination_grace_period", Feature.GRACE_PERIOD),
    (gateway(), "gateway", Feature.GATEWAY),
]


@pytest.mark.parametrize(("model", "path", "feature"), USES, ids=[row[2].name for row in USES])
def test_every_use_of_a_feature_is_found(model: Any, path: str, feature: Feature, tmp_path: Any) -> None:
    """With its place in the program and what the target makes of it."""
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "Dockerfile").touch()
    support = load_target("docker").features[feature]
    expected = Finding(feature.code, path, feature, support.verdict, support.reason, support.fix)
    assert expected in check(model, "docker", root=tmp_path)


def test_the_table_of_uses_is_complete() -> None:
    """A feature that no program could ask for would be no feature."""
    assert {feature for _, _, feature in USES} == set(Feature)


def test_a_small_program_asks_for_little() -> None:
    """Findings are about what a program says, in its order."""
    assert [(finding.path, finding.feature) for finding in check(web(), "docker")] == [
        ("pods.web.termination_grace_period", Feature.GRACE_PERIOD),
        ("pods.web.main.logs", Feature.LOG_OPTIONS),
        ("pods.web.main.restart", Feature.RESTART_ALWAYS),
    ]


def test_an_invalid_program_is_refused_by_every_target() -> None:
    """The rules of the model come first."""
    with pytest.raises(ModelError) as caught:
        check(web(port=0), "docker")
    assert [problem.path for problem in caught.value.problems] == ["pods.web.main.port.number"]


@pytest.mark.parametrize("name", ["", "dokcer", "base", "docker.render", "../docker"])
def test_an_unknown_target_is_refused(name: str) -> None:
    """The message names those there are."""
    with pytest.raises(ModelError) as caught:
        check(web(), name)
    fix = f"use one of {', '.join(TARGETS)} in the stack's config polypod:target, or as target="
    assert caught.value.problems == (Problem("PP707", "target", f"{name!r} is not a target", fix),)


def test_the_settings_of_a_stack_belong_to_what_is_checked() -> None:
    """A target says what is wrong with them before it says anything about the program."""
    assert check(web(), "kubernetes", settings={"gatewayService": "NodePort"}) == check(web(), "kubernetes")
    with pytest.raises(ModelError) as caught:
        check(web(), "kubernetes", settings={"gatewayServce": "NodePort"})
    assert [problem.path for problem in caught.value.problems] == ["config polypod:kubernetes.gatewayServce"]


def test_all_rejected_places_are_reported_together() -> None:
    """And only those: what is degraded is a warning."""
    verdicts = [Verdict.EXACT, Verdict.REJECTED, Verdict.DEGRADED, Verdict.REJECTED]
    found = tuple(Finding("X1", f"p{i}", None, verdict, "why", "how") for i, verdict in enumerate(verdicts))
    with pytest.raises(RejectedError) as caught:
        refuse_rejected({"docker": found})
    assert caught.value.problems == (
        Problem("X1", "p1", "rejected on docker: why", "how"),
        Problem("X1", "p3", "rejected on docker: why", "how"),
    )
    refuse_rejected({"docker": found[:1]})


def test_what_several_targets_say_alike_is_said_once() -> None:
    """With the names of all of them."""
    rejected = Finding("X1", "p", None, Verdict.REJECTED, "why", "how")
    degraded = [Finding("X2", path, None, Verdict.DEGRADED, "less", "how") for path in ("a", "b")]
    with pytest.raises(RejectedError) as caught:
        refuse_rejected({"docker": [rejected], "kubernetes": [rejected, rejected]})
    assert caught.value.problems == (Problem("X1", "p", "rejected on docker, kubernetes: why", "how"),)
    assert listing({"docker": degraded, "kubernetes": degraded, "other": degraded[:1]}).splitlines() == [
        "degraded on docker, kubernetes (2 findings):",
        "  X2 a, b: less; how",
        "degraded on other (1 finding):",
        "  X2 a: less; how",
    ]


def test_docker_refuses_an_empty_argument_for_the_images_own_entrypoint() -> None:
    """Its provider would drop the argument; with a command there is no such gap."""
    reason = "the Docker provider takes no empty argument for the image's own entrypoint"
    expected = Finding("PP303", "pods.web.main.args[1]", None, Verdict.REJECTED, reason, "give command= too")
    found = [finding for finding in check(web(args=["a", ""]), "docker") if finding.verdict is Verdict.REJECTED]
    assert found == [expected]
    assert Verdict.REJECTED not in {finding.verdict for finding in check(web(command=["a", ""]), "docker")}


def test_docker_refuses_two_logins_for_one_registry() -> None:
    """Its provider has one login per registry, so one of two would be dropped in silence."""
    pods = [
        Pod(container(name), registries=[RegistryCredentials(server="a.io", username=name, password=Secret("x"))])
        for name in ("a", "b")
    ]
    found = [finding for finding in check(Gateway(pods), "docker") if finding.verdict is Verdict.REJECTED]
    assert [finding.path for finding in found] == ["pods.b.registries[0]"]
