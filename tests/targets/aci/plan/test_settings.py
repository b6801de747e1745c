"""The stack's config of the target."""

from __future__ import annotations

from typing import Any

import pytest

from polypod import ModelError, Secret, Verdict, check
from polypod.targets.aci.plan.settings import LogAnalytics, Settings, settings
from tests.programs import gateway, web

WHERE = "config polypod:aci"
SUBNET = "/subscriptions/a/resourceGroups/b/providers/Microsoft.Network/virtualNetworks/c/subnets/d"
IDENTITY = "/subscriptions/a/resourceGroups/b/providers/Microsoft.ManagedIdentity/userAssignedIdentities/c"
WORKSPACE = "00000000-0000-0000-0000-000000000000"
KEYS = "addressSpace, dnsLabel, emulator, identity, logAnalytics, placement, spot, subnet, tags, zone"


def test_nothing_is_needed() -> None:
    """A group for each pod, with public addresses."""
    assert settings({}) == Settings(placement="separate")
    assert not settings({}).private


def test_every_key_is_read() -> None:
    """In the words of Azure."""
    data = {
        "placement": "group",
        "dnsLabel": "shop-front",
        "zone": "2",
        "spot": ["batch"],
        "tags": {"team": "shop"},
        "logAnalytics": {"workspaceId": WORKSPACE, "workspaceKey": "geheim"},
        "identity": IDENTITY,
        "emulator": True,
    }
    assert settings(data) == Settings(
        placement="group",
        dns_label="shop-front",
        zone="2",
        spot=("batch",),
        tags={"team": "shop"},
        log_analytics=LogAnalytics(workspace_id=WORKSPACE, workspace_key=Secret("geheim")),
        identity=IDENTITY,
        emulator=True,
    )


@pytest.mark.parametrize("data", [{"subnet": SUBNET}, {"addressSpace": "10.0.0.0/24"}])
def test_a_network_makes_addresses_private(data: dict[str, str]) -> None:
    """A subnet that is there, or one of the stack's own."""
    assert settings(data).private


def test_a_workspace_of_the_stacks_own_needs_no_id() -> None:
    """An empty mapping asks for one."""
    assert settings({"logAnalytics": {}}).log_analytics == LogAnalytics()


@pytest.mark.parametrize(
    ("path", "what", "fix", "data"),
    [
        ("", "a mapping is expected, not a list", f"write a mapping with {KEYS}", []),
        (".placment", "unknown key", "did you mean 'placement'?", {"placment": "group"}),
        (".x", "unknown key", f"use one of {KEYS}", {"x": 1}),
        (".placement", "'pod' is not one of separate, group", "write one of separate, group", {"placement": "pod"}),
        (
            ".dnsLabel",
            "'abcd' is not 5 to 63 letters, digits and hyphens",
            "write 5 to 63 letters, digits and hyphens",
            {"dnsLabel": "abcd"},
        ),
        (
            ".dnsLabel",
            "a private address has no name in Azure's DNS",
            "leave it out",
            {"dnsLabel": "shop-front", "subnet": SUBNET},
        ),
        (".emulator", "'yes' is not true or false", "write true or false", {"emulator": "yes"}),
        (".subnet", "'inner' is not the ID of a subnet", "write the ID of a subnet", {"subnet": "inner"}),
        (
            ".addressSpace",
            "a subnet is given too",
            "give one of the two",
            {"addressSpace": "10.0.0.0/24", "subnet": SUBNET},
        ),
        *(
            (
                ".addressSpace",
                f"{text!r} is not a range of addresses",
                "write one such as 10.0.0.0/24, of at least 8 addresses (/29)",
                {"addressSpace": text},
            )
            for text in ("999.0.0.0/24", "10.0.0.1/24", "10.0.0.0/33", "10.0.0.0/30")
        ),
        (
            ".zone",
            '\'4\' is not a zone in quotes: "1", "2" or "3"',
            'write a zone in quotes: "1", "2" or "3"',
            {"zone": "4"},
        ),
        (".zone", '1 is not a zone in quotes: "1", "2" or "3"', 'write a zone in quotes: "1", "2" or "3"', {"zone": 1}),
        (".spot", "'batch' is not a list of names of pods", "write a list of names of pods", {"spot": "batch"}),
        (".tags", "{'a': 5} is not texts by name", "write texts by name", {"tags": {"a": 5}}),
        (".tags", "there are 51 tags", "use at most 50", {"tags": {f"t{i}": "x" for i in range(51)}}),
        *(
            (
                f".tags.{name}",
                "Azure takes no tag of this name",
                "use at most 512 characters, and none of < > % & \\ ? /",
                {"tags": {"good": "x", name: "x"}},
            )
            for name in ("a<b", "a>b", "50%", "a&b", "a\\b", "what?", "a/b", "", "x" * 513)
        ),
        (
            ".logAnalytics",
            "a workspace has an ID and a key",
            "give both, or none for a workspace of the stack",
            {"logAnalytics": {"workspaceId": WORKSPACE}},
        ),
        (
            ".logAnalytics.workspaceId",
            "'mine' is not the ID of a workspace, a UUID",
            "write the ID of a workspace, a UUID",
            {"logAnalytics": {"workspaceId": "mine", "workspaceKey": "geheim"}},
        ),
        (
            ".identity",
            "'me' is not the ID of a user-assigned identity",
            "write the ID of a user-assigned identity",
            {"identity": "me"},
        ),
    ],
)
def test_what_does_not_fit_is_refused(path: str, what: str, fix: str, data: Any) -> None:
    """With its path and what to write."""
    with pytest.raises(ModelError) as caught:
        settings(data)
    assert [(p.path, p.what, p.fix) for p in caught.value.problems] == [(f"{WHERE}{path}", what, fix)]


@pytest.mark.parametrize(("key", "given"), [("subnet", SUBNET), ("identity", IDENTITY)])
def test_ids_are_taken_in_any_case(key: str, given: str) -> None:
    """Azure's own tools write some of them in lower case."""
    lower = given.replace("resourceGroups", "resourcegroups")
    assert getattr(settings({key: lower}), key) == lower
    found = check(gateway(), "aci", settings={key: lower})
    assert [finding for finding in found if finding.verdict is Verdict.REJECTED] == []


def test_as_many_tags_as_azure_takes() -> None:
    """With names as long as Azure takes them."""
    tags = {f"{i:x<512}": "y" for i in range(50)}
    assert settings({"tags": tags}).tags == tags


def test_a_program_is_checked_with_the_settings() -> None:
    """What is wrong with them comes before anything that is said about the program."""
    with pytest.raises(ModelError, match=f"{WHERE}.placement"):
        check(web(), "aci", settings={"placement": "pod"})


def test_a_key_shows_in_no_message() -> None:
    """It is a password."""
    with pytest.raises(ModelError) as caught:
        settings({"logAnalytics": {"workspaceId": WORKSPACE, "workspaceKey": "ge heim"}})
    assert f"{WHERE}.logAnalytics.workspaceKey" in str(caught.value)
    assert "ge heim" not in str(caught.value)
