"""Which changes destroy a container group: those that Azure cannot make in place, and no others."""

from __future__ import annotations

from typing import Any

import pytest

from polypod import *
from polypod.targets.aci.plan import records
from polypod.targets.aci.plan.replacement import differences, replacement_trigger
from tests.programs import Later, container
from tests.targets.aci.groups import PRIVATE, TOGETHER, plan
from tests.targets.aci.plan.test_settings import IDENTITY, SUBNET

PORT = Port(80, publish=80)


def of(settings: dict[str, Any] | None = None, **fields: Any) -> dict[str, str]:
    """The shape of the group of a pod."""
    pod_fields = {name: fields.pop(name) for name in ("init", "registries", "sidecars") if name in fields}
    main: Container = container(**{"port": PORT, **fields})
    (group,) = plan(Pod(main, **pod_fields), settings).groups
    return replacement_trigger(records.shown(records.flat(group.body)))


LOGIN = RegistryCredentials(server="a.io", username="a", password=Secret("b"))
IN_PLACE: list[dict[str, Any]] = [
    {"image": "web:2"},
    {"command": ["a"]},
    {"env": {"A": "b", "C": Secret("d"), "E": Later()}},
    {"readiness": Probe.http("/"), "liveness": Probe.exec("a")},
    {"mounts": [Mount("/a", ScratchVolume("a")), Mount("/b", ConfigVolume("b", {"c": "d"}))]},
    {"logs": LogOptions(max_files=1)},
    {"init": [container("a")]},
    {"registries": [LOGIN]},
    {"ports": [81]},
    {"resources": Resources("1000m", "1024Mi")},
    {"settings": {"tags": {"a": "b"}}},
    {"settings": {"identity": IDENTITY}},
    {"settings": {"logAnalytics": {}}},
]
OWN = "store-web-0 (ResourceGroupReuse)"
REPLACED: list[tuple[str, dict[str, Any]]] = [
    ("restart policy: Always -> Never", {"restart": "never"}),
    ("request of web: 1 CPU, 1 GB -> 2 CPU, 1 GB", {"resources": Resources(cpu=2)}),
    ("request of web: 1 CPU, 1 GB -> 1 CPU, 1.5 GB", {"resources": Resources(memory="1.5Gi")}),
    ("ports: 80/TCP -> 80/TCP, 81/UDP", {"ports": [Port(81, publish=81, protocol="udp")]}),
    (f"address: Public -> none; ports: 80/TCP -> none; DNS label: {OWN} -> none", {"port": 80}),
    (f"DNS label: {OWN} -> front-end (Unsecure)", {"settings": {"dnsLabel": "front-end"}}),
    (f"DNS label: {OWN} -> store (ResourceGroupReuse)", {"settings": TOGETHER}),
    ("zone: none -> 2", {"settings": {"zone": "2"}}),
    ("priority: Regular -> Spot", {"settings": {"spot": ["web"]}}),
    ("address: Public -> Private", {"settings": PRIVATE}),
]


@pytest.mark.parametrize("change", IN_PLACE, ids=[next(iter(change)) for change in IN_PLACE])
def test_what_azure_changes_in_place_destroys_nothing(change: dict[str, Any]) -> None:
    """A PUT restarts the containers, and the address stays."""
    assert differences(of(), of(**change)) == ""


@pytest.mark.parametrize(("words", "change"), REPLACED, ids=[row[0] for row in REPLACED])
def test_what_azure_cannot_change_destroys_the_group(words: str, change: dict[str, Any]) -> None:
    """And the preview says what it was."""
    assert words in differences(of(), of(**change))


def test_another_subnet_destroys_the_group() -> None:
    """Also where both were there before."""
    assert differences(of({"subnet": SUBNET}), of({"subnet": f"{SUBNET}2"})) == f"subnet: {SUBNET} -> {SUBNET}2"


def test_the_scope_of_a_label_is_part_of_it() -> None:
    """The same label is another name in Azure's DNS then."""
    words = f"DNS label: {OWN} -> store-web-0 (Unsecure)"
    assert differences(of(), of({"dnsLabel": "store-web-0"})) == words


def test_azures_answer_has_the_shape_of_what_was_asked() -> None:
    """Azure adds its own defaults, and numbers come back as they like."""
    asked = of()
    (group,) = plan(Pod(container(port=PORT))).groups
    answer = records.shown(records.flat(group.body))
    answer["ipAddress"] |= {"ip": "192.0.2.1", "fqdn": "a.b"}
    answer["priority"] = None
    answer["containers"][0]["resources"]["requests"] = {"cpu": 1.0, "memoryInGB": 1.0}
    assert replacement_trigger(answer) == asked
