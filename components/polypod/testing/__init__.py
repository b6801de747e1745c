"""Helpers for tests of programs that use polypod: no engine, no daemon, no cluster, no network.

::

    def test_the_database_keeps_its_data() -> None:
        engine = MockedEngine(config={"polypod:target": "docker"})
        engine.up(lambda: polypod.GatewayStack("shop", app))
        assert engine["shop-volume-db-data"].retain_on_delete
"""

from polypod.testing.azure import FakeManagement
from polypod.testing.docker import FakeDaemon
from polypod.testing.engine import MockedEngine, Registered
from polypod.testing.kubernetes import FakeCluster

__all__ = ["FakeCluster", "FakeDaemon", "FakeManagement", "MockedEngine", "Registered"]
