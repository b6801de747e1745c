"""The limits of a group as a whole, of its containers and of what they request."""

from __future__ import annotations

from polypod.azure.aci.limits import NAME, Limit

_DOCS = "https://learn.microsoft.com/azure/container-instances/container-instances-"
_NAMES = f"{_DOCS}troubleshooting#naming-conventions"
_QUOTAS = f"{_DOCS}resource-and-quota-limits"
_GROUPS = f"{_DOCS}container-groups"
_YAML = f"{_DOCS}reference-yaml"
_INIT = f"{_DOCS}init-container"
_REST = "https://learn.microsoft.com/rest/api/container-instances/container-groups/create-or-update"
_COMPOSE = "https://github.com/docker-archive/compose-cli/pull/357"
_IN = "in container group '{group}'"

LIMITS = (
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
)
