"""What `make` offers, and what `make lint` needs."""

from pathlib import Path

import pytest

from .programs import BASICS, ROOT, Programs

CHECKS = ("ruff", "mypy", "lint-imports", "codespell")


@pytest.fixture
def machine(tmp_path: Path) -> Programs:
    """A machine without Docker, Pulumi, Go, curl and apt-get."""
    machine = Programs(tmp_path, BASICS)
    installed = machine.checkout / ".venv" / "bin"
    installed.mkdir(parents=True)
    machine.fake("uv")
    for check in CHECKS:
        machine.fake(check, folder=installed)
    return machine


def test_make_alone_says_what_there_is(machine: Programs) -> None:
    """Each target with a line of its own, and the stacks; nothing is installed."""
    shown = machine.run("make").stdout
    assert "make up              Deploy the reference application to STACK" in shown
    assert "aci-local aci aks k8s local" in shown
    targets = {line.split(":")[0] for line in (ROOT / "Makefile").read_text().splitlines() if ":" in line[1:20]}
    phony = (ROOT / "Makefile").read_text().partition(".PHONY: ")[2].splitlines()[0].split()
    assert {name for name in phony if f"make {name} " not in shown} == set()
    assert set(phony) <= targets
    assert machine.called() == []


def test_lint_needs_neither_docker_nor_pulumi(machine: Programs) -> None:
    """From a fresh clone."""
    done = machine.run("make", "lint")
    assert done.returncode == 0, done.stderr
    assert machine.called() == [
        "uv sync --locked --quiet",
        "ruff check",
        "ruff format --check",
        "mypy ",
        "lint-imports ",
        "codespell ",
    ]


@pytest.mark.parametrize("check", CHECKS)
def test_lint_ends_with_what_fails(machine: Programs, check: str) -> None:
    """And says which it was."""
    machine.fake(check, "exit 3", folder=machine.checkout / ".venv" / "bin")
    done = machine.run("make", "lint")
    assert done.returncode != 0
    assert machine.called()[-1].startswith(check)
    assert done.stderr.splitlines()[-2].startswith(check)
