"""The codes of what Azure forbids beyond the features it lacks, and of what goes wrong there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from polypod.checks.codes.code import Code, Example
from polypod.checks.codes.programs import gateway, group, mounting, other, pod, web
from polypod.targets.aci.plan.codes_of_limits import LIMITS

_SERVING = pod(main=web("port=80"))
_CLIENT = pod(main=other('env={"HOST": "polypod{web.host}"}'))


def _set(program: str, **settings: Any) -> Example:
    return Example(program, {"polypod:aci": settings})


def _group(program: str) -> Example:
    return _set(program, placement="group")


def _stack(**settings: Any) -> Example:
    return _set(pod(), **settings)


_SUBNET = "/subscriptions/0/resourceGroups/shop/providers/Microsoft.Network/virtualNetworks/shop/subnets/groups"
_IDENTITY = "/subscriptions/0/resourceGroups/shop/providers/Microsoft.ManagedIdentity/userAssignedIdentities/shop"
_PRIVATE: Mapping[str, str] = {"addressSpace": "10.0.0.0/24"}

CODES: Sequence[Code] = (
    Code(
        "PP501",
        "a request of more than 4 MB",
        "Azure takes no larger one; the files of a program are a part of it.",
        mounting('ConfigVolume("data", {"data": "x" * 4_000_000})'),
        mounting('ConfigVolume("data", {"data": "x" * 400_000})'),
    ),
    Code(
        "PP502",
        "several restart policies in a group",
        "A container group has one.",
        group(web(), other('restart="never"')),
        group(web(), other()),
    ),
    Code(
        "PP503",
        "arguments without a command",
        "One command replaces both the image's entrypoint and its command.",
        web('args=["-g", "daemon off;"]'),
        web('command=["nginx"]', 'args=["-g", "daemon off;"]'),
    ),
    Code(
        "PP504",
        "a working directory",
        "Containers start in the one that the image names.",
        web('working_dir="/srv"'),
        web(),
    ),
    Code(
        "PP505",
        "log options in Azure",
        "Azure keeps the last 4 MB of what a container prints.",
        web('logs=LogOptions(max_size="1M")'),
        web(),
        kind="warning",
    ),
    Code(
        "PP506",
        "CPU and memory of an init container",
        "Init containers use what the group has.",
        pod(f"init=[{other('resources=Resources(cpu=1)')}]"),
        pod(f"init=[{other()}]"),
        kind="warning",
    ),
    Code(
        "PP507",
        "a port published under another number",
        "Azure forwards to the same port.",
        web("port=Port(80, publish=8080)"),
        web("port=Port(8080, publish=8080)"),
    ),
    Code(
        "PP508",
        "a port on an address of the machine",
        "It is open at the group's own address.",
        web('port=Port(8080, publish=8080, address="0.0.0.0")'),
        web("port=Port(8080, publish=8080)"),
        kind="warning",
    ),
    Code(
        "PP509",
        "a persistent volume of more than 5 TiB",
        "A share in Azure Files holds no more.",
        mounting('PersistentVolume("data", "6Ti")'),
        mounting('PersistentVolume("data", "5Ti")'),
    ),
    Code(
        "PP510",
        "nested directories in a config or secret volume",
        "A secret volume holds one directory, and none can be mounted inside of another.",
        mounting('ConfigVolume("data", {"a": "b", "c/d": "e"})'),
        mounting('ConfigVolume("data", {"a/b": "c", "d/e": "f"})'),
    ),
    Code(
        "PP511",
        "several replicas in one group",
        "With the placement 'group' there is one copy of each pod.",
        _group(pod("replicas=2")),
        _set(pod("replicas=2"), placement="separate"),
    ),
    Code(
        "PP512",
        "replicas that publish a port",
        "Each replica has an address of its own; a gateway stands before several.",
        pod("replicas=2", main=web("port=Port(8080, publish=8080)")),
        pod("replicas=2", main=web("port=80")),
    ),
    Code(
        "PP513",
        "a reference to replicas",
        "Nothing stands before them inside of the application, so the others reach the first one only.",
        _set(gateway(pods=(pod("replicas=2", main=web("port=80")), _CLIENT)), **_PRIVATE),
        gateway(pods=(pod("replicas=2", main=web("port=80")), pod(main=other()))),
        kind="warning",
        varies="pod",
    ),
    Code(
        "PP514",
        "a grace period in Azure",
        "Azure chooses the time between SIGTERM and SIGKILL.",
        pod('termination_grace_period="1m"'),
        pod(),
        kind="warning",
    ),
    Code(
        "PP515",
        "a time to become ready in Azure",
        "Azure does not tell whether containers are ready: it is the time in which they must run.",
        pod('ready_within="5m"'),
        pod(),
        kind="warning",
    ),
    Code(
        "PP516",
        "an address that can change",
        "Others hold the private address of a group, which is another one when Azure has moved it.",
        _set(gateway(pods=(_SERVING, _CLIENT)), **_PRIVATE),
        _set(gateway(pods=(pod(), pod(main=other()))), **_PRIVATE),
        kind="warning",
        varies="pod",
    ),
    Code(
        "PP517",
        "a port that is open to everybody",
        "Without a virtual network, groups find each other by public addresses.",
        gateway(pods=(_SERVING, _CLIENT)),
        _set(gateway(pods=(_SERVING, pod(main=other()))), **_PRIVATE),
        kind="warning",
        varies="pod",
    ),
    Code(
        "PP518",
        "a reference to a group without a port",
        "It has no address, so nothing finds it.",
        gateway(pods=(pod(), pod(main=other('env={"HOST": "polypod{web.host}"}')))),
        gateway(pods=(pod(), pod(main=other()))),
    ),
    Code(
        "PP519",
        "groups that refer to each other",
        "The address of a group is known only once it is made.",
        gateway(
            pods=(
                pod(main=web("port=Port(80, publish=80)", 'env={"HOST": "polypod{other.host:nowait}"}')),
                pod(main=other("port=Port(81, publish=81)", 'env={"HOST": "polypod{web.host}"}')),
            )
        ),
        _group(
            gateway(
                pods=(
                    pod(main=web("port=Port(80, publish=80)", 'env={"HOST": "polypod{other.host:nowait}"}')),
                    pod(main=other("port=81", 'env={"HOST": "polypod{web.host:nowait}"}')),
                )
            )
        ),
    ),
    Code(
        "PP520",
        "two logins for the same registry",
        "A container group has one login per registry.",
        pod(
            'registries=[RegistryCredentials(server="a.io", username="me", password=Secret("x")), '
            'RegistryCredentials(server="a.io", username="you", password=Secret("x"))]'
        ),
        pod('registries=[RegistryCredentials(server="a.io", username="me", password=Secret("x"))]'),
    ),
    Code(
        "PP521",
        "an init container that needs another pod of its group",
        "It ends before anything else in the group starts.",
        _group(
            gateway(
                pods=(
                    _SERVING,
                    'Pod(Container("job", image="busybox:1.37"), '
                    'init=[Container("ask", image="busybox:1.37", env={"HOST": "polypod{web.host:nowait}"})])',
                )
            )
        ),
        _group(
            gateway(
                pods=(
                    _SERVING,
                    'Pod(Container("job", image="busybox:1.37"), init=[Container("ask", image="busybox:1.37")])',
                )
            )
        ),
    ),
    Code(
        "PP522",
        "a pod that waits for another of its group",
        "All containers of a group start at once.",
        _group(gateway(pods=(_SERVING, _CLIENT))),
        _group(gateway(pods=(_SERVING, pod(main=other())))),
        kind="warning",
        varies="pod",
    ),
    Code(
        "PP523",
        "a job in the group of a gateway",
        "The gateway is always restarted, and a group has one restart policy.",
        _group(gateway(pods=(pod(main=web('restart="never"')),))),
        gateway(pods=(pod(main=web('restart="never"')),)),
    ),
    Code(
        "PP524",
        "a limit below the minimum of a group",
        "A group has at least 1 CPU and 1 GB, which its containers may take.",
        web('resources=Resources(cpu="100m", cpu_limit="100m")'),
        web("resources=Resources(cpu=1)"),
        kind="warning",
        varies="container",
    ),
    Code(
        "PP525",
        "a limit that costs",
        "A group requests, and pays for, as much as the limit of any of its containers.",
        web("resources=Resources(cpu=1, cpu_limit=2)"),
        web("resources=Resources(cpu=2)"),
        kind="warning",
        varies="container",
    ),
    Code(
        "PP526",
        "a gateway on an address of the machine",
        "It is open at its group's own address.",
        gateway('address="0.0.0.0"'),
        gateway(),
        kind="warning",
    ),
    Code(
        "PP527",
        "an unknown pod on spare capacity",
        "polypod:aci.spot names it, and another component of the stack may have it.",
        _stack(spot=["wbe"]),
        _stack(spot=["web"]),
        kind="warning",
        varies="application",
    ),
    Code(
        "PP528",
        "a virtual network that is too small",
        "Each container group has an address, and Azure keeps five.",
        _set(
            gateway(pods=tuple(f'Pod(Container("p{i}", image="nginx:1.29"))' for i in range(3))),
            addressSpace="10.0.0.0/29",
        ),
        _set(gateway(pods=tuple(f'Pod(Container("p{i}", image="nginx:1.29"))' for i in range(3))), **_PRIVATE),
    ),
    Code(
        "PP529",
        "a name that nothing has",
        "Nothing is published that could have polypod:aci.dnsLabel as its name; another component of the stack may.",
        _stack(dnsLabel="my-shop"),
        _set(web("port=Port(80, publish=80)"), dnsLabel="my-shop"),
        kind="warning",
        varies="application",
    ),
    Code(
        "PP530",
        "an identity for a registry that is not Azure's",
        "Only Azure's own registries know its identities.",
    ),
    Code(
        "PP531",
        "an incomplete workspace",
        "A workspace has an ID and a key; without both, the stack makes one.",
        _stack(logAnalytics={"workspaceId": "00000000-0000-0000-0000-000000000000"}),
        _stack(logAnalytics={}),
    ),
    Code(
        "PP532",
        "a subnet together with a range of addresses",
        "The groups are in a subnet that is there already, or in one that the stack makes.",
        _stack(subnet=_SUBNET, **_PRIVATE),
        _stack(subnet=_SUBNET),
    ),
    Code(
        "PP533",
        "not a range of addresses",
        "A subnet in Azure has at least 8 addresses.",
        _stack(addressSpace="10.0.0.0/30"),
        _stack(**_PRIVATE),
    ),
    Code(
        "PP534",
        "too many tags",
        "Azure takes 50.",
        _stack(tags={f"t{i}": "x" for i in range(51)}),
        _stack(tags={"team": "shop"}),
    ),
    Code(
        "PP535",
        "not the name of a tag",
        "Azure takes at most 512 characters, and none of < > % & \\ ? /.",
        _stack(tags={"team/shop": "x"}),
        _stack(tags={"team": "shop"}),
    ),
    Code(
        "PP536",
        "a name for a private address",
        "Azure's DNS has no names in virtual networks.",
        _stack(dnsLabel="my-shop", **_PRIVATE),
        _stack(**_PRIVATE),
    ),
    *LIMITS,
    Code("PP570", "a region that is missing", "The stack's config says which region of Azure to deploy to."),
    Code(
        "PP571",
        "a registry without a login",
        "Container groups pull images with a login or an identity, and the stack's config has neither.",
    ),
    Code("PP572", "two components of one name in Azure's DNS", "Only one of them can have polypod:aci.dnsLabel."),
    Code("PP573", "two components that make one container group", "Its name holds that of the component."),
    Code("PP574", "a container group that is gone", "Somebody else deleted it."),
    Code("PP575", "a container that failed", "What Azure says of it, its last lines, and the likely cause."),
    Code("PP576", "data that cannot be taken over", "The group that has it does not stop."),
    Code(
        "PP577",
        "kept data that cannot be searched for",
        "The storage accounts of the resource group cannot be listed.",
        kind="notice",
    ),
    Code("PP578", "a key of an earlier version", "It still works, and has another name now.", kind="notice"),
)
