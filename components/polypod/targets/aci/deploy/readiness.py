"""Whether the containers of a group that Azure has made do what they are there for.

Azure calls a group made as soon as its containers were started, whatever becomes of them. So the program looks itself,
at what there is now and not at what Pulumi's state remembers: also where nothing has changed, a job that failed runs
again, and a group that was stopped is started.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any

import attrs

from polypod.errors import DeploymentError, Problem
from polypod.targets.aci.deploy.client import Document, Management, ManagementError
from polypod.targets.aci.plan.records import Group, texts
from polypod.targets.shared.deploy.explanations import explained
from polypod.targets.shared.deploy.secrets import hidden_values, hide

_POLL_SECONDS = 0.4
_SETTLE_SECONDS = 1.5
"""Time for which containers without a probe must have run."""

_LOG_LINES = 20
_EVENTS = 3
_NEVER = {"ContainerCannotRun", "RunContainerError", "StartError"}
_REFRESH = "run `pulumi up --refresh`, which brings it back"
_CORRECT = "correct the program and run `pulumi up` again"
_AGAIN = "remove the cause and run `pulumi up` again, which runs it again"
_LONGER = "find out what it waits for, or give the pod more time with ready_within="


@attrs.frozen
class Member:
    """A container of a group, and what it is doing.

    Args:
        name: Its name in the group.
        path: Its place in the model.
        init: Whether it is an init container.
        view: Its ``instanceView``.
    """

    name: str
    path: str
    init: bool
    view: Mapping[str, Any]

    @property
    def state(self) -> Mapping[str, Any]:
        """Its current state."""
        found: Mapping[str, Any] = self.view.get("currentState") or {}
        return found

    @property
    def ended(self) -> Mapping[str, Any]:
        """How it terminated last; empty if it never has."""
        state = self.state
        found: Mapping[str, Any] = state if "exitCode" in state else self.view.get("previousState") or {}
        return found

    @property
    def restarts(self) -> int:
        """The number of restarts."""
        return int(self.view.get("restartCount") or 0)

    @property
    def is_running(self) -> bool:
        """Whether it runs."""
        return bool(self.state.get("state") == "Running")

    @property
    def has_succeeded(self) -> bool:
        """Whether it has ended, and well."""
        return self.state.get("state") == "Terminated" and self.state.get("exitCode") == 0

    @property
    def has_failed(self) -> bool:
        """Whether it does not run since it failed; Azure may be about to start it again."""
        return self.state.get("state") in ("Terminated", "Waiting") and bool(self.ended.get("exitCode"))

    @property
    def cannot_run(self) -> bool:
        """Whether it never will: its program is missing, is no program, or is one for other processors."""
        return self.has_failed and self.ended.get("detailStatus") in _NEVER

    @property
    def is_ready(self) -> bool:
        """Whether it runs, and nothing says that it is not ready; an init container has ended well."""
        if self.init:
            return not self.state or self.has_succeeded
        return not self.state or (self.state.get("state") == "Running" and not self.state.get("detailStatus"))


class Waiter:
    """Waits for the container groups of one deployment.

    Args:
        management: What to ask.
        fresh: The names in Azure of the groups that this update has made or changed; filled meanwhile.
    """

    def __init__(self, management: Management, fresh: set[str]) -> None:
        self._management = management
        self._fresh = fresh

    async def wait(self, group: Group, resource_group: str) -> float:
        """Wait until a group's containers are ready, or a job has ended well.

        Args:
            group: The group.
            resource_group: The name of its resource group.

        Returns:
            When it became so, on the monotonic clock; 0 where it was so before.

        Raises:
            DeploymentError: It did not within the pod's ``ready_within``, or cannot any more.
            ManagementError: Azure does not answer.
        """
        looks = _Looks(group, resource_group, self._management, is_new=group.name in self._fresh)
        return await (looks.end() if group.ends else looks.ready())


@attrs.define
class _Looks:
    """The looks at one group."""

    group: Group
    resource_group: str
    management: Management
    is_new: bool
    deadline: float = attrs.field(init=False)
    printed: dict[str, tuple[Mapping[str, Any], str]] = attrs.field(init=False, factory=dict)
    """By container: the last failure that was seen, and what it had printed until then."""

    def __attrs_post_init__(self) -> None:
        self.deadline = time.monotonic() + self.group.ready_seconds

    async def look(self) -> tuple[Mapping[str, Any], list[Member]]:
        """The properties of the group, and its containers, all of which may run."""
        properties, members = await self.found()
        never = [member for member in members if member.cannot_run]
        if never and (self.is_new or not self.group.ends):
            await self.fail(never, "the container cannot be started", _CORRECT, properties)
        return properties, members

    async def found(self) -> tuple[Mapping[str, Any], list[Member]]:
        """The properties of the group, and its containers."""
        found = await self.management.get(self.resource_group, self.group.name)
        if found is None:
            raise DeploymentError([Problem("PP574", self.group.path, "the container group is gone", _REFRESH)])
        members = list(_members(self.group, found))
        for member in members:
            if member.has_failed and self.printed.get(member.name, ({}, ""))[0] != member.ended:
                self.printed[member.name] = member.ended, await self.log(member)
        return found["properties"], members

    async def log(self, member: Member) -> str:
        """The last lines of a container; where it prints nothing since it was started again, those of its last run.

        While it is started again, Azure may have none to show.
        """
        lines = ""
        with suppress(ManagementError):
            lines = await self.management.log(self.resource_group, self.group.name, member.name, _LOG_LINES)
        return lines or self.printed.get(member.name, ({}, ""))[1]

    async def start(self) -> None:
        """Start a group that was stopped, or a job again, until that shows."""
        before = {member.name: member.state for member in (await self.found())[1]}
        await self.management.act(self.resource_group, self.group.name, "start")
        self.is_new = True
        while time.monotonic() <= self.deadline:
            _, members = await self.found()
            old = [member for member in members if member.state == before.get(member.name)]
            # A failure from before the start is none of this run, whatever the other containers do by now.
            if len(old) < len(members) and not any(member.has_failed for member in old):
                return
            await asyncio.sleep(_POLL_SECONDS)

    async def ready(self) -> float:
        """Wait until every container is ready, and stays up for a moment where it may have just started."""
        settled, since, seen = not self.is_new, 0.0, None
        while True:
            properties, members = await self.look()
            if _state(properties) == "Stopped":
                settled = False
                await self.start()
                continue
            pending = [member for member in members if not member.is_ready]
            if properties.get("provisioningState") == "Failed":
                await self.fail(pending or members, "the container could not be started", _CORRECT, properties)
            now, restarts = time.monotonic(), [member.restarts for member in members]
            settled = settled and not pending and not any(restarts)
            if pending or restarts != seen:
                since, seen = now, restarts
            if not pending and (settled or now - since >= _SETTLE_SECONDS):
                return now if self.is_new else 0.0
            if now > self.deadline:
                what = f"the container was not ready within {self.group.ready_seconds} s"
                await self.fail(pending or members, what, _LONGER, properties)
            await asyncio.sleep(_POLL_SECONDS)

    async def end(self) -> float:
        """Wait until a job has ended well; one that has failed runs again, as often as it may."""
        runs = int(self.is_new)
        while True:
            properties, members = await self.look()
            main = [member for member in members if member.name in self.group.ends]
            if all(member.has_succeeded for member in main):
                if any(member.is_running for member in members):
                    await self.stop()
                return time.monotonic() if self.is_new else 0.0
            failed = [member for member in members if member.has_failed]
            if self.is_over(properties, failed):
                if runs >= (self.group.attempts or 1):
                    await self.fail(failed or main, _times("the job failed", runs), _AGAIN, properties)
                await self.start()
                runs += 1
            elif time.monotonic() > self.deadline:
                what = f"the job did not end well within {self.group.ready_seconds} s"
                await self.fail(failed or main, what, _LONGER, properties)
            await asyncio.sleep(_POLL_SECONDS)

    async def stop(self) -> None:
        """Stop what is left of a job: its sidecars end with it, and nobody else would stop them."""
        await self.management.act(self.resource_group, self.group.name, "stop")
        while any(member.is_running for member in (await self.found())[1]) and time.monotonic() <= self.deadline:
            await asyncio.sleep(_POLL_SECONDS)

    def is_over(self, properties: Mapping[str, Any], failed: Sequence[Member]) -> bool:
        """Whether a job that has not ended well will not go on by itself."""
        if _state(properties) == "Stopped" or properties.get("provisioningState") == "Failed":
            return True
        again = properties.get("restartPolicy") == "OnFailure"
        return bool(failed) and not (again and any(member.state.get("state") == "Waiting" for member in failed))

    async def fail(self, members: Sequence[Member], what: str, fix: str, properties: Mapping[str, Any]) -> None:
        """End the update with all that is known of some containers.

        Raises:
            DeploymentError: Always.
        """
        hidden = await hidden_values(texts(self.group.body))
        events = (properties.get("instanceView") or {}).get("events") or ()
        problems = []
        for member in members:
            lines = [what, *_told(member, events)]
            told, advice = explained(lines, await self.log(member), fix)
            problems.append(Problem("PP575", member.path, hide("\n    ".join(told), hidden), advice))
        raise DeploymentError(problems)


def _state(properties: Mapping[str, Any]) -> str:
    return str((properties.get("instanceView") or {}).get("state") or "Running")


def _times(what: str, count: int) -> str:
    return f"{what} {count} times" if count > 1 else what


def _members(group: Group, found: Document) -> Iterator[Member]:
    for kind in ("initContainers", "containers"):
        for i, item in enumerate(found["properties"].get(kind) or ()):
            path = group.places.get(f"properties.{kind}[{i}]", group.path)
            yield Member(item["name"], path, kind == "initContainers", item["properties"].get("instanceView") or {})


def _told(member: Member, events: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    yield f"container: {member.name}"
    if member.ended.get("exitCode") is not None:
        yield f"exit code: {member.ended['exitCode']:g} ({member.ended.get('detailStatus') or 'Error'})"
    if member.restarts:
        yield f"restarts: {member.restarts}"
    own = [event for event in (*events, *(member.view.get("events") or ())) if event.get("type") == "Warning"]
    for event in own[-_EVENTS:]:
        yield f"{event['name']}: {event['message']}"
