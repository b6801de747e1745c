"""Every limit of Azure Container Instances, with the error by which the service reports it.

``attested`` says that the code and the message have been seen in answers of the service. Where they have not, the limit
itself is documented at ``source``, and its code is named after its siblings.
"""

from __future__ import annotations

from collections.abc import Mapping

import attrs

_DOCS = "https://learn.microsoft.com/azure/container-instances/container-instances-"
_NAMES = f"{_DOCS}troubleshooting#naming-conventions"
_QUOTAS = f"{_DOCS}resource-and-quota-limits"
_GROUPS = f"{_DOCS}container-groups"
_YAML = f"{_DOCS}reference-yaml"
_SECRETS = f"{_DOCS}volume-secret"
_INIT = f"{_DOCS}init-container"
_REST = "https://learn.microsoft.com/rest/api/container-instances/container-groups/create-or-update"
_COMPOSE = "https://github.com/docker-archive/compose-cli/pull/357"

NAME = r"[a-z0-9]([-a-z0-9]*[a-z0-9])?"
DNS_LABEL = r"[A-Za-z0-9]([-A-Za-z0-9]{3,61})[A-Za-z0-9]"
ENVIRONMENT_NAME = r"[A-Za-z_][A-Za-z0-9_]*"
FILE_NAME = r"[-._A-Za-z0-9]{1,253}"
HOST = r"[A-Za-z0-9]([-A-Za-z0-9.]*[A-Za-z0-9])?(:[0-9]{1,5})?"
SUBNET_ID = (
    r"/subscriptions/[^/]+/resourceGroups/[^/]+/providers/Microsoft\.Network/virtualNetworks/[^/]+/subnets/[^/]+"
)

NAME_LENGTH = 63
VOLUME_NAME_LENGTH = (5, 63)
CONTAINERS = 60
INIT_CONTAINERS = 59
VOLUMES = 20
PUBLIC_PORTS = 5
PORTS = (1, 65535)
RESERVED_PORTS: tuple[tuple[int, int], ...] = (
    (22, 22),
    (1025, 1027),
    (3389, 3399),
    (9999, 9999),
    (19000, 19000),
    (19080, 19080),
    (19100, 19100),
    (19390, 19390),
    (20000, 30000),
    (49152, 65534),
)
CPU_STEP = "0.01"
MEMORY_STEP = "0.1"
GROUP_MINIMUM = {"cpu": 1.0, "memoryInGB": 1.0}
GROUP_MAXIMUM: Mapping[str, Mapping[str, float]] = {
    "Regular": {"cpu": 31.0, "memoryInGB": 240.0},
    "Spot": {"cpu": 4.0, "memoryInGB": 16.0},
}


@attrs.frozen
class Limit:
    """One limit of the service.

    Args:
        name: Its name here.
        code: The error code of the refusal.
        message: The message, with places for what was refused.
        source: Where the limit is documented.
        status: The HTTP status of the refusal.
        attested: Whether code and message have been seen in answers of the service.
    """

    name: str
    code: str
    message: str
    source: str
    status: int = 400
    attested: bool = False


_IN = "in container group '{group}'"
_TABLE = (
    Limit(
        "group-name",
        "InvalidContainerGroupName",
        f"The container group name '{{group}}' is invalid. The container group name must contain no more than 63 "
        f"characters and must match the regex '{NAME.replace('{', '{{').replace('}', '}}')}' (e.g. 'my-name').",
        _NAMES,
    ),
    Limit(
        "container-name",
        "InvalidContainerName",
        f"The container name '{{value}}' {_IN} is invalid. The container name must contain no more than 63 characters "
        f"and must match the regex '{NAME}' (e.g. 'my-name').",
        _NAMES,
        attested=True,
    ),
    Limit(
        "container-names-unique",
        "DuplicateContainerName",
        f"The container name '{{value}}' {_IN} is used more than once.",
        _REST,
    ),
    Limit("containers-given", "MissingContainers", "The container group '{group}' has no containers.", _REST),
    Limit(
        "containers-max",
        "ContainerCountExceeded",
        "The container group '{group}' has {value} containers. A container group can have up to {limit} containers.",
        _QUOTAS,
    ),
    Limit(
        "init-containers-max",
        "InitContainerCountExceeded",
        "The container group '{group}' has {value} init containers. A container group can have up to {limit} of them.",
        _INIT,
    ),
    Limit(
        "image-given",
        "MissingContainerImage",
        f"The image of container '{{container}}' {_IN} is not specified.",
        _REST,
    ),
    Limit(
        "os-type",
        "InvalidOsType",
        "The 'osType' for container group '{group}' is invalid. The value must be one of 'Windows,Linux'.",
        "https://github.com/MicrosoftLearning/mslearn-azure-developer/pull/67",
        attested=True,
    ),
    Limit(
        "restart-policy",
        "InvalidRestartPolicy",
        "The 'restartPolicy' '{value}' of container group '{group}' is invalid. "
        "The value must be one of 'Always,OnFailure,Never'.",
        f"{_DOCS}restart-policy",
    ),
    Limit(
        "sku",
        "InvalidContainerGroupSku",
        "The 'sku' '{value}' of container group '{group}' is invalid. "
        "The value must be one of 'Standard,Dedicated,Confidential'.",
        _REST,
    ),
    Limit(
        "priority",
        "InvalidContainerGroupPriority",
        "The 'priority' '{value}' of container group '{group}' is invalid. The value must be one of 'Regular,Spot'.",
        f"{_DOCS}spot-containers-overview",
    ),
    Limit(
        "spot-address",
        "SpotPriorityNotSupported",
        "The container group '{group}' with priority 'Spot' cannot have an IP address or a subnet.",
        f"{_DOCS}spot-containers-overview",
    ),
    Limit(
        "zones",
        "InvalidZones",
        "The zones '{value}' of container group '{group}' are invalid. A container group can be in one of '1,2,3'.",
        f"{_DOCS}availability-zones",
    ),
    Limit(
        "cpu-memory-given",
        "ResourceRequestsNotSpecified",
        "The resource requests are not specified in container '{container}' of contain group '{group}'. "
        "Both memory and CPU requests are required since API version '2017-07-01-preview'.",
        "https://github.com/MicrosoftLearning/mslearn-azure-developer/pull/67",
        attested=True,
    ),
    Limit(
        "cpu-or-memory-given",
        "ResourceSomeRequestsNotSpecified",
        "The '{value}' request is not specified in container '{container}' of contain group '{group}'. "
        "It is required since API version '2017-07-01-preview'.",
        "https://github.com/virtual-kubelet/virtual-kubelet/issues/50",
        attested=True,
    ),
    Limit(
        "cpu-step",
        "CpuRequirementNotTimesOfOneHundredth",
        "The CPU requirement is '{value}' in container '{container}' of container group '{group}'. "
        "The CPU requirement should be positive and in increments of 0.01.",
        _YAML,
    ),
    Limit(
        "memory-step",
        "MemoryRequirementNotTimesOfOneTenthGB",
        "The memory requirement is '{value}' in container '{container}' of container group '{group}'. "
        "The memory requirement should be in incrememts of 0.1 GB.",
        _YAML,
        attested=True,
    ),
    Limit(
        "group-minimum",
        "ResourceRequestsLessThanMinimum",
        "The total '{kind}' request '{value}' of container group '{group}' is less than the minimum '{limit}'.",
        f"{_GROUPS}#resource-allocation",
    ),
    Limit(
        "group-maximum",
        "ServiceUnavailable",
        "The requested resource is not available in the location '{location}' at this moment. Please retry with a "
        "different resource request or in another location. Resource requested: '{cpu}' CPU '{memory}' GB memory "
        "'{os}' OS",
        _QUOTAS,
        status=409,
        attested=True,
    ),
    Limit(
        "limit-below-request",
        "ResourceLimitsLessThanRequests",
        "The resource requirement '{resources}' in container '{container}' of contain group '{group}' is invalid. "
        "The '{kind}' limit value must be greater than or equal to the request value.",
        _COMPOSE,
        attested=True,
    ),
    Limit(
        "limit-above-group",
        "ContainerLimitGreaterThanContainerGroupTotalRequest",
        "The '{kind}' limit '{value}' in container '{container}' is greater than the total request '{limit}' of "
        "container group '{group}'.",
        _COMPOSE,
        attested=True,
    ),
    Limit(
        "port-range",
        "InvalidContainerPorts",
        f"The ports '{{value}}' are invalid for container '{{container}}' {_IN}. "
        "The port must be beteween 1 and 65535.",
        _NAMES,
        attested=True,
    ),
    Limit(
        "ports-unique",
        "DuplicateContainerPorts",
        f"The port '{{value}}' is used more than once {_IN}. Containers of a group share one network.",
        _GROUPS,
    ),
    Limit(
        "port-protocol",
        "InvalidPortProtocol",
        f"The protocol '{{value}}' of a port {_IN} is invalid. The value must be one of 'TCP,UDP'.",
        _REST,
    ),
    Limit(
        "address-ports-given",
        "MissingIpAddressPorts",
        "The ports in the 'ipAddress' of container group '{group}' cannot be empty.",
        "https://github.com/hashicorp/terraform-provider-azurerm/issues/1697",
        attested=True,
    ),
    Limit(
        "address-ports-max",
        "IpAddressPortCountExceeded",
        "The 'ipAddress' of container group '{group}' has {value} ports. Each IP address can have up to {limit} ports.",
        _QUOTAS,
    ),
    Limit(
        "address-port-range",
        "InvalidIpAddressPorts",
        "The ports '{value}' in the 'ipAddress' of container group '{group}' are invalid. "
        "The port must be between 1 and 65535.",
        _NAMES,
    ),
    Limit(
        "address-ports-unique",
        "DuplicateIpAddressPorts",
        "The port '{value}' in the 'ipAddress' of container group '{group}' is used more than once.",
        _REST,
    ),
    Limit(
        "port-reserved",
        "ReservedPort",
        "The port '{value}' in the 'ipAddress' of container group '{group}' is reserved by the service.",
        f"{_DOCS}faq",
    ),
    Limit(
        "address-type",
        "InvalidIpAddressType",
        "The 'ipAddress' type '{value}' of container group '{group}' is invalid. "
        "The value must be one of 'Public,Private'.",
        _REST,
    ),
    Limit(
        "private-needs-subnet",
        "PrivateIpAddressWithoutSubnet",
        "The private 'ipAddress' of container group '{group}' needs 'subnetIds'.",
        f"{_DOCS}vnet",
    ),
    Limit(
        "subnet-has-no-public-address",
        "PublicIpAddressNotSupported",
        "The container group '{group}' is in a subnet and cannot have a public 'ipAddress'.",
        f"{_DOCS}virtual-network-concepts",
    ),
    Limit(
        "subnet-id",
        "InvalidSubnetId",
        "The subnet id '{value}' of container group '{group}' is invalid.",
        f"{_DOCS}vnet",
    ),
    Limit("subnets-max", "TooManySubnets", "The container group '{group}' is in more than one subnet.", _REST),
    Limit(
        "dns-config-needs-subnet",
        "DnsConfigWithoutSubnet",
        "The 'dnsConfig' of container group '{group}' needs 'subnetIds'.",
        f"{_DOCS}custom-dns",
    ),
    Limit(
        "dns-label",
        "InvalidDnsNameLabel",
        "The DNS name label '{value}' in container group '{group}' is invalid. It must have 5 to 63 characters: "
        "letters, digits, and hyphens anywhere except the first or last character.",
        _NAMES,
    ),
    Limit(
        "dns-label-needs-public",
        "DnsNameLabelNotSupported",
        "The DNS name label '{value}' in container group '{group}' needs a public 'ipAddress'.",
        f"{_DOCS}virtual-network-concepts",
    ),
    Limit(
        "environment-name",
        "InvalidContainerEnvironmentVariable",
        "The environment variable name in container '{container}' of container group '{group}' is invalid. A valid "
        "environment variable name must start with alphabetic character or '_', followed by a string of alphanumeric "
        "characters or '_' (e.g. 'my_name',  or 'MY_NAME',  or 'MyName').",
        _NAMES,
        attested=True,
    ),
    Limit(
        "environment-value",
        "InvalidContainerEnvironmentVariableValue",
        "The environment variable '{value}' in container '{container}' of container group '{group}' must have either "
        "a 'value' or a 'secureValue'.",
        f"{_DOCS}environment-variables",
    ),
    Limit(
        "volume-name",
        "InvalidVolumeName",
        f"The volume name '{{value}}' {_IN} is invalid. It must have 5 to 63 characters: lowercase letters, digits, "
        "and single hyphens anywhere except the first or last character.",
        _NAMES,
    ),
    Limit(
        "volumes-max",
        "VolumeCountExceeded",
        "The container group '{group}' has {value} volumes. A container group can have up to {limit} volumes.",
        _QUOTAS,
    ),
    Limit("volumes-unique", "DuplicateVolumeName", f"The volume name '{{value}}' {_IN} is used more than once.", _REST),
    Limit(
        "volume-type",
        "InvalidVolumeType",
        f"The volume '{{value}}' {_IN} must be exactly one of 'azureFile,emptyDir,secret,gitRepo'.",
        _REST,
    ),
    Limit(
        "volume-key",
        "InvalidStorageAccountKey",
        f"The storage account key of volume '{{value}}' {_IN} is not specified.",
        f"{_DOCS}volume-azure-files",
    ),
    Limit(
        "secret-base64",
        "InvalidSecretVolumeValue",
        f"The secret '{{file}}' of volume '{{value}}' {_IN} is not base64.",
        _SECRETS,
    ),
    Limit(
        "secret-file",
        "InvalidSecretVolumeKey",
        f"The secret '{{file}}' of volume '{{value}}' {_IN} is not a valid file name.",
        _SECRETS,
    ),
    Limit(
        "mount-known",
        "VolumeMountNotDefined",
        f"The volume mount '{{value}}' of container '{{container}}' {_IN} has no volume of that name.",
        _REST,
    ),
    Limit(
        "mount-once",
        "DuplicateVolumeMount",
        f"The volume '{{value}}' is mounted more than once in container '{{container}}' {_IN}.",
        f"{_DOCS}volume-azure-files",
    ),
    Limit(
        "mount-path",
        "InvalidVolumeMountPath",
        f"The mount path '{{value}}' of container '{{container}}' {_IN} must be absolute and without ':'.",
        _YAML,
    ),
    Limit(
        "mount-path-unique",
        "DuplicateVolumeMountPath",
        f"The mount path '{{value}}' of container '{{container}}' {_IN} is used more than once.",
        _REST,
    ),
    Limit(
        "probe-kind",
        "InvalidProbe",
        f"The probe of container '{{container}}' {_IN} must be exactly one of 'exec,httpGet'.",
        f"{_DOCS}readiness-probe",
    ),
    Limit(
        "probe-time",
        "InvalidProbeTime",
        f"The '{{kind}}' '{{value}}' of a probe of container '{{container}}' {_IN} must be {{limit}} or more.",
        f"{_DOCS}liveness-probe",
    ),
    Limit(
        "probe-port",
        "InvalidProbePort",
        f"The port '{{value}}' of a probe of container '{{container}}' {_IN} is invalid.",
        f"{_DOCS}liveness-probe",
    ),
    Limit(
        "probe-scheme",
        "InvalidProbeScheme",
        f"The scheme '{{value}}' of a probe of container '{{container}}' {_IN} must be one of 'http,https'.",
        f"{_DOCS}liveness-probe",
    ),
    Limit(
        "registry-server",
        "InvalidImageRegistryServer",
        "The server '{value}' in the 'imageRegistryCredentials' of container group '{group}' is invalid. "
        "It should be a valid host name without protocol.",
        f"{_DOCS}using-azure-container-registry",
        attested=True,
    ),
    Limit(
        "registry-login",
        "InvalidImageRegistryCredentialType",
        "The server '{value}' in the 'imageRegistryCredentials' of container group '{group}' needs a user name with "
        "its password, or an identity.",
        f"{_DOCS}using-azure-container-registry",
    ),
    Limit(
        "identity",
        "InvalidIdentity",
        "The identity of container group '{group}' is invalid. A user-assigned identity needs its resource id.",
        f"{_DOCS}managed-identity",
    ),
)

LIMITS: Mapping[str, Limit] = {limit.name: limit for limit in _TABLE}
