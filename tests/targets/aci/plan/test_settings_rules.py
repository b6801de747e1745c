"""What does not fit between a program and the stack's config is said before anything is made."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from polypod import Gateway, Pod, Port, RegistryCredentials, Route, Secret, Verdict
from tests.programs import container, gateway, web
from tests.targets.aci.groups import TOGETHER, lost
from tests.targets.aci.plan.test_settings import IDENTITY

LABEL = {"dnsLabel": "front-end"}
SMALLEST = {"addressSpace": "10.0.0.0/29"}
PAIR = Gateway([web(), Pod(container("db"))], routes=[Route("/", "web")])
ROWS: list[tuple[str, str, str, str, Any, Mapping[str, Any]]] = [
    (
        "degraded",
        "config polypod:aci.spot[1]",
        "there is no pod 'wbe' here",
        "use some of db, web, or of another component",
        PAIR,
        {"spot": ["db", "wbe"]},
    ),
    (
        "rejected",
        "config polypod:aci.addressSpace",
        "there is room for 3 container groups, and the program has 4",
        "use a larger range, such as 10.0.0.0/24",
        Pod(container(), replicas=4),
        SMALLEST,
    ),
    (
        "degraded",
        "config polypod:aci.dnsLabel",
        "nothing is published here that could have this name",
        "give a port publish=, or leave it out where no other component does",
        web(),
        LABEL,
    ),
    (
        "degraded",
        "gateway.address",
        "the gateway is open at its group's own address, not at 192.0.2.7",
        "leave address= out for this stack",
        gateway(address="192.0.2.7"),
        {},
    ),
]


@pytest.mark.parametrize(
    ("verdict", "path", "reason", "fix", "model", "settings"), ROWS, ids=[row[1].rpartition(".")[2] for row in ROWS]
)
def test_what_does_not_fit_is_said(
    verdict: str, path: str, reason: str, fix: str, model: Any, settings: Mapping[str, Any]
) -> None:
    """Once, with its place, what is wrong and what to do."""
    found = [(f.verdict.value, f.path, f.reason, f.fix) for f in lost(model, settings) if f.path == path]
    assert found == [(verdict, path, reason, fix)]


@pytest.mark.parametrize(
    ("model", "settings"),
    [
        (PAIR, {"spot": ["db"]}),
        (Pod(container(), replicas=3), SMALLEST),
        (gateway(), {**TOGETHER, **SMALLEST}),
        (web(port=Port(80, publish=80)), LABEL),
        (gateway(), LABEL),
        (gateway(), {**TOGETHER, **LABEL}),
        (gateway(address="127.0.0.1"), {}),
    ],
)
def test_what_fits_is_not_refused(model: Any, settings: Mapping[str, Any]) -> None:
    """Up to the last address that Azure leaves."""
    places = {f.path for f in lost(model, settings)}
    assert places & {"gateway.address", *(f"config polypod:aci.{key}" for key in ("addressSpace", "dnsLabel"))} == set()
    assert not any(place.startswith("config polypod:aci.spot") for place in places)


def of(server: str) -> RegistryCredentials:
    """A login for a registry."""
    return RegistryCredentials(server=server, username="ci", password=Secret("x"))


@pytest.mark.parametrize(
    "server", ["registry.test", "docker.io", "azurecr.io", "shopazurecr.io", "shop.azurecr.io.test"]
)
def test_an_identity_of_azure_pulls_from_azures_registries_only(server: str) -> None:
    """No other knows it."""
    (found,) = lost(web(), {"identity": IDENTITY}, registry=of(server))
    assert (found.verdict, found.path) == (Verdict.REJECTED, "config polypod:aci.identity")
    assert found.reason == f"{server!r} is no registry of Azure, and knows no identities of Azure"
    assert found.fix == "leave it out, or use a registry in Azure"


@pytest.mark.parametrize("server", ["", "shop.azurecr.io", "shop.azurecr.cn", "shop.azurecr.us"])
def test_an_identity_of_azure_pulls_from_those(server: str) -> None:
    """In all of its clouds, and from a registry of the stack's own, where the config names none."""
    assert lost(web(), {"identity": IDENTITY}, registry=of(server) if server else None) == []
