"""Data with one owner at a time, and what tells whether it had."""

from __future__ import annotations

import itertools
import threading
from types import TracebackType
from typing import Self

from .deployment import Deployment

PROGRAM = """
    import pulumi
    from polypod import *

    config = pulumi.Config()
    shape = config.get("shape") or "pod"
    data = Mount("/data", PersistentVolume("data"))
    KEEP = "trap 'sleep 3; echo end $0 >> /data/log; exit 0' TERM; echo start $0 >> /data/log; "
    IDLE = "trap 'exit 0' TERM; "
    WAIT = "touch /tmp/on; sleep 9999 & wait"

    def container(name, keeps=False, **fields):
        command = ["sh", "-c", (KEEP if keeps else IDLE) + WAIT, name]
        return Container(name, image="busybox:1.37", command=command, user=1000, mounts=[data] if keeps else (),
                         readiness=Probe.exec("test", "-e", "/tmp/on"), **fields)

    scratch = Mount("/shared", ScratchVolume("shared"))
    helper = Container("helper", image="busybox:1.37", command=["sh", "-c", IDLE + WAIT], user=1000,
                       mounts=[scratch])
    first, moved = container("first", keeps=True), shape == "moved"
    shapes = {
        "pod": Pod(first),
        "sidecar": Pod(first, sidecars=[helper]),
        "group": Group("first", peers=[first, helper]),
        "renamed": Pod(container("second", keeps=True)),
        "moved": Pod(container("first")),
    }
    pods = [shapes.get(shape, shapes["pod"]), Pod(container("other", keeps=moved))]
    if shape == "elsewhere":
        SidecarPod("u", pods.pop(0))
    name, former = ("t", "s") if shape == "component" else ("s", "t")
    GatewayStack(name, Gateway(pods, port=config.require_int("port")),
                 opts=pulumi.ResourceOptions(aliases=[pulumi.Alias(name=former)]))
"""
"""A pod that keeps its data until it has taken three seconds to end, in several shapes."""

OWNERS = {
    "pod": "first",
    "sidecar": "first",
    "group": "first",
    "renamed": "second",
    "moved": "other",
    "component": "first",
    "elsewhere": "first",
}
"""Who owns the data, by shape."""


def data_log(deployment: Deployment, owner: str) -> str:
    """What the owners of the data wrote."""
    return deployment.shell(owner, owner, "cat /data/log")


def owners(log: str) -> list[str]:
    """Those who owned the data, each of whom had ended before the next one started; the last one has not ended.

    Args:
        log: What they wrote.
    """
    events = [line.split() for line in log.splitlines()]
    assert [event for event, _ in events] == ["start", "end"] * (len(events) // 2) + ["start"], log
    assert all(start == end for (_, start), (_, end) in zip(events[::2], events[1::2], strict=False)), log
    return [name for _, name in events[::2]]


STORE = """
    import attrs
    import pulumi
    from polypod import *
    from polypod.patterns import postgres

    store = postgres(pulumi.Config().get("name") or "db", password="secret")
    books = Mount("/var/lib/postgresql/data", PersistentVolume("books"))
    SidecarPod("s", attrs.evolve(store, main=attrs.evolve(store.main, mounts=[books])))
"""
"""A PostgreSQL server whose data has a name of its own."""

RENAMES = 5


class Writer:
    """Somebody who writes to a PostgreSQL server, whatever it is called at the moment, until the block ends.

    Args:
        deployment: A deployment of `STORE`.
    """

    def __init__(self, deployment: Deployment) -> None:
        self._deployment = deployment
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._write)
        self.names = ["db"]
        self.acknowledged: set[int] = set()

    def __enter__(self) -> Self:
        self.sql("create table if not exists kept (id int primary key)")
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._over.set()
        self._thread.join()

    def sql(self, statement: str) -> str:
        """What a statement returns."""
        name = self.names[-1]
        psql = "PGPASSWORD=secret psql -h 127.0.0.1 -U app -d app -v ON_ERROR_STOP=1 -qtA"
        return self._deployment.shell(name, name, f'{psql} -c "{statement}"')

    def _write(self) -> None:
        for number in itertools.count():
            if self._over.is_set():
                return
            try:
                self.sql(f"insert into kept values ({number})")  # noqa: S608 - a number
            except Exception:  # it is on its way from one name to the next
                self._over.wait(0.2)
            else:
                self.acknowledged.add(number)


def every_commit_is_there_after_renames(deployment: Deployment) -> None:
    """What PostgreSQL has acknowledged under one name or another is there in the end.

    Args:
        deployment: A deployment of `STORE`.
    """
    deployment.up()
    with Writer(deployment) as writer:
        for i in range(RENAMES):
            deployment.set("name", f"db{i}")
            writer.names.append(f"db{i}")
            deployment.up()
    assert len(writer.acknowledged) > 2 * RENAMES
    assert writer.acknowledged - {int(line) for line in writer.sql("select id from kept").split()} == set()
