"""What becomes of data when a program changes."""

from __future__ import annotations

from typing import Any

import pytest

from polypod import Container, Gateway, HostPathVolume, Mount, PersistentVolume, Pod, ScratchVolume
from polypod.model.application import Application
from polypod.preview.data import data_risks

DATA = Mount("/data", PersistentVolume("data", "2Gi"))


def _risks(before: Any, after: Any) -> list[tuple[str, str]]:
    apps = (Application.of(model) for model in (before, after))
    return [(risk.pod, risk.text) for risk in data_risks(*apps)]


def _pod(*mounts: Mount, name: str = "db") -> Pod:
    return Pod(Container(name, image="db:1", port=1, mounts=mounts))


@pytest.mark.parametrize(
    ("before", "after", "text"),
    [
        (
            DATA,
            Mount("/data", PersistentVolume("other")),
            "db sees other at /data, not data: the data stay in data, which nothing uses any more",
        ),
        (DATA, None, "data is not mounted any more: its data are kept, and nothing uses them"),
        (
            DATA,
            Mount("/var/data", PersistentVolume("data", "2Gi")),
            "db finds the data of data at /var/data, and nothing at /data",
        ),
        (
            DATA,
            Mount("/data", PersistentVolume("data", "1Gi")),
            "data shall hold less than it may now: no platform makes a volume smaller, and it stays as it is",
        ),
        (
            DATA,
            Mount("/data", PersistentVolume("data", "2Gi", per_replica=True)),
            "data starts empty as a volume of each replica: its data stay in what was one for all",
        ),
        (
            Mount("/data", PersistentVolume("data", per_replica=True)),
            Mount("/data", PersistentVolume("data")),
            "data starts empty as one for all: its data stay in what was a volume of each replica",
        ),
        (
            Mount("/src", HostPathVolume("src", "/a")),
            Mount("/src", HostPathVolume("src", "/b")),
            "src is another directory of the host: /a -> /b",
        ),
        (
            DATA,
            Mount("/data", HostPathVolume("data", "/a")),
            "data is another kind of volume: what it held stays behind",
        ),
    ],
)
def test_data_that_a_pod_no_longer_sees_are_named(before: Mount, after: Mount | None, text: str) -> None:
    """With where they are."""
    assert _risks(_pod(before), _pod(*([after] if after else []))) == [("db", text)]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (DATA, DATA),
        (DATA, Mount("/data", PersistentVolume("data", "4Gi"))),
        (DATA, Mount("/data", PersistentVolume("data", "2Gi"), read_only=True)),
        (Mount("/s", ScratchVolume("s")), Mount("/t", ScratchVolume("t"))),
    ],
)
def test_what_stays_in_sight_is_no_risk(before: Mount, after: Mount) -> None:
    """Nor is what a scratch volume holds."""
    assert _risks(_pod(before), _pod(after)) == []


def test_data_that_another_pod_takes_over_are_no_risk() -> None:
    """They are somebody's; who mounted them sees others in their place."""
    other = _pod(name="other")
    assert _risks(Gateway([_pod(DATA), other]), Gateway([_pod(), _pod(DATA, name="other")])) == []
    assert _risks(Gateway([_pod(DATA)]), Gateway([_pod(DATA, name="renamed")])) == []


def test_a_pod_that_goes_leaves_its_data() -> None:
    """They are kept."""
    assert _risks(Gateway([_pod(DATA), _pod(name="b")]), Gateway([_pod(name="b")])) == [
        ("db", "data is removed with its pod: its data are kept, and nothing uses them")
    ]
