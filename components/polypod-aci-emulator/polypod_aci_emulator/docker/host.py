"""The Docker daemon that container groups run on. Everything made here carries the emulator's labels."""

from __future__ import annotations

import hashlib
import io
import socket
import sys
import tarfile
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from threading import Lock
from typing import Any

import attrs
import docker
from docker.errors import APIError, DockerException, ImageNotFound, NotFound
from docker.models.containers import Container
from docker.types import CancellableStream
from requests.exceptions import RequestException

from polypod.docker_daemon.endpoint import docker_endpoint
from polypod.docker_daemon.unreachable import unreachable
from polypod.errors import UnreadyError
from polypod_aci_emulator.endpoint import EmulatorError

LABEL = "dev.polypod.emulator"
GRACE_SECONDS = 10
"""Between SIGTERM and SIGKILL; Azure does not say how long it waits."""

_FILLER = "filler"
_TIMEOUT_SECONDS = 120


class ImageUnavailableError(Exception):
    """An image is neither here nor can it be pulled."""


@attrs.frozen(kw_only=True)
class Spec:
    """A container to make.

    Args:
        group: The key of its container group.
        name: Its name in the group.
        role: ``init``, ``container`` or ``owner``.
        image: Its image.
        command: What replaces the image's entrypoint and command; empty to keep them.
        environment: Its environment.
        mounts: The volume and whether it is read-only, by path.
        options: Further arguments of ``docker.containers.create``.
    """

    group: str
    name: str
    role: str
    image: str
    command: Sequence[str] = ()
    environment: Mapping[str, str] = attrs.field(factory=dict)
    mounts: Mapping[str, tuple[str, bool]] = attrs.field(factory=dict)
    options: Mapping[str, Any] = attrs.field(factory=dict)


def short_hash(text: str) -> str:
    """A short hash for use in names."""
    return hashlib.sha256(text.encode()).hexdigest()[:10]


class DockerHost:
    """A Docker daemon.

    Args:
        instance: The name of this emulator, which keeps apart what two of them make.
        owner_image: An image with ``sleep``, for the containers that hold a group's network namespace.
        client: The client; by default that of the daemon that ``docker`` itself would ask.
        grace: Seconds between SIGTERM and SIGKILL.

    Raises:
        EmulatorError: That daemon does not answer, or its context cannot be used.
    """

    def __init__(
        self,
        instance: str,
        owner_image: str,
        client: docker.DockerClient | None = None,
        grace: int = GRACE_SECONDS,
    ) -> None:
        self.instance = instance
        self.grace = grace
        self.owner_image = owner_image
        self.client = client or connect()
        self._making_network = Lock()

    def reaches_containers(self) -> bool:
        """Whether addresses of containers can be reached from this machine.

        They can where Linux itself runs both: Docker Desktop's daemon, for one, has a machine and a name of its own.
        """
        return sys.platform == "linux" and bool(self.client.info()["Name"] == socket.gethostname())

    @cached_property
    def cpus(self) -> int:
        """How many CPUs the daemon has."""
        return int(self.client.info()["NCPU"])

    def labels(self, **more: str) -> dict[str, str]:
        """The labels of an object that belongs to this emulator."""
        return {LABEL: self.instance, **{f"{LABEL}.{key}": value for key, value in more.items()}}

    def _filters(self, **more: str) -> dict[str, Any]:
        return {"label": [f"{key}={value}" for key, value in self.labels(**more).items()]}

    def network(self, subnet: str = "") -> str:
        """The name of the network of all public groups, or of a subnet's virtual network; made if it is missing."""
        name = self._network(subnet.lower().partition("/subnets/")[0])
        with self._making_network:  # Docker takes two networks of one name
            if not any(found.name == name for found in self.client.networks.list(names=[name])):
                self.client.networks.create(name, driver="bridge", labels=self.labels())
        return name

    def remove_network(self, virtual_network: str) -> None:
        """Remove the network of a virtual network, if it exists."""
        name = self._network(virtual_network.lower())
        for found in self.client.networks.list(names=[name]):
            if found.name == name:
                found.remove()

    def _network(self, virtual_network: str) -> str:
        return f"polypod-aci-{self.instance}" + (f"-{short_hash(virtual_network)}" if virtual_network else "")

    def image(self, reference: str, login: Mapping[str, str] | None) -> bool:
        """Pull an image unless it is there; whether it was pulled.

        Raises:
            ImageUnavailableError: It is not here and cannot be pulled.
        """
        try:
            self.client.images.get(reference)
        except ImageNotFound:
            pass
        else:
            return False
        _, _, tag = reference.rpartition("/")[2].partition(":")
        try:
            self.client.images.pull(
                reference,
                tag=None if tag or "@" in reference else "latest",
                auth_config=dict(login) if login else None,
            )
        except DockerException as error:
            raise ImageUnavailableError(str(getattr(error, "explanation", None) or error)) from error
        return True

    def volume(self, name: str, **labels: str) -> str:
        """Create a volume unless it exists."""
        self.client.volumes.create(name, labels=self.labels(**labels))
        return name

    def fill(self, volume: str, files: Mapping[str, bytes], mode: int = 0o755) -> None:
        """Set the mode of a volume's directory and write files into it, through a container that never runs."""
        archive = io.BytesIO()
        with tarfile.open(fileobj=archive, mode="w") as tar:
            directory = tarfile.TarInfo("volume")
            directory.type, directory.mode = tarfile.DIRTYPE, mode
            tar.addfile(directory)
            for name, content in files.items():
                entry = tarfile.TarInfo(f"volume/{name}")
                entry.size, entry.mode = len(content), 0o444
                tar.addfile(entry, io.BytesIO(content))
        mounts = {volume: {"bind": "/volume", "mode": "rw"}}
        filler = self.client.containers.create(self.owner_image, volumes=mounts, labels=self.labels(role=_FILLER))
        try:
            filler.put_archive("/", archive.getvalue())
        finally:
            filler.remove(force=True)

    def remove_fillers(self) -> None:
        """Remove containers left behind by an emulator that was killed while it filled a volume."""
        for container in self.client.containers.list(all=True, filters=self._filters(role=_FILLER), sparse=True):
            self.remove(str(container.id))

    def create(self, spec: Spec, **labels: str) -> Container:
        """Create a container, replacing an earlier one of that name."""
        name = f"aci-{self.instance}-{short_hash(spec.group)}-{spec.name}"
        self.remove(name)
        command: dict[str, Any] = (
            {"entrypoint": list(spec.command[:1]), "command": list(spec.command[1:])} if spec.command else {}
        )
        return self.client.containers.create(
            spec.image,
            name=name,
            environment=dict(spec.environment),
            volumes={
                volume: {"bind": path, "mode": "ro,nocopy" if read_only else "rw,nocopy"}
                for path, (volume, read_only) in spec.mounts.items()
            },
            labels=self.labels(group=short_hash(spec.group), container=spec.name, role=spec.role, **labels),
            **command,
            **spec.options,
        )

    def containers(self, group: str) -> dict[str, Container]:
        """A group's containers by name, running or not; the owner's name is empty."""
        filters = self._filters(group=short_hash(group))
        found = self.client.containers.list(all=True, filters=filters, sparse=True)
        return {
            "" if (labels := item.attrs["Labels"])[f"{LABEL}.role"] == "owner" else labels[f"{LABEL}.container"]: item
            for item in found
        }

    def endings(self, since: int) -> CancellableStream[Any]:
        """Docker's events for containers of groups that end or are removed, until the connection ends.

        Args:
            since: The time of the first one, in seconds since 1970.
        """
        labels = [*self._filters()["label"], f"{LABEL}.group"]
        filters = {"type": "container", "event": ["die", "destroy"], "label": labels}
        return self.client.events(since=since, filters=filters, decode=True)

    def inspect(self, container: str) -> dict[str, Any] | None:
        """What Docker knows about a container; ``None`` if it is gone."""
        try:
            return dict(self.client.api.inspect_container(container))
        except NotFound:
            return None

    def stop(self, *containers: Container) -> None:
        """Stop containers, by force after the grace period."""
        with ThreadPoolExecutor(max_workers=16) as pool:
            list(pool.map(self._stop, containers))

    def _stop(self, container: Container) -> None:
        try:
            container.stop(timeout=self.grace)
        except NotFound:
            return

    def remove(self, container: str) -> None:
        """Remove a container, running or not."""
        try:
            self.client.api.remove_container(container, force=True, v=True)
        except NotFound:
            return

    def remove_volumes(self, group: str) -> None:
        """Remove the volumes that live as long as a group."""
        for volume in self.client.volumes.list(filters=self._filters(group=short_hash(group))):
            volume.remove(force=True)

    def remove_volume(self, name: str) -> None:
        """Remove one volume."""
        try:
            self.client.volumes.get(name).remove(force=True)
        except NotFound:
            return

    def remove_everything(self) -> None:
        """Remove everything that this emulator made."""
        for container in self.client.containers.list(all=True, filters=self._filters(), ignore_removed=True):
            self.remove(str(container.id))
        for network in self.client.networks.list(filters=self._filters()):
            network.remove()
        for volume in self.client.volumes.list(filters=self._filters()):
            volume.remove(force=True)


def address(inspected: Mapping[str, Any], network: str) -> str:
    """A container's address in a network."""
    return str(inspected["NetworkSettings"]["Networks"][network]["IPAddress"])


def explanation(error: DockerException) -> str:
    """The daemon's explanation of an error."""
    return str(error.explanation if isinstance(error, APIError) and error.explanation else error)


def connect() -> docker.DockerClient:
    """A client that has reached the daemon.

    Raises:
        EmulatorError: The daemon does not answer, or its context cannot be used.
    """
    try:
        endpoint = docker_endpoint()
    except UnreadyError as error:
        raise EmulatorError("; ".join(map(str, error.problems))) from None
    try:
        return endpoint.client(_TIMEOUT_SECONDS, connections=64)
    except (DockerException, RequestException) as error:
        raise EmulatorError(str(unreachable(endpoint, error))) from None
