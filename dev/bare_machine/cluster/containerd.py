"""The bare cluster's own containerd: images and containers below the cluster's folder, none of Docker's."""

import json
import shutil
import subprocess
from pathlib import Path

from dev.cluster.command import attempt, die, run, say, working

from .settings import BARE, SOCKET

NAMESPACE = "k8s.io"
CTR = ("ctr", "--address", str(SOCKET), "--namespace", NAMESPACE)
DOCKERFILE = """\
FROM scratch
COPY {program} /bin/
ENTRYPOINT ["/bin/{program}"]
"""


def command() -> list[str]:
    """The command line of containerd."""
    return [shutil.which("containerd") or "containerd", "--config", str(BARE / "containerd.toml")]


def forget() -> None:
    """Drop what it knew of processes that an earlier boot of the machine had."""
    shutil.rmtree(SOCKET.parent, ignore_errors=True)


def answers() -> bool:
    """Whether containerd takes requests."""
    return attempt(*CTR, "version") is not None


def images() -> set[str]:
    """The tags of the images that are there."""
    return set(run(*CTR, "images", "ls", "-q").split())


def add_programs(tags: dict[str, str], built: dict[str, Path]) -> None:
    """Add images of programs that were built here: name -> tag, and name -> folder of the program."""
    present = images()
    missing = {name: tag for name, tag in tags.items() if name in built and tag not in present}
    for name, tag in missing.items():
        dockerfile = DOCKERFILE.format(program=name).encode()
        run("docker", "build", "--tag", tag, "--file", "-", built[name], stdin=dockerfile)
    load(set(missing.values()))


def load(tags: set[str]) -> None:
    """Copy images from the Docker daemon that are not there yet, in one archive: what they share is copied once."""
    missing = sorted(tags - images())
    if not missing:
        return
    say(f"copying {len(missing)} images into the cluster")
    save_all = ["docker", "save", *missing]
    with working("copying images"), subprocess.Popen(save_all, stdout=subprocess.PIPE) as save:  # noqa: S603
        loaded = subprocess.run([*CTR, "images", "import", "-"], stdin=save.stdout, capture_output=True, check=False)  # noqa: S603
    if save.returncode or loaded.returncode:
        die(f"images could not be copied from Docker into the cluster: {loaded.stderr.decode()[-1000:]}")


def remove_containers() -> list[str]:
    """Kill and remove all containers; returns the files of the network namespaces they had."""
    containers = (attempt(*CTR, "containers", "ls", "-q") or "").split()
    spaces = set()
    for container in containers:
        spec = json.loads(attempt(*CTR, "containers", "info", container) or "{}").get("Spec", {})
        for space in spec.get("linux", {}).get("namespaces", []):
            if space["type"] == "network" and "path" in space:
                spaces.add(space["path"])
    tasks = (attempt(*CTR, "tasks", "ls", "-q") or "").split()
    for task in tasks:
        attempt(*CTR, "tasks", "kill", "--all", "--signal", "SIGKILL", task)
    for task in tasks:
        attempt(*CTR, "tasks", "delete", "--force", task)
    for container in containers:
        attempt(*CTR, "containers", "delete", container)
    return sorted(spaces)


def shims() -> list[int]:
    """The processes that stand between this containerd and its containers."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if words[0].endswith(b"containerd-shim-runc-v2") and str(SOCKET).encode() in words:
            found.append(int(folder.name))
    return found
