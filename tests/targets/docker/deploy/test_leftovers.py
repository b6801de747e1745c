"""What an interrupted update left behind is removed before it is in the way."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

from polypod.targets.docker.deploy.leftovers import remove_ended, remove_leftovers
from tests.programs import gateway
from tests.targets.docker.daemons import Recording
from tests.targets.docker.plans import plan

OURS = {"dev.polypod.stack": "s"}


class Networks(Recording):
    """A daemon that has networks."""

    def __init__(self, *found: str) -> None:
        super().__init__()
        self.found = set(found)

    def networks(self, name: str, labels: Mapping[str, str]) -> list[str]:
        """The network of that name."""
        return [network for network in self.found if network == name and labels == OURS]

    def remove_network(self, network: str) -> None:
        """Remove a network."""
        self.done.append(f"remove {network}")


def about_to_create(daemon: Any, name: str) -> None:
    """Call the hook as the engine does."""
    asyncio.run(remove_leftovers(daemon, OURS)(SimpleNamespace(new_inputs={"name": name})))


def test_a_network_is_removed_by_its_name() -> None:
    """Another of another name stays."""
    daemon = Networks("net", "other")
    about_to_create(daemon, "net")
    assert daemon.done == ["remove net"]


def test_containers_in_a_network_are_stopped_before() -> None:
    """In the order of their pod, and those of others stay."""
    daemon = Networks("net")
    daemon.add("web", **OURS, role="owner")
    daemon.add("web.web", **OURS, role="main")
    daemon.add("other", role="main")
    about_to_create(daemon, "net")
    assert daemon.done == ["stop web.web", "remove web.web", "stop web", "remove web", "remove net"]


def test_nothing_is_stopped_where_there_is_no_network() -> None:
    """As on every first update."""
    daemon = Networks()
    daemon.add("web", **OURS)
    about_to_create(daemon, "net")
    assert daemon.done == []


def test_what_has_ended_and_nobody_knows_of_is_removed() -> None:
    """Not what runs, which the engine may have been told to leave; nor what only fills a volume."""
    rendered = plan(gateway())
    daemon = Recording()
    for name in ("web-0", "gateway-0.nginx.content", "gone-0", "running-0"):
        daemon.add(f"p-s-c-{name}", **rendered.labels)
        if name != "running-0":
            daemon.stop_container(f"p-s-c-{name}")
    daemon.add("other", **{**rendered.labels, "dev.polypod.component": "d"})
    daemon.stop_container("other")
    daemon.done.clear()
    remove_ended(daemon, rendered)
    assert daemon.done == ["remove p-s-c-gone-0"]
