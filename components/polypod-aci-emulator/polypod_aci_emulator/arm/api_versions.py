"""The versions of Azure's interfaces that the emulator supports."""

from __future__ import annotations

import re
from collections.abc import Mapping

from polypod_aci_emulator.arm.errors import AzureError
from polypod_aci_emulator.arm.resource_id import ResourceId

VERSIONS: Mapping[str, tuple[str, ...]] = {
    "resourcegroups": (
        "2021-04-01",
        "2022-09-01",
        "2024-03-01",
        "2024-07-01",
        "2024-11-01",
        "2025-03-01",
        "2025-04-01",
    ),
    "microsoft.containerinstance": ("2021-10-01", "2022-09-01", "2023-05-01"),
    "microsoft.containerregistry": ("2023-07-01", "2025-04-01", "2025-11-01"),
    "microsoft.managedidentity": ("2023-01-31", "2024-11-30"),
    "microsoft.network": ("2023-09-01", "2024-01-01", "2024-05-01", "2024-07-01", "2024-10-01", "2025-01-01"),
    "microsoft.operationalinsights": ("2020-08-01", "2022-10-01", "2023-09-01", "2025-02-01", "2025-07-01"),
    "microsoft.storage": ("2023-01-01", "2023-05-01", "2024-01-01", "2025-01-01", "2025-06-01", "2026-09-01"),
}
_VERSION = re.compile(r"\d{4}-\d{2}-\d{2}(-preview)?")


def check(resource: ResourceId, version: str | None) -> None:
    """Refuse a request whose version is missing or not supported.

    Raises:
        AzureError: With the versions there are.
    """
    provider, _, kind = resource.kind.partition("/")
    if provider not in VERSIONS:
        message = f"The resource namespace '{provider}' is invalid."
        raise AzureError(404, "InvalidResourceNamespace", message)
    if not version:
        message = "The api-version query parameter (?api-version=) is required for all requests."
        raise AzureError(400, "MissingApiVersionParameter", message)
    supported = ",".join(VERSIONS[provider])
    if not _VERSION.fullmatch(version):
        message = f"The api-version '{version}' is invalid. The supported versions are '{supported}'."
        raise AzureError(400, "InvalidApiVersionParameter", message)
    if version not in VERSIONS[provider]:
        message = (
            f"The resource type '{kind or provider}' could not be found in the namespace '{provider}' for api version "
            f"'{version}'. The supported api-versions are '{supported}'."
        )
        raise AzureError(400, "InvalidResourceType", message)
