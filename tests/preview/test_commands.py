"""``polypod preview`` and ``polypod diff``: what they take, what they print and how they end."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from polypod.cli import main
from polypod.preview.commands import INCOMPLETE, NO_REPORT
from polypod.preview.report.markdown import MARKER
from tests.programs import gateway, web

from .digests import CONTAINER, component, digest, resource

CHANGED = digest(component(gateway(web()), gateway(web(image="web:2"))), resource(CONTAINER, "w", "replace", pod="web"))


def run(*arguments: str, **options: Any) -> Result:
    """A command, as a user gives it."""
    return CliRunner().invoke(main, arguments, **options)


@pytest.fixture
def stored(tmp_path: Path) -> Path:
    """A stored preview in which an image changes."""
    file = tmp_path / "dev.json"
    file.write_text(CHANGED)
    return file


@pytest.mark.parametrize(
    ("form", "start"), [("terminal", "1 of 1 stack changes"), ("markdown", MARKER), ("json", "{"), ("sarif", "{")]
)
def test_a_stored_preview_is_reported(stored: Path, form: str, start: str) -> None:
    """In each format, on the standard output."""
    done = run("preview", "--from", str(stored), "--format", form)
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout.startswith(start)


def test_the_standard_input_is_a_stored_preview() -> None:
    """As of the engine in a pipe."""
    done = run("preview", "--from", "-", input=CHANGED)
    assert "web: image web:1 -> web:2" in done.stdout


def test_several_stored_previews_are_one_report(stored: Path) -> None:
    """A line each, those without changes together."""
    same = stored.with_name("prod.json")
    same.write_text(digest().replace(":dev::", ":prod::"))
    done = run("preview", "--from", str(stored), "--from", str(same), "--format", "markdown")
    assert "1 of 2 stacks changes" in done.stdout
    assert "| prod: no changes |" in done.stdout


def test_a_report_is_written_into_a_file(stored: Path, tmp_path: Path) -> None:
    """As Markdown where nothing else is asked for; nothing is printed."""
    done = run("preview", "--from", str(stored), "--output", str(tmp_path / "report.md"))
    assert (done.exit_code, done.output) == (0, "")
    assert (tmp_path / "report.md").read_text().startswith(MARKER)


def test_a_long_report_is_several_files(tmp_path: Path) -> None:
    """Numbered from the second on."""
    pods = {f"p{i}": web(env={"A": "x" * 400}) for i in range(200)}
    after = {f"p{i}": web(env={"A": "y" * 400}) for i in range(200)}
    (tmp_path / "dev.json").write_text(
        digest(*(component(pods[name], after[name], name=name, kind="SidecarPod") for name in pods))
    )
    done = run(
        "preview", "--from", str(tmp_path / "dev.json"), "--forge", "bitbucket", "--output", str(tmp_path / "r.md")
    )
    assert done.exit_code == 0
    parts = sorted(file.name for file in tmp_path.glob("r*.md"))
    assert parts[:2] == ["r.2.md", "r.3.md"]
    assert "r.md" in parts
    assert sum(file.read_text().count("env.A xx") for file in tmp_path.glob("r*.md")) == 200


@pytest.mark.parametrize("text", ["", "{", '{"steps": 5}', "\x00\xff"])
def test_a_broken_preview_is_one_error_and_nothing_is_written(tmp_path: Path, text: str) -> None:
    """With the file, what is wrong and what to give; what an earlier run wrote stays."""
    (tmp_path / "dev.json").write_bytes(text.encode("latin-1"))
    (tmp_path / "report.md").write_text("before")
    done = run("preview", "--from", str(tmp_path / "dev.json"), "--output", str(tmp_path / "report.md"))
    assert (done.exit_code, done.stdout) == (NO_REPORT, "")
    assert done.stderr.startswith(f"error: {tmp_path / 'dev.json'}: ")
    assert "fix: " in done.stderr
    assert (tmp_path / "report.md").read_text() == "before"
    assert sorted(file.name for file in tmp_path.iterdir()) == ["dev.json", "report.md"]


def test_a_folder_that_is_not_there_is_one_error(stored: Path, tmp_path: Path) -> None:
    """Nothing is half written."""
    done = run("preview", "--from", str(stored), "--output", str(tmp_path / "none" / "report.md"))
    assert done.exit_code == NO_REPORT
    assert "it cannot be written: No such file or directory" in done.stderr


def test_the_step_summary_gets_the_report_too(stored: Path, tmp_path: Path) -> None:
    """After what is in it; outside of a workflow there is none."""
    summary = tmp_path / "summary.md"
    summary.write_text("before\n")
    asked = ("preview", "--from", str(stored), "--step-summary")
    assert run(*asked, env={"GITHUB_STEP_SUMMARY": str(summary)}).exit_code == 0
    assert summary.read_text().startswith(f"before\n{MARKER}")
    done = run(*asked, env={"GITHUB_STEP_SUMMARY": None})
    assert (done.exit_code, "use --step-summary in a GitHub workflow only" in done.stderr) == (NO_REPORT, True)


@pytest.mark.parametrize(
    "arguments",
    [
        ("preview", "dev", "--from", "-"),
        ("preview", "--from", "-", "--base", "main"),
        ("preview", "--from", "nothing.json"),
        ("preview", "--from", "-", "--format", "terminal", "--output", "x"),
        ("diff",),
    ],
    ids=" ".join,
)
def test_what_cannot_be_asked_for_is_refused(arguments: tuple[str, ...]) -> None:
    """As by every command."""
    assert run(*arguments, input=CHANGED).exit_code == 2


def engine(folder: Path, answers: Mapping[str, tuple[int, str, str]]) -> dict[str, str]:
    """An engine that prints what a test says: exit code, standard output and standard error, by its last argument."""
    program = folder / "pulumi"
    program.write_text(
        f"#!{sys.executable}\n"
        "import sys\n"
        f"code, out, err = {dict(answers)!r}[sys.argv[-1]]\n"
        "print(out, end='')\n"
        "print(err, end='', file=sys.stderr)\n"
        "sys.exit(code)\n"
    )
    program.chmod(0o755)
    return {"PATH": f"{folder}{os.pathsep}{os.environ['PATH']}"}


STACKS = json.dumps([{"name": "prod"}, {"name": "dev"}])


def test_all_stacks_of_the_project_are_previewed(tmp_path: Path) -> None:
    """Where none is named; each by the engine."""
    prod = CHANGED.replace(":dev::", ":prod::")
    env = engine(tmp_path, {"--json": (0, STACKS, ""), "dev": (0, digest(), ""), "prod": (0, prod, "")})
    done = run("preview", "--format", "json", env=env)
    assert done.exit_code == 0
    assert [(stack["name"], stack["changes"]) for stack in json.loads(done.stdout)["stacks"]] == [
        ("dev", False),
        ("prod", True),
    ]


def test_a_stack_without_a_preview_is_one_of_the_report(tmp_path: Path) -> None:
    """With what the engine says, and an exit code of its own; the others are there."""
    failed = digest(
        diagnostics=[{"severity": "error", "message": "the program is not valid (1 problem):\n  pods.x: y"}]
    )
    env = engine(
        tmp_path,
        {"dev": (0, CHANGED, ""), "gone": (6, "", "error: no stack named 'gone' found\n"), "bad": (1, failed, "")},
    )
    done = run("preview", "dev", "gone", "bad", "--format", "markdown", env=env)
    assert done.exit_code == INCOMPLETE
    assert "no stack named 'gone' found" in done.stdout
    assert "    the program is not valid (1 problem):\n      pods.x: y" in done.stdout
    assert "image web:1 -> web:2" in done.stdout


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ((1, "", "error: no project found\n"), "no project found"),
        ((0, "[]", ""), "the project has no stacks"),
    ],
)
def test_without_stacks_there_is_no_report(tmp_path: Path, answer: tuple[int, str, str], said: str) -> None:
    """One error says why."""
    done = run("preview", env=engine(tmp_path, {"--json": answer}))
    assert (done.exit_code, done.stdout) == (NO_REPORT, "")
    assert said in done.stderr


def test_without_an_engine_there_is_no_preview(tmp_path: Path) -> None:
    """Stored ones can be read."""
    done = run("preview", "dev", env={"PATH": str(tmp_path)})
    assert done.exit_code == NO_REPORT
    assert "install Pulumi, or read a stored preview with --from" in done.output


@pytest.mark.parametrize("arguments", [["--help"], ["preview", "--help"], ["diff", "--help"]], ids=" ".join)
def test_help_loads_neither_pulumi_nor_the_model(arguments: list[str]) -> None:
    """It is there at once, with all commands that are installed."""
    code = f"import sys; from polypod.cli import main; main({arguments}, standalone_mode=False)"
    code += "; print(*{n.partition('.')[0] for n in sys.modules} & {'attr', 'pulumi', 'rich', 'yaml', 'platformdirs'})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.endswith("\n\n")
