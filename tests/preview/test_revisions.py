"""``polypod diff``: two revisions of a program, compared without state, network, daemon or secrets."""

from __future__ import annotations

import json
import subprocess
import textwrap
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from polypod.cli import main
from polypod.preview.commands import NO_REPORT

PROGRAM = """
    import pulumi
    import polypod
    from parts import db

    config = pulumi.Config()
    web = polypod.Pod(polypod.Container("web", image="web:1", port=80, env={"DB": db.url("app")}),
                      replicas=config.get_int("replicas") or 1)
    polypod.GatewayStack("shop", polypod.Gateway([web, db], routes=[polypod.Route("/", web)]))
"""
PARTS = """
    import pulumi
    from polypod.patterns import postgres

    db = postgres("db", password=pulumi.Config().require_secret("dbPassword"))
"""
FILES = {"Pulumi.yaml": "name: shop\nruntime: python\nmain: app/\n", "app/__main__.py": PROGRAM, "app/parts.py": PARTS}
SECURE = """
    encryptionsalt: v1:abc
    config:
      polypod:target: kubernetes
      polypod:registry: {server: r.example, username: me, password: {secure: v1:xyz}}
      shop:dbPassword: {secure: v1:abc}
      shop:replicas: "2"
"""

ON_DOCKER = {**FILES, "Pulumi.dev.yaml": "config: {polypod:target: docker}"}
"""With the settings of one stack: each run of a program takes a process two seconds."""

Commit = Callable[..., str]


@pytest.fixture
def commit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Commit:
    """Commits files in a repository that the test runs in, and returns the revision."""
    for name in ("GIT_DIR", "PULUMI_CONFIG_PASSPHRASE", "PULUMI_BACKEND_URL", "DOCKER_HOST", "KUBECONFIG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.chdir(tmp_path)
    _git("init", "--quiet")

    def make(files: Mapping[str, str]) -> str:
        for name, text in files.items():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(textwrap.dedent(text))
        _git("add", "--all")
        _git("-c", "user.name=A", "-c", "user.email=a@example.com", "commit", "--quiet", "--message", "x")
        return _git("rev-parse", "HEAD").strip()

    return make


def _git(*arguments: str) -> str:
    return subprocess.run(["git", *arguments], capture_output=True, text=True, check=True).stdout


def _diff(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["diff", *arguments])


def _pods(done: Result, stack: str) -> dict[str, Any]:
    assert done.exit_code == 0, done.output
    (found,) = (item for item in json.loads(done.stdout)["stacks"] if item["name"] == stack)
    return {pod["name"]: pod for component in found["components"] for pod in component["pods"]}


def test_without_settings_of_stacks_each_target_stands_for_one(commit: Commit) -> None:
    """The working tree stays as it is; what is not committed plays no part."""
    base = commit(FILES)
    head = commit({"app/__main__.py": PROGRAM.replace("web:1", "web:2")})
    Path("app/__main__.py").write_text("raise SystemExit('not committed')")
    done = _diff(base, "--format", "json")
    assert json.loads(done.stdout)["compared"] == [base, "HEAD"]
    kinds = {name: _pods(done, name)["web"]["risk"]["kind"] for name in ("aci", "docker", "kubernetes")}
    assert kinds == {"aci": "restarts", "docker": "restarts", "kubernetes": "rolls"}
    assert _pods(done, "docker")["web"]["changes"][0]["text"] == "image web:1 -> web:2"
    assert _git("worktree", "list").count("\n") == 1
    assert head in _git("rev-parse", "HEAD")


def test_the_settings_of_stacks_count_and_their_secrets_are_unknown(commit: Commit) -> None:
    """Of each revision its own; no passphrase is asked for."""
    base = commit({**FILES, "Pulumi.prod.yaml": SECURE, "Pulumi.dev.yaml": "config: {polypod:target: docker}"})
    commit({"Pulumi.prod.yaml": SECURE.replace('"2"', '"3"')})
    done = _diff(base, "HEAD", "--format", "json")
    assert [(stack["name"], stack["changes"]) for stack in json.loads(done.stdout)["stacks"]] == [
        ("dev", False),
        ("prod", True),
    ]
    web = _pods(done, "prod")["web"]
    assert [change["text"] for change in web["changes"]] == ["replicas 2 -> 3"]
    assert "v1:" not in done.stdout


def test_components_come_and_go(commit: Commit) -> None:
    """With all that they hold."""
    base = commit(ON_DOCKER)
    more = PROGRAM + '    polypod.SidecarPod("extra", polypod.Pod(polypod.Container("extra", image="x:1")))\n'
    commit({"app/__main__.py": more})
    assert _pods(_diff(base, "HEAD", "--format", "json"), "dev")["extra"]["risk"]["kind"] == "added"
    assert _pods(_diff("HEAD", base, "--format", "json"), "dev")["extra"]["risk"]["kind"] == "removed"


@pytest.mark.parametrize(
    ("program", "said"),
    [
        (
            "import nothing_of_the_kind\n",
            "ModuleNotFoundError: No module named 'nothing_of_the_kind' (app/__main__.py:1)",
        ),
        ("def broken(:\n", "SyntaxError: "),
        ("import os\nos._exit(9)\n", "exit code 9"),
        (PROGRAM.replace("port=80", "prot=80"), "TypeError: "),
        (PROGRAM.replace('Route("/", web)', 'Route("/", "wbe")'), "the program is not valid (1 problem):"),
    ],
    ids=["import", "syntax", "exit", "keyword", "model"],
)
def test_a_program_that_does_not_run_is_one_error(commit: Commit, program: str, said: str) -> None:
    """With the revision, where it ended, and what to do; without a traceback."""
    base = commit({**ON_DOCKER, "app/__main__.py": program})
    commit({"app/__main__.py": PROGRAM})
    done = _diff(base, "HEAD")
    assert (done.exit_code, done.stdout) == (NO_REPORT, "")
    assert f"revision {base}, stack dev: the program cannot be run: {said}" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("nowhere",), "Needed a single revision"),
        (("--output",), ""),
        (("HEAD", "--stack", "prod"), "no revision has a Pulumi.prod.yaml"),
    ],
    ids=["revision", "option", "stack"],
)
def test_what_is_not_there_is_one_error(commit: Commit, arguments: tuple[str, ...], said: str) -> None:
    """With its name."""
    commit(ON_DOCKER)
    done = _diff(*arguments)
    assert done.exit_code == (NO_REPORT if said else 2)
    assert said in done.stderr
    assert _git("worktree", "list").count("\n") == 1


def test_outside_of_a_project_there_is_nothing_to_compare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One error says so."""
    monkeypatch.chdir(tmp_path)
    done = _diff("HEAD")
    assert (done.exit_code, "there is no Pulumi.yaml here or above" in done.stderr) == (NO_REPORT, True)
