"""Removing the bare cluster: processes, containers, mounts, network, control groups, files."""

import os
import shutil
import signal
from pathlib import Path

from dev.cluster.command import attempt, die, wait_until

from . import containerd, network, processes
from .settings import BARE

SERVERS = ("kube-proxy", "kube-scheduler", "kube-controller-manager", "kube-apiserver")
# Outside the cluster's folder the kubelet, containerd and the CNI plugins have fixed places.
LEFT_FILES = (
    ("/var/lib/kubelet/device-plugins", "kubelet.sock"),
    ("/var/lib/kubelet/device-plugins", "kubelet_internal_checkpoint"),
    ("/var/lib/cni/results", "pods-*"),
    ("/var/lib/cni/results", "cni-loopback-*"),
)
LEFT_FOLDERS = (
    "/var/log/containers",
    "/var/lib/kubelet/device-plugins",
    "/var/lib/kubelet/plugins_registry",
    "/var/lib/kubelet",
    "/var/lib/cni/results",
    "/var/lib/cni",
)


def down() -> None:
    """Stop what was started and remove every trace of it; what another process made stays."""
    if not BARE.exists():
        return
    kube_proxy = processes.program("kube-proxy")
    processes.stop("kubelet")
    _remove_containers()
    for name in (*SERVERS, "containerd", "etcd"):
        processes.stop(name)
    for pid in containerd.shims():
        os.kill(pid, signal.SIGKILL)
    _unmount()
    cleanup = (kube_proxy, "kube-proxy", f"--config={BARE / 'kube-proxy.yaml'}", "--cleanup")
    network.down(cleanup if kube_proxy and Path(kube_proxy).exists() else ())
    _remove_files()
    _remove_control_groups()
    shutil.rmtree(BARE)


def _remove_containers() -> None:
    if not (BARE / "containerd-root").exists():
        return
    # After a crash containers can be there without it.
    processes.start("containerd", containerd.command())
    wait_until(containerd.answers, 20)
    for space in containerd.remove_containers():
        attempt("umount", space)
        Path(space).unlink(missing_ok=True)


def _mounts() -> list[str]:
    lines = Path("/proc/self/mountinfo").read_text().splitlines()
    points = [line.split()[4].encode().decode("unicode_escape") for line in lines]
    return sorted((point for point in points if Path(point).is_relative_to(BARE)), reverse=True)


def _unmount() -> None:
    for point in _mounts():
        if attempt("umount", point) is None:
            attempt("umount", "--lazy", point)
    if left := _mounts():
        die(f"{left[0]} cannot be unmounted: see what uses it with 'fuser -vm {left[0]}' and run this again")


def _remove_files() -> None:
    for folder, pattern in LEFT_FILES:
        for file in Path(folder).glob(pattern):
            file.unlink()
    for link in Path("/var/log/containers").glob("*"):
        if link.is_symlink() and link.readlink().is_relative_to(BARE):
            link.unlink()
    for folder in map(Path, LEFT_FOLDERS):
        if folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()


def _remove_control_groups() -> None:
    for top in (*Path("/sys/fs/cgroup").glob("*/kubepods"), Path("/sys/fs/cgroup/kubepods")):
        for folder, _, _ in os.walk(top, topdown=False):
            wait_until(lambda folder=folder: _removed(Path(folder)), 5)


def _removed(folder: Path) -> bool:
    try:
        folder.rmdir()
    except FileNotFoundError:
        return True
    except OSError:
        return False
    return True
