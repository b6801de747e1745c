"""The addresses and names of container groups."""

from __future__ import annotations

import uuid

import pytest
from azure.core.exceptions import HttpResponseError

from helpers.groups import FOREVER, SERVE, Groups, fetch, public, within


def test_a_group_answers_at_its_address(groups: Groups) -> None:
    """From this machine, at the address and the port that the client is told."""
    made = groups.put(groups.definition(groups.container("web", SERVE), ip_address=public(18083)))
    assert (made.provisioning_state, made.restart_policy, made.sku) == ("Succeeded", "Always", "Standard")
    assert within(10, lambda: fetch(made.ip_address.ip)) == "hello\n"
    assert made.name in {group.name for group in groups.aci.container_groups.list_by_resource_group("rg")}
    listed = next(group for group in groups.aci.container_groups.list() if group.name == made.name)
    assert listed.instance_view is None


def test_groups_find_each_other_by_their_names(groups: Groups) -> None:
    """The FQDN that Azure makes of the label resolves in other groups."""
    label = f"l{uuid.uuid4().hex[:8]}"
    made = groups.put(groups.definition(groups.container("web", SERVE), ip_address=public(18083, label=label)))
    assert made.ip_address.fqdn == f"{label}.westeurope.azurecontainer.io"
    ask = f"until wget -q -O - http://{made.ip_address.fqdn}:18083/; do sleep 0.2; done; {FOREVER}"
    asking = groups.put(groups.definition(groups.container("ask", ask)))
    assert within(20, lambda: groups.log(asking.name, "ask")) == "hello\n"
    with pytest.raises(HttpResponseError, match="Try using a different label") as refused:
        groups.put(groups.definition(groups.container("web", SERVE), ip_address=public(18083, label=label)))
    assert refused.value.error.code == "DnsNameLabelAlreadyTaken"
