"""Quotas."""

from __future__ import annotations

import pytest
from azure.core.exceptions import HttpResponseError

from helpers.groups import FOREVER, Groups


def test_usage_capabilities_and_quota(groups: Groups) -> None:
    """What is used counts, and more than the quota is refused."""
    groups.put(groups.definition(groups.container("web", FOREVER)))
    usages = {usage.name.value: usage for usage in groups.aci.location.list_usage("westeurope")}
    assert usages["ContainerGroups"].current_value >= 1
    assert {found.os_type for found in groups.aci.location.list_capabilities("westeurope")} == {"Linux"}
    assert "Microsoft.ContainerInstance/containerGroups/write" in {item.name for item in groups.aci.operations.list()}
    groups.put(groups.definition(groups.container("big", FOREVER, cpu=30)))
    with pytest.raises(HttpResponseError, match="quota 'StandardCores' exceeded in region 'westeurope'") as refused:
        groups.put(groups.definition(groups.container("big", FOREVER, cpu=10)))
    assert refused.value.error.code == "ContainerGroupQuotaReached"
