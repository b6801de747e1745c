"""What Azure Container Instances does in its own way, or not at all: the place, what is wrong, and what to do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from polypod import *
from polypod.targets.aci.plan.features import FEATURES
from tests.programs import DB, MUTUAL, container, gateway, login, web
from tests.targets.aci.groups import PRIVATE, TOGETHER, lost
from tests.targets.aci.plan.test_settings import SUBNET

FIRST = "pods.web.main.mounts[0]"
FEATURES_LOST: list[tuple[Feature, str, Any]] = [
    (Feature.HOST_PATH, "pods.web.main.mounts[0]", web(mounts=[Mount("/h", HostPathVolume("h", "/h"))])),
    (Feature.STARTUP, "pods.web.main.startup", web(startup=Probe.exec("a"))),
    (Feature.TCP_PROBE, "pods.web.main.readiness", web(readiness=Probe.tcp())),
    (Feature.SHARED_PROCESSES, "pods.web.share_processes", Pod(container(), share_processes=True)),
    (Feature.SCRATCH_SIZE, "pods.web.main.mounts[0].volume.size", web(mounts=[Mount("/a", ScratchVolume("a", "1Gi"))])),
    (Feature.PERSISTENT_VOLUME, "pods.web.main.mounts[0]", web(mounts=[Mount("/a", PersistentVolume("a"))])),
    (Feature.FILE_MODE, f"{FIRST}.volume.files.f", web(mounts=[Mount("/a", ConfigVolume("a", {"f": ""}, mode=0o400))])),
    (
        Feature.FILE_OWNER,
        f"{FIRST}.volume.files.f",
        web(mounts=[Mount("/a", ConfigVolume("a", {"f": File("", user=1)}))]),
    ),
    (Feature.SINGLE_FILE, f"{FIRST}.sub_path", web(mounts=[Mount("/a", ConfigVolume("a", {"f": ""}), sub_path="f")])),
    (Feature.START_FIRST, "pods.web.update", Pod(container(), update="start-first")),
    (Feature.SHM_SIZE, "pods.web.main.shm_size", web(shm_size="1Gi")),
    (Feature.STOP_SIGNAL, "pods.web.main.stop_signal", web(stop_signal="SIGQUIT")),
    (
        Feature.PRIVILEGE_ESCALATION,
        "pods.web.main.allow_privilege_escalation",
        web(allow_privilege_escalation=True),
    ),
    (Feature.EXTRA_HOSTS, "pods.web.extra_hosts", Pod(container(), extra_hosts={"db.example.org": "10.0.0.1"})),
    (Feature.SIDECAR, "pods.web.sidecars", Pod(container(), sidecars=[container("a")])),
    (Feature.AUTOSCALE, "pods.web.autoscale", Pod(container(), autoscale=Autoscale(max_replicas=2))),
    (Feature.READ_ONLY_ROOT, "pods.web.main.read_only_root", web(read_only_root=True)),
    (Feature.USER, "pods.web.main.user", web(user=1)),
    (Feature.START_FIRST, "pods.web.update", Pod(container(), update="start-first")),
]


@pytest.mark.parametrize(("feature", "path", "model"), FEATURES_LOST, ids=[row[0].name for row in FEATURES_LOST])
def test_what_azure_lacks_is_said(feature: Feature, path: str, model: Any) -> None:
    """Where the program asks for it."""
    (found,) = lost(model)
    assert (found.path, found.feature, found.verdict) == (path, feature, FEATURES[feature].verdict)
    assert found.reason
    assert found.fix


@pytest.mark.parametrize("settings", [{}, PRIVATE])
def test_groups_cannot_know_the_addresses_of_each_other(settings: Mapping[str, Any]) -> None:
    """Each is known only once its group is made; in one group, both are localhost."""
    (found,) = [finding for finding in lost(MUTUAL, settings) if finding.verdict is Verdict.REJECTED]
    assert (found.path, "pods refer to each other: a -> b -> a" in found.reason) == ("pods.a", True)
    assert found.fix.startswith("use the placement 'group'")
    assert [finding for finding in lost(MUTUAL, TOGETHER) if finding.verdict is Verdict.REJECTED] == []


def test_everything_that_azure_lacks_has_a_program() -> None:
    """A new verdict needs a new row above."""
    missing = {name for name, support in FEATURES.items() if support.verdict in (Verdict.DEGRADED, Verdict.REJECTED)}
    assert missing == {feature for feature, _, _ in FEATURES_LOST}


CLIENT = container("client", env={"DB": "polypod{db.host}"})
FILES = ConfigVolume("conf", {"db": "polypod{db.host}"})
SIDE = Pod(container(restart="never"), sidecars=[container("a")])
RULES: list[tuple[str, str, str, str, Any, Mapping[str, Any]]] = [
    ("rejected", "pods.web.sidecars[0].restart", "one restart policy, here 'never'", "use 'never' here, or", SIDE, {}),
    (
        "rejected",
        "pods.g.peers[1].restart",
        "one restart policy, here 'on-failure'",
        "use 'on-failure' here, or another pod",
        Group("g", peers=[container("a", restart="on-failure"), container("b")]),
        {},
    ),
    (
        "rejected",
        "pods.web.main.port.publish",
        "no one address with port 80",
        "use one replica for this stack",
        Pod(container(port=Port(80, publish=80)), replicas=2),
        {},
    ),
    ("rejected", "pods.web.main.args", "entrypoint", "give command= too", web(args=["a"]), {}),
    ("rejected", "pods.web.main.working_dir", "the directory", "set WORKDIR", web(working_dir="/a"), {}),
    (
        "rejected",
        "pods.web.init[0].args",
        "entrypoint",
        "command=",
        Pod(container(), init=[container("a", args=["a"])]),
        {},
    ),
    ("degraded", "pods.web.main.logs", "4 MB", "polypod:aci.logAnalytics", web(logs=LogOptions(max_files=1)), {}),
    (
        "degraded",
        "pods.web.init[0].resources",
        "no CPU and memory of their own",
        "leave resources= out",
        Pod(container(), init=[container("a", resources=Resources(cpu=1))]),
        {},
    ),
    (
        "rejected",
        "pods.web.main.port.publish",
        "port 80 cannot be published as 8080",
        "let the program listen on 8080",
        web(port=Port(80, publish=8080)),
        {},
    ),
    *(
        (
            "rejected",
            "pods.web.main.mounts[0].volume.files",
            "mounted inside of another",
            "a volume for each directory",
            web(mounts=[Mount("/a", ConfigVolume("c", files))]),
            {},
        )
        for files in ({"a": "", "b/c": ""}, {"a/b": "", "a/c/d": ""}, {"a/b": "", "a-b/c": "", "a/b-c/d": ""})
    ),
    (
        "rejected",
        "pods.web.replicas",
        "one copy of each pod",
        "the placement 'separate'",
        gateway(Pod(container(port=80), replicas=2)),
        TOGETHER,
    ),
    (
        "rejected",
        "pods.web.autoscale.min_replicas",
        "one copy of each pod",
        "the placement 'separate'",
        gateway(Pod(container(port=80), autoscale=Autoscale(min_replicas=2, max_replicas=3))),
        TOGETHER,
    ),
    (
        "degraded",
        "pods.db.replicas",
        "client will reach the first one only",
        "the gateway's route",
        Gateway([Pod(CLIENT), Pod(container("db", port=1), replicas=2)]),
        PRIVATE,
    ),
    (
        "degraded",
        "pods.web.termination_grace_period",
        "between SIGTERM and SIGKILL",
        "be ready",
        Pod(container(), termination_grace_period="20s"),
        {},
    ),
    ("degraded", "pods.db", "everybody reaches its ports", "polypod:aci.subnet", Gateway([Pod(CLIENT), DB]), {}),
    (
        "degraded",
        "pods.db",
        "everybody reaches its ports",
        "polypod:aci.addressSpace",
        Gateway([Pod(CLIENT), Pod(container("db", ports=[Port(1, publish=1), 2]))]),
        {},
    ),
    *(
        (
            "rejected",
            "pods.db",
            "client refers to its host",
            "port=",
            Gateway([Pod(CLIENT), Pod(container("db"))]),
            config,
        )
        for config in ({}, PRIVATE)
    ),
    *(
        (
            "rejected",
            "pods.web.init[1]",
            "'db' will not answer it",
            "the placement 'separate'",
            Gateway([Pod(container(), init=[container("a"), init]), DB]),
            TOGETHER,
        )
        for init in (
            container("b", env={"DB": "polypod{db.host}"}),
            container("b", command=["wait", "polypod{db.host}"]),
            container("b", mounts=[Mount("/a", FILES)]),
        )
    ),
    ("degraded", "pods.client.depends_on", "nothing waits", "try again", Gateway([Pod(CLIENT), DB]), TOGETHER),
    (
        "rejected",
        "pods.job",
        "always restarted",
        "use restart='always'",
        gateway(web(), Pod(container("job", restart="never"))),
        TOGETHER,
    ),
    (
        "rejected",
        "pods.b.registries[0]",
        "one login per registry, and 'a.io' has another one already",
        "use the same login",
        Gateway([Pod(container(name), registries=[login("a.io", name)]) for name in "ab"]),
        TOGETHER,
    ),
    (
        "rejected",
        "pods.web.registries[1]",
        "'docker.io' has another",
        "use the same login",
        Pod(container(), registries=[login("index.docker.io"), login("docker.io", "b")], replicas=2),
        {},
    ),
    (
        "degraded",
        "pods.web.main.resources.cpu_limit",
        "at least 1 CPU",
        "ask for as much",
        web(resources=Resources(cpu_limit="1m")),
        {},
    ),
    *(
        (
            "degraded",
            f"pods.web.main.resources.{field}_limit",
            f"its group requests and pays for {number}, as much as this limit",
            "use a lower limit for this stack",
            web(resources=Resources("100m", "256Mi", **{f"{field}_limit": limit})),
            {},
        )
        for field, limit, number in (("cpu", "4", "4 CPU"), ("memory", "3Gi", "3 GB"))
    ),
    (
        "rejected",
        "pods.web",
        "larger than 4 MB",
        "into the image or into a PersistentVolume",
        web(mounts=[Mount("/a", ConfigVolume("c", {"a": "x" * 3_000_000}))]),
        {},
    ),
    (
        "rejected",
        "pods.web.main.mounts[0].volume.size",
        "holds 5 TiB",
        "use several volumes",
        web(mounts=[Mount("/a", PersistentVolume("a", "5121Gi"))]),
        {},
    ),
    (
        "degraded",
        "pods.web.main.port.address",
        "at the group's own address, not at 0.0.0.0",
        "leave address= out for this stack",
        web(port=Port(80, publish=80, address="0.0.0.0")),  # noqa: S104 - it is what the test is about
        {},
    ),
    (
        "degraded",
        "pods.web.ready_within",
        "it is the time in which they must run",
        "patterns.wait_for()",
        Pod(container(), ready_within="1m"),
        {},
    ),
    *(
        ("degraded", "pods.db", "its address, which is another one", "pulumi refresh", model, config)
        for model, config in (
            (Gateway([Pod(CLIENT), DB]), PRIVATE),
            (Gateway([Pod(CLIENT), DB]), {"subnet": SUBNET}),
            (Gateway([DB], routes=[Route("/", "db")]), PRIVATE),
        )
    ),
]


@pytest.mark.parametrize(
    ("verdict", "path", "reason", "fix", "model", "settings"),
    RULES,
    ids=[f"{row[1]}-{i}" for i, row in enumerate(RULES)],
)
def test_what_azure_does_in_its_own_way_is_said(
    verdict: str, path: str, reason: str, fix: str, model: Any, settings: Mapping[str, Any]
) -> None:
    """Once, with its place, what is wrong and what to do."""
    found = [f for f in check(model, "aci", settings=settings) if f.path == path and f.feature is None]
    assert [f.verdict.value for f in found] == [verdict]
    assert reason in found[0].reason
    assert fix in found[0].fix


OPEN = Pod(container("b", port=Port(81, publish=81)), depends_on=["web"])
QUIET = Gateway([web(port=8000), OPEN], routes=[Route("/", "b")])


@pytest.mark.parametrize(
    ("model", "settings"),
    [
        (web(), {}),
        (web(restart="never"), {}),
        (web(command=["a"], args=["b"]), {}),
        (QUIET, {}),
        (web(resources=Resources("2", "3Gi", cpu_limit="2", memory_limit="3Gi")), {}),
        (web(resources=Resources("100m", "256Mi", cpu_limit="1", memory_limit="1Gi")), {}),
        (web(mounts=[Mount("/a", ConfigVolume("c", {"a": "x" * 2_000_000}))]), {}),
        (Pod(container(), ready_within="2m"), {}),
        (gateway(), TOGETHER),
        (Gateway([web(), DB], routes=[Route("/", "web")]), {**TOGETHER, **PRIVATE}),
        (web(mounts=[Mount("/a", ConfigVolume("c", {"a/x": "", "a-b/x": "", "b/x": ""}))]), {}),
        (Gateway([Pod(container(name), registries=[login("a.io", name)]) for name in "ab"]), {}),
        (Gateway([Pod(container(name), registries=[login("a.io")]) for name in "ab"]), TOGETHER),
    ],
)
def test_ordinary_programs_lose_nothing(model: Any, settings: Mapping[str, Any]) -> None:
    """No warning, and nothing is refused."""
    assert lost(model, settings) == []


def test_what_no_group_may_have_is_said_in_azures_words() -> None:
    """With a word for the region, which the program does not know."""
    (found,) = lost(web(resources=Resources(cpu=99)))
    assert found.verdict is Verdict.REJECTED
    assert "location 'of the stack'" in found.reason
    assert "None" not in found.reason
