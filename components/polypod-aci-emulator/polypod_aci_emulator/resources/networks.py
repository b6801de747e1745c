"""Virtual networks and subnets for container groups."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import ip_network
from typing import Any

from polypod_aci_emulator.arm.body import check_body
from polypod_aci_emulator.arm.errors import AzureError, invalid_content
from polypod_aci_emulator.docker.group_runner import GROUP
from polypod_aci_emulator.emulator import Emulator
from polypod_aci_emulator.resources.kept_resources import Json, KeptKind

_DELEGATION = "Microsoft.ContainerInstance/containerGroups"
_NAME = r"[A-Za-z0-9]([-.\w]{0,78}\w)?"


def users(emulator: Emulator, subnet: str) -> list[str]:
    """The ids of the container groups in a subnet, or in what an id starts with."""
    return [
        document["id"]
        for _, document in emulator.store.items(GROUP)
        for inside in document["properties"].get("subnetIds") or ()
        if f"{inside['id'].lower()}/".startswith(f"{subnet.lower()}/")
    ]


def check_subnet(emulator: Emulator, group: Json, subnet_id: str) -> None:
    """Refuse a subnet that a container group cannot be put into.

    Raises:
        AzureError: It is not there, in another region, or not delegated.
    """
    network_id = subnet_id.rpartition("/subnets/")[0]
    network, subnet = NETWORK.find(emulator, network_id), SUBNET.find(emulator, subnet_id)
    if network is None or subnet is None or network["location"] != group["location"]:
        message = (
            f"Resource {subnet_id} referenced by resource {group['id']} was not found. Please make sure that the "
            "referenced resource exists, and that both resources are in the same region."
        )
        raise AzureError(400, "InvalidResourceReference", message)
    if _DELEGATION.lower() not in _delegations(subnet):
        message = (
            f"Subnet missing required delegation 'Microsoft.ContainerInstance' for container group '{group['name']}'."
        )
        raise AzureError(400, "SubnetMissingRequiredDelegation", message)


def _delegations(subnet: Json) -> list[str]:
    """The services that a subnet is delegated to, in lower case."""
    found = subnet["properties"].get("delegations") or []
    try:
        return sorted(item["properties"]["serviceName"].lower() for item in found)
    except (TypeError, KeyError, AttributeError):
        message = "Error converting value: delegations are expected. Path 'properties.delegations'"
        raise invalid_content(message) from None


def _prefixes(path: str, value: Any) -> Iterator[Any]:
    if not isinstance(value, list):
        raise invalid_content(f"Error converting value: an array is expected. Path '{path}'")
    for item in value:
        try:
            yield ip_network(item)
        except (ValueError, TypeError):
            message = f"Address prefix {item} in {path} is not a correctly formatted address prefix."
            raise AzureError(400, "InvalidAddressPrefixFormat", message) from None


def _ranges(properties: Json) -> list[Any]:
    one = properties.get("addressPrefix")
    return list(_prefixes("properties.addressPrefixes", properties.get("addressPrefixes") or ([one] if one else [])))


def _space(network: Json) -> list[Any]:
    space = network["properties"].get("addressSpace")
    if not isinstance(space, dict):
        raise invalid_content("Required property 'addressSpace' not found in JSON. Path 'properties'")
    return list(_prefixes("properties.addressSpace.addressPrefixes", space.get("addressPrefixes")))


def _overlap(some: list[Any], others: list[Any]) -> bool:
    return any(one.version == other.version and one.overlaps(other) for one in some for other in others)


def _within(part: Any, whole: Any) -> bool:
    return part.version == whole.version and bool(part.subnet_of(whole))


class _Network(KeptKind):
    """Virtual networks, with the subnets in them."""

    def admit(self, emulator: Emulator, document: Json, old: Json | None) -> None:  # noqa: ARG002
        """Keep the subnets given in it, and remove all others; without any given, all stay."""
        _space(document)
        given = document["properties"].pop("subnets", None)
        emulator.store.put(self.key, document["id"].lower(), document)
        if given is None:
            return
        if not isinstance(given, list) or not all(isinstance(item, dict) and item.get("name") for item in given):
            raise invalid_content("Error converting value: named objects are expected. Path 'properties.subnets'")
        kept = {f"{document['id']}/subnets/{item['name']}".lower() for item in given}
        for key, _subnet in list(emulator.store.items(SUBNET.key, f"{document['id']}/".lower())):
            if key not in kept:
                SUBNET.remove_all(emulator, key)
        for item in given:
            SUBNET.keep(emulator, f"{document['id']}/subnets/{item['name']}", check_body(item))

    def release(self, emulator: Emulator, document: Json) -> None:
        for _, subnet in list(emulator.store.items(SUBNET.key, f"{document['id']}/".lower())):
            SUBNET.release(emulator, subnet)
        SUBNET.remove_all(emulator, f"{document['id']}/".lower())
        emulator.host.remove_network(document["id"])

    def show(self, emulator: Emulator, document: Json) -> None:
        found = emulator.store.items(SUBNET.key, f"{document['id']}/".lower())
        document["properties"]["subnets"] = [SUBNET.shown(emulator, subnet) for _, subnet in found]


class _Subnet(KeptKind):
    """The subnets of virtual networks."""

    def admit(self, emulator: Emulator, document: Json, old: Json | None) -> None:
        network_id = document["id"].rpartition("/subnets/")[0]
        network = NETWORK.find(emulator, network_id) or {}
        ranges, name, delegations = _ranges(document["properties"]), document["name"], _delegations(document)
        if not ranges:
            raise invalid_content("Required property 'addressPrefix' not found in JSON. Path 'properties'")
        reason = f"Subnet '{name}' is not valid because its IP address range"
        if not all(any(_within(part, whole) for whole in _space(network)) for part in ranges):
            message = f"{reason} is outside the IP address range of virtual network '{network['name']}'."
            raise AzureError(400, "NetcfgInvalidSubnet", message)
        for key, other in emulator.store.items(self.key, f"{network_id}/".lower()):
            if key != document["id"].lower() and _overlap(ranges, _ranges(other["properties"])):
                message = f"{reason} overlaps with that of an existing subnet in virtual network '{network['name']}'."
                raise AzureError(400, "NetcfgSubnetRangesOverlap", message)
        if old and (inside := users(emulator, document["id"])) and _delegations(old) != delegations:
            message = (
                f"Delegations of subnet {document['id']} cannot be changed from [{', '.join(_delegations(old))}] to "
                f"[{', '.join(delegations)}] because it is being used by the resource {inside[0]}."
            )
            raise AzureError(400, "SubnetDelegationsCannotChangeWhenSubnetUsedByResource", message)

    def release(self, emulator: Emulator, document: Json) -> None:
        if inside := users(emulator, document["id"]):
            message = (
                f"Subnet {document['name']} is in use by {' and '.join(inside)} and cannot be deleted. In order to "
                "delete the subnet, delete all the resources within the subnet. See aka.ms/deletesubnet."
            )
            raise AzureError(400, "InUseSubnetCannotBeDeleted", message)


NETWORK = _Network(
    type="Microsoft.Network/virtualNetworks",
    name=r"(?=.{2,64}$)" + _NAME,
    defaults={"enableDdosProtection": False},
)
SUBNET = _Subnet(
    type="Microsoft.Network/virtualNetworks/subnets",
    name=_NAME,
    parent="Microsoft.Network/virtualNetworks",
    defaults={"delegations": [], "privateEndpointNetworkPolicies": "Disabled"},
)
