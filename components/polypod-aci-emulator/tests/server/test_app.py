"""What the emulator answers before it looks at a container group: Azure's own errors, and nothing changes."""

from __future__ import annotations

from typing import Any

import pytest

from helpers.bodies import SUBSCRIPTION, container, group, path
from helpers.http_client import Http

GROUPS = "Microsoft.ContainerInstance/containerGroups"


def _error(answer: Any, status: int) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["x-ms-request-id"]
    return dict(answer.json()["error"])


@pytest.mark.parametrize(
    ("header", "code"),
    [
        (None, "AuthenticationFailed"),
        ("Bearer", "AuthenticationFailed"),
        ("Bearer wrong", "InvalidAuthenticationToken"),
        ("Basic dXNlcjpwYXNz", "InvalidAuthenticationToken"),
    ],
)
def test_without_the_token_nothing_is_answered(http: Http, header: str | None, code: str) -> None:
    """Azure's 401 with its challenge."""
    http.authorization = header
    answer = http("PUT", path(), group())
    assert _error(answer, 401)["code"] == code
    assert answer.headers["WWW-Authenticate"].startswith("Bearer ")


@pytest.mark.parametrize(
    ("version", "code"),
    [
        (None, "MissingApiVersionParameter"),
        ("yesterday", "InvalidApiVersionParameter"),
        ("2099-01-01", "InvalidResourceType"),
    ],
)
def test_the_version_of_the_interface_is_checked(http: Http, version: str | None, code: str) -> None:
    """Where a version was given, the message lists those there are."""
    error = _error(http("PUT", path(), group(), version), 400)
    assert error["code"] == code
    assert version is None or "2023-05-01" in error["message"]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ([], "an object is expected"),
        ({"locatoin": "westeurope"}, "'locatoin'"),
        ({"location": 5}, "Path 'location'"),
        (group(container(command="echo")), "properties.containers[0].properties.command"),
        (group(container(command=["echo", 5])), "command[1]"),
        (group(container(ports=[{"port": "80"}])), "ports[0].port"),
        (group(container(ports=[{"port": True}])), "ports[0].port"),
        (group(container(livenessProbe={"tcpSocket": {"port": 80}})), "'tcpSocket'"),
        (group(container(volumeMounts=[{"name": "a", "mountPath": "/a", "subPath": "b"}])), "'subPath'"),
        (group(volumes=[{"name": "share", "azureFile": {"shareName": "a"}}]), "'storageAccountName'"),
        *(
            (group(initContainers=[{"name": "a", "properties": {"image": "x", member: {}}}]), f"'{member}'")
            for member in ("ports", "livenessProbe", "readinessProbe", "resources")
        ),
    ],
)
def test_a_body_of_the_wrong_shape_is_refused(http: Http, body: object, words: str) -> None:
    """Unknown members and wrong types, with their path."""
    error = _error(http("PUT", path(), body), 400)
    assert error["code"] == "InvalidRequestContent"
    assert words in error["message"]
    assert http("GET", path(GROUPS)).json() == {"value": []}


@pytest.mark.parametrize("content", [b"{", b"\xff", b"[" * 100_000, b'{"location": NaN}'])
def test_malformed_json_is_refused(http: Http, content: bytes) -> None:
    """Also when it is nested without end."""
    assert _error(http("PUT", path(), content=content), 400)["code"] == "InvalidRequestContent"


def test_an_oversized_body_is_refused(http: Http) -> None:
    """More than the 4 MB that Azure Resource Manager takes."""
    body = {**group(), "tags": {"big": "x" * (4 * 1024 * 1024)}}
    assert _error(http("PUT", path(), body), 413)["code"] == "RequestContentTooLarge"


@pytest.mark.parametrize(
    ("method", "where", "status", "code"),
    [
        ("GET", "/", 404, "NotFound"),
        ("GET", "/subscriptions/none/resourcegroups", 400, "InvalidSubscriptionId"),
        ("GET", path("Microsoft.Compute/virtualMachines/a"), 404, "InvalidResourceNamespace"),
        ("GET", path("Microsoft.ContainerInstance/wrong/a"), 404, "InvalidResourceType"),
        ("GET", path(), 404, "ResourceNotFound"),
        ("PATCH", path(), 404, "ResourceNotFound"),
        ("GET", path(group_name="absent"), 404, "ResourceGroupNotFound"),
        ("PUT", path(group_name="absent"), 404, "ResourceGroupNotFound"),
        ("POST", path(f"{GROUPS}/web/start"), 404, "ResourceNotFound"),
        ("GET", path(f"{GROUPS}/web/containers/a/logs"), 404, "ResourceNotFound"),
        ("GET", path("Microsoft.ContainerInstance/locations/westeurope/operations/none"), 404, "OperationNotFound"),
    ],
)
def test_what_is_not_there_is_not_found(http: Http, method: str, where: str, status: int, code: str) -> None:
    """With the code that says what of it is missing."""
    assert _error(http(method, where, {} if method in {"PUT", "PATCH"} else None), status)["code"] == code


def test_deleting_what_is_not_there_is_no_error(http: Http) -> None:
    """As in Azure: 204."""
    assert http("DELETE", path()).status_code == 204


@pytest.mark.parametrize(
    ("location", "code"), [(None, "LocationRequired"), ("atlantis", "LocationNotAvailableForResourceType")]
)
def test_the_location_must_be_one_of_azure(http: Http, location: str | None, code: str) -> None:
    """Missing or unknown ones are refused."""
    body = {key: value for key, value in {**group(), "location": location}.items() if value}
    assert _error(http("PUT", path(), body), 400)["code"] == code


@pytest.mark.parametrize(
    "body",
    [
        group(osType="Windows"),
        group(sku="Confidential"),
        group(volumes=[{"name": "source", "gitRepo": {"repository": "https://example.com/a.git"}}]),
        group(container(resources={"requests": {"cpu": 1, "memoryInGB": 1, "gpu": {"count": 1, "sku": "V100"}}})),
    ],
)
def test_what_only_azure_can_run_is_said(http: Http, body: dict[str, Any]) -> None:
    """With a code that no one can take for Azure's."""
    assert _error(http("PUT", path(), body), 400)["code"] == "NotEmulated"


def test_paths_are_not_case_sensitive(http: Http) -> None:
    """As in Azure."""
    where = f"/SUBSCRIPTIONS/{SUBSCRIPTION}/resourceGroups/RG"
    assert http("GET", where, version="2025-04-01").json()["name"] == "rg"


def test_the_state_is_readable_by_its_owner_only(http: Http) -> None:
    """It holds secure values, keys and passwords."""
    modes = {file.name: file.stat().st_mode & 0o777 for file in http.folder.iterdir()}
    assert {"state.sqlite3", "state.sqlite3-wal", "token"} <= modes.keys()
    assert set(modes.values()) == {0o600}
