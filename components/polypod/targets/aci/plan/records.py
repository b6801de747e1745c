"""Records of a plan for Azure: request bodies as Azure defines them, with their metadata.

A leaf of a body that is known only while deploying is a `Template`, an `Encoded`, a `BuiltImage` or a `Known`.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator, Mapping
from typing import Any

import attrs

from polypod.model.value import Placeholder, Secret, Template
from polypod.targets.aci.plan.settings import Settings
from polypod.targets.shared.plan.images import BuiltImage, Image
from polypod.targets.shared.plan.references import concealed

Body = Mapping[str, Any]


@attrs.frozen
class Host(Placeholder):
    """The host that a container group answers at, by the group's key."""

    group: str


@attrs.frozen
class Encoded:
    """The content of a file in a secret volume, which Azure takes in base64.

    Args:
        content: The content.
        secret: Whether it must not be shown, whatever it is made of.
    """

    content: Template | bytes
    secret: bool


@attrs.frozen
class Known:
    """Something of the stack's place in Azure, by its name."""

    name: str


ACCOUNT = Known("account")
ACCOUNT_KEY = Known("account_key")
SUBNET = Known("subnet")
WORKSPACE_ID = Known("workspace_id")
WORKSPACE_KEY = Known("workspace_key")
REGISTRY = Known("registry")
REGISTRY_USER = Known("registry_user")
REGISTRY_PASSWORD = Known("registry_password")


@attrs.frozen(kw_only=True)
class Address:
    """A published address.

    Args:
        key: What the component calls it.
        scheme: The scheme of its URL.
        port: The port.
    """

    key: str
    scheme: str
    port: int


@attrs.frozen(kw_only=True)
class Group:
    """A container group.

    Args:
        key: Its logical name below the component; empty where the component is the group.
        name: Its name in Azure.
        path: Its place in the model.
        body: The body of the request that makes it, without its location.
        places: The place in the model of parts of the body, by the path of the part.
        waits_for: The keys of the groups that must be ready first.
        ready_seconds: Time in which every container must be ready.
        addresses: Its published addresses.
        ends: The names of the containers that have ended well when the group, a job, is done; empty where it goes on.
        attempts: How often a job may run in one update; ``None`` where its restart policy alone decides.
        copies: How many replicas its pod has.
        follows: The key of the replica that is updated before it; ``None`` where it is the first.
        owns: The shares it mounts that only groups of the plan may use, each with the name of its volume.
    """

    key: str
    name: str
    path: str
    body: Body
    places: Mapping[str, str]
    waits_for: tuple[str, ...]
    ready_seconds: int
    addresses: tuple[Address, ...] = ()
    owns: Mapping[str, str] = attrs.field(factory=dict)
    ends: frozenset[str] = frozenset()
    attempts: int | None = None
    copies: int = 1
    follows: str | None = None


@attrs.frozen
class Share:
    """A file share.

    Args:
        path: The place in the model of its volume.
        volume: The name of the volume, with the replica in front where each has one of its own.
    """

    path: str
    volume: str


@attrs.frozen(kw_only=True)
class Plan:
    """Everything that is to be made for an application.

    Args:
        settings: The settings of the target.
        groups: Its container groups, each after the groups it waits for.
        images: The images that are built.
        shares: The file shares by name.
        network: Whether the groups are in a virtual network of the stack's own.
        label: The DNS label that the stack's config gives one of the groups; empty where it gives none.
        logged: Whether the groups' logs go to a workspace.
    """

    settings: Settings
    groups: tuple[Group, ...]
    images: tuple[Image, ...]
    shares: Mapping[str, Share]
    network: bool
    label: str
    logged: bool


def flat(body: Body) -> dict[str, Any]:
    """A request as the provider takes it: what lies below ``properties`` stands next to the rest.

    Args:
        body: The request.
    """
    flat = {**{key: value for key, value in body.items() if key != "properties"}, **body["properties"]}
    for kind in ("containers", "initContainers"):
        if kind in flat:
            flat[kind] = [{"name": item["name"], **item["properties"]} for item in flat[kind]]
    if "identity" in flat:
        identity = flat["identity"]
        flat["identity"] = {**identity, "userAssignedIdentities": list(identity["userAssignedIdentities"])}
    return flat


def texts(value: Any) -> Iterator[Template]:
    """The texts in a body, without the addresses in them; all of a secret file is secret.

    Args:
        value: The body, or a part of it.
    """
    if isinstance(value, Encoded):
        value = concealed(value.content) if value.secret else value.content
    if isinstance(value, Template):
        yield Template(tuple(part for part in value.parts if not isinstance(part, Placeholder)))
    elif isinstance(value, Mapping | list | tuple):
        for item in value.values() if isinstance(value, Mapping) else value:
            yield from texts(item)


_STANDS_FOR = {
    "subnet": "/subscriptions/_/resourceGroups/_/providers/Microsoft.Network/virtualNetworks/_/subnets/_",
}


def shown(value: Any) -> Any:
    """A body, or a part of one, with a text in place of what is known only while deploying.

    Args:
        value: The part.
    """
    if isinstance(value, Mapping):
        return {key: shown(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [shown(item) for item in value]
    return _shown_leaf(value)


def _shown_leaf(value: object) -> object:
    match value:
        case Template(parts=parts):
            return "".join(str(_shown_leaf(part)) for part in parts)
        case Encoded(content=content, secret=secret):
            plain = content if isinstance(content, bytes) else str(_shown_leaf(content)).encode()
            return b64encode(b"[secret]" if secret else plain).decode()
        case Host(group=name) | BuiltImage(key=name) | Known(name=name):
            return _STANDS_FOR.get(name, name.replace("_", "-"))
    if isinstance(value, str | int | float):
        return value
    return "[secret]" if isinstance(value, Secret) else "[deferred]"
