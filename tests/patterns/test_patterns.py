"""Well-known multi-container patterns: what they put into a program, and that every program may hold them."""

from __future__ import annotations

from typing import Any

import pytest

from polypod import Access, Mount, PersistentVolume, Pod, Probe, Resources, ScratchVolume, Secret
from polypod.model.quantity import memory
from polypod.patterns import log_tailer, postgres, redis, wait_for
from tests.programs import Later, container, found, gateway, web

LOGS = Mount("/var/log/app", ScratchVolume("logs"))


@pytest.mark.parametrize(("expected", "password"), [("x", "x"), ("x", Secret("x")), (None, Later())])
def test_a_database_has_a_secret_password(expected: str | None, password: Any) -> None:
    """Whether it is given as a text, as a secret, or known only later."""
    secret = postgres("db", password=password).main.env["POSTGRES_PASSWORD"]
    assert isinstance(secret, Secret)
    assert secret.value == (expected or password)


def test_a_database_keeps_its_data() -> None:
    """In a volume of its own name, below a directory that an init of the file system cannot fill."""
    pod = postgres("db", password="x", size="5Gi", database="shop", user="me", resources=Resources(cpu=1))
    (mount,) = pod.main.mounts
    assert (mount.volume, pod.main.resources) == (PersistentVolume("db-data", "5Gi"), Resources(cpu=1))
    assert str(pod.main.env["PGDATA"]).startswith(f"{mount.path}/")
    assert (pod.main.env["POSTGRES_DB"], pod.main.env["POSTGRES_USER"]) == ("shop", "me")


def test_a_database_is_ready_when_it_takes_connections() -> None:
    """Over the network: while it initialises itself it listens on a socket only."""
    expected = Probe.exec("pg_isready", "-h", "127.0.0.1", "-U", "me", "-d", "shop")
    assert postgres("db", password="x", database="shop", user="me").main.readiness == expected


@pytest.mark.parametrize(
    ("mounts", "options", "size"),
    [
        ((), ["--save", "", "--appendonly", "no"], None),
        ((Mount("/data", PersistentVolume("cache-data", "1Gi")),), ["--appendonly", "yes"], "1Gi"),
    ],
)
def test_a_cache_keeps_data_only_when_asked(mounts: Any, options: list[str], size: str | None) -> None:
    """What it keeps it writes down at once."""
    pod = redis("cache", size=size)
    assert (pod.main.mounts, pod.access) == (mounts, Access(scheme="redis"))
    assert list(pod.main.command[-len(options) :]) == options


@pytest.mark.parametrize(
    ("expected", "files"),
    [(["app.log"], "app.log"), (["app.log"], ["app.log"]), (["a", "b/c"], ("a", "b/c")), (["app.log"], None)],
)
def test_a_tailer_follows_the_files_of_its_mount(expected: list[str], files: Any) -> None:
    """One or several; it only reads them."""
    tailer = log_tailer(LOGS) if files is None else log_tailer(LOGS, files)
    assert list(tailer.command[4:]) == [f"/var/log/app/{file}" for file in expected]
    assert tailer.mounts == (Mount("/var/log/app", LOGS.volume, read_only=True),)
    assert tailer.resources.memory_limit == memory("32Mi")


def test_waiting_is_a_reference() -> None:
    """So the engine, too, starts the pod after the one it waits for."""
    assert wait_for(web()).args == ("polypod{web.host}", "polypod{web.port}")


@pytest.mark.parametrize("length", [1, 40, 41, 42, 50])
def test_a_name_that_is_valid_for_a_pod_is_valid_for_what_waits_for_it(length: int) -> None:
    """The name of the init container is polypod's choice, so it must not be too long."""
    db = Pod(container("d" * length, image="a:1", port=1))
    assert found(gateway(Pod(web().main, init=[wait_for(db)]), db)) == []


def test_patterns_go_together_in_one_program() -> None:
    """None has a name, a port or a volume that another one needs."""
    stores = [postgres("db", password="x"), redis("cache", size="1Gi"), redis("sessions")]
    pod = Pod(
        container("web", port=80, mounts=[LOGS], env={"DB": stores[0].url("app")}),
        init=[wait_for(store) for store in stores],
        sidecars=[log_tailer(LOGS), log_tailer(LOGS, "access.log", name="access-tailer")],
    )
    assert found(gateway(pod, *stores)) == []


@pytest.mark.parametrize(
    ("expected", "fields"),
    [
        (PersistentVolume("db-data"), {}),
        (PersistentVolume("db-data", "1Gi"), {"size": "1Gi"}),
        (PersistentVolume("old-data"), {"volume": "old-data"}),
        (PersistentVolume("old-data", "1Gi"), {"volume": "old-data", "size": "1Gi"}),
        (PersistentVolume("old-data", "2Gi"), {"volume": PersistentVolume("old-data", "2Gi")}),
        (PersistentVolume("old-data", "1Gi"), {"volume": PersistentVolume("old-data", "2Gi"), "size": "1Gi"}),
    ],
)
def test_a_store_can_be_renamed_and_keep_its_data(expected: PersistentVolume, fields: dict[str, Any]) -> None:
    """Its volume has a name of its own where the program says one."""
    assert [mount.volume for mount in postgres("db", password="x", **fields).main.mounts] == [expected]
    if fields:
        kept = redis("db", **fields).main
        assert ([mount.volume for mount in kept.mounts], kept.command[-2:]) == ([expected], ("--appendonly", "yes"))
