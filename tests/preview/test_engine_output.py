"""What engines of several versions print for a preview, and what is none."""

from __future__ import annotations

import json
from typing import Any

import pytest

from polypod.preview.engine_output import EngineOutput, parse
from polypod.preview.errors import PreviewError

URN = "urn:pulumi:dev::shop::polypod:index:GatewayStack$docker:index/container:Container::shop-web-0"
PARENT = "urn:pulumi:dev::shop::polypod:index:GatewayStack::shop"
STEP = {
    "op": "replace",
    "urn": URN,
    "oldState": {"parent": PARENT, "inputs": {"image": "a"}},
    "newState": {"parent": PARENT, "inputs": {"image": "b"}},
    "replaceReasons": ["image"],
    "detailedDiff": {"image": {"kind": "update-replace", "inputDiff": True}},
}
DIGEST = {"config": {"polypod:target": "docker"}, "steps": [STEP], "changeSummary": {"replace": 1}}
EVENTS = [
    {"sequence": 0, "timestamp": 1, "preludeEvent": {"config": {"polypod:target": "docker"}}},
    {"sequence": 1, "timestamp": 1, "stdoutEvent": {"message": "hello"}},
    {
        "sequence": 2,
        "timestamp": 1,
        "resourcePreEvent": {
            "metadata": {
                "op": "replace",
                "urn": URN,
                "type": "docker:index/container:Container",
                "old": {"parent": PARENT, "inputs": {"image": "a"}},
                "new": {"parent": PARENT, "inputs": {"image": "b"}},
                "keys": ["image"],
                "detailedDiff": {"image": {"diffKind": "update-replace", "inputDiff": True}},
            }
        },
    },
    {"sequence": 3, "timestamp": 1, "summaryEvent": {"resourceChanges": {"replace": 1}}},
]


def _stream(*events: dict[str, Any]) -> str:
    return "".join(json.dumps(event) + "\n" for event in events)


@pytest.mark.parametrize(
    "text",
    [
        json.dumps(DIGEST),
        json.dumps(DIGEST, indent=4) + "\n",
        "warning: A new version of Pulumi is available.\n" + json.dumps(DIGEST, indent=4),
        _stream(*EVENTS),
    ],
    ids=["one line", "indented", "after a warning", "events"],
)
def test_both_forms_say_the_same(text: str) -> None:
    """One document at the end, or an event for each step as it comes."""
    output = parse(text, "preview.json")
    (step,) = output.steps
    assert (step.op, step.type, step.name) == ("replace", "docker:index/container:Container", "shop-web-0")
    assert (step.stack, step.project, step.parent) == ("dev", "shop", PARENT)
    assert (step.inputs(after=False), step.inputs()) == ({"image": "a"}, {"image": "b"})
    assert (step.changed, step.forced_by) == (("image",), ("image",))
    assert output.config == {"polypod:target": "docker"}


def test_older_engines_tell_less() -> None:
    """No detailed differences, no config, no parents."""
    old = {"steps": [{"op": "update", "urn": URN, "diffReasons": ["envs"], "newState": None}], "changeSummary": {}}
    (step,) = parse(json.dumps(old), "preview.json").steps
    assert (step.changed, step.forced_by, step.parent, step.inputs()) == (("envs",), (), "", {})


def test_a_stack_without_resources_is_a_preview() -> None:
    """With nothing in it."""
    assert parse('{"changeSummary": {}}', "preview.json") == EngineOutput()


def test_what_was_said_is_kept_without_colours() -> None:
    """But for what engines only show for a while."""
    events = [
        {"sequence": 1, "diagnosticEvent": {"message": "<{%fg 1%}>no image<{%reset%}>\n", "severity": "error"}},
        {"sequence": 2, "diagnosticEvent": {"message": "thinking", "severity": "info", "ephemeral": True}},
    ]
    output = parse(_stream(*events), "preview.json")
    assert output.errors == ["no image"]
    assert len(output.diagnostics) == 1


def test_a_message_may_have_a_colour_for_each_of_many_words() -> None:
    """Such as the log of a container."""
    (said,) = parse(json.dumps({"diagnostics": [{"message": "<{%fg 1%}>w<{%reset%}> " * 2000}]}), "p.json").diagnostics
    assert said.message == "w " * 2000


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("", "it holds no JSON"),
        ("error: no stack selected", "it holds no JSON"),
        ('{"steps": [', "it is broken JSON: "),
        ("{}", "it is no preview of Pulumi's"),
        ('{"steps": {}}', "steps is no list"),
        ('{"steps": [{"op": "create"}]}', "it has no operation, or no URN"),
        ('{"steps": ["create"]}', "it has no operation, or no URN"),
        ('{"steps": [{"op": "create", "urn": "web"}]}', "it has no operation, or no URN"),
        ('{"result": "succeeded", "resourceChanges": {"create": 1}}', "it is the summary of"),
        ('{"version": 3, "deployment": {}}', "it is no preview of Pulumi's"),
        (_stream(EVENTS[0]) + '{"seq', "it is broken JSON: "),
    ],
)
def test_what_is_no_preview_is_refused(text: str, what: str) -> None:
    """With what is wrong, where, and what to give."""
    with pytest.raises(PreviewError) as caught:
        parse(text, "preview.json")
    error = caught.value
    assert error.source.startswith("preview.json")
    assert error.what.startswith(what)
    assert "pulumi preview --json" in error.fix


def test_the_line_of_the_program_is_that_of_its_own_file() -> None:
    """Not that of polypod, nor of any other package."""
    frames = ["/../../checkout/polypod/components.py#100", "/.venv/lib/site-packages/x.py#1", "/stacks/app.py#5"]
    state = {"stackTrace": [{"sourcePosition": f"project://{frame}"} for frame in frames] + [{}]}
    (step,) = parse(json.dumps({"steps": [{**STEP, "newState": state}]}), "preview.json").steps
    assert step.source == "stacks/app.py#5"
