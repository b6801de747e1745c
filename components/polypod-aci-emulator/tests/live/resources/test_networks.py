"""Container groups in virtual networks."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from azure.core.exceptions import HttpResponseError
from azure.mgmt.containerinstance import models

from helpers.bodies import network, path, subnet
from helpers.groups import FOREVER, SERVE, Groups, within

VERSION = "2025-01-01"
NETWORK = path("Microsoft.Network/virtualNetworks/net")
OTHER = path("Microsoft.Network/virtualNetworks/other")
PRIVATE = models.IpAddress(type="Private", ports=[models.Port(port=18083)])


@pytest.fixture
def inside(groups: Groups) -> Iterator[str]:
    """A delegated subnet, one that is not, and another network."""
    plain = subnet("plain", "10.1.9.0/24", service="")
    groups.running.put(NETWORK, network(subnet("in"), subnet("near", "10.1.2.0/24"), plain), VERSION)
    groups.running.put(OTHER, network(subnet("in")), VERSION)
    yield f"{NETWORK}/subnets/in"
    groups.clean_up()
    for made in (NETWORK, OTHER):
        groups.running.delete(made, VERSION)
    networks = groups.running.emulator.host.client.networks.list(
        filters={"label": f"dev.polypod.emulator={groups.running.instance}"}
    )
    assert len(networks) <= 1  # that of the public groups


def _put(groups: Groups, script: str, subnet_id: str, **more: object) -> models.ContainerGroup:
    ids = [models.ContainerGroupSubnetId(id=subnet_id)] if subnet_id else None
    return groups.put(groups.definition(groups.container("web", script), subnet_ids=ids, **more))


def test_a_private_address_is_its_networks(groups: Groups, inside: str) -> None:
    """Groups of the subnet and of its network reach it; those of another network, or of none, do not."""
    made = _put(groups, SERVE, inside, ip_address=PRIVATE)
    address = made.ip_address.ip
    assert groups.get(made.name).ip_address.ip == address
    for subnet_id in (inside, f"{NETWORK}/subnets/near"):
        ask = f"until wget -T 2 -q -O - http://{address}:18083/; do sleep 0.2; done; {FOREVER}"
        asking = _put(groups, ask, subnet_id)
        assert within(20, lambda name=asking.name: groups.log(name, "web")) == "hello\n"
    for subnet_id in (f"{OTHER}/subnets/in", ""):
        ask = f"wget -T 3 -q -O - http://{address}:18083/ 2> /dev/null || echo out of reach; {FOREVER}"
        asking = _put(groups, ask, subnet_id)
        assert within(20, lambda name=asking.name: groups.log(name, "web")) == "out of reach\n"


@pytest.mark.parametrize(
    ("place", "location", "code"),
    [
        (f"{NETWORK}/subnets/absent", "westeurope", "InvalidResourceReference"),
        (path("Microsoft.Network/virtualNetworks/absent/subnets/in"), "westeurope", "InvalidResourceReference"),
        (f"{NETWORK}/subnets/in", "northeurope", "InvalidResourceReference"),
        (f"{NETWORK}/subnets/plain", "westeurope", "SubnetMissingRequiredDelegation"),
    ],
)
@pytest.mark.usefixtures("inside")
def test_a_subnet_that_takes_no_groups_is_refused(groups: Groups, place: str, location: str, code: str) -> None:
    """One that is not there, is in another region or is not delegated; nothing is made."""
    definition = groups.definition(
        groups.container("web", FOREVER), subnet_ids=[models.ContainerGroupSubnetId(id=place)]
    )
    definition.location = location
    with pytest.raises(HttpResponseError) as refused:
        groups.put(definition)
    assert (refused.value.status_code, refused.value.error.code) == (400, code)
    assert groups.running.containers() == {}


def test_a_subnet_in_use_stays(groups: Groups, inside: str) -> None:
    """It is not deleted, by itself or with its network, and its delegation does not change."""
    made = _put(groups, FOREVER, inside)
    refusals = {
        "InUseSubnetCannotBeDeleted": [
            lambda: groups.running.delete(inside, VERSION),
            lambda: groups.running.delete(NETWORK, VERSION),
            lambda: groups.running.put(NETWORK, network(), VERSION),
        ],
        "SubnetDelegationsCannotChangeWhenSubnetUsedByResource": [
            lambda: groups.running.put(inside, subnet("in", service=""), VERSION)
        ],
    }
    for code, tries in refusals.items():
        for attempt in tries:
            with pytest.raises(HttpResponseError) as refused:
                attempt()
            assert refused.value.error.code == code
            assert made.id in refused.value.error.message
    groups.delete(made.name)
    groups.running.delete(inside, VERSION)
    with pytest.raises(HttpResponseError, match="was not found"):
        _put(groups, FOREVER, inside)
