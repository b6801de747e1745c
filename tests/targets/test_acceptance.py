"""What a program accepts of what targets do less well than asked."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import pulumi
import pytest

from polypod import *
from polypod.testing import MockedEngine
from tests.programs import container, gateway, web
from tests.steps import calls

LARGE = [Mount("/data", ScratchVolume("data", "1Gi"))]
WATCHED = {"PP204": "the disk is watched"}


def accepted(model: Any, target: str = "docker", **settings: object) -> list[tuple[str, str, str]]:
    """What a target finds in a program that accepts it."""
    found = check(model, target, settings=settings)
    return [(finding.code, finding.path, finding.accepted) for finding in found if finding.accepted]


def refused(model: Any, target: str = "docker", **settings: object) -> list[tuple[str, str]]:
    """What is wrong with what a program accepts."""
    with pytest.raises(ModelError) as caught:
        check(model, target, settings=settings)
    return [(problem.code, problem.path) for problem in caught.value.problems]


@pytest.mark.parametrize(
    "model",
    [
        web(mounts=LARGE, accept=WATCHED),
        Pod(container(mounts=LARGE), accept=WATCHED),
        Group("web", peers=[container("main", mounts=LARGE)], accept=WATCHED),
        Group("web", peers=[container("main", mounts=LARGE, accept=WATCHED)]),
        gateway(web(mounts=LARGE, port=80), accept=WATCHED),
        Pod(container(), init=[container("init", mounts=LARGE)], accept=WATCHED),
    ],
    ids=["container", "pod", "group", "peer", "gateway", "init"],
)
def test_an_object_accepts_what_is_found_at_it_or_below(model: Any) -> None:
    """A container, a pod, a group or the whole application."""
    assert [(code, why) for code, _, why in accepted(model)] == [("PP204", "the disk is watched")]


def test_only_what_is_found_there_is_accepted() -> None:
    """Another pod has to say so for itself, even where its name starts like the other's."""
    model = Gateway([web(mounts=LARGE, accept=WATCHED), Pod(container("web-2", mounts=LARGE))])
    assert [path for _, path, _ in accepted(model)] == ["pods.web.main.mounts[0].volume.size"]


def test_the_smallest_object_gives_the_reason() -> None:
    """It knows best."""
    assert accepted(Pod(container(mounts=LARGE, accept=WATCHED), accept={"PP204": "all disks are watched"})) == [
        ("PP204", "pods.web.main.mounts[0].volume.size", "the disk is watched")
    ]


REFUSED: list[tuple[str, Any, str, str]] = [
    ("docker", web(mounts=LARGE, accept={"PP204": " "}), "PP650", "pods.web.main.accept.PP204"),
    ("docker", web(accept={"PP999": "why"}), "PP651", "pods.web.main.accept.PP999"),
    ("docker", web(accept={"PP115": "why"}), "PP652", "pods.web.main.accept.PP115"),
    ("docker", web(accept={"PP305": "why"}), "PP652", "pods.web.main.accept.PP305"),
    ("docker", web(accept={"PP209": "only rejected"}), "PP652", "pods.web.main.accept.PP209"),
    ("docker", web(accept={"PP203": "exact or emulated"}), "PP653", "pods.web.main.accept.PP203"),
    ("docker", web(accept={"PP204": "no volume"}), "PP653", "pods.web.main.accept.PP204"),
    ("docker", web(accept={"PP249": "of another target"}), "PP653", "pods.web.main.accept.PP249"),
    ("docker", web(accept={"PP409": "of another target"}), "PP653", "pods.web.main.accept.PP409"),
    ("kubernetes", web(accept={"PP409": "not as root"}), "PP653", "pods.web.main.accept.PP409"),
    ("docker", web(accept={"PP517": "about a pod"}), "PP653", "pods.web.main.accept.PP517"),
    ("docker", Gateway([web()], accept=WATCHED), "PP653", "gateway.accept.PP204"),
    ("docker", Gateway([Pod(container(), accept={"PP527": "about all"})]), "PP653", "pods.web.accept.PP527"),
]


@pytest.mark.parametrize(
    ("target", "model", "code", "path"), REFUSED, ids=[f"{row[2]}-{i}" for i, row in enumerate(REFUSED)]
)
def test_what_accepts_nothing_is_an_error(target: str, model: Any, code: str, path: str) -> None:
    """At its place, on every target alike."""
    assert refused(model, target) == [(code, path)]


OF_OTHERS: list[tuple[str, Any, Mapping[str, str]]] = [
    ("docker", {"stop_signal": "SIGQUIT"}, {"PP249": "a feature that others degrade"}),
    ("docker", {"user": 0}, {"PP409": "a rule of Kubernetes"}),
    ("kubernetes", {"mounts": LARGE}, WATCHED),
    ("aci", {"user": 0}, {"PP409": "a rule of Kubernetes", "PP241": "a feature"}),
    ("docker", {"logs": LogOptions(max_files=1)}, {"PP411": "a rule of Kubernetes", "PP505": "one of Azure"}),
    ("docker", {"resources": Resources(cpu="100m")}, {"PP524": "where the stack's config lets it"}),
]


@pytest.mark.parametrize(("target", "fields", "accept"), OF_OTHERS)
def test_what_another_target_finds_may_be_accepted(target: str, fields: Any, accept: Mapping[str, str]) -> None:
    """One program is deployed to several targets, with and without it in sight."""
    check(web(**fields, accept=accept), target)


def test_what_another_stack_of_the_target_finds_may_be_accepted() -> None:
    """One program is deployed with several settings: what these decide is accepted where it can be at all."""
    model = gateway(web(port=80), accept={"PP517": "for a demonstration", "PP516": "the stack is refreshed each night"})
    assert {code for code, _, _ in accepted(model, "aci")} == {"PP517"}
    assert {code for code, _, _ in accepted(model, "aci", addressSpace="10.0.0.0/24")} == {"PP516"}
    assert accepted(model, "aci", placement="group") == []


def test_findings_about_the_stacks_config_belong_to_the_application() -> None:
    """Of a pod alone too."""
    why = {"PP527": "another component has it"}
    assert accepted(Pod(container(), accept=why), "aci", spot=["other"]) == [
        ("PP527", "config polypod:aci.spot[0]", "another component has it")
    ]


def run(model: Any, preview: bool = True, **config: object) -> MockedEngine:
    """The engine after a program."""
    keys = {f"polypod:{key}": value for key, value in config.items()}
    engine = MockedEngine(config={"polypod:target": "docker", **keys})
    kind: Any = GatewayStack if isinstance(model, Gateway) else SidecarPod
    (engine.preview if preview else engine.up)(lambda: kind("c", model))
    return engine


def test_what_is_accepted_is_counted_and_not_shown() -> None:
    """One line for a component, in addition to the warning for the rest."""
    pods = [
        Pod(container("a", port=80, mounts=LARGE), accept=WATCHED),
        Pod(container("b", mounts=LARGE, accept=WATCHED), update="start-first"),
        Pod(container("c", mounts=LARGE)),
    ]
    engine = run(Gateway(pods, routes=[Route("/", "a")]))
    assert engine.infos == ["2 findings are accepted: PP204 2"]
    (warning,) = engine.warnings
    assert warning.splitlines()[:2] == [
        "degraded on docker (3 findings):",
        "  PP204 pods.c.main.mounts[0].volume.size: Docker's local volumes have no size limit; watch the disk; "
        "Kubernetes enforces the size",
    ]


def test_a_program_whose_findings_are_all_accepted_is_quiet() -> None:
    """Neither preview nor update warns of it."""
    model = web(mounts=LARGE, accept=WATCHED)
    assert (run(model).warnings, run(model).infos) == ([], ["1 finding is accepted: PP204 1"])
    assert (run(model, preview=False).warnings, run(model, preview=False).infos) == ([], [])


def test_an_update_counts_what_its_preview_has_listed() -> None:
    """`pulumi up` runs both."""
    assert run(web(mounts=LARGE), preview=False).warnings == ["1 finding, which `pulumi preview` lists: PP204 1"]


def test_what_several_targets_find_is_accepted_once() -> None:
    """As one finding at one place."""
    engine = run(web(mounts=LARGE, accept=WATCHED), portable=["aci"])
    assert (engine.warnings, engine.infos) == ([], ["1 finding is accepted: PP204 1"])


def test_an_error_is_not_accepted() -> None:
    """Nothing would be deployed."""
    port = Port(80, publish=8080)
    with pytest.raises(pulumi.RunError) as caught:
        run(Pod(container(port=port, accept={"PP306": "it is mine"}), replicas=2))
    assert "  PP652 pods.web.main.accept.PP306: PP306 is an error" in str(caught.value)


def test_it_is_written_as_data_too() -> None:
    """In YAML or another language, with its rules."""
    data = {"main": {"name": "web", "image": "web:1", "stop_signal": "SIGQUIT", "accept": {"PP249": 1}}}
    with pytest.raises(pulumi.RunError, match=r"PP101 pods\.web\.main\.accept\.PP249: 1 is not a string"):
        MockedEngine(config={"polypod:target": "docker"}).preview(lambda: SidecarPod("c", data))
    assert Container("web", image="web:1", accept=WATCHED).accept == WATCHED


@pytest.mark.parametrize("code", ["PP204", "PP517"])
def test_twice_the_acceptances_are_twice_the_work(code: str) -> None:
    """No step asks all findings once for each code that is accepted, nor plans the program for a target each time."""

    def work(pods: int) -> int:
        model = Gateway(
            [
                Pod(container(f"p{i}", mounts=LARGE, accept={code: "known"}, readiness=Probe.exec("true")), replicas=2)
                for i in range(pods)
            ]
        )

        def checked() -> None:
            with suppress(ModelError):
                check(model, "docker")

        return calls(checked)

    work(2)
    assert work(80) < 2.1 * work(40)
