"""Resources that are only kept: what is made, what comes back, what is refused."""

from __future__ import annotations

from typing import Any

import pytest

from helpers.bodies import SUBSCRIPTION, network, path, subnet
from helpers.http_client import Http
from polypod_aci_emulator.resources.catalog import KEPT

VERSIONS = {
    "Microsoft.ContainerRegistry/registries": "2025-11-01",
    "Microsoft.Network/virtualNetworks": "2025-01-01",
    "Microsoft.Network/virtualNetworks/subnets": "2025-01-01",
    "Microsoft.OperationalInsights/workspaces": "2025-07-01",
    "Microsoft.ManagedIdentity/userAssignedIdentities": "2024-11-30",
}
BODIES: dict[str, Any] = {
    "Microsoft.Network/virtualNetworks": network(),
    "Microsoft.Network/virtualNetworks/subnets": subnet("thing"),
}
NETWORK = "Microsoft.Network/virtualNetworks"
TOP = [kind.type for kind in KEPT if not kind.parent]


def _ask(http: Http, method: str, kind: str, tail: str = "", body: object = None) -> Any:
    provider, *types = kind.split("/")
    names = "/".join(f"{one}/things{i}" for i, one in enumerate(types))
    return http(method, path(f"{provider}/{names}{tail}"), body, VERSIONS[kind])


def _make(http: Http, kind: str, **top: Any) -> Any:
    return _ask(http, "PUT", kind, body={"location": "West Europe", **BODIES.get(kind, {}), **top})


@pytest.mark.parametrize("kind", TOP)
def test_what_is_made_can_be_read(http: Http, kind: str) -> None:
    """201 and then 200; the ids that Azure gives stay; lists have it."""
    made = _make(http, kind, tags={"a": "b"})
    assert (made.status_code, made.json()["properties"]["provisioningState"]) == (201, "Succeeded")
    again = _make(http, kind, tags={"a": "b"})
    assert (again.status_code, again.json()) == (200, made.json())
    assert _ask(http, "GET", kind).json() == made.json()
    assert http("GET", path(kind), version=VERSIONS[kind]).json() == {"value": [made.json()]}
    everywhere = http("GET", f"/subscriptions/{SUBSCRIPTION}/providers/{kind}", version=VERSIONS[kind])
    assert everywhere.json() == {"value": [made.json()]}
    assert (made.json()["location"], made.json()["type"]) == ("westeurope", kind)
    changed = _ask(http, "PATCH", kind, body={"tags": {"c": "d"}})
    assert (changed.json()["tags"], changed.json()["properties"]) == ({"c": "d"}, made.json()["properties"])


@pytest.mark.parametrize("kind", [kind for kind in TOP if kind != NETWORK])
def test_what_is_deleted_is_gone(http: Http, kind: str) -> None:
    """And is no error a second time."""
    _make(http, kind)
    assert [_ask(http, "DELETE", kind).status_code for _ in range(2)] == [200, 204]
    assert _ask(http, "GET", kind).json()["error"]["code"] == "ResourceNotFound"


@pytest.mark.parametrize("kind", TOP)
@pytest.mark.parametrize(
    ("body", "code"),
    [
        ([], "InvalidRequestContent"),
        ({"location": 5}, "InvalidRequestContent"),
        ({"location": "westeurope", "properties": []}, "InvalidRequestContent"),
        ({"location": "westeurope", "tags": {"a": 5}}, "InvalidRequestContent"),
        ({"properties": {}}, "LocationRequired"),
        ({"location": "atlantis"}, "LocationNotAvailableForResourceType"),
    ],
)
def test_a_malformed_request_is_refused(http: Http, kind: str, body: object, code: str) -> None:
    """And nothing is kept."""
    answer = _ask(http, "PUT", kind, body=body)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, code)
    assert http("GET", path(kind), version=VERSIONS[kind]).json() == {"value": []}


@pytest.mark.parametrize("kind", TOP)
def test_names_groups_and_regions_are_checked(http: Http, kind: str) -> None:
    """A name of wrong characters, a resource group that is not there, a move to another region."""
    version, body = VERSIONS[kind], {"location": "westeurope", **BODIES.get(kind, {})}
    wrong = http("PUT", path(f"{kind}/-%24-"), body, version)
    assert wrong.status_code == 400
    assert "'-$-'" in wrong.json()["error"]["message"]
    assert (
        http("PUT", path(f"{kind}/things", "absent"), body, version).json()["error"]["code"] == "ResourceGroupNotFound"
    )
    _make(http, kind)
    assert _make(http, kind, location="eastus").json()["error"]["code"] == "InvalidResourceLocation"


@pytest.mark.parametrize(
    ("kind", "action", "names"),
    [
        ("Microsoft.OperationalInsights/workspaces", "/sharedKeys", {"primarySharedKey", "secondarySharedKey"}),
        ("Microsoft.ContainerRegistry/registries", "/listCredentials", {"username", "passwords"}),
    ],
)
def test_secrets_come_only_when_asked_for(http: Http, kind: str, action: str, names: set[str]) -> None:
    """They stay through an update, and no other answer has them."""
    assert _ask(http, "POST", kind, action).json()["error"]["code"] == "ResourceNotFound"
    made = _make(http, kind, properties={"adminUserEnabled": True})
    found = _ask(http, "POST", kind, action).json()
    assert set(found) == names
    _make(http, kind, properties={"adminUserEnabled": True}, tags={"a": "b"})
    assert _ask(http, "POST", kind, action).json() == found
    assert "secrets" not in made.json()


def test_registries_are_unique_in_all_of_azure(http: Http) -> None:
    """By their DNS name; without an admin user there are no credentials."""
    kind = "Microsoft.ContainerRegistry/registries"
    _make(http, kind)
    assert _ask(http, "POST", kind, "/listCredentials").json()["error"]["code"] == "UnauthorizedForCredentialOperations"
    http("PUT", f"/subscriptions/{SUBSCRIPTION}/resourcegroups/two", {"location": "eastus"}, "2025-04-01")
    taken = http("PUT", path(f"{kind}/THINGS0", "two"), {"location": "eastus"}, VERSIONS[kind])
    assert (taken.status_code, taken.json()["error"]["code"]) == (409, "AlreadyInUse")


def test_subnets_are_parts_of_their_network(http: Http) -> None:
    """Made with it or alone; a network that says nothing of subnets keeps them."""
    _ask(http, "PUT", NETWORK, body=network(subnet("one")))
    _ask(http, "PUT", NETWORK, "/subnets/two", subnet("two", "10.1.2.0/24"))
    bare = network()
    del bare["properties"]["subnets"]
    kept = _ask(http, "PUT", NETWORK, body=bare).json()
    assert [item["name"] for item in kept["properties"]["subnets"]] == ["one", "two"]
    assert _ask(http, "GET", NETWORK, "/subnets").json()["value"] == kept["properties"]["subnets"]
    assert _ask(http, "GET", NETWORK, "/subnets/one").json() == kept["properties"]["subnets"][0]
    left = _ask(http, "PUT", NETWORK, body=network(subnet("two", "10.1.2.0/24"))).json()
    assert [item["name"] for item in left["properties"]["subnets"]] == ["two"]
    assert _ask(http, "DELETE", NETWORK, "/subnets/two").status_code == 200
    assert _ask(http, "GET", NETWORK, "/subnets/two").json()["error"]["code"] == "ResourceNotFound"


@pytest.mark.parametrize(
    ("subnets", "code"),
    [
        ([subnet("one"), subnet("two")], "NetcfgSubnetRangesOverlap"),
        ([subnet("one"), subnet("two", "10.2.0.0/24")], "NetcfgInvalidSubnet"),
        ([subnet("one"), subnet("two", "10.1.300.0/24")], "InvalidAddressPrefixFormat"),
        ([subnet("one"), subnet("two!", "10.1.2.0/24")], "InvalidResourceName"),
        ([subnet("one"), {"name": "two"}], "InvalidRequestContent"),
        ([subnet("one"), {"properties": {}}], "InvalidRequestContent"),
        ([subnet("one"), {"name": "two", "properties": 5}], "InvalidRequestContent"),
        ([subnet("one"), {"name": 5}], "InvalidRequestContent"),
        ([{"name": "one", "properties": {"addressPrefix": "10.1.1.0/24", "delegations": 5}}], "InvalidRequestContent"),
        ({"name": "one"}, "InvalidRequestContent"),
    ],
)
def test_a_network_with_a_wrong_subnet_is_refused_as_a_whole(http: Http, subnets: Any, code: str) -> None:
    """Neither the network nor the subnets that were right are kept; nor does a change of it leave a trace."""
    body = network()
    body["properties"]["subnets"] = subnets
    answer = _ask(http, "PUT", NETWORK, body=body)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, code)
    assert _ask(http, "GET", NETWORK).json()["error"]["code"] == "ResourceNotFound"
    before = _ask(http, "PUT", NETWORK, body=network(subnet("old", "10.1.7.0/24"))).json()
    assert _ask(http, "PUT", NETWORK, body=body).status_code == 400
    assert _ask(http, "GET", NETWORK).json() == before


@pytest.mark.parametrize("space", [None, 5, {}, {"addressPrefixes": "10.0.0.0/8"}, {"addressPrefixes": [5, {}]}])
def test_a_network_needs_an_address_space(http: Http, space: object) -> None:
    """Of the right shape."""
    body = {"location": "westeurope", "properties": {"addressSpace": space}}
    assert _ask(http, "PUT", NETWORK, body=body).status_code == 400
    assert _ask(http, "GET", NETWORK).status_code == 404
