"""The client of the Docker daemon that ``docker`` itself would ask."""

from __future__ import annotations

import docker
from docker.errors import DockerException
from requests.exceptions import RequestException

from polypod.aci_emulator.endpoint import EmulatorError
from polypod.docker_endpoint import docker_endpoint
from polypod.docker_unreachable import unreachable
from polypod.errors import UnreadyError

_TIMEOUT_SECONDS = 120


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
