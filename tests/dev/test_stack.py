"""What dev/stack.py asks of pulumi and docker, seen from outside: fakes on PATH, a checkout of its own."""

import json
import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

STACK_PY = Path(__file__).parents[2] / "dev" / "stack.py"

# Stands for pulumi: creates a stack's state and sets a secret in its settings as it is.
PULUMI = """#!/bin/sh
echo "pulumi $*" >>"$CALLS"
case "$1 $2" in
  "stack select") state=.polypod/state/.pulumi/stacks/polypod; mkdir -p $state; echo >"$state/$4.json" ;;
  "config set")
    case "$*" in
      *dbPassword*) echo "  polypod:dbPassword: $(cat)" >>"stacks/Pulumi.$6.yaml" ;;
      *registry.server*) echo "  polypod:registry:" >>"stacks/Pulumi.$4.yaml" ;;
      *registry.password*) echo "password $(cat)" >>"$CALLS" ;;
    esac
    ;;
  "config get") grep -s "^  $3: " "stacks/Pulumi.$5.yaml" | cut -d' ' -f4 | grep . ;;
  "up --yes") echo "images ${POLYPOD_IMAGES:-none}" >>"$CALLS" ;;
esac
"""
# Stands for docker: there are two of everything.
DOCKER = """#!/bin/sh
echo "docker $*" >>"$CALLS"
case "$*" in *--quiet*) echo one; echo two ;; esac
"""

POLYPOD = """#!/bin/sh
echo "polypod $*" >>"$CALLS"
"""

KUBECTL = """#!/bin/sh
echo "kubectl $*" >>"$CALLS"
"""


class Checkout:
    """A folder with stack.py, the templates of two stacks and the fakes."""

    def __init__(self, folder: Path, cache: Path) -> None:
        """Lay out the folders."""
        self.folder, self.cache, self.calls = folder, cache, folder / "calls"
        for name in ("dev", "stacks", "bin"):
            (folder / name).mkdir(parents=True)
        cache.mkdir(exist_ok=True)
        shutil.copy(STACK_PY, folder / "dev")
        for stack, target in (("local", "docker"), ("k8s", "kubernetes")):
            (folder / "stacks" / f"{stack}.config.yaml").write_text(f"config:\n  polypod:target: {target}\n")
        for name, script in (("pulumi", PULUMI), ("docker", DOCKER), ("polypod", POLYPOD), ("kubectl", KUBECTL)):
            (folder / "bin" / name).write_text(script)
            (folder / "bin" / name).chmod(0o755)

    def do(
        self, action: str, stack: str = "local", keep: str = "yes", **settings: str
    ) -> subprocess.CompletedProcess[str]:
        """Run stack.py; self.calls then holds the calls of this run."""
        self.calls.write_text("")
        env = {
            "PATH": f"{self.folder / 'bin'}:{os.environ['PATH']}",
            "CALLS": str(self.calls),
            "POLYPOD_CACHE": str(self.cache),
            "POLYPOD_IMAGES": "images.json",
        } | settings
        command = [sys.executable, str(self.folder / "dev" / "stack.py"), action, stack, keep]
        return subprocess.run(command, env=env, capture_output=True, text=True, check=False)

    def called(self, start: str = "") -> list[str]:
        """Return the calls of the last run that begin with these words."""
        return [call for call in self.calls.read_text().splitlines() if call.startswith(start)]

    def settings(self) -> str:
        """Return what the stack's settings file says."""
        return (self.folder / "stacks" / "Pulumi.local.yaml").read_text()

    def lock(self, pid: int, hostname: str) -> None:
        """Leave the lock of a run."""
        file = self.folder / ".polypod/state/.pulumi/locks/organization/polypod/local/1.json"
        file.parent.mkdir(parents=True)
        file.write_text(json.dumps({"pid": pid, "hostname": hostname}))


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    """A fresh checkout with an empty cache."""
    return Checkout(tmp_path / "checkout", tmp_path / "cache")


def test_configure(checkout: Checkout) -> None:
    """The stack, its settings and its password are made once; after that pulumi is not even started."""
    assert checkout.do("configure").returncode == 0
    assert checkout.called() == [
        "pulumi stack select --create local",
        "pulumi config set --secret dbPassword --stack local",
    ]
    before = checkout.settings()
    assert checkout.do("configure").returncode == 0
    assert (checkout.called(), checkout.settings()) == ([], before)


def test_password_outlives_checkout(checkout: Checkout, tmp_path: Path) -> None:
    """Another checkout sets the same password: the database's volume was initialised with it."""
    second = Checkout(tmp_path / "second", checkout.cache)
    checkout.do("configure")
    second.do("configure")
    password = checkout.cache / "passwords" / "polypod-local"
    assert checkout.settings() == second.settings()
    assert checkout.settings().endswith(f"polypod:dbPassword: {password.read_text()}\n")
    assert len(password.read_text()) == 32
    assert password.stat().st_mode & 0o777 == 0o600


def test_own_settings(checkout: Checkout) -> None:
    """The user's own password and images stay as they are."""
    own = "config:\n  polypod:target: docker\n  polypod:dbPassword: mine\n  polypod:images:\n    a: b\n"
    (checkout.folder / "stacks" / "Pulumi.local.yaml").write_text(own)
    checkout.do("up")
    assert checkout.settings() == own
    assert not (checkout.cache / "passwords").exists()


def test_no_template(checkout: Checkout) -> None:
    """A stack that nobody has described is not made."""
    done = checkout.do("configure", "other")
    assert "stack 'other' has no stacks/other.config.yaml" in done.stderr
    assert (done.returncode, checkout.called()) == (1, [])


@pytest.mark.parametrize(
    ("holder", "here", "cleared"), [("dead", True, True), ("alive", True, False), ("dead", False, False)]
)
def test_lock(checkout: Checkout, tmp_path: Path, holder: str, here: bool, cleared: bool) -> None:
    """A lock is cleared if the process that took it is known to be gone."""
    program = shutil.copy(str(shutil.which("sleep")), tmp_path / "pulumi")
    with subprocess.Popen(["sleep", "60"], executable=program) as process:
        if holder == "dead":
            process.kill()
            process.wait()
        checkout.lock(process.pid, socket.gethostname() if here else "elsewhere")
        checkout.do("up")
        process.kill()
    assert checkout.called("pulumi cancel") == (["pulumi cancel --yes --stack local"] if cleared else [])
    assert checkout.called("pulumi up")


@pytest.mark.parametrize(
    "lines",
    [
        "polypod:aci:\n    emulator: true",
        "polypod:aci: {emulator: true}",
        "polypod:aciEmulator: true",
        'polypod:aciEmulator: "true"',
    ],
)
@pytest.mark.parametrize("action", ["up", "preview", "down"])
def test_emulator(checkout: Checkout, action: str, lines: str) -> None:
    """A stack that deploys to the emulator of Azure Container Instances finds it running; others do without."""
    checkout.do("up")
    assert checkout.called("polypod") == []
    on_emulator(checkout, lines)
    checkout.do(action)
    assert checkout.called()[:2] == ["polypod aci install-plugin", "polypod aci start"]


def on_emulator(checkout: Checkout, lines: str = "polypod:aci: {emulator: true}") -> None:
    """Let the stack deploy to the emulator."""
    settings = checkout.folder / "stacks" / "Pulumi.local.yaml"
    settings.write_text(settings.read_text() + f"  {lines}\n")


def test_shares_go_on_request(checkout: Checkout) -> None:
    """What a stack keeps in the emulator is deleted with KEEP=no, and only then."""
    checkout.do("up")
    on_emulator(checkout)
    checkout.do("down")
    assert "polypod aci delete polypod-local-data" not in checkout.called("polypod")
    checkout.do("down", keep="no")
    assert "polypod aci delete polypod-local-data" in checkout.called("polypod")


def test_leftovers(checkout: Checkout) -> None:
    """What has this checkout's labels goes; of the volumes only those that nobody wants kept."""
    checkout.do("configure")
    assert checkout.do("down").returncode == 0
    labels = ("project=polypod", "stack=local")
    ours = " ".join(f"--filter=label=dev.polypod.{label}" for label in labels)
    assert checkout.called() == [
        "pulumi destroy --yes --skip-preview --stack local",
        f"docker ps --all --quiet {ours}",
        "docker rm --force --volumes one two",
        f"docker network ls --quiet {ours}",
        "docker network rm one two",
        f"docker volume ls --filter=label=dev.polypod.keep=false --quiet {ours}",
        "docker volume rm one two",
    ]


def test_data_goes_on_request(checkout: Checkout) -> None:
    """Volumes that are to be kept go too; on Docker, no cluster is asked."""
    checkout.do("configure")
    assert checkout.do("down", keep="no").returncode == 0
    ours = "--filter=label=dev.polypod.project=polypod --filter=label=dev.polypod.stack=local"
    assert checkout.called("docker volume") == [f"docker volume ls --quiet {ours}", "docker volume rm one two"]
    assert checkout.called("kubectl") == []


@pytest.mark.parametrize("context", ["", "staging"])
def test_data_in_a_cluster_goes_on_request(checkout: Checkout, context: str) -> None:
    """The claims and the namespace that the stack made, in the cluster that the stack's config names."""
    checkout.do("configure", "k8s")
    settings = checkout.folder / "stacks" / "Pulumi.k8s.yaml"
    settings.write_text(settings.read_text() + (f"  kubernetes:context: {context}\n" if context else ""))
    checkout.do("down", "k8s")
    assert checkout.called("kubectl") == []
    assert checkout.do("down", "k8s", keep="no").returncode == 0
    ours = "--selector=dev.polypod.project=polypod,dev.polypod.stack=k8s"
    there = f" --context={context}" if context else ""
    assert checkout.called("kubectl") == [
        f"kubectl{there} delete persistentvolumeclaims --all-namespaces {ours}",
        f"kubectl{there} delete namespaces {ours}",
    ]


def test_data_in_azure_goes_with_its_cluster(checkout: Checkout) -> None:
    """No other cluster is touched in its place."""
    checkout.do("configure", "k8s")
    settings = checkout.folder / "stacks" / "Pulumi.k8s.yaml"
    settings.write_text(settings.read_text() + "  polypod:azure:\n    location: westeurope\n")
    assert "gone with its data" in checkout.do("down", "k8s", keep="no").stdout
    assert checkout.called("kubectl") == []


def test_keep_is_yes_or_no(checkout: Checkout) -> None:
    """Anything else does nothing."""
    checkout.do("configure")
    done = checkout.do("down", keep="nothing")
    assert (done.returncode, checkout.called()) == (1, [])
    assert "KEEP is 'yes' or 'no'" in done.stderr


def test_nothing_deployed(checkout: Checkout) -> None:
    """Taking down a stack that is not there makes nothing and removes nothing."""
    assert "not deployed from this checkout" in checkout.do("down").stdout
    assert checkout.called() == []


def cluster(checkout: Checkout) -> str:
    """Leave what 'make cluster' leaves; returns its kubeconfig."""
    folder = checkout.cache / "cluster"
    folder.mkdir()
    (folder / "kubeconfig").touch()
    (folder / "password").write_text("secret")
    registry = {"server": "127.0.0.1:25000", "username": "polypod", "passwordFile": str(folder / "password")}
    (folder / "registry.json").write_text(json.dumps(registry))
    tool = checkout.folder / "dev" / "cluster"
    tool.mkdir()
    (tool / "__main__.py").write_text("import os\nopen(os.environ['CALLS'], 'a').write('cluster images\\n')\n")
    return str(folder / "kubeconfig")


def test_local_cluster(checkout: Checkout) -> None:
    """A stack on the cluster of 'make cluster' gets its registry, once, and its images before it is deployed."""
    kubeconfig = cluster(checkout)
    assert checkout.do("up", "k8s", KUBECONFIG=kubeconfig).returncode == 0
    assert checkout.called("pulumi config set")[1:] == [
        "pulumi config set --stack k8s --path registry.server 127.0.0.1:25000",
        "pulumi config set --stack k8s --path registry.username polypod",
        "pulumi config set --secret --stack k8s --path registry.password",
    ]
    assert checkout.called("password") == ["password secret"]
    assert checkout.called()[-4:-1] == [
        "cluster images",
        "pulumi up --yes --skip-preview --stack k8s",
        "images images.json",
    ]
    checkout.do("up", "k8s", KUBECONFIG=kubeconfig)
    assert checkout.called("pulumi config set") == []


def test_users_cluster(checkout: Checkout) -> None:
    """A cluster of the user's cannot be given local images: the public ones are used, and no registry of ours."""
    cluster(checkout)
    checkout.do("up", "k8s", KUBECONFIG="/home/somebody/.kube/config")
    assert checkout.called("cluster") == checkout.called("pulumi config set --stack") == []
    assert checkout.called("images") == ["images none"]


def test_docker_beside_a_cluster(checkout: Checkout) -> None:
    """A stack on Docker has nothing to do with the cluster."""
    checkout.do("up", "local", KUBECONFIG=cluster(checkout))
    assert checkout.called("cluster") == checkout.called("pulumi config set --stack") == []
    assert checkout.called("images") == ["images images.json"]
