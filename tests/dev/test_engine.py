"""Which Pulumi engine is taken, seen from outside: fakes on PATH, a cache of its own."""

import subprocess
from pathlib import Path

import pytest

from .programs import ROOT, Programs

ENGINE = ROOT / "dev" / "engine.sh"
NEEDED = "awk bash cat chmod cp cut dirname env git install ln mkdir mktemp mv rm sed sh sort tail"

# Stands for pulumi: answers 'version' and installs plugins.
PULUMI = """
if [ "$1" = version ]; then echo v3.250.0; fi
if [ "$1 $2" = "plugin install" ]; then mkdir -p "$PULUMI_HOME/plugins/resource-$4-v$5"; fi
"""
# Stands for curl where the installer can be reached: what it "downloads" puts the fake pulumi where it is told.
CURL = """
while [ "$1" != -o ]; do shift; done
cat >"$2" <<'EOF'
while [ "$1" != --install-root ]; do shift; done
mkdir -p "$2/bin" && cp "$FAKES/pulumi.released" "$2/bin/pulumi"
EOF
"""
# Stands for go: what it builds is the fake pulumi.
GO = """
case "$1" in
  env) echo go1.99 ;;
  list) echo "$FAKES/sdk" ;;
  build)
    while [ "$1" != -o ]; do shift; done
    cp "$FAKES/pulumi.released" "$2"
    ;;
esac
"""


class Machine(Programs):
    """A machine with nothing but the tools of a bare system, to which a test adds fakes."""

    def __init__(self, home: Path) -> None:
        """Lay out what is downloaded and built."""
        super().__init__(home, NEEDED)
        self.cache = home / "cache"
        self.fake("pulumi.released", PULUMI)
        exec_script = home / "bin/sdk/python/cmd/pulumi-language-python-exec"
        exec_script.parent.mkdir(parents=True)
        exec_script.touch()

    def choose(self, *plugins: str) -> subprocess.CompletedProcess[str]:
        """Choose an engine, with these plugins besides Docker's."""
        return self.run(ENGINE, *plugins, FAKES=str(self.bin), PULUMI_HOME=str(self.home / "users-pulumi-home"))


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """A bare machine: no pulumi, no curl, no go."""
    return Machine(tmp_path)


def test_own_engine(machine: Machine) -> None:
    """The user's own engine is used, with the official plugin."""
    machine.fake("pulumi", PULUMI)
    machine.fake("pulumi-language-python")
    chosen = machine.choose()
    assert chosen.stdout == f'export PATH={machine.bin}:"$PATH"\n', chosen.stderr
    assert machine.called("pulumi plugin") == ["pulumi plugin install resource docker 5.2.0"]


@pytest.mark.parametrize("pulumi", [PULUMI, "exit 1"], ids=["no-python-host", "broken"])
def test_useless_engine(machine: Machine, pulumi: str) -> None:
    """An engine that cannot run Python is passed over."""
    machine.fake("pulumi", pulumi)
    if pulumi != PULUMI:
        machine.fake("pulumi-language-python")
    machine.fake("curl", CURL)
    released = machine.cache / "pulumi-3.250.0-released"
    assert str(released) in machine.choose().stdout


@pytest.mark.parametrize(
    ("version", "used"),
    [
        ("v3.249.9", False),
        ("v3.99.0", False),
        ("v2.300.0", False),
        ("v3.250.0-alpha.1", False),
        ("", False),
        ("v3.250.0+dirty", True),
        ("v3.250.10", True),
        ("v3.1000.0", True),
        ("v3.251.0-alpha.1", True),
        ("v4.0.0", True),
    ],
)
def test_engine_version(machine: Machine, version: str, used: bool) -> None:
    """An engine older than the program needs is passed over, and the user is told."""
    machine.fake("pulumi", PULUMI.replace("echo v3.250.0", f"echo {version}"))
    machine.fake("pulumi-language-python")
    machine.fake("curl", CURL)
    chosen = machine.choose()
    assert (f'export PATH={machine.bin}:"$PATH"\n' == chosen.stdout) is used, chosen.stderr
    assert (f"pulumi is {version}, not 3.250.0 or newer" in chosen.stderr) is not used


def test_installer(machine: Machine) -> None:
    """Pulumi's installer is used where it can be reached, and only once."""
    machine.fake("curl", CURL)
    released = machine.cache / "pulumi-3.250.0-released"
    first, second = machine.choose(), machine.choose()
    lines = f'export PATH={released}/bin:"$PATH"\nexport PULUMI_HOME={released}/home\n'
    assert (first.stdout, second.stdout) == (lines, lines), first.stderr
    assert len(machine.called("curl")) == 1
    assert (released / "home/plugins/resource-docker-v5.2.0").is_dir()


def test_built(machine: Machine) -> None:
    """The engine is built where nothing can be downloaded, and only once."""
    machine.fake("curl", "exit 6")
    machine.fake("go", GO)
    first = machine.choose()
    assert "building pulumi 3.250.0" in first.stderr
    assert "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION=true" in first.stdout, first.stderr
    (built,) = machine.cache.glob("pulumi-3.250.0-built-*")
    assert sorted(file.name for file in (built / "bin").iterdir()) == [
        "pulumi",
        "pulumi-language-python",
        "pulumi-language-python-exec",
    ]
    assert len(machine.called("go build")) == 3
    assert machine.choose().stdout == first.stdout
    assert len(machine.called("go build")) == 3
    assert not list(machine.cache.glob(".partial.*"))


def test_kubernetes_plugin_of_own_engine(machine: Machine) -> None:
    """The user's own engine gets the official plugin, once it is wanted."""
    machine.fake("pulumi", PULUMI)
    machine.fake("pulumi-language-python")
    machine.choose()
    assert machine.called("pulumi plugin") == ["pulumi plugin install resource docker 5.2.0"]
    machine.choose("kubernetes")
    assert machine.called("pulumi plugin")[1:] == ["pulumi plugin install resource kubernetes 4.25.0"]


def test_kubernetes_plugin_of_installer(machine: Machine) -> None:
    """An engine that was fetched before gets the official plugin when it is wanted."""
    machine.fake("curl", CURL)
    plugin = machine.cache / "pulumi-3.250.0-released/home/plugins/resource-kubernetes-v4.25.0"
    machine.choose()
    assert not plugin.exists()
    machine.choose("kubernetes")
    assert plugin.is_dir()
    assert len(machine.called("curl")) == 1


def test_kubernetes_plugin_built(machine: Machine) -> None:
    """The plugin is built only where it is wanted, with the schema that its module has."""
    machine.fake("curl", "exit 6")
    machine.fake("go", GO)
    without = machine.choose().stdout
    assert not machine.called("go build -v -trimpath -buildvcs=false -overlay")
    chosen = machine.choose("kubernetes")
    (built,) = machine.called("go build -v -trimpath -buildvcs=false -overlay")
    assert "version.Version=4.25.0" in built
    (home,) = machine.cache.glob("pulumi-3.250.0-built-*/home/plugins/resource-kubernetes-v4.25.0")
    assert str(home.parents[2]) in chosen.stdout, chosen.stderr
    assert machine.choose().stdout == without
    assert len(machine.called("go build")) == 4


def test_failed_build(machine: Machine) -> None:
    """A failed build says why and leaves nothing that looks built."""
    machine.fake("curl", "exit 6")
    machine.fake("go", GO.replace('cp "$FAKES', 'echo "no space left"; exit 1; cp "$FAKES'))
    chosen = machine.choose()
    assert chosen.returncode != 0
    assert "no space left" in chosen.stderr
    assert not list(machine.cache.glob("pulumi-3*"))


def test_no_go(machine: Machine) -> None:
    """Without Go the user is told what to install."""
    machine.fake("curl", "exit 6")
    chosen = machine.choose()
    assert chosen.returncode != 0
    assert "needs Go 1.25" in chosen.stderr
    assert chosen.stdout == ""
