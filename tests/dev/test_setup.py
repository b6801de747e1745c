"""What dev/setup.sh installs for which purpose and stack: fakes on PATH, a checkout of its own."""

from pathlib import Path

import pytest

from .programs import BASICS, Programs

PULUMI = 'if [ "$1" = version ]; then echo v3.250.0; fi'
OUT_OF_DATE = 'case "$*" in *--check*) exit 1 ;; esac'


@pytest.fixture
def machine(tmp_path: Path) -> Programs:
    """A laptop with Docker and Pulumi, whose Python packages are missing or too old."""
    machine = Programs(tmp_path, BASICS)
    for name, script in {"uv": OUT_OF_DATE, "docker": "", "pulumi": PULUMI, "pulumi-language-python": ""}.items():
        machine.fake(name, script)
    machine.fake("sort", "cat >/dev/null")
    return machine


def installed(machine: Programs) -> str:
    """What uv was asked to install."""
    (sync,) = (call for call in machine.called("uv sync") if "--check" not in call)
    return sync.partition(f"{machine.checkout}")[2].strip()


@pytest.mark.parametrize(
    ("purpose", "packages"),
    [
        ("stack local", "--no-dev --inexact"),
        ("stack k8s", "--no-dev --inexact --extra kubernetes"),
        ("stack aks", "--no-dev --inexact --extra kubernetes --extra azure"),
        ("stack aci", "--no-dev --inexact --extra azure"),
        ("stack aci-local", "--no-dev --inexact --extra azure --extra aci-emulator"),
        ("cluster", "--no-dev --inexact --group cluster"),
        ("development", ""),
        ("development k8s", ""),
    ],
)
def test_only_what_is_needed_is_installed(machine: Programs, purpose: str, packages: str) -> None:
    """And the user is told what that is."""
    done = machine.run("dev/setup.sh", *purpose.split())
    assert done.returncode == 0, done.stderr
    assert installed(machine) == packages
    assert f"Python packages: uv sync {packages}".strip() in done.stderr


def test_a_stack_of_the_checkout_may_say_otherwise(machine: Programs) -> None:
    """Its own settings go before the template."""
    (machine.checkout / "stacks" / "Pulumi.local.yaml").write_text('config:\n  polypod:target: "kubernetes"\n')
    machine.run("dev/setup.sh", "stack", "local")
    assert installed(machine) == "--no-dev --inexact --extra kubernetes"


@pytest.mark.parametrize("lines", ["aci: {emulator: true}", "aci:\n    emulator: true", 'aciEmulator: "true"'])
def test_the_emulator_is_installed_where_the_settings_ask_for_it(machine: Programs, lines: str) -> None:
    """However they are written, and by the key of old."""
    settings = f"config:\n  polypod:target: aci\n  polypod:{lines}\n"
    (machine.checkout / "stacks" / "Pulumi.local.yaml").write_text(settings)
    machine.run("dev/setup.sh", "stack", "local")
    assert installed(machine) == "--no-dev --inexact --extra azure --extra aci-emulator"


def test_the_cluster_made_here_needs_its_tools(machine: Programs) -> None:
    """For the stacks that are deployed to it."""
    (machine.home / "cache" / "cluster").mkdir(parents=True)
    (machine.home / "cache" / "cluster" / "chosen").write_text("kind")
    machine.run("dev/setup.sh", "stack", "k8s")
    assert installed(machine) == "--no-dev --inexact --group cluster --extra kubernetes"


def test_steps_are_told(machine: Programs) -> None:
    """One line each where nothing is to be done."""
    machine.fake("uv")
    done = machine.run("dev/setup.sh", "stack", "local")
    assert done.stderr.splitlines() == [
        f"Pulumi: {machine.bin / 'pulumi'} (v3.250.0)",
        "Docker: a daemon answers",
        "Python packages: ready",
    ]
    assert [call for call in machine.called("uv sync") if "--check" not in call] == []


def test_what_is_written_is_for_a_shell(machine: Programs) -> None:
    """The environment that `make env` prints."""
    machine.run("dev/setup.sh", "stack", "local")
    printed = machine.run("bash", "-c", ". .polypod/env && echo $PULUMI_BACKEND_URL $POLYPOD_IMAGES").stdout
    assert printed == f"file://{machine.checkout}/.polypod/state {machine.checkout}/.polypod/images.json\n"


def test_what_takes_long_says_so(machine: Programs) -> None:
    """Every five seconds, while it works and no longer."""
    (machine.bin / "sleep").unlink()
    machine.fake("sleep", "exec /bin/sleep 0.1")
    machine.fake("uv", f"{OUT_OF_DATE}\n/bin/sleep 0.35")
    told = machine.run("dev/setup.sh", "stack", "local").stderr.splitlines()
    at = told.index("Python packages: uv sync --no-dev --inexact")
    assert told[at + 1 : at + 3] == [
        "  installing the Python packages: 5 s",
        "  installing the Python packages: 10 s",
    ]
