"""The addresses under which what a component publishes is reached."""

from __future__ import annotations

from typing import Any

import pulumi
import pytest

from polypod import Access, ContainerGroup, Group, Pod, Port, SidecarPod
from tests.engines import run
from tests.programs import container, web


def test_a_group_publishes_by_container() -> None:
    """A container with several published ports has one address for each."""
    peers = [
        container("a", port=Port(80, publish=81)),
        container("b", ports=[Port(82, publish=82, name="api"), Port(83, publish=83)]),
    ]

    def program() -> None:
        pulumi.export("endpoints", ContainerGroup("c", Group("g", peers=peers, access=Access())).endpoints)

    host = "http://127.0.0.1"
    assert run(program).outputs["endpoints"] == {"a": f"{host}:81", "b-api": f"{host}:82", "b-83": f"{host}:83"}


@pytest.mark.parametrize(
    ("expected", "fields"),
    [
        ("http://127.0.0.1:81", {}),
        ("http://192.0.2.1:81", {"address": "192.0.2.1"}),
        ("http://[::1]:81", {"address": "::1"}),
        ("http://docker.test:81", {"address": "0.0.0.0"}),  # noqa: S104
        ("http://docker.test:81", {"address": "::"}),
        ("udp://127.0.0.1:81", {"protocol": "udp"}),
    ],
)
def test_an_endpoint_is_where_the_program_published_it(expected: str, fields: dict[str, Any]) -> None:
    """What is published everywhere is reached under the name of the daemon's machine."""

    def program() -> None:
        pulumi.export("endpoints", SidecarPod("c", web(port=Port(80, publish=81, **fields))).endpoints)

    assert run(program).outputs["endpoints"] == {"web": expected}


def test_an_endpoint_has_the_scheme_of_its_pod() -> None:
    """A client can use the address as it is."""

    def program() -> None:
        pod = Pod(container("db", port=Port(5432, publish=5432)), access=Access(scheme="postgresql"))
        pulumi.export("endpoints", SidecarPod("c", pod).endpoints)

    assert run(program).outputs["endpoints"] == {"db": "postgresql://127.0.0.1:5432"}
