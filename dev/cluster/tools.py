"""Clusters that kind or minikube make: one named polypod, removed only if it was made here."""

import json
import re
import shutil
from dataclasses import dataclass
from pathlib import Path
from string import Template

from .command import attempt, run, say
from .settings import FOLDER, HOSTS, KUBECONFIG, NAME, REGISTRY


@dataclass(frozen=True)
class Tool:
    """The command lines of a tool that makes clusters."""

    name: str
    list: str
    create: str
    connect: str
    delete: str
    load: str

    @property
    def mark(self) -> Path:
        """A file that is there while a cluster is that this tool was told to make."""
        return FOLDER / self.name

    @property
    def loaded(self) -> Path:
        """Which images its cluster has been given."""
        return FOLDER / f"{self.name}-images.json"

    def up(self) -> bool:
        """Make the cluster or connect to it; False if this tool cannot do that here."""
        if shutil.which(self.name) is None:
            return False
        there = NAME in re.findall(r"[\w-]+", attempt(*_words(self.list)) or "")
        if not there:
            say(f"making a cluster with {self.name}, which can take minutes")
            self.loaded.unlink(missing_ok=True)
            self.mark.touch()
        if attempt(*_words(self.connect if there else self.create)) is None:
            say(f"{self.name} cannot make a cluster here: passed over ('{self.create}' says why)")
            if not there:
                attempt(*_words(self.delete))
                self.mark.unlink()
            return False
        return True

    def down(self) -> None:
        """Remove the cluster if it was made here."""
        if self.mark.exists():
            run(*_words(self.delete))
            self.mark.unlink()
        self.loaded.unlink(missing_ok=True)

    def give(self, tags: set[str]) -> None:
        """Copy images from the Docker daemon that its cluster has not been given yet."""
        have = set(json.loads(self.loaded.read_text())) if self.loaded.exists() else set()
        for tag in sorted(tags - have):
            say(f"copying {tag} into the cluster")
            run(*_words(self.load), tag)
            have.add(tag)
            self.loaded.write_text(json.dumps(sorted(have)))


def _words(command: str) -> list[str]:
    """A command line that works on this cluster's kubeconfig and not on the user's."""
    return ["env", f"KUBECONFIG={KUBECONFIG}", *command.split()]


KIND = Tool(
    "kind",
    list="kind get clusters",
    create=f"kind create cluster --name {NAME} --wait 120s",
    connect=f"kind export kubeconfig --name {NAME}",
    delete=f"kind delete cluster --name {NAME}",
    load=f"kind load docker-image --name {NAME}",
)
MINIKUBE = Tool(
    "minikube",
    list="minikube profile list --light --output json",
    create=f"minikube start --profile {NAME}",
    connect=f"minikube start --profile {NAME}",
    delete=f"minikube delete --profile {NAME}",
    load=f"minikube --profile {NAME} image load",
)
TOOLS = (KIND, MINIKUBE)


def show_registry_to_kind(container: str) -> None:
    """Let the nodes of kind, which are containers, pull by the registry's name from the container that it is."""
    attempt("docker", "network", "connect", "kind", container)
    hosts = Template(HOSTS.read_text()).substitute(endpoint=f"{container}:5000")
    folder = f"/etc/containerd/certs.d/{REGISTRY}"
    for node in run(*_words(f"kind get nodes --name {NAME}")).split():
        run("docker", "exec", node, "mkdir", "-p", folder)
        run("docker", "exec", "-i", node, "tee", f"{folder}/hosts.toml", stdin=hosts.encode())
