"""Reports in all formats: complete, escaped, split where a forge takes no longer comment."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from markdown_it import MarkdownIt
from rich.console import Console
from sarif_pydantic import Sarif

import polypod.preview.report
from polypod.preview.records import Change, ComponentReport, Finding, PodReport, Report, StackReport
from polypod.preview.report.as_json import as_json
from polypod.preview.report.markdown import LIMITS, MARKER, markdown
from polypod.preview.report.sarif import sarif
from polypod.preview.report.terminal import show
from polypod.targets.effects import Effect, Kind

SCHEMA = json.loads((Path(polypod.preview.report.__file__).parent / "preview.schema.json").read_text())


def _pod(name: str, kind: Kind = Kind.RESTARTS, **more: Any) -> PodReport:
    change = Change(path=f"pods.{name}.main.image", owner=name, text="image a:1 -> a:2", before="a:1", after="a:2")
    effect = Effect(pod=name, kind=kind, order="the old one goes first", seconds=130 if kind is Kind.RESTARTS else 0)
    return PodReport(**{"name": name, "changes": (change,), "effect": effect, "causes": (change.path,), **more})


def _stack(name: str, *pods: PodReport, **more: Any) -> StackReport:
    component = ComponentReport(name="shop", kind="GatewayStack", target="docker", pods=pods, **more)
    return StackReport(name=name, project="shop", components=(component,), counts={"replace": len(pods)})


REPORT = Report(
    stacks=(
        _stack("prod", _pod("web", Kind.ROLLS), _pod("db", data=("data are left behind",))),
        StackReport(name="dev", project="shop"),
        StackReport(name="test", project="shop"),
        StackReport(name="gone", error="no stack named 'gone' found"),
    )
)


def _terminal(report: Report, **options: Any) -> str:
    out = io.StringIO()
    show(report, Console(file=out, width=10_000, **options))
    return out.getvalue()


def _formats(report: Report) -> dict[str, str]:
    return {
        "markdown": "".join(markdown(report)),
        "json": as_json(report),
        "sarif": sarif(report),
        "terminal": _terminal(report),
    }


def test_the_comment_says_what_is_risky_first() -> None:
    """A line for each stack that changes, one for all others, then the pods with what happens to them."""
    (comment,) = markdown(REPORT)
    lines = comment.splitlines()
    assert lines[:2] == [MARKER, "### Preview: 2 of 4 stacks change"]
    assert "| **prod** on docker |  |  | 2 |  | 1 pod, at most 130 s | **1 warning** |  |" in lines
    assert "| dev, test: no changes | | | | | | | |" in lines
    assert "| **gone** | no preview: see below | | | | | | |" in lines
    assert "<details open><summary><b>prod</b>: restarts: db; rolls without an interruption: web</summary>" in lines
    assert comment.index("**db** restarts: unavailable for at most 130 s") < comment.index("**web** rolls")
    assert "  - **data**: data are left behind" in lines
    assert "  - `image a:1 -> a:2`" in lines
    assert "    no stack named 'gone' found" in lines


def test_the_terminal_says_the_same() -> None:
    """In a table and trees, without colours where nobody sees them."""
    text = _terminal(REPORT)
    assert "2 of 4 stacks change" in text
    assert "dev, test: no changes" in text
    assert text.index("db restarts: unavailable for at most 130 s") < text.index("web rolls")
    assert "data: data are left behind" in text
    assert "no stack named 'gone' found" in text
    assert "\x1b" not in text
    assert "\x1b[" in _terminal(REPORT, force_terminal=True)


def test_what_no_engine_has_said_is_not_counted() -> None:
    """A comparison of programs knows no resources, and says that it is one."""
    report = Report(stacks=REPORT.stacks, compared=("main", "HEAD"))
    (comment,) = markdown(report)
    assert "### Preview: 2 of 4 stacks change from main to HEAD: programs compared, without a stack's state" in comment
    assert "| stack | downtime | data | address |" in comment
    assert json.loads(as_json(report))["compared"] == ["main", "HEAD"]


@pytest.mark.parametrize("report", [REPORT, Report(stacks=()), Report(stacks=REPORT.stacks, compared=("a", "b"))])
def test_the_json_keeps_to_its_schema(report: Report) -> None:
    """Which is published with the package."""
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    jsonschema.validate(json.loads(as_json(report)), SCHEMA)


def test_the_json_has_everything() -> None:
    """Also what reports for people shorten."""
    long = Change(path="pods.web.main.env.A", owner="web", text="env.A", before="x" * 9000, after=None, risk=Kind.ROLLS)
    document = json.loads(as_json(Report(stacks=(_stack("dev", _pod("web", changes=(long,))),))))
    (pod,) = document["stacks"][0]["components"][0]["pods"]
    assert pod["risk"] == {
        "kind": "restarts",
        "text": "restarts",
        "certain": True,
        "order": "the old one goes first",
        "seconds": 130,
        "forced_by": "pods.web.main.image",
        "address": "",
        "data": [],
    }
    assert (pod["changes"][0]["before"], pod["changes"][0]["risk"]) == ("x" * 9000, "rolls")


FINDING = Finding(path="pods.web.main.user", code="PP232", verdict="degraded", reason="Azure has none", fix="leave it")


def test_findings_are_sarif() -> None:
    """At the line of the component, with the place in the model, each told apart from those that were there."""
    known = Finding(path="pods.a", code="PP501", verdict="rejected", reason="no", accepted="for now", known=True)
    report = Report(stacks=(_stack("prod", findings=(FINDING, known), source="stacks/app.py#7"), _stack("dev")))
    document = json.loads(sarif(report))
    (run,) = Sarif.model_validate(document).runs
    assert [rule.id for rule in run.tool.driver.rules or ()] == ["PP232", "PP501"]
    one, two = document["runs"][0]["results"]
    assert one["message"]["text"] == "degraded on docker: pods.web.main.user: Azure has none; leave it"
    assert one["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "stacks/app.py"},
        "region": {"startLine": 7},
    }
    assert one["locations"][0]["logicalLocations"] == [{"fullyQualifiedName": "prod/shop/pods.web.main.user"}]
    assert "suppressions" not in one
    assert two["suppressions"] == [{"kind": "inSource", "justification": "for now"}]
    assert [(one["level"], one["baselineState"]), (two["level"], two["baselineState"])] == [
        ("warning", "new"),
        ("error", "unchanged"),
    ]


@pytest.mark.parametrize("report", [REPORT, Report(stacks=())])
def test_a_report_without_findings_is_sarif(report: Report) -> None:
    """With no results, so that what was shown before goes."""
    (run,) = Sarif.model_validate_json(sarif(report)).runs
    assert run.results == []


NASTY = (
    "<script>alert(1)</script>",
    "</details><img src=x onerror=alert(1)>",
    "[click](javascript:alert(1))",
    "![](http://evil.example/x.png)",
    "@everyone #1 **bold** | cell | `code` ``more``",
    "a\nb\r\n| c |\n\n# heading",
    "\x1b[31mred\x1b]8;;http://evil.example\x07link\x1b]8;;\x07",
    "right \u202eto left\u202c and \u200bnothing",
)


@pytest.mark.parametrize("nasty", NASTY)
def test_nothing_in_a_text_is_a_command(nasty: str) -> None:
    """Wherever it stands: names, values, reasons, errors."""
    pod = PodReport(
        name=nasty,
        changes=(Change(path=nasty, owner=nasty, text=f"env.A {nasty}"), Change(path="a", owner="b", text=nasty)),
        effect=Effect(pod=nasty, kind=Kind.RECREATED, order=nasty, forced_by=nasty, address=nasty),
        causes=(nasty,),
        data=(nasty,),
    )
    component = ComponentReport(
        name=nasty, kind="SidecarPod", target=nasty, pods=(pod,), findings=(FINDING,), note=nasty
    )
    stack = StackReport(name=nasty, components=(component,), others=(nasty,), error=nasty)
    report = Report(stacks=(stack, StackReport(name=nasty)), compared=(nasty, nasty))
    text = _terminal(report)
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f\u200b\u202a-\u202e]", text)
    (comment,) = markdown(report)
    html = MarkdownIt("gfm-like", {"html": True, "linkify": False}).render(comment)
    assert set(re.findall(r"</?(\w+)", html)) <= _TAGS
    assert not re.search(r"(?<!\w)@\w", re.sub(r"<code>.*?</code>|<pre>.*?</pre>", "", html, flags=re.DOTALL))
    assert html.count("<details") == html.count("</details>") == 1
    assert html.count("<tr>") == 3


_TAGS = {
    "h3",
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
    "details",
    "summary",
    "b",
    "p",
    "strong",
    "ul",
    "li",
    "code",
}
_TAGS |= {"em", "pre"}

MANY = Report(
    stacks=tuple(
        _stack(f"stack-{i}", *(_pod(f"pod-{i}-{j}", data=("left behind",)) for j in range(100))) for i in range(20)
    )
)
"""2,000 pods that are replaced, in 20 stacks."""


@pytest.mark.parametrize("forge", LIMITS)
def test_a_long_report_is_split_and_nothing_is_left_out(forge: str) -> None:
    """Each part is a comment of its own, whose folds are closed."""
    parts = markdown(MANY, LIMITS[forge])
    assert all(len(part.encode()) <= LIMITS[forge] for part in parts)
    for part in parts:
        assert part.startswith(MARKER)
        assert part.count("<details") == part.count("</details>")
    text = "".join(parts)
    for i in range(20):
        for j in range(100):
            assert text.count(f"**pod-{i}-{j}** restarts") == 1
            assert text.count(f"forced by pods.pod-{i}-{j}.main.image") == 1
    if len(parts) > 1:
        assert parts[0].rstrip().endswith(f"_Part 1 of {len(parts)}_")
        assert "(continued)" in text


def test_a_report_that_fits_is_one_comment() -> None:
    """Whatever the limit."""
    assert {len(markdown(REPORT, limit)) for limit in (0, *LIMITS.values())} == {1}


def test_a_long_value_says_how_much_of_it_is_left_out() -> None:
    """And where all of it is."""
    change = Change(path="a", owner="web", text="env.A " + "x" * 5000)
    report = Report(stacks=(_stack("dev", _pod("web", changes=(change,))),))
    for text in (markdown(report)[0], _terminal(report)):
        assert re.search(r"x… \(and 45\d\d characters more, in the JSON report\)", text)
    assert "x" * 5000 in as_json(report)


def test_all_formats_take_every_kind() -> None:
    """Also what is not known."""
    pods = [_pod(kind.name.lower(), kind) for kind in Kind]
    unknown = PodReport(name="unknown", causes=("image",))
    report = Report(stacks=(_stack("dev", *pods, unknown),))
    for name, text in _formats(report).items():
        assert text, name
    jsonschema.validate(json.loads(as_json(report)), SCHEMA)
    assert "**unknown** may restart: what happens is not known (forced by image)" in markdown(report)[0]
