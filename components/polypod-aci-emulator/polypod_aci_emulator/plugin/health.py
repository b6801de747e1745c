"""Whether a new container group works, and the report if it does not."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

from azure.core.exceptions import AzureError, HttpResponseError

from polypod.targets.shared.deploy.explanations import likely
from polypod_aci_emulator.plugin.client import Client
from polypod_aci_emulator.plugin.kinds import KINDS

_KIND = KINDS["azure-native:containerinstance:ContainerGroup"]
_POLL_SECONDS = 0.3
_SETTLE_SECONDS = 1.5
_RESTARTS = 2
_LOG_LINES = 20
DEFAULT_TIMEOUT_SECONDS = 300.0


def wait(client: Client, group: str, name: str, timeout: float) -> str:
    """Wait until every container is ready and stays ready for a moment.

    Args:
        client: The client of the emulator.
        group: The resource group.
        name: The container group.
        timeout: Seconds to wait.

    Returns:
        What is wrong, with the ends of the logs; empty if nothing is.
    """
    limit = time.monotonic() + timeout
    steady = time.monotonic()
    restarts = None
    while True:
        members = _members(client, group, name)
        failed = [member for member in members if _failed(member)]
        if failed:
            return _report(client, group, name, failed)
        pending = [member for member in members if not _works(member)]
        seen = [member["properties"]["instanceView"]["restartCount"] for member in members]
        if pending or seen != restarts:
            steady, restarts = time.monotonic(), seen
        elif time.monotonic() - steady >= _SETTLE_SECONDS:
            return ""
        if time.monotonic() > limit:
            return _report(client, group, name, pending or members)
        time.sleep(_POLL_SECONDS)


def explain(client: Client, group: str, name: str) -> str:
    """The states and the ends of the logs of all containers that do not run; empty if there is no such group."""
    try:
        members = [member for member in _members(client, group, name) if _state(member)["state"] != "Running"]
    except AzureError:
        return ""
    return _report(client, group, name, members)


def _id(client: Client, group: str, name: str) -> str:
    return _KIND.resource_id(client.subscription, (group, name))


def _members(client: Client, group: str, name: str) -> list[dict[str, Any]]:
    properties = client.get(_id(client, group, name), _KIND.version)["properties"]
    return [*properties.get("initContainers", ()), *properties["containers"]]


def _state(member: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = member["properties"]["instanceView"]["currentState"]
    return found


def _works(member: dict[str, Any]) -> bool:
    state = _state(member)
    if state["state"] == "Running":
        return not state.get("detailStatus")
    return (state["state"], state.get("exitCode")) == ("Terminated", 0)


def _failed(member: dict[str, Any]) -> bool:
    """Whether it has ended for good, or again and again; its log is there to be shown until it starts again."""
    view = member["properties"]["instanceView"]
    now = view["currentState"]
    ended = now if now["state"] == "Terminated" else view.get("previousState") or {}
    cannot_run = ended.get("detailStatus") == "ContainerCannotRun"
    again = now["state"] == "Waiting" and (cannot_run or view["restartCount"] >= _RESTARTS)
    return bool(ended.get("exitCode")) and (now["state"] == "Terminated" or again)


def _report(client: Client, group: str, name: str, members: list[dict[str, Any]]) -> str:
    return "\n".join(line for member in members for line in _told(client, group, name, member))


def _told(client: Client, group: str, name: str, member: dict[str, Any]) -> Iterator[str]:
    first, *events = _lines(member)
    log = _log(client, group, name, member["name"])
    found = likely([first, *events], log)
    yield first
    if found:
        yield f"likely cause: {found.what}"
    yield from events
    yield from (f"  | {line}" for line in log.splitlines())
    if found:
        yield f"  what to do: {found.fix}"


def _log(client: Client, group: str, name: str, container: str) -> str:
    try:
        found = client.get(f"{_id(client, group, name)}/containers/{container}/logs", _KIND.version, tail=_LOG_LINES)
    except HttpResponseError:
        return ""
    return found["content"] or ""


def _lines(member: dict[str, Any]) -> Iterator[str]:
    view = member["properties"]["instanceView"]
    state = view["currentState"]
    ended = state if "exitCode" in state else view.get("previousState") or {}
    words = [f"container {member['name']}: {state['state']}"]
    if state.get("detailStatus"):
        words.append(f"({state['detailStatus']})")
    if "exitCode" in ended:
        words.append(f"exit code {ended['exitCode']}")
    if view["restartCount"]:
        words.append(f"{view['restartCount']} restarts")
    yield ", ".join(words).replace(", (", " (")
    warnings = [event for event in view["events"] if event["type"] == "Warning"]
    for event in warnings[-3:]:
        yield f"  {event['name']}: {event['message']}"
