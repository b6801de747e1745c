"""What an interrupted update left behind is removed before it is in the way."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

import pytest

from polypod.targets.docker.leftovers import remove_leftovers
from polypod.testing import FakeDaemon

OURS = {"dev.polypod.stack": "s"}
CONTAINER = "docker:index/container:Container"
NETWORK = "docker:index/network:Network"


class Networks(FakeDaemon):
    """A daemon that has networks."""

    def __init__(self, *found: str) -> None:
        super().__init__()
        self.found = set(found)

    def networks(self, name: str, labels: Mapping[str, str]) -> list[str]:
        """The network of that name."""
        return [network for network in self.found if network == name and labels == OURS]

    def remove_network(self, network: str) -> None:
        """Remove a network."""
        self.found.remove(network)


def about_to_create(daemon: FakeDaemon, kind: str, inputs: dict[str, Any]) -> None:
    """Call the hook as the engine does."""
    args = SimpleNamespace(type=kind, new_inputs=inputs)
    asyncio.run(remove_leftovers(daemon, OURS)(args))


@pytest.mark.parametrize(("expected", "labels"), [(False, OURS), (True, {"dev.polypod.stack": "t"}), (True, {})])
def test_only_a_container_of_the_same_deployment_is_removed(expected: bool, labels: dict[str, str]) -> None:
    """What carries other labels is somebody else's, and stays."""
    daemon = FakeDaemon()
    daemon.create({"name": "web", "labels": [{"label": name, "value": value} for name, value in labels.items()]})
    about_to_create(daemon, CONTAINER, {"name": "web"})
    assert (daemon.inspect("web") is not None) == expected


def test_nothing_is_removed_where_nothing_is() -> None:
    """As on every first update."""
    about_to_create(FakeDaemon(), CONTAINER, {"name": "web"})


def test_a_network_is_removed_by_its_name() -> None:
    """Another of another name stays."""
    daemon = Networks("net", "other")
    about_to_create(daemon, NETWORK, {"name": "net"})
    assert daemon.found == {"other"}
