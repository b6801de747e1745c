"""Every limit of Azure, as a program meets it: its place, what is wrong, and what to do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import attrs
import pytest

from polypod import *
from polypod.azure.aci.limits import RESERVED_PORTS
from polypod.azure.aci.rules import violations
from polypod.azure.aci.table import LIMITS
from polypod.model.application import Application
from polypod.targets.aci import TARGET
from polypod.targets.aci.plan import records
from polypod.targets.aci.plan.fixes import FIXES, REPORT
from tests.programs import container, gateway, login, site, web
from tests.targets.aci.groups import PRIVATE, TOGETHER
from tests.targets.aci.plan.test_settings import SUBNET


@attrs.frozen
class Refused:
    """A program that breaks one limit of Azure.

    Args:
        limit: The limit.
        path: Where it is reported.
        words: What the reason says.
        model: The program.
        settings: The stack's config.
        more: Other limits that it cannot but break too.
    """

    limit: str
    path: str
    words: str
    model: Any
    settings: Mapping[str, Any] = {}
    more: tuple[str, ...] = ()


def peers(count: int, **fields: Any) -> Group:
    """A group of many small containers."""
    return Group("g", peers=[container(f"c{i}", **fields) for i in range(count)])


def published(*numbers: int) -> list[Port]:
    """Ports that are published under their own numbers."""
    return [Port(number, publish=number) for number in numbers]


MANY = [Mount(f"/m{i}", ScratchVolume(f"v{i}")) for i in range(21)]
TWICE = ScratchVolume("data")
HELPED = [Pod(container(name), sidecars=[container("log")]) for name in ("a", "b")]
CLASH = Gateway([*HELPED, Pod(container("c"), sidecars=[container("a-log")])])

REFUSED = [
    Refused("container-names-unique", "pods.c.sidecars[0]", "'a-log'", CLASH, TOGETHER),
    Refused("containers-max", "pods.g", "61 containers", peers(61, resources=Resources("10m", "64Mi"))),
    Refused(
        "init-containers-max", "pods.web", "60 init", Pod(container(), init=[container(f"i{n}") for n in range(60)])
    ),
    Refused("spot-address", "pods.web", "'Spot'", web(ports=published(81)), {"spot": ["web"]}),
    Refused("spot-address", "pods.web", "'Spot'", web(), {"spot": ["web"], **PRIVATE}),
    Refused("spot-address", "program", "'Spot'", gateway(), {"spot": ["web"], **TOGETHER}),
    Refused("group-maximum", "pods.web", "'32' CPU", web(resources=Resources(cpu=32))),
    Refused("group-maximum", "pods.web", "'241' GB", web(resources=Resources(memory="241Gi"))),
    Refused("group-maximum", "pods.web", "'5' CPU", web(resources=Resources(cpu=5)), {"spot": ["web"]}),
    Refused("ports-unique", "pods.b.main.port", "'80'", gateway(web(), Pod(container("b", port=80))), TOGETHER),
    Refused("ports-unique", "gateway.port", "'80'", gateway(port=80), TOGETHER),
    Refused("address-ports-max", "pods.web", "6 ports", Pod(container("web", ports=published(1, 2, 3, 4, 5, 6)))),
    Refused("address-ports-max", "pods.web", "6 ports", gateway(Pod(container("web", ports=[1, 2, 3, 4, 5, 6])))),
    Refused(
        "address-ports-unique",
        "gateway.port",
        "'80'",
        gateway(web(port=Port(80, publish=81)), port=80),
        TOGETHER,
        ("ports-unique",),
    ),
    *(
        Refused("port-reserved", "pods.web.main.ports[0]", f"'{port}'", web(ports=published(port)))
        for limits in RESERVED_PORTS
        for port in sorted(set(limits))
    ),
    Refused("port-reserved", "pods.web.main.port", "'9999'", gateway(web(port=9999))),
    Refused("port-reserved", "gateway.port", "'22'", gateway(port=22)),
    Refused("environment-name", f"pods.web.main.env.{'A' * 64}", "'web'", web(env={"B": "", "A" * 64: ""})),
    Refused(
        "environment-name",
        f"pods.web.init[1].env.{'A' * 64}",
        "'b'",
        Pod(container(), init=[container("a", env={"B": "", "C": ""}), container("b", env={"D": "", "A" * 64: ""})]),
    ),
    Refused("volumes-max", "pods.web", "21 volumes", web(mounts=MANY)),
    Refused(
        "mount-once", "pods.web.main.mounts[1]", "'web-data'", web(mounts=[Mount("/a", TWICE), Mount("/b", TWICE)])
    ),
    Refused(
        "mount-path", "pods.web.main.mounts[0]", "'/a/b:c'", web(mounts=[Mount("/a", ConfigVolume("v", {"b:c/d": ""}))])
    ),
    Refused(
        "secret-file",
        "pods.web.main.mounts[1].volume",
        "'a b'",
        web(mounts=[Mount("/s", TWICE), Mount("/a", ConfigVolume("v", {"a b": ""}))]),
    ),
    Refused(
        "registry-server",
        "pods.web.registries[1]",
        "'-a.io'",
        Pod(container(), registries=[login("b.io"), login("-a.io")]),
    ),
]


def rejected(model: Any, settings: Mapping[str, Any], root: Path | None = None) -> list[Finding]:
    """What Azure does not do of a program."""
    found = check(model, "aci", settings=settings, root=root)
    return [finding for finding in found if finding.verdict is Verdict.REJECTED]


def requests(model: Any, settings: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The requests that would be made for a program."""
    for group in TARGET.draft(Application.of(model), site(component="app", settings=settings)).plan.groups:
        yield group.name, {"location": "westeurope", **records.shown(group.body)}


@pytest.mark.parametrize("case", REFUSED, ids=[f"{case.limit}-{i}" for i, case in enumerate(REFUSED)])
def test_a_limit_of_azure_is_a_finding(case: Refused) -> None:
    """At the place in the program that breaks it, with a way out."""
    found = {f.path: f for f in rejected(case.model, case.settings) if f.code == FIXES[case.limit].code}
    assert case.path in found
    assert found[case.path].reason.startswith("Azure refuses it: ")
    assert case.words in found[case.path].reason
    broken = {one.limit.name for name, body in requests(case.model, case.settings) for one in violations(name, body)}
    assert broken == {case.limit, *case.more}


def test_the_fixes_are_those_of_limits_that_a_program_can_break() -> None:
    """Every one has a program above; what remains is prevented, as shown below."""
    assert set(FIXES) == {case.limit for case in REFUSED}
    assert set(FIXES) | PREVENTED.keys() == set(LIMITS)
    assert not set(FIXES) & PREVENTED.keys()


SCRATCH = Mount("/a", ScratchVolume("x"))
LONG = "a" * 50
PROBED = web(readiness=Probe.http("/", period="1ms", timeout="1ms", initial_delay="1ms", failure_threshold=1))
NETWORK = web(ports=published(81))
PREVENTED: dict[str, tuple[str, Any, Mapping[str, Any]]] = {
    "group-name": ("names are made to fit", Pod(container(LONG)), {}),
    "container-name": (
        "names are made to fit",
        Gateway([Pod(container(f"{p}{LONG[1:]}"), sidecars=[container(LONG)]) for p in "bc"]),
        TOGETHER,
    ),
    "containers-given": ("a pod has a container", web(), {}),
    "image-given": ("a container has an image", web(), {}),
    "os-type": ("always Linux", web(), {}),
    "restart-policy": ("the model's policies have names in Azure", web(restart="on-failure"), {}),
    "sku": ("always Azure's default", web(), {}),
    "priority": ("Spot or nothing", web(), {"spot": ["web"]}),
    "zones": ("the settings take one of three", web(), {"zone": "3"}),
    "cpu-memory-given": ("what is not asked for is requested anyway", web(), {}),
    "cpu-or-memory-given": ("what is not asked for is requested anyway", web(resources=Resources(cpu=1)), {}),
    "cpu-step": ("rounded up", web(resources=Resources(cpu="1001m")), {}),
    "memory-step": ("rounded up", web(resources=Resources(memory="1025Mi")), {}),
    "group-minimum": ("the last container gets the rest", web(resources=Resources("1m", "6Mi")), {}),
    "limit-below-request": ("the limit is raised", web(resources=Resources(cpu_limit="1m")), {}),
    "limit-above-group": ("the rest is requested", web(resources=Resources(cpu_limit=4)), {}),
    "port-range": ("the model has the same range", web(port=65535), {}),
    "port-protocol": ("the model has the same two", web(ports=[Port(1, protocol="udp")]), {}),
    "address-ports-given": ("no port, no address", Pod(container()), {}),
    "address-port-range": ("the model has the same range", web(ports=published(1, 65535)), {}),
    "address-type": ("Public or Private", NETWORK, {}),
    "private-needs-subnet": ("a private address comes with its subnet", NETWORK, PRIVATE),
    "subnet-has-no-public-address": ("in a network, addresses are private", NETWORK, {"subnet": SUBNET}),
    "subnet-id": ("the settings take nothing else", NETWORK, {"subnet": SUBNET}),
    "subnets-max": ("one at most", NETWORK, PRIVATE),
    "dns-config-needs-subnet": ("never asked for", NETWORK, PRIVATE),
    "dns-label": ("names are made to fit, and the settings take nothing else", NETWORK, {"dnsLabel": "a" * 63}),
    "dns-label-needs-public": ("a private address has none", NETWORK, PRIVATE),
    "environment-value": ("a variable has one value", web(env={"A": "", "B": Secret("")}), {}),
    "volume-name": ("names are made to fit", web(mounts=[SCRATCH, Mount("/b", ScratchVolume("a--b"))]), {}),
    "volumes-unique": (
        "a volume is listed once",
        Pod(container(mounts=[SCRATCH]), init=[container("i", mounts=[SCRATCH])]),
        {},
    ),
    "volume-type": ("each has one type", web(mounts=[Mount("/a", PersistentVolume("x"))]), {}),
    "volume-key": ("a share comes with its key", web(mounts=[Mount("/a", PersistentVolume("x"))]), {}),
    "secret-base64": ("encoded on the way", web(mounts=[Mount("/a", ConfigVolume("x", {"f": "\0é"}))]), {}),
    "mount-known": ("a volume comes with its mount", web(mounts=[SCRATCH]), {}),
    "mount-path-unique": (
        "the model mounts one volume per path, and nothing inside of files",
        web(mounts=[SCRATCH, Mount("/a/b", ConfigVolume("y", {"c/f": ""}))]),
        {},
    ),
    "probe-kind": ("what Azure lacks is rejected before", web(liveness=Probe.exec("a")), {}),
    "probe-time": ("rounded up to a second", PROBED, {}),
    "probe-port": ("the model has the same range", web(readiness=Probe.http("/", port=65535)), {}),
    "probe-scheme": ("always http", PROBED, {}),
    "registry-login": ("a login has both", Pod(container(), registries=[login("a.io")]), {}),
    "identity": (
        "the settings take nothing else",
        web(),
        {"identity": SUBNET.replace("Network/virtualNetworks/c/subnets", "ManagedIdentity/userAssignedIdentities")},
    ),
}


@pytest.mark.parametrize("limit", sorted(PREVENTED))
def test_what_a_program_cannot_break_it_does_not(limit: str) -> None:
    """The program that comes nearest keeps all limits."""
    why, model, settings = PREVENTED[limit]
    assert why
    assert [one for name, body in requests(model, settings) for one in violations(name, body)] == []
    assert [finding.fix for finding in check(model, "aci", settings=settings)].count(REPORT.text) == 0


@pytest.mark.parametrize(
    ("model", "settings"),
    [
        (lambda: web(port=0), {}),
        (lambda: web(port=65536), {}),
        (lambda: web(mounts=[SCRATCH, Mount("/a/", ScratchVolume("y"))]), {}),
        (lambda: web(mounts=[Mount("/a", ConfigVolume("x", {"b/f": ""})), Mount("/a/b", ScratchVolume("y"))]), {}),
        (lambda: web(readiness=Probe.http("/", failure_threshold=0)), {}),
        (web, {"zone": "4"}),
        (web, {"dnsLabel": "a" * 64}),
    ],
)
def test_a_step_further_is_no_valid_program(model: Any, settings: Mapping[str, Any]) -> None:
    """On any target, or with any settings."""
    with pytest.raises(ModelError):
        check(model(), "aci", settings=settings)
