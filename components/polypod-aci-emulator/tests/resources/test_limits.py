"""One request per limit of Azure Container Instances: refused in Azure's form, and nothing changes."""

from __future__ import annotations

import contextlib
import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from helpers.bodies import CHARACTERS, SUBNET, address, container, group, path
from helpers.http_client import Http
from polypod.azure.aci.limits import RESERVED_PORTS
from polypod.azure.aci.rules import violations
from polypod.azure.aci.table import LIMITS
from polypod_aci_emulator.arm.errors import AzureError
from polypod_aci_emulator.resources.body_shape import read

GROUPS = "Microsoft.ContainerInstance/containerGroups"
EMPTY = {"name": "scratch", "emptyDir": {}}


def _resources(cpu: object = 1, memory: object = 1, /, **limits: object) -> dict[str, Any]:
    requests = {key: value for key, value in {"cpu": cpu, "memoryInGB": memory}.items() if value is not None}
    return {"resources": {"requests": requests, **({"limits": limits} if limits else {})}}


def _probe(**members: object) -> dict[str, Any]:
    return group(container(livenessProbe={"httpGet": {"port": 80}, **members}))


def _mounted(*mounts: tuple[str, str], volumes: list[dict[str, Any]] | None = None) -> dict[str, Any]:
    listed = [{"name": name, "mountPath": place} for name, place in mounts]
    return group(container(volumeMounts=listed), volumes=[EMPTY] if volumes is None else volumes)


def _login(**login: str) -> dict[str, Any]:
    return group(imageRegistryCredentials=[login])


# The limit, the name of the group, its body, and a word that the message has because of it.
REFUSED: list[tuple[str, str, dict[str, Any], str]] = [
    ("group-name", "Web", group(), "'Web'"),
    ("group-name", "w" * 64, group(), "63"),
    ("container-name", "web", group(container("Web_1")), "'Web_1'"),
    ("container-name", "web", group(container("w" * 64)), "63"),
    ("container-names-unique", "web", group(container("a"), container("a")), "'a'"),
    ("containers-given", "web", {"location": "westeurope", "properties": {"osType": "Linux"}}, "no containers"),
    ("containers-max", "web", group(*(container(f"c{i}", **_resources(0.1, 0.1)) for i in range(61))), "61"),
    (
        "init-containers-max",
        "web",
        group(initContainers=[{"name": f"i{i}", "properties": {"image": "x"}} for i in range(60)]),
        "60",
    ),
    ("image-given", "web", group(container(image="")), "'web'"),
    ("os-type", "web", group(osType="Plan9"), "osType"),
    ("restart-policy", "web", group(restartPolicy="Sometimes"), "Sometimes"),
    ("sku", "web", group(sku="Golden"), "Golden"),
    ("priority", "web", group(priority="High"), "High"),
    ("spot-address", "web", group(priority="Spot", ipAddress=address()), "Spot"),
    ("zones", "web", {**group(), "zones": ["1", "2"]}, "1,2"),
    ("zones", "web", {**group(), "zones": ["7"]}, "7"),
    ("cpu-memory-given", "web", group(container(**_resources(None, None))), "memory and CPU"),
    ("cpu-or-memory-given", "web", group(container(**_resources(1, None))), "MemoryInGB"),
    ("cpu-step", "web", group(container(**_resources(1.001))), "1.001"),
    ("cpu-step", "web", group(container(**_resources(0)), container("b")), "'0'"),
    ("memory-step", "web", group(container(**_resources(1, 1.25))), "1.25"),
    ("group-minimum", "web", group(container(**_resources(0.5))), "0.5"),
    ("group-minimum", "web", group(container(**_resources(1, 0.5))), "MemoryInGB"),
    ("group-maximum", "web", group(container(**_resources(32))), "'32' CPU"),
    ("group-maximum", "web", group(container(**_resources(5, 4)), priority="Spot"), "'5' CPU"),
    ("limit-below-request", "web", group(container(**_resources(2, 2, cpu=1))), "'Cpu' limit"),
    ("limit-above-group", "web", group(container(**_resources(1, 1, memoryInGB=3))), "'3'"),
    ("port-range", "web", group(container(ports=[{"port": 0}])), "'0'"),
    ("port-range", "web", group(container(ports=[{"port": 65536}])), "'65536'"),
    ("ports-unique", "web", group(container(ports=[{"port": 80}]), container("b", ports=[{"port": 80}])), "'80'"),
    ("port-protocol", "web", group(container(ports=[{"port": 80, "protocol": "SCTP"}])), "SCTP"),
    ("address-ports-given", "web", group(ipAddress={"type": "Public", "ports": []}), "empty"),
    ("address-ports-max", "web", group(ipAddress=address(1, 2, 3, 4, 5, 6)), "6 ports"),
    ("address-port-range", "web", group(ipAddress=address(0)), "'0'"),
    ("address-ports-unique", "web", group(ipAddress=address(80, 80)), "'80'"),
    *(("port-reserved", "web", group(ipAddress=address(first)), f"'{first}'") for first, _ in RESERVED_PORTS),
    *(("port-reserved", "web", group(ipAddress=address(last)), f"'{last}'") for _, last in RESERVED_PORTS),
    ("address-type", "web", group(ipAddress={"type": "Secret", "ports": [{"port": 80}]}), "Secret"),
    ("private-needs-subnet", "web", group(ipAddress={"type": "Private", "ports": [{"port": 80}]}), "subnetIds"),
    ("subnet-has-no-public-address", "web", group(ipAddress=address(), subnetIds=[{"id": SUBNET}]), "subnet"),
    ("subnet-id", "web", group(subnetIds=[{"id": "inner"}]), "'inner'"),
    ("subnets-max", "web", group(subnetIds=[{"id": SUBNET}, {"id": SUBNET + "2"}]), "more than one"),
    ("dns-config-needs-subnet", "web", group(dnsConfig={"nameServers": ["10.0.0.1"]}), "dnsConfig"),
    ("dns-label", "web", group(ipAddress=address(dnsNameLabel="abcd")), "'abcd'"),
    ("dns-label", "web", group(ipAddress=address(dnsNameLabel="-abcde")), "'-abcde'"),
    (
        "dns-label-needs-public",
        "web",
        group(
            ipAddress={"type": "Private", "ports": [{"port": 80}], "dnsNameLabel": "abcde"},
            subnetIds=[{"id": SUBNET}],
        ),
        "'abcde'",
    ),
    ("environment-name", "web", group(container(environmentVariables=[{"name": "1A", "value": ""}])), "'web'"),
    ("environment-name", "web", group(container(environmentVariables=[{"name": "A" * 64, "value": ""}])), "'web'"),
    ("environment-value", "web", group(container(environmentVariables=[{"name": "A"}])), "'A'"),
    (
        "environment-value",
        "web",
        group(container(environmentVariables=[{"name": "A", "value": "1", "secureValue": "2"}])),
        "'A'",
    ),
    ("volume-name", "web", group(volumes=[{"name": "abcd", "emptyDir": {}}]), "'abcd'"),
    ("volume-name", "web", group(volumes=[{"name": "my--data", "emptyDir": {}}]), "'my--data'"),
    ("volume-name", "web", group(volumes=[{"name": "v" * 64, "emptyDir": {}}]), "63"),
    ("volumes-max", "web", group(volumes=[{"name": f"volume{i}", "emptyDir": {}} for i in range(21)]), "21"),
    ("volumes-unique", "web", group(volumes=[EMPTY, EMPTY]), "'scratch'"),
    ("volume-type", "web", group(volumes=[{"name": "nothing"}]), "'nothing'"),
    ("volume-type", "web", group(volumes=[{"name": "doubled", "emptyDir": {}, "secret": {"a": ""}}]), "'doubled'"),
    (
        "volume-key",
        "web",
        group(volumes=[{"name": "share", "azureFile": {"shareName": "s", "storageAccountName": "a"}}]),
        "'share'",
    ),
    ("secret-base64", "web", group(volumes=[{"name": "hidden", "secret": {"key": "not base64"}}]), "'key'"),
    ("secret-file", "web", group(volumes=[{"name": "hidden", "secret": {"a/b": ""}}]), "'a/b'"),
    ("mount-known", "web", _mounted(("absent", "/a")), "'absent'"),
    ("mount-once", "web", _mounted(("scratch", "/a"), ("scratch", "/b")), "'scratch'"),
    ("mount-path", "web", _mounted(("scratch", "data")), "'data'"),
    ("mount-path", "web", _mounted(("scratch", "/a:b")), "'/a:b'"),
    (
        "mount-path-unique",
        "web",
        _mounted(("scratch", "/a"), ("other", "/a"), volumes=[EMPTY, {"name": "other", "emptyDir": {}}]),
        "'/a'",
    ),
    ("probe-kind", "web", _probe(exec={"command": ["true"]}), "exec,httpGet"),
    ("probe-kind", "web", group(container(readinessProbe={})), "exec,httpGet"),
    ("probe-time", "web", _probe(periodSeconds=0), "periodSeconds"),
    ("probe-port", "web", _probe(httpGet={"port": 70000}), "70000"),
    ("probe-scheme", "web", _probe(httpGet={"port": 80, "scheme": "gopher"}), "gopher"),
    ("registry-server", "web", _login(server="https://a.io", username="u", password="p"), "https://a.io"),
    ("registry-login", "web", _login(server="a.io", username="u"), "'a.io'"),
    ("registry-login", "web", _login(server="a.io", username="u", password="p", identity="/x"), "'a.io'"),
    ("identity", "web", {**group(), "identity": {"type": "UserAssigned"}}, "resource id"),
]


@pytest.mark.parametrize(("limit", "name", "body", "word"), REFUSED, ids=[f"{r[0]}-{i}" for i, r in enumerate(REFUSED)])
def test_what_a_limit_forbids_is_refused(http: Http, limit: str, name: str, body: dict[str, Any], word: str) -> None:
    """With Azure's code, in Azure's envelope; and there is no group afterwards."""
    answer = http("PUT", path(f"{GROUPS}/{name}"), body)
    error = answer.json()["error"]
    found = {error["code"]: error, **{detail["code"]: detail for detail in error.get("details", ())}}
    code = LIMITS[limit].code
    assert code in found
    assert word in found[code]["message"]
    assert answer.status_code == LIMITS[code_name(error["code"])].status
    assert http("GET", path(GROUPS)).json() == {"value": []}


def code_name(code: str) -> str:
    """The name of the limit with a code."""
    return next(limit.name for limit in LIMITS.values() if limit.code == code)


def test_every_limit_has_a_request_that_breaks_it() -> None:
    """A new limit needs a new request above."""
    assert {refused[0] for refused in REFUSED} == set(LIMITS)


def test_codes_tell_limits_apart() -> None:
    """Every limit has a code of its own and says where it is documented."""
    assert len({limit.code for limit in LIMITS.values()}) == len(LIMITS)
    assert [limit.name for limit in LIMITS.values() if not limit.source.startswith("https://")] == []


FINE: list[dict[str, Any]] = [
    group(),
    group(*(container(f"c{i}", **_resources(0.1, 0.1)) for i in range(60))),
    group(container(**_resources(0.5, 0.5, cpu=1)), container("b", **_resources(0.5, 0.5))),
    group(ipAddress=address(80, 443, 8080, 1024, 65535, dnsNameLabel="Front-End1")),
    group(
        ipAddress={"type": "Private", "ports": [{"port": 80, "protocol": "udp"}]},
        subnetIds=[{"id": SUBNET}],
        dnsConfig={"nameServers": ["10.0.0.1"]},
    ),
    group(volumes=[{"name": "hidden", "secret": {"tls.key": "YQ=="}}, EMPTY]),
    group(container(ports=[{"port": 53, "protocol": "TCP"}, {"port": 53, "protocol": "UDP"}])),
    group(restartPolicy="never", osType="linux"),
    {**group(), "zones": ["2"]},
    {**group(), "identity": {"type": "SystemAssigned"}},
    _login(server="a.io", username="u", password="p"),
    _login(server="a.io:5000", identity="/subscriptions/x"),
    _probe(initialDelaySeconds=0, periodSeconds=1),
]


@pytest.mark.parametrize("body", FINE, ids=range(len(FINE)))
def test_what_no_limit_forbids_passes(body: dict[str, Any]) -> None:
    """Just inside of the limits."""
    assert list(violations("web", read("ContainerGroup", body))) == []


_TEXT = st.text(CHARACTERS, max_size=6) | st.sampled_from(["Linux", "Public", "/a", "scratch", "80", "Always"])
_VALUE = st.recursive(
    st.none() | st.booleans() | st.integers(-1, 70000) | st.floats(allow_nan=False) | _TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_TEXT, inner, max_size=3),
    max_leaves=6,
)
_MEMBERS = ("containers", "initContainers", "ipAddress", "volumes", "osType", "subnetIds", "imageRegistryCredentials")
_INNER = ("image", "ports", "resources", "volumeMounts", "environmentVariables", "readinessProbe", "command")


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.dictionaries(st.sampled_from(_MEMBERS), _VALUE, max_size=4),
    st.dictionaries(st.sampled_from(_INNER), _VALUE, max_size=4),
)
def test_no_request_breaks_the_rules_themselves(members: dict[str, Any], inner: dict[str, Any]) -> None:
    """Whatever comes is either of the right shape, and then judged, or refused as malformed."""
    body = group(container(**inner))
    body["properties"] |= members
    found: list[Any] = []
    with contextlib.suppress(AzureError):
        found = list(violations("web", read("ContainerGroup", json.loads(json.dumps(body)))))
    assert all(one.message and one.path for one in found)
