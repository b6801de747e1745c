"""A stack on the local Docker daemon."""

from __future__ import annotations

import subprocess
from pathlib import Path

import docker
from docker.models.containers import Container

from .deployment import Deployment


class DockerDeployment(Deployment):
    """A stack on the local Docker daemon."""

    target = "docker"

    def __init__(self, project: Path, stack: str, state: Path, client: docker.DockerClient) -> None:
        super().__init__(project, stack, state)
        self.client = client

    def containers(self, pod: str | None = None, container: str | None = None) -> list[Container]:
        """The containers of the stack, running or not, oldest first."""
        labels = {"stack": self.stack, "pod": pod, "container": container}
        wanted = [f"dev.polypod.{key}={value}" for key, value in labels.items() if value]
        found = self.client.containers.list(all=True, filters={"label": wanted}, ignore_removed=True)
        return sorted(found, key=lambda item: str(item.attrs["Created"]))

    def container(self, pod: str, container: str) -> Container:
        """The one container of that name in a pod with one replica."""
        (found,) = self.containers(pod, container)
        return found

    def copies(self, pod: str) -> list[str]:
        """The ids of the running copies of a pod, oldest first."""
        main = [item for item in self.containers(pod) if item.labels["dev.polypod.role"] == "main"]
        return [str(item.id) for item in main if item.status == "running"]

    def shell(self, pod: str, container: str, command: str) -> str:
        """What a shell command prints inside a container of a pod's first copy."""
        return shell(self.containers(pod, container)[0], command)

    def log(self, pod: str, container: str) -> str:
        """What a container wrote to its standard output, in all copies of its pod, running or not."""
        return "".join(item.logs(stderr=False).decode() for item in self.containers(pod, container))

    def stop(self, pod: str) -> None:
        """Stop all copies of a pod, behind Pulumi's back."""
        for item in self.containers(pod):
            item.stop(timeout=5)

    def left_over(self) -> dict[str, list[str]]:
        """The names of everything in Docker that carries the stack's label."""
        filters = {"label": f"dev.polypod.stack={self.stack}"}
        return {
            "containers": [str(item.name) for item in self.client.containers.list(all=True, filters=filters)],
            "networks": [str(item.name) for item in self.client.networks.list(filters=filters)],
            "volumes": [str(item.name) for item in self.client.volumes.list(filters=filters)],
        }

    def remove_everything(self) -> None:
        """Remove all that carries the stack's label, also what a destroy keeps."""
        filters = {"label": f"dev.polypod.stack={self.stack}"}
        for container in self.client.containers.list(all=True, filters=filters, ignore_removed=True):
            container.remove(force=True, v=True)
        for network in self.client.networks.list(filters=filters):
            network.remove()
        for volume in self.client.volumes.list(filters=filters):
            volume.remove(force=True)
        remove_images(self.client, self.stack)


def shell(container: Container, command: str) -> str:
    """What a shell command prints inside a container.

    Docker's client for Python loses what arrives together with the head of the answer (its issue 2042).
    """
    done = subprocess.run(
        ["docker", "exec", str(container.id), "sh", "-c", command],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


def remove_images(client: docker.DockerClient, stack: str) -> None:
    """Remove the images that a stack had built."""
    for image in client.api.images():
        for tag in image["RepoTags"] or ():
            if f"-{stack}-" in tag:
                client.images.remove(tag)
