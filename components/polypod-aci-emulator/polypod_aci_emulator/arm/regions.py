"""The regions in which Azure offers container groups.

Source: https://learn.microsoft.com/azure/container-instances/container-instances-region-availability
"""

from __future__ import annotations

from polypod_aci_emulator.arm.errors import AzureError

REGIONS = (
    "australiacentral",
    "australiaeast",
    "australiasoutheast",
    "brazilsouth",
    "canadacentral",
    "canadaeast",
    "centralindia",
    "centralus",
    "eastasia",
    "eastus",
    "eastus2",
    "francecentral",
    "germanywestcentral",
    "israelcentral",
    "italynorth",
    "japaneast",
    "japanwest",
    "jioindiawest",
    "koreacentral",
    "koreasouth",
    "mexicocentral",
    "newzealandnorth",
    "northcentralus",
    "northeurope",
    "norwayeast",
    "polandcentral",
    "qatarcentral",
    "southafricanorth",
    "southcentralus",
    "southeastasia",
    "southindia",
    "spaincentral",
    "swedencentral",
    "switzerlandnorth",
    "uaenorth",
    "uksouth",
    "ukwest",
    "westcentralus",
    "westeurope",
    "westindia",
    "westus",
    "westus2",
    "westus3",
)


def region(location: str | None, kind: str) -> str:
    """A region's name as Azure writes it.

    Raises:
        AzureError: There is none, or it offers nothing of that kind.
    """
    if not location:
        raise AzureError(400, "LocationRequired", "The location property is required for this definition.")
    name = location.replace(" ", "").lower()
    if name not in REGIONS:
        message = (
            f"The provided location '{location}' is not available for resource type '{kind}'. List of available "
            f"regions for the resource type is '{','.join(REGIONS)}'."
        )
        raise AzureError(400, "LocationNotAvailableForResourceType", message)
    return name
