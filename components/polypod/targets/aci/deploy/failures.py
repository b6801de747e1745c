"""Explain Azure's refusals: the place in the model, and how to fix it."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pulumi

from polypod.targets.aci.plan.records import Group
from polypod.targets.shared.deploy.causes import Cause
from polypod.targets.shared.deploy.failures import FailureHook, plain_message

_FIXES: Mapping[str, str] = {
    "InaccessibleImage": "correct the image, or give its registry's login with registries= or polypod:registry",
    "DnsNameLabelAlreadyTaken": "use another polypod:aci.dnsLabel: a container group in this region has this one",
    "ContainerGroupQuotaReached": "delete groups that nobody needs, ask for less, or have Azure raise the quota",
    "FailedMount": "see whether the storage account and its share are there, and run `pulumi refresh`",
    "OperationPreempted": "run `pulumi up` again",
    "polypod aci start": "start the emulator with `polypod aci start`, and run `pulumi up` again",
}
"""What to do about Azure's own codes; the causes that are no platform's own are known elsewhere."""


def refusal_hook(groups: Mapping[str, Group], component: str) -> pulumi.ResourceHookBinding:
    """A hook that reports container groups that could not be created.

    Args:
        groups: The container groups by their logical names.
        component: The name of the component.
    """
    places = {name: group.path for name, group in groups.items()}
    return FailureHook(component, places, lambda _, said: refusal(said)).binding


def refusal(said: str) -> Cause | None:
    """The cause and fix for an error code of Azure; ``None`` for codes that are not specific.

    Args:
        said: What the provider said.
    """
    code = re.search("|".join(_FIXES), said)
    return Cause(plain_message(said), _FIXES[code[0]]) if code else None
