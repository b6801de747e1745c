"""Stores: pods that keep data."""

from __future__ import annotations

import attrs

from polypod.model.access import Access
from polypod.model.container import Container
from polypod.model.pod import Pod
from polypod.model.probe import Probe
from polypod.model.quantity import Memory
from polypod.model.resources import Resources
from polypod.model.value import Deferred, Secret
from polypod.model.volume import Mount, PersistentVolume
from polypod.patterns.images import POSTGRES, REDIS, STORE_USER


def postgres(
    name: str,
    *,
    password: str | Secret | Deferred,
    database: str = "app",
    user: str = "app",
    size: str | int | Memory | None = None,
    volume: str | PersistentVolume | None = None,
    resources: Resources = Resources(),  # noqa: B008 - an immutable value
    image: str = POSTGRES,
) -> Pod:
    """A PostgreSQL server that keeps its data.

    ``pod.url(database)`` is its address with user and password.

    Args:
        name: The name of the pod.
        password: The password of ``user``; made a secret if it is not one.
        database: The database made on first start; ``app`` by default.
        user: The user made on first start, who owns the database; ``app`` by default.
        size: How much data it must hold; that of ``volume``, or the target's choice, by default.
        volume: The volume that holds the data, or its name; ``<name>-data`` by default. Name the old one when the pod
            is renamed: another name is another volume, and an empty database.
        resources: What it is promised and where it is stopped; no limits by default.
        image: An image that follows the official image's environment variables.
    """
    secret = password if isinstance(password, Secret) else Secret(password)
    data = _data(name, volume, size)
    main = Container(
        name,
        image=image,
        port=5432,
        env={
            "POSTGRES_DB": database,
            "POSTGRES_USER": user,
            "POSTGRES_PASSWORD": secret,
            "PGDATA": "/var/lib/postgresql/data/pgdata",
        },
        mounts=[Mount("/var/lib/postgresql/data", data)],
        readiness=Probe.exec("pg_isready", "-h", "127.0.0.1", "-U", user, "-d", database),
        resources=resources,
        user=STORE_USER,
        group=STORE_USER,
    )
    return Pod(main, access=Access(scheme="postgresql", user=user, password=secret), termination_grace_period="30s")


def redis(
    name: str,
    *,
    size: str | int | Memory | None = None,
    volume: str | PersistentVolume | None = None,
    resources: Resources = Resources(),  # noqa: B008 - an immutable value
    image: str = REDIS,
) -> Pod:
    """A Redis server.

    ``pod.url("0")`` is the address of its first database.

    Args:
        name: The name of the pod.
        size: How much data it must keep across restarts; without it and ``volume``, the default, it keeps nothing.
        volume: The volume that holds the data, or its name; ``<name>-data`` by default.
        resources: What it is promised and where it is stopped; no limits by default.
        image: An image whose entrypoint runs ``redis-server`` with the given arguments.
    """
    kept = (size, volume) != (None, None)
    keep = ("--appendonly", "yes") if kept else ("--save", "", "--appendonly", "no")
    main = Container(
        name,
        image=image,
        command=["redis-server", "--protected-mode", "no", "--dir", "/data", *keep],
        port=6379,
        mounts=[Mount("/data", _data(name, volume, size))] if kept else (),
        readiness=Probe.exec("redis-cli", "ping"),
        resources=resources,
        user=STORE_USER,
        group=STORE_USER,
    )
    return Pod(main, access=Access(scheme="redis"))


def _data(name: str, volume: str | PersistentVolume | None, size: str | int | Memory | None) -> PersistentVolume:
    given = volume if isinstance(volume, PersistentVolume) else PersistentVolume(volume or f"{name}-data")
    return given if size is None else attrs.evolve(given, size=size)
