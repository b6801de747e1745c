"""What must be true of the Docker daemon between the steps of a deployment that is measured."""

from __future__ import annotations

import contextlib
import json
import random
import socket
import time
import urllib.request
from typing import Any

import docker
from docker.errors import APIError, NotFound

from bench.job import Job

_FIRST_CHECK_SECONDS = 30.0
_HOST_SETTINGS = ("Memory", "MemorySwap", "RestartPolicy", "LogConfig", "SecurityOpt")


class WrongStateError(Exception):
    """A contender did not do what is measured."""


def free_port() -> int:
    """A port of the loopback address that nothing listens on, outside the range that outgoing connections use."""
    while True:
        number = random.randrange(20_000, 30_000)  # noqa: S311 - nothing depends on its being hard to guess
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", number)):
                return number


def containers(client: docker.DockerClient, name: str) -> list[Any]:
    """What the daemon lists of every container with a name in its own name."""
    return list(client.api.containers(all=True, filters={"name": name}))


def require_healthy(client: docker.DockerClient, job: Job) -> int:
    """Refuse a deployment that is not exactly the gateway and its services, all answering, and healthy for Docker too.

    Docker's own first look at a container's health comes a period after the start, which is waited for here.

    Returns:
        How many containers there are besides those, which never ran.
    """
    deadline = time.monotonic() + _FIRST_CHECK_SECONDS
    while True:
        found = containers(client, job.name)
        running = [item for item in found if item["State"] != "created"]
        healthy = [item for item in running if "(healthy)" in item["Status"]]
        if len(running) == len(healthy) == job.services + 1:
            break
        if time.monotonic() > deadline:
            states = sorted(item["Status"] for item in found)
            raise WrongStateError(f"{job.name}: expected {job.services + 1} healthy containers, found {states}")
        time.sleep(0.2)
    url = f"http://127.0.0.1:{job.port}/healthz"
    with urllib.request.urlopen(url, timeout=10) as response:
        if response.read() != b"ok\n":
            raise WrongStateError(f"{job.name}: the gateway answers something else")
    return len(found) - len(running)


def identities(client: docker.DockerClient, job: Job) -> set[str]:
    """The ids of the containers, which change when one is replaced."""
    return {item["Id"] for item in containers(client, job.name)}


def settings(client: docker.DockerClient, job: Job) -> dict[str, str]:
    """How the first service and the gateway run, as text that is equal where they run in the same way.

    The gateway's health check and program are left out: polypod brings a program that asks, has Docker ask less often,
    and writes the DNS servers into the configuration at the start; the others use the image's shell, and have them
    written.
    """
    found: dict[str, str] = {}
    for item in containers(client, job.name):
        role = item["Labels"].get("dev.polypod.pod") or item["Labels"].get("bench.service")
        if role in ("s0", "gateway"):
            full = client.api.inspect_container(item["Id"])
            host, config = full["HostConfig"], full["Config"]
            seen = {key: host[key] for key in _HOST_SETTINGS} | {
                "image": client.images.get(config["Image"]).id,
                "program": config["Entrypoint"] if role == "s0" else None,
                "user": config["User"],
                "check": config["Healthcheck"] if role == "s0" else None,
            }
            found[role] = json.dumps(seen, sort_keys=True)
    return found


def require_nothing(client: docker.DockerClient, job: Job) -> None:
    """Refuse a deployment of which anything is left."""
    left = [item["Names"][0] for item in containers(client, job.name)]
    left += [item["Name"] for item in client.api.networks(filters={"name": job.name})]
    left += [item["Name"] for item in client.api.volumes(filters={"name": job.name})["Volumes"] or ()]
    if left:
        raise WrongStateError(f"{job.name}: left over: {left}")


def remove_everything(client: docker.DockerClient, name: str) -> None:
    """Remove whatever is left of a deployment."""
    for item in containers(client, name):
        with contextlib.suppress(NotFound):
            client.api.remove_container(item["Id"], force=True, v=True)
    for network in client.api.networks(filters={"name": name}):
        with contextlib.suppress(APIError):  # see deploy.repeated_once
            client.api.remove_network(network["Id"])
    for volume in client.api.volumes(filters={"name": name})["Volumes"] or ():
        client.api.remove_volume(volume["Name"], force=True)
