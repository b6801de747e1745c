"""The questions polypod asks the Docker daemon itself, in addition to what the provider does."""

from __future__ import annotations

import re
import secrets
import socket
import sys
import time
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from contextvars import ContextVar
from typing import Any, Protocol

from docker.errors import APIError, DockerException, NotFound
from requests.exceptions import RequestException

from polypod.docker_daemon.endpoint import DockerEndpoint
from polypod.docker_daemon.unreachable import unreachable
from polypod.errors import UnreadyError
from polypod.targets.docker.deploy.container_state import ContainerState, inspected, listed

_TIMEOUT = 120
_REMOVED = re.compile("marked for removal|removal of container .* is already in progress")
"""What Docker says of a container that it is about to remove."""


class Daemon(Protocol):
    """A Docker daemon."""

    host: str
    """The address of the machine it runs on; empty for this one."""

    def shares_paths(self) -> bool:
        """Whether a path of this machine is the same directory for the daemon, as far as it says."""

    def containers(self, labels: Mapping[str, str]) -> list[ContainerState]:
        """Every container with the given labels, running or not, without the details of `inspect`."""

    def inspect(self, container: str) -> ContainerState | None:
        """One container, or ``None`` where there is none of that id or name."""

    def start_command(self, container: str, command: Sequence[str]) -> str | None:
        """Start a command in a container, as its user; the id of the run, or ``None`` where that cannot be done now."""

    def exit_code(self, run: str) -> int | None:
        """The exit code of a command that was started, once it has ended."""

    def logs(self, container: str, lines: int) -> str:
        """The last lines of a container's output."""

    def last_exit_code(self, container: str) -> int | None:
        """The exit code that a container ended with last, even if it runs again; ``None`` where that is not known."""

    def stop_container(self, container: str, grace: int = 0) -> None:
        """Stop a container for good: neither Docker nor a reboot starts it again.

        Args:
            container: Its id or name.
            grace: The least seconds between SIGTERM and SIGKILL; its own where those are more. One that an earlier
                version of polypod has made does not say how many it needs.
        """

    def remove_container(self, container: str) -> None:
        """Remove a container, running or not, and its anonymous volumes."""

    def rename_container(self, container: str, name: str) -> None:
        """Give a container another name; its names in networks stay."""

    def new_instance(self) -> str:
        """A text that no container has been labelled with."""

    def networks(self, name: str, labels: Mapping[str, str]) -> list[str]:
        """The ids of the networks with the given name and labels."""

    def remove_network(self, network: str) -> None:
        """Remove a network, also where somebody has connected containers to it."""

    def kept_volumes(self, labels: Mapping[str, str], names: Collection[str] = ()) -> dict[str, Mapping[str, str]]:
        """The volumes with the given labels that outlive a destroy, and those of some names, each with its labels."""

    def image_problem(self, reference: str) -> str:
        """Why an image is not available; empty if it is present or can be pulled."""


class DockerDaemon:
    """A daemon that is asked through Docker's client for Python.

    Args:
        endpoint: Where it is.

    Raises:
        UnreadyError: No daemon answers.
    """

    def __init__(self, endpoint: DockerEndpoint) -> None:
        try:
            self._client = endpoint.client(_TIMEOUT, connections=32)
            self._client.ping()
        except (DockerException, RequestException) as error:
            raise UnreadyError([unreachable(endpoint, error)]) from None
        self.host = endpoint.machine

    def shares_paths(self) -> bool:
        """Whether a path of this machine is the same directory for the daemon, as far as it says.

        On macOS, it runs in a virtual machine that shares directories. Elsewhere, one with another host name may be
        outside of the container that this program runs in.
        """
        if self.host:
            return False
        return sys.platform == "darwin" or str(self._client.info()["Name"]) == socket.gethostname()

    def containers(self, labels: Mapping[str, str]) -> list[ContainerState]:
        """Every container with the given labels, running or not, without the details of `inspect`."""
        filters = {"label": [f"{name}={value}" for name, value in labels.items()]}
        return [listed(item) for item in self._client.api.containers(all=True, filters=filters)]

    def inspect(self, container: str) -> ContainerState | None:
        """One container, or ``None`` where there is none of that id or name."""
        try:
            return inspected(self._client.api.inspect_container(container))
        except NotFound:
            return None

    def start_command(self, container: str, command: Sequence[str]) -> str | None:
        """Start a command in a container, as its user; the id of the run, or ``None`` where that cannot be done now."""
        try:
            run = str(self._client.api.exec_create(container, list(command), stdout=False, stderr=False)["Id"])
            self._client.api.exec_start(run, detach=True)
        except APIError:
            return None
        return run

    def exit_code(self, run: str) -> int | None:
        """The exit code of a command that was started, once it has ended."""
        try:
            state = self._client.api.exec_inspect(run)
        except NotFound:
            return -1
        return None if state["Running"] else state["ExitCode"]

    def logs(self, container: str, lines: int) -> str:
        """The last lines of a container's output."""
        try:
            output: bytes = self._client.api.logs(container, tail=lines)
        except APIError as error:
            return f"(no log: {error.explanation})"
        return output.decode(errors="replace").rstrip()

    def last_exit_code(self, container: str) -> int | None:
        """The exit code that a container ended with last, even if it runs again; ``None`` where that is not known."""
        filters = {"container": container, "event": "die"}
        events = self._client.api.events(since=0, until=int(time.time()) + 1, filters=filters, decode=True)
        codes = [int(event["Actor"]["Attributes"]["exitCode"]) for event in events]
        return codes[-1] if codes else None

    def stop_container(self, container: str, grace: int = 0) -> None:
        """Stop a container for good: neither Docker nor a reboot starts it again."""
        try:
            item = self._client.api.inspect_container(container)
            self._client.api.stop(container, timeout=max(inspected(item).stop_seconds, grace))
            never: Any = {"Name": "no"}  # the stubs know no such policy
            if item["HostConfig"]["RestartPolicy"]["Name"] != "unless-stopped":
                self._client.api.update_container(container, restart_policy=never)
        except APIError as error:
            self._await_removal(container, error)

    def remove_container(self, container: str) -> None:
        """Remove a container, running or not, and its anonymous volumes."""
        try:
            self._client.api.remove_container(container, v=True, force=True)
        except APIError as error:
            self._await_removal(container, error)

    def _await_removal(self, container: str, error: APIError) -> None:
        """Wait until a container is gone that cannot be changed as somebody removes it at this moment."""
        if isinstance(error, NotFound):
            return
        if not _REMOVED.search(str(error.explanation)):
            raise error
        with suppress(NotFound):
            self._client.api.wait(container, condition="removed")

    def rename_container(self, container: str, name: str) -> None:
        """Give a container another name; its names in networks stay."""
        self._client.api.rename(container, name)

    def new_instance(self) -> str:
        """A text that no container has been labelled with."""
        return secrets.token_hex(4)

    def networks(self, name: str, labels: Mapping[str, str]) -> list[str]:
        """The ids of the networks with the given name and labels."""
        filters = {"name": name, "label": [f"{key}={value}" for key, value in labels.items()]}
        return [item["Id"] for item in self._client.api.networks(filters=filters) if item["Name"] == name]

    def remove_network(self, network: str) -> None:
        """Remove a network, also where somebody has connected containers to it."""
        for container in self._client.api.inspect_network(network)["Containers"]:
            self._client.api.disconnect_container_from_network(container, network, force=True)
        self._client.api.remove_network(network)

    def kept_volumes(self, labels: Mapping[str, str], names: Collection[str] = ()) -> dict[str, Mapping[str, str]]:
        """The volumes with the given labels that outlive a destroy, and those of some names, each with its labels."""
        wanted, named = {**labels, "dev.polypod.keep": "true"}.items(), set(names)
        found = {volume["Name"]: volume["Labels"] or {} for volume in self._client.api.volumes()["Volumes"] or ()}
        return {name: marks for name, marks in found.items() if name in named or wanted <= marks.items()}

    def image_problem(self, reference: str) -> str:
        """Why an image is not available; empty if it is present or can be pulled."""
        try:
            self._client.images.get(reference)
        except NotFound:
            try:
                self._client.images.get_registry_data(reference)
            except APIError as error:
                return str(error.explanation or error)
            except (DockerException, RequestException) as error:
                return str(error)
        return ""


_current: ContextVar[Daemon | None] = ContextVar("daemon", default=None)


def connect(endpoint: DockerEndpoint) -> Daemon:
    """The daemon to use.

    Args:
        endpoint: Where it is.

    Raises:
        UnreadyError: No daemon answers.
    """
    return _current.get() or DockerDaemon(endpoint)


def use(daemon: Daemon | None) -> None:
    """Use a given daemon in place of a real one; for tests."""
    _current.set(daemon)
