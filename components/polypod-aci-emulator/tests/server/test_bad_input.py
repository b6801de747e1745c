"""Requests that are malformed, too large or meant to mislead: Azure's error shape, and nothing changes."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from helpers.bodies import CHARACTERS, SUBSCRIPTION, container, group, path
from helpers.http_client import Http

RESOURCE_GROUP = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg"
KINDS = {
    f"/subscriptions/{SUBSCRIPTION}/resourceGroups/fuzz": "2025-04-01",
    path(): "2023-05-01",
    path("Microsoft.Storage/storageAccounts/thing"): "2025-06-01",
    path("Microsoft.ContainerRegistry/registries/thing"): "2025-11-01",
    path("Microsoft.Network/virtualNetworks/thing"): "2025-01-01",
    path("Microsoft.OperationalInsights/workspaces/thing"): "2025-07-01",
    path("Microsoft.ManagedIdentity/userAssignedIdentities/thing"): "2024-11-30",
}


def _code(answer: Any, status: int) -> str:
    """The code of a refusal in Azure's envelope."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["x-ms-request-id"]
    assert set(answer.json()) == {"error"}
    assert answer.json()["error"]["message"]
    return str(answer.json()["error"]["code"])


def _state(http: Http) -> list[Any]:
    """Everything that the emulator keeps, also what no request shows; it still answers."""
    assert http("GET", RESOURCE_GROUP, version="2025-04-01").status_code == 200
    with closing(sqlite3.connect(http.folder / "state.sqlite3")) as kept:
        return kept.execute("SELECT * FROM documents").fetchall()


def _nested(depth: int) -> Any:
    value: Any = "deep"
    for _ in range(depth):
        value = {"a": value}
    return value


@pytest.mark.parametrize(("where", "version"), KINDS.items(), ids=[where.rpartition("/")[0][-25:] for where in KINDS])
@pytest.mark.parametrize(
    "content",
    [
        json.dumps(group()).encode()[:-1],
        b"{",
        b"\xff\xfe",
        b"nothing",
        b'{"location": "westeurope"} {}',
        b"[" * 100_000,
        json.dumps({"location": "westeurope", "properties": _nested(65)}).encode(),
        json.dumps({"location": "westeurope", "properties": _nested(900)}).encode(),
        b'{"location": NaN}',
        b'{"location": "westeurope", "properties": {"a": 1e999}}',
        b'{"location": "westeurope", "properties": {"a": ' + b"9" * 400 + b"}}",
        b'{"location": "westeurope", "tags": {"a": "\\ud800"}}',
        b'"text"',
        b"5",
        b"[]",
        b"null",
    ],
    ids=range(16),
)
def test_what_is_no_json_object_is_refused(http: Http, where: str, version: str, content: bytes) -> None:
    """Truncated, too deep, too large a number, no Unicode, no object."""
    before = _state(http)
    assert _code(http("PUT", where, version=version, content=content), 400) == "InvalidRequestContent"
    assert _state(http) == before


@pytest.mark.parametrize(("where", "version"), KINDS.items(), ids=[where.rpartition("/")[0][-25:] for where in KINDS])
def test_a_body_of_another_kind_or_size_is_refused(http: Http, where: str, version: str) -> None:
    """Only JSON, and no more than 4 MB of it."""
    before = _state(http)
    content = json.dumps(group()).encode()
    for media_type in ("text/plain", "application/x-www-form-urlencoded", "application/jsonp", ""):
        answer = http("PUT", where, version=version, content=content, media_type=media_type)
        assert _code(answer, 415) == "UnsupportedMediaType"
    large = {**group(), "tags": {"large": "x" * 5 * 1024 * 1024}}
    assert _code(http("PUT", where, large, version), 413) == "RequestContentTooLarge"
    assert _state(http) == before


@pytest.mark.parametrize("method", ["POST", "OPTIONS", "TRACE", "HEAD", "LOCK", "MADE-UP"])
def test_a_method_that_a_resource_has_not_is_refused(http: Http, method: str) -> None:
    """With 405, and after the token was looked at."""
    answer = http(method, path())
    assert answer.status_code == 405
    if method != "HEAD":
        assert _code(answer, 405) == "MethodNotAllowed"
    http.authorization = None
    assert http(method, path()).status_code == 401


@pytest.mark.parametrize(
    ("where", "status", "code"),
    [
        (f"{RESOURCE_GROUP}%3Fapi-version=1", 400, "InvalidResourceName"),
        (f"{RESOURCE_GROUP}%23", 400, "InvalidResourceName"),
        (f"{RESOURCE_GROUP}%2F", 400, "InvalidResourceName"),
        (f"{RESOURCE_GROUP}%00", 400, "InvalidResourceName"),
        (f"{RESOURCE_GROUP}%0d%0aX-Header:%20a", 400, "InvalidResourceName"),
        (f"{RESOURCE_GROUP}%5C", 400, "InvalidResourceName"),
        (f"{RESOURCE_GROUP}%253F", 400, "InvalidResourceName"),
        (f"{RESOURCE_GROUP}%ff", 400, "InvalidRequestUri"),
        (f"/subscriptions/{SUBSCRIPTION}/resourceGroups%2Frg", 400, "InvalidResourceName"),
        (f"/subscriptions/{SUBSCRIPTION}/resourceGroups/other/%2e%2e/rg", 400, "InvalidResourceName"),
        (f"/subscriptions/{SUBSCRIPTION}//resourceGroups//rg", 404, "NotFound"),
        (f"/subscriptions/{SUBSCRIPTION}%20/resourceGroups/rg", 400, "InvalidSubscriptionId"),
        (f"/subscriptions/{quote('../' * 3, safe='')}/resourceGroups/rg", 400, "InvalidResourceName"),
        (f"{RESOURCE_GROUP}%0A", 400, "InvalidResourceName"),
    ],
)
def test_an_encoded_path_leads_nowhere_else(http: Http, where: str, status: int, code: str) -> None:
    """The group in its beginning is neither deleted nor changed."""
    before = _state(http)
    for method in ("DELETE", "PUT", "GET"):
        assert _code(http(method, where, {"location": "eastus"}, "2025-04-01"), status) == code
    assert _state(http) == before


_TEXT = st.text(CHARACTERS, max_size=6) | st.sampled_from(
    ["westeurope", "properties", "location", "10.0.0.0/8", "Standard_LRS"]
)
_VALUE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | _TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_TEXT, inner, max_size=3),
    max_leaves=6,
)
_PARTS = ("subscriptions", SUBSCRIPTION, "resourceGroups", "rg", "providers")
_MEMBERS = ("tags", "sku", "kind", "identity", "zones", "managedBy")
_PROPERTIES = ("adminUserEnabled", "addressSpace", "subnets", "sku", "retentionInDays", "shareQuota", "encryption")


@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.dictionaries(st.sampled_from(_MEMBERS), _VALUE, max_size=3),
    st.dictionaries(st.sampled_from(_PROPERTIES), _VALUE, max_size=3),
    st.sampled_from(["westeurope", "West Europe"]) | _VALUE,
)
def test_no_body_breaks_the_emulator(http: Http, members: Any, properties: Any, location: Any) -> None:
    """Whatever comes is taken or refused, and what was taken can be read."""
    content = json.dumps({"location": location, "properties": properties, **members}).encode()
    for where, version in KINDS.items():
        answer = http("PUT", where, version=version, content=content)
        assert answer.status_code in {200, 201, 400, 409}, answer.text
        assert http("GET", where, version=version).status_code in {200, 404}
        if answer.is_error:
            _code(answer, answer.status_code)


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.lists(st.sampled_from(_PARTS) | st.text(CHARACTERS, max_size=4)),
    st.sampled_from(["GET", "PUT", "PATCH", "POST"]),
)
def test_no_path_breaks_the_emulator(http: Http, parts: list[str], method: str) -> None:
    """Every one gets an answer of Azure's shape."""
    where = "http://emulator/" + "/".join(quote(part, safe="", errors="replace") for part in parts)
    answer = http(method, where, {"location": "westeurope"}, "2025-04-01")
    assert answer.status_code < 500, answer.text
    if answer.is_error:
        _code(answer, answer.status_code)


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_a_body_is_needed(http: Http, method: str) -> None:
    """None at all is no object either."""
    assert http(method, path()).json()["error"]["code"] in {"InvalidRequestContent", "ResourceNotFound"}
    answer = http("PUT", path("Microsoft.Network/virtualNetworks/thing"), version="2025-01-01")
    assert _code(answer, 400) == "InvalidRequestContent"


def test_numbers_beyond_all_bounds_are_refused(http: Http) -> None:
    """Where a number is expected, too."""
    body = group(container(resources={"requests": {"cpu": 10**30, "memoryInGB": 1}}))
    assert _code(http("PUT", path(), body), 400) == "InvalidRequestContent"
