"""The limits of ports, addresses, environment, volumes, probes and logins."""

from __future__ import annotations

from polypod.azure.aci.limits import Limit

_DOCS = "https://learn.microsoft.com/azure/container-instances/container-instances-"
_NAMES = f"{_DOCS}troubleshooting#naming-conventions"
_QUOTAS = f"{_DOCS}resource-and-quota-limits"
_GROUPS = f"{_DOCS}container-groups"
_YAML = f"{_DOCS}reference-yaml"
_SECRETS = f"{_DOCS}volume-secret"
_REST = "https://learn.microsoft.com/rest/api/container-instances/container-groups/create-or-update"
_IN = "in container group '{group}'"

LIMITS = (
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
