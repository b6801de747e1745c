"""The state of a group's containers, in the form of Azure's ``instanceView``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from polypod_aci_emulator.arm.values import now

_KEPT_EVENTS = 50
_NO_TIME = "0001-01-01"


def waiting(detail: str) -> dict[str, Any]:
    """The state of a container that is not running yet, or not at the moment."""
    return {"state": "Waiting", "detailStatus": detail}


def running(started: str, detail: str = "") -> dict[str, Any]:
    """The state of a running container."""
    return {"state": "Running", "startTime": started, "detailStatus": detail}


def terminated(exit_code: int, started: str, finished: str, detail: str) -> dict[str, Any]:
    """The state of a container that has ended."""
    return {
        "state": "Terminated",
        "startTime": started,
        "exitCode": exit_code,
        "finishTime": finished,
        "detailStatus": detail,
    }


def ended(state: Mapping[str, Any]) -> dict[str, Any]:
    """The state of a container that has ended or could not be started, from Docker's."""
    code = int(state["ExitCode"])
    detail = "OOMKilled" if state.get("OOMKilled") else "Completed" if code == 0 else "Error"
    if state.get("Error"):
        detail = "ContainerCannotRun"
    return terminated(code, azure_time(state["StartedAt"]), azure_time(state["FinishedAt"]), detail)


def azure_time(text: str) -> str:
    """Docker's time with nanoseconds as Azure's with milliseconds; Docker has none for what it could not start."""
    if text.startswith(_NO_TIME):
        return now()
    return f"{text[:19]}{(text[19:].rstrip('Z') + '000')[:4] if '.' in text else '.000'}Z"


class InstanceView:
    """States and events of a group and of its containers.

    Args:
        document: An earlier view's document.
    """

    def __init__(self, document: dict[str, Any] | None = None) -> None:
        self.document: dict[str, Any] = document or {
            "provisioningState": "Pending",
            "state": "Pending",
            "events": [],
            "containers": {},
        }

    def reset(self, containers: list[str]) -> None:
        """Reset to these containers, none of which is running yet."""
        self.document["containers"] = {
            name: {"restartCount": 0, "currentState": waiting("Waiting"), "events": []} for name in containers
        }

    def container(self, name: str) -> dict[str, Any]:
        """A container's view."""
        found: dict[str, Any] = self.document["containers"][name]
        return found

    def move(self, name: str, state: dict[str, Any]) -> None:
        """Change a container's state; the last exit stays visible as its previous state."""
        view = self.container(name)
        if view["currentState"]["state"] == "Terminated":
            view["previousState"] = view["currentState"]
        view["currentState"] = state

    def event(self, container: str | None, name: str, message: str, kind: str = "Normal") -> None:
        """Record an event of a container or, without one, of the group; a repeated one is counted."""
        events = self.document["events"] if container is None else self.container(container)["events"]
        moment = now()
        for event in events:
            if (event["name"], event["message"]) == (name, message):
                event |= {"count": event["count"] + 1, "lastTimestamp": moment}
                return
        events.append(
            {
                "count": 1,
                "firstTimestamp": moment,
                "lastTimestamp": moment,
                "name": name,
                "message": message,
                "type": kind,
            }
        )
        del events[:-_KEPT_EVENTS]
