"""The stack's config ``polypod:aci``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from ipaddress import IPv4Network

import attrs

from polypod.azure.aci import limits
from polypod.config.reader import field, read_config
from polypod.errors import Problem
from polypod.model.value import Secret

PATH = "config polypod:aci"
PLACEMENTS = ("separate", "group")
_LONGEST_PREFIX = 29
_MOST_TAGS = 50
_TAG = re.compile(r"[^<>%&\\?/]{1,512}")
"""See "Limitations" in Azure's "Use tags to organize your Azure resources"."""

_ID = r"(?i)/subscriptions/[^/]+/resourceGroups/[^/]+/providers/"


@attrs.frozen(kw_only=True)
class LogAnalytics:
    """The Log Analytics workspace that gets what the containers print.

    Args:
        workspace_id: The workspace's own ID, a UUID; where empty, the stack makes a workspace.
        workspace_key: The key that goes with it.
    """

    workspace_id: str = field(r"[0-9a-fA-F-]{36}", "the ID of a workspace, a UUID", "")
    workspace_key: Secret | None = field(
        r"\S+", "the workspace's key; set it with pulumi config set --secret --path", None
    )

    def problems(self, path: str) -> Iterator[Problem]:
        """Check the settings against each other.

        Args:
            path: Where they stand.
        """
        if bool(self.workspace_id) != (self.workspace_key is not None):
            yield Problem(
                "PP531", path, "a workspace has an ID and a key", "give both, or none for a workspace of the stack"
            )


@attrs.frozen(kw_only=True)
class Settings:
    """Settings of a stack for Azure Container Instances.

    Args:
        placement: ``separate``, the default: a container group for each replica of each pod. ``group``: one container
            group for all pods and the gateway.
        dns_label: The first part of the gateway's name, which then is ``<label>.<region>.azurecontainer.io`` and must
            be free in the region; by default Azure adds a part of its own that keeps it apart from others.
        subnet: The ID of a subnet that is delegated to container groups. Addresses are private then.
        address_space: The addresses, such as ``10.0.0.0/24``, of a virtual network that the stack makes for itself.
        zone: The availability zone, ``1``, ``2`` or ``3``; Azure's choice by default.
        spot: The names of the pods that run on spare capacity, cheaper, and evicted when it is needed.
        tags: Tags of the container groups.
        log_analytics: Where logs go; nowhere by default. Empty (``{}``) for a workspace of the stack's own.
        identity: The ID of a user-assigned identity that may pull from the stack's registry, in place of a password.
        emulator: Whether the stack deploys to the emulator on this machine instead of Azure.
    """

    placement: str = field("|".join(PLACEMENTS), f"one of {', '.join(PLACEMENTS)}", PLACEMENTS[0])
    dns_label: str = field(limits.DNS_LABEL, "5 to 63 letters, digits and hyphens", "")
    subnet: str = field(limits.SUBNET_ID, "the ID of a subnet", "")
    address_space: str = field(r"\S+", "a range of addresses, such as 10.0.0.0/24", "")
    zone: str = field(r"[123]", 'a zone in quotes: "1", "2" or "3"', "")
    spot: tuple[str, ...] = field(r"\S+", "a list of names of pods", ())
    tags: Mapping[str, str] = field(r"[\s\S]{0,256}", "texts by name", attrs.Factory(dict))
    log_analytics: LogAnalytics | None = field(None, "workspaceId and workspaceKey, or {}", None)
    identity: str = field(
        rf"{_ID}Microsoft\.ManagedIdentity/userAssignedIdentities/[^/]+", "the ID of a user-assigned identity", ""
    )
    emulator: bool = field(None, "true or false", False)

    @property
    def private(self) -> bool:
        """Whether addresses are private."""
        return bool(self.subnet or self.address_space)

    def problems(self, path: str) -> Iterator[Problem]:
        """Check the settings against each other.

        Args:
            path: Where they stand.
        """
        if self.subnet and self.address_space:
            yield Problem("PP532", f"{path}.addressSpace", "a subnet is given too", "give one of the two")
        if self.address_space and not _is_network(self.address_space):
            fix = "write one such as 10.0.0.0/24, of at least 8 addresses (/29)"
            yield Problem("PP533", f"{path}.addressSpace", f"{self.address_space!r} is not a range of addresses", fix)
        if len(self.tags) > _MOST_TAGS:
            yield Problem("PP534", f"{path}.tags", f"there are {len(self.tags)} tags", f"use at most {_MOST_TAGS}")
        for name in self.tags:
            if not _TAG.fullmatch(name):
                fix = "use at most 512 characters, and none of < > % & \\ ? /"
                yield Problem("PP535", f"{path}.tags.{name}", "Azure takes no tag of this name", fix)
        if self.dns_label and self.private:
            yield Problem("PP536", f"{path}.dnsLabel", "a private address has no name in Azure's DNS", "leave it out")


def _is_network(text: str) -> bool:
    """Whether a text is a network that Azure takes for a subnet; see "IP addresses" in its "Virtual network FAQ"."""
    try:
        return IPv4Network(text).prefixlen <= _LONGEST_PREFIX
    except ValueError:
        return False


def settings(data: object) -> Settings:
    """The settings that the stack's config holds.

    Args:
        data: The value of ``polypod:aci``.

    Raises:
        ModelError: With every key that is unknown and every value that is wrong.
    """
    return read_config(Settings, data, PATH)
