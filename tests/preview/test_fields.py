"""What differs between two programs, field by field."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs
import pytest

from polypod import Container, Gateway, Mount, PersistentVolume, Pod, Port, Probe, Resources, Route, ScratchVolume
from polypod.model_to_data import unstructure
from polypod.preview import words
from polypod.preview.fields import applied, field_changes
from polypod.preview.program import Program
from polypod.preview.sample_changes import SAMPLES, SampleChange
from tests.programs import gateway, web
from tests.test_model_from_data import MODEL


def _program(model: Any) -> Program:
    return Program.of(unstructure(model))


def _said(before: Any, after: Any) -> dict[str, str]:
    changes = field_changes(_program(before).tree(), _program(after).tree())
    return {words.place(change.path): f"{words.owner(change.path)}: {words.sentence(change)}" for change in changes}


CASES: list[tuple[Mapping[str, Any], Mapping[str, Any], dict[str, str]]] = [
    ({}, {"image": "web:2"}, {"pods.web.main.image": "web: image web:1 -> web:2"}),
    ({}, {"port": Port(80, publish=8080)}, {"pods.web.main.port.publish": "web: port.publish none -> 8080"}),
    ({}, {"ports": [9090]}, {"pods.web.main.ports[9090]": "web: port 9090 added"}),
    (
        {"resources": Resources("250m")},
        {"resources": Resources(0.3)},
        {"pods.web.main.resources.cpu": "web: cpu 250m -> 300m"},
    ),
    ({"env": {"A": "1"}}, {"env": {}}, {"pods.web.main.env.A": "web: env.A 1 -> none"}),
    ({"env": {"A": 1, "B": 2}}, {"env": {"A": 1}}, {"pods.web.main.env.B": "web: env.B 2 -> none"}),
    (
        {"readiness": Probe.http("/a")},
        {"readiness": Probe.tcp()},
        {
            "pods.web.main.readiness.http": "web: readiness.http path=/a -> none",
            "pods.web.main.readiness.tcp": "web: readiness.tcp none -> yes",
        },
    ),
    ({"command": ["a", "b c"]}, {"command": ["a"]}, {"pods.web.main.command": "web: command a 'b c' -> a"}),
    (
        {"mounts": [Mount("/a", PersistentVolume("d"))]},
        {"mounts": [Mount("/b", PersistentVolume("d", "1Gi"))]},
        {
            "pods.web.main.mounts[d].path": "web: volume d path /a -> /b",
            "pods.web.main.mounts[d].volume.size": "web: volume d size none -> 1Gi",
        },
    ),
    ({}, {"read_only_root": True}, {"pods.web.main.read_only_root": "web: read_only_root none -> yes"}),
]


@pytest.mark.parametrize(("before", "after", "said"), CASES)
def test_a_change_is_said_in_words_of_the_program(
    before: Mapping[str, Any], after: Mapping[str, Any], said: dict[str, str]
) -> None:
    """With its place in the model, and what it is about."""
    assert _said(web(**before), web(**after)) == said


def test_items_of_lists_are_told_apart_by_their_names() -> None:
    """One that is put before another changes nothing else."""
    one, two = Container("one", image="one:1"), Container("two", image="two:1")
    before = Pod(Container("web", image="web:1"), init=[two], sidecars=[one])
    after = Pod(
        Container("web", image="web:1"),
        init=[attrs.evolve(two, image="two:2")],
        sidecars=[Container("first", image="first:1"), attrs.evolve(one, user=5)],
    )
    assert _said(before, after) == {
        "pods.web.init[two].image": "web/two: image two:1 -> two:2",
        "pods.web.sidecars[first]": "web: sidecar first added: first:1",
        "pods.web.sidecars[one].user": "web/one: user none -> 5",
    }
    assert _said(Pod(before.main, init=[one, two]), Pod(before.main, init=[two, one])) == {
        "pods.web.init": "web: init order one two -> two one"
    }


def test_pods_and_routes_come_and_go() -> None:
    """The gateway is a pod like others, with the defaults that it has."""
    before = gateway(web())
    after = Gateway(
        [web(), Pod(Container("api", image="api:1", port=1))],
        routes=[Route("/", "web", timeout="5m"), Route("/api/", "api")],
        port=9000,
    )
    assert _said(before, after) == {
        "pods.api": "api: added: api:1",
        "gateway.routes[/].timeout": "gateway: route / timeout none -> 5m",
        "gateway.routes[/api/]": "gateway: route /api/ added: to api",
        "gateway.port": "gateway: port 8080 -> 9000",
    }
    assert _said(after, before)["pods.api"] == "api: removed"


def test_names_of_variables_are_no_names_of_fields() -> None:
    """A variable may be called like a list of the model."""
    assert _said(web(env={"init": "a"}), web(env={"init": "b"})) == {"pods.web.main.env.init": "web: env.init a -> b"}


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.title)
@pytest.mark.parametrize("back", [False, True], ids=["", "back"])
def test_all_changes_together_lead_to_the_other_program(sample: SampleChange, back: bool) -> None:
    """Each one applied after the other, in both directions."""
    apps = [sample.before(1), sample.after(1)]
    one, two = (Program.of(unstructure(app.gateway)) for app in (reversed(apps) if back else apps) if app.gateway)
    tree = one.tree()
    for change in field_changes(one.tree(), two.tree()):
        tree = applied(change, tree, two.tree())
    assert Program.from_tree(tree).application() == two.application()
    assert field_changes(tree, two.tree()) == []


def test_a_large_program_becomes_another_one() -> None:
    """From one pod with everything to another application."""
    one, two = _program(MODEL), _program(gateway(web(mounts=[Mount("/s", ScratchVolume("s"))])))
    tree = one.tree()
    for change in field_changes(one.tree(), two.tree()):
        tree = applied(change, tree, two.tree())
    assert tree == two.tree()
