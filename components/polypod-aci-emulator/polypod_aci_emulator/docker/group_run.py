"""One run of a container group on Docker: from its volumes and images to its running containers."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

from docker.errors import APIError
from docker.models.containers import Container

from polypod_aci_emulator.arm.errors import inaccessible_image
from polypod_aci_emulator.docker.host import (
    LABEL,
    DockerHost,
    ImageUnavailableError,
    Spec,
    address,
    explanation,
    short_hash,
)
from polypod_aci_emulator.docker.instance_view import InstanceView, azure_time, ended, running, terminated, waiting
from polypod_aci_emulator.docker.probes import Probe, probes_of
from polypod_aci_emulator.docker.specs import member_spec, owner_spec
from polypod_aci_emulator.docker.volumes import Volumes

_FIRST_DELAY_SECONDS = 1.0
_LONGEST_DELAY_SECONDS = 60.0
_LIST_SECONDS = 30.0
"""How long to wait before listing the containers when Docker has reported no change."""


class InterruptedRunError(Exception):
    """Another command came before the run was complete."""


class GroupRun:
    """The containers of one group.

    Args:
        group: The group's document.
        host: The Docker daemon.
        volumes: Makes the group's volumes.
        view: What clients see of it.
        interrupted: Set when the run is to end.
        changed: Called when clients should see something new.
    """

    def __init__(
        self,
        group: Mapping[str, Any],
        host: DockerHost,
        volumes: Volumes,
        view: InstanceView,
        interrupted: threading.Event,
        changed: Callable[[], None],
    ) -> None:
        self.group = group
        self.view = view
        self._host = host
        self._volumes = volumes
        self._interrupted = interrupted
        self._changed = changed
        self._properties = group["properties"]
        self._members = {item["name"]: item for item in self._properties["containers"]}
        self._probes: dict[str, list[Probe]] = {}
        self._specs: dict[str, Spec] = {}
        self._retry_at: dict[str, float] = {}
        self._found: dict[str, Container] = {}
        self._list_at = 0.0
        self._address = ""
        self._inside: Container | None = None

    @property
    def _init(self) -> list[dict[str, Any]]:
        return list(self._properties.get("initContainers") or ())

    def start(self) -> None:
        """Start everything, init containers first."""
        self.view.reset([item["name"] for item in (*self._init, *self._members.values())])
        self._remove_members()
        self._changed()
        for member in (*self._init, *self._members.values()):
            self._pull(member)
        volumes = self._volumes.make(self._properties.get("volumes") or [])
        owner = self._owner()
        for member in self._init:
            self._run_init(member_spec(self.group, member, "init", volumes, owner, self._host.cpus))
        for member in self._members.values():
            self._specs[member["name"]] = member_spec(self.group, member, "container", volumes, owner, self._host.cpus)
            self._launch(member["name"])

    def adopt(self) -> bool:
        """Adopt containers that are already running; whether there were any."""
        found = self._host.containers(self.group["key"])
        if "" not in found or found[""].status != "running":
            return False
        volumes = self._volumes.names(self._properties.get("volumes") or [])
        owner = self._owner()
        for name, member in self._members.items():
            self._specs[name] = member_spec(self.group, member, "container", volumes, owner, self._host.cpus)
            if name in found:
                self._probes[name] = probes_of(member["properties"], found[name], self._address, self._inside)
        return True

    def _owner(self) -> str:
        """The id of the running owner; one with another address, label or set of ports is replaced."""
        spec, network = owner_spec(self.group, self._host, publish=True)
        wanted = short_hash(repr((network, self._properties.get("ipAddress"), self._properties.get("dnsConfig"))))
        found = self._host.containers(self.group["key"]).get("")
        if found is None or found.status != "running" or found.attrs["Labels"].get(f"{LABEL}.address") != wanted:
            found = self._host.create(spec, address=wanted)
            try:
                found.start()
            except APIError:
                # Somebody else took a port since it was seen to be free.
                spec, _ = owner_spec(self.group, self._host, publish=False)
                found = self._host.create(spec, address=wanted)
                found.start()
            if network != (base := self._host.network()):
                self._host.client.networks.get(base).connect(found)
        inspected = self._host.inspect(str(found.id)) or {}
        self._address = self.view.document["ip"] = address(inspected, network)
        self._inside = None if self._host.reaches_containers() else found
        return str(found.id)

    def _pull(self, member: Mapping[str, Any]) -> None:
        image, name = member["properties"]["image"], member["name"]
        self.view.event(name, "Pulling", f'pulling image "{image}"')
        try:
            pulled = self._host.image(image, self._login(image))
        except ImageUnavailableError as error:
            self.view.event(name, "Failed", f'Failed to pull image "{image}": {error}', "Warning")
            raise inaccessible_image(image, self.group["name"]) from error
        how = "Successfully pulled image" if pulled else "Container image is already present on machine:"
        self.view.event(name, "Pulled", f'{how} "{image}"')
        self._changed()

    def _login(self, image: str) -> dict[str, str] | None:
        return login_for(image, self._properties.get("imageRegistryCredentials") or ())

    def _remove_members(self) -> None:
        found = [container for name, container in self._host.containers(self.group["key"]).items() if name]
        self._host.stop(*found)
        for container in found:
            self._host.remove(str(container.id))

    def _run_init(self, spec: Spec) -> None:
        while True:
            container = self._start(spec)
            while (state := (self._host.inspect(str(container.id)) or {})["State"])["Running"]:
                self.pause(0.1)
            end = ended(state)
            self.view.move(spec.name, end)
            self._changed()
            if end["exitCode"] == 0:
                return
            if self._policy == "Never":
                raise InitFailedError(spec.name)
            self.pause(self._back_off(spec.name))
            self.view.container(spec.name)["restartCount"] += 1

    @property
    def _policy(self) -> str:
        return str(self._properties["restartPolicy"])

    def pause(self, seconds: float) -> None:
        """Wait, unless another command comes."""
        if self._interrupted.wait(seconds):
            raise InterruptedRunError

    def _start(self, spec: Spec) -> Container:
        if self._interrupted.is_set():
            raise InterruptedRunError
        container = self._host.create(spec)
        self.view.event(spec.name, "Created", f"Created container with id {container.id}")
        try:
            container.start()
        except APIError as error:
            # It has an exit code, as one that ended at once, and is started again like that.
            self.view.event(spec.name, "Failed", f"Error: {explanation(error)}", "Warning")
        else:
            self.view.event(spec.name, "Started", f"Started container with id {container.id}")
            state = (self._host.inspect(str(container.id)) or {})["State"]
            self.view.move(spec.name, running(azure_time(state["StartedAt"])))
        self._changed()
        return container

    def _launch(self, name: str) -> None:
        self._list_at = 0.0
        container = self._start(self._specs[name])
        self._probes[name] = probes_of(self._members[name]["properties"], container, self._address, self._inside)
        self._mark_ready(name)

    def _mark_ready(self, name: str) -> None:
        state = self.view.container(name)["currentState"]
        ready = all(probe.passes for probe in self._probes.get(name, ()) if probe.kind == "Readiness")
        state["detailStatus"] = "" if ready else "NotReady"

    def next_look(self) -> float:
        """When to look next, on the monotonic clock; `look_again` handles events in between."""
        probes = (probe.due for probes in self._probes.values() for probe in probes)
        return min([self._list_at, *self._retry_at.values(), *probes])

    def look_again(self) -> None:
        """Look at once: a container has ended or is gone."""
        self._list_at = 0.0
        self.look()

    def look(self) -> None:
        """Check the containers: probe those that run, restart those that ended."""
        if time.monotonic() >= self._list_at:
            self._found = self._host.containers(self.group["key"])
            self._list_at = time.monotonic() + _LIST_SECONDS
        found = self._found
        for name in self._members:
            if name in self._retry_at:
                if time.monotonic() >= self._retry_at[name]:
                    del self._retry_at[name]
                    self.view.container(name)["restartCount"] += 1
                    self._launch(name)
            elif name not in found or found[name].status != "running":
                self._see_end(name, found.get(name))
            else:
                self._probe(name, found[name])
        self.view.document["state"] = self._state()
        self._changed()

    def _see_end(self, name: str, container: Container | None) -> None:
        self._probes.pop(name, None)
        if self.view.container(name)["currentState"]["state"] == "Terminated":
            return
        inspected = self._host.inspect(str(container.id)) if container else None
        end = ended(inspected["State"]) if inspected else terminated(137, "", "", "Removed")
        self.view.move(name, end)
        if self._policy == "Always" or (self._policy == "OnFailure" and end["exitCode"] != 0):
            self._retry_at[name] = time.monotonic() + self._back_off(name)
            if end["exitCode"] != 0:
                self.view.event(name, "BackOff", "Back-off restarting failed container", "Warning")
            self.view.move(name, waiting("CrashLoopBackOff"))

    def _back_off(self, name: str) -> float:
        times: int = self.view.container(name)["restartCount"]
        return min(_FIRST_DELAY_SECONDS * float(2 ** min(times, 10)), _LONGEST_DELAY_SECONDS)

    def _probe(self, name: str, container: Container) -> None:
        for probe in self._probes.get(name, ()):
            problem = probe.run_if_due()
            if problem:
                self.view.event(name, "Unhealthy", f"{probe.kind} probe failed: {problem}", "Warning")
            if probe.kind == "Liveness" and not probe.passes:
                self.view.event(name, "Killing", f"Killing container with id {container.id}: Liveness probe failed")
                self._host.stop(container)
                self._list_at = 0.0
                return
        self._mark_ready(name)

    def _state(self) -> str:
        states = [self.view.container(name)["currentState"] for name in self._members]
        if any(state["state"] != "Terminated" for state in states):
            return "Running"
        return "Succeeded" if all(state["exitCode"] == 0 for state in states) else "Failed"

    def end(self, *, remove: bool) -> None:
        """Stop everything, and remove it if asked to."""
        found = self._host.containers(self.group["key"])
        self._host.stop(*(container for name, container in found.items() if name))
        for name, container in found.items():
            if name and name in self.view.document["containers"]:
                self.view.event(name, "Killing", f"Killing container with id {container.id}")
                state = (self._host.inspect(str(container.id)) or {}).get("State")
                if state and self.view.container(name)["currentState"]["state"] == "Running":
                    self.view.move(name, ended(state))
            if remove or not name:
                self._host.remove(str(container.id))
        if remove:
            self._host.remove_volumes(self.group["key"])


class InitFailedError(Exception):
    """An init container failed, and the restart policy is ``Never``."""


def login_for(image: str, logins: Any) -> dict[str, str] | None:
    """The login for an image's registry, among a group's ``imageRegistryCredentials``."""
    first, slash, _ = image.partition("/")
    registry = first if slash and ("." in first or ":" in first or first == "localhost") else "docker.io"
    for login in logins:
        server = "docker.io" if login["server"] in {"index.docker.io", "docker.io"} else login["server"]
        if server == registry and login.get("username"):
            return {"username": login["username"], "password": login["password"]}
    return None
