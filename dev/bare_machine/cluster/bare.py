"""Starting the bare cluster."""

import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from string import Template

from dev.cluster import files
from dev.cluster.command import attempt, die, run, wait_until
from dev.cluster.images import loadable
from dev.cluster.settings import HOSTS, KUBECONFIG, REGISTRY

from . import addons, certificates, containerd, network, processes, programs
from .settings import BARE, IN_TEMPLATES, NODE, VOLUMES

HERE = Path(__file__).parent
TEMPLATES = HERE / "templates"
# What is written from which template, and the processes that read theirs only when they start.
CONFIGS = {
    "containerd.toml": TEMPLATES / "containerd.toml",
    f"registries/{REGISTRY}/hosts.toml": HOSTS,
    "cni/10-pods.conflist": TEMPLATES / "cni.conflist",
    "kubelet.yaml": TEMPLATES / "kubelet.yaml",
    "kube-proxy.yaml": TEMPLATES / "kube-proxy.yaml",
}
READERS = {"containerd.toml": "containerd", "kubelet.yaml": "kubelet", "kube-proxy.yaml": "kube-proxy"}
FIRST_START = 90.0
"""Seconds that a part of the cluster may take to be ready."""


def up() -> None:
    """Start what does not run, and wait until the cluster is ready for programs."""
    _check_machine()
    built = _build()
    kubernetes = str(built["kubernetes"] / "kubernetes")
    network.up()
    certificates.write()
    images = addons.images(built)
    _write_configs(images["pause"])
    if processes.rebooted():
        containerd.forget()
    processes.start("etcd", programs.command(kubernetes, "etcd"))
    processes.start("containerd", containerd.command())
    processes.start("kube-apiserver", programs.command(kubernetes, "kube-apiserver"))
    _await("containerd", containerd.answers)
    containerd.add_programs(images, built)
    containerd.load(loadable())
    kubectl = _kubectl(kubernetes)
    _await("kube-apiserver", lambda: attempt(*kubectl, "get", "--raw", "/readyz"))
    for name in ("kube-controller-manager", "kube-scheduler", "kubelet", "kube-proxy"):
        processes.start(name, programs.command(kubernetes, name))
    addons.apply(kubectl, images)
    _await("kubelet", lambda: _node_ready(kubectl))
    addons.wait(kubectl)
    for name in ("etcd", "kube-controller-manager", "kube-scheduler", "kube-proxy"):
        processes.expect(name)


def _check_machine() -> None:
    if sys.platform != "linux" or os.geteuid() != 0 or shutil.which("apt-get") is None:
        die(
            "there is no Kubernetes cluster to use. Do one of these and run 'make cluster' again:\n"
            "  - point KUBECONFIG (or ~/.kube/config) at a cluster that answers\n"
            "  - install kind (https://kind.sigs.k8s.io) or minikube (https://minikube.sigs.k8s.io)\n"
            "  - on Debian or Ubuntu, run it as root: a cluster of one node is built and started then"
        )
    if network.other_cluster():
        die(
            "another Kubernetes runs on this machine, and a second one would break its rules. Point KUBECONFIG at it"
            " (k3s: /etc/rancher/k3s/k3s.yaml, kubeadm: /etc/kubernetes/admin.conf), or stop it"
        )


def _build() -> dict[str, Path]:
    lines = run(HERE / "programs.sh", terminal=True).splitlines()
    return {name: Path(folder) for name, _, folder in (line.partition(" ") for line in lines)}


def _write_configs(pause: str) -> None:
    for folder in ("cni", "volume-plugins", "pod-logs", "certificates"):
        (BARE / folder).mkdir(parents=True, exist_ok=True)
    VOLUMES.mkdir(exist_ok=True)
    values = IN_TEMPLATES | {"pause": pause, "endpoint": REGISTRY}
    for name, template in CONFIGS.items():
        file = BARE / name
        file.parent.mkdir(parents=True, exist_ok=True)
        text = Template(template.read_text()).substitute(values).encode()
        # kube-proxy ends when its file is written, even with the same text.
        if name in READERS and not files.holds(file, text):
            processes.stop(READERS[name])
        files.replace(file, text)


def _kubectl(kubernetes: str) -> list[str]:
    return [kubernetes, "kubectl", f"--kubeconfig={KUBECONFIG}"]


def _node_ready(kubectl: list[str]) -> bool:
    condition = 'jsonpath={.status.conditions[?(@.type=="Ready")].status}'
    return attempt(*kubectl, "get", "node", NODE, "-o", condition) == "True"


def _await(name: str, ready: Callable[[], object]) -> None:
    def ready_or_ended() -> object:
        processes.expect(name)
        return ready()

    if not wait_until(ready_or_ended, FIRST_START):
        die(f"{name} is not ready after {FIRST_START:.0f} s. Its log: {processes.LOGS / name}.log")
