"""Request bodies for Azure Resource Manager, and what is wrong with them by the models of the official SDK."""

from __future__ import annotations

import enum
import importlib
import types
from collections.abc import Iterator, Mapping
from typing import Any, Union, get_args, get_origin, get_type_hints

from polypod.testing import Registered
from tests import private_apis

MODELS: Mapping[str, tuple[str, str, set[str]]] = {
    "azure-native:authorization:RoleAssignment": (
        "authorization",
        "RoleAssignmentCreateParameters",
        {"scope", "roleAssignmentName"},
    ),
    "azure-native:containerregistry:Registry": ("containerregistry", "Registry", {"resourceGroupName", "registryName"}),
    "azure-native:containerservice:ManagedCluster": ("containerservice", "ManagedCluster", {"resourceGroupName"}),
    "azure-native:monitor:DataCollectionRule": ("monitor", "DataCollectionRuleResource", {"resourceGroupName"}),
    "azure-native:monitor:DataCollectionRuleAssociation": (
        "monitor",
        "DataCollectionRuleAssociationProxyOnlyResource",
        {"resourceUri", "associationName"},
    ),
    "azure-native:operationalinsights:Workspace": ("loganalytics", "Workspace", {"resourceGroupName"}),
    "azure-native:resources:ResourceGroup": ("resource.resources", "ResourceGroup", set()),
    "azure-native:storage:FileShare": ("storage", "FileShare", {"resourceGroupName", "accountName", "shareName"}),
    "azure-native:storage:StorageAccount": (
        "storage",
        "StorageAccountCreateParameters",
        {"resourceGroupName", "accountName"},
    ),
}
"""By type: the part of the SDK and its model of the request, and the inputs that are part of the address instead."""

_RENAMED = {"enableHttpsTrafficOnly": "supportsHttpsTrafficOnly"}
"""Inputs that the provider names in another way than Azure."""


def body(resource: Registered) -> dict[str, Any]:
    """The body of the request that makes a resource: its inputs, as far as the model has them below ``properties``."""
    *_, address = MODELS[resource.type]
    model = _model(resource.type)
    outside = _outer_names(model)
    given = {_RENAMED.get(name, name): value for name, value in resource.inputs.items() if name not in address}
    inner = {name: value for name, value in given.items() if name not in outside}
    return {
        **{name: value for name, value in given.items() if name in outside},
        **({"properties": inner} if inner else {}),
    }


def mistakes(kind: str, request: Mapping[str, Any]) -> list[str]:
    """What the SDK's model of a type knows to be wrong with a request."""
    model = _model(kind)
    return list((_by_serializer if private_apis.has_serializer(model) else _by_hints)(model, request))


def _model(kind: str) -> Any:
    """The SDK's model of the request that makes a type, imported by the tests that need it."""
    part, name, _ = MODELS[kind]
    return getattr(importlib.import_module(f"azure.mgmt.{part}.models"), name)


def _outer_names(model: Any) -> set[str]:
    """What stands next to ``properties`` in a request."""
    if private_apis.has_serializer(model):
        return {key for key in private_apis.keys(model) if "." not in key}
    return private_apis.fields(model).keys() - {"properties"}


def _by_serializer(model: Any, request: Mapping[str, Any]) -> Iterator[str]:
    """For the older SDKs: what their serializer would refuse, or lose."""
    parsed = model.from_dict(request)
    yield from (f"{name}: it is required" for name in private_apis.missing(parsed))
    written = private_apis.serialized(model, parsed)
    if written != request:
        yield f"it would be sent as {written}, not as {request}"


def _by_hints(model: type, request: Any, path: str = "") -> Iterator[str]:
    """For the newer SDKs, whose models take anything: what their type hints do not have."""
    if not isinstance(request, Mapping):
        yield f"{path}: {request!r} is no {model.__name__}"
        return
    fields = private_apis.fields(model)
    hints = _hints(model)
    for key, value in request.items():
        where = f"{path}.{key}".lstrip(".")
        if key not in fields:
            yield f"{where}: {model.__name__} has no such property"
        elif fields[key].read_only:
            yield f"{where}: Azure sets it"
        else:
            yield from _fits(hints[fields[key].attribute], value, where)
    for key, field in fields.items():
        if key not in request and not field.read_only and type(None) not in get_args(hints[field.attribute]):
            yield f"{path}.{key}: it is required".lstrip(".")


def _fits(hint: Any, value: Any, path: str) -> Iterator[str]:
    members = [member for member in _members(hint) if member is not type(None)]
    enums = [member for member in members if isinstance(member, type) and issubclass(member, enum.Enum)]
    kinds = {get_origin(member) or member: get_args(member) for member in members}
    if enums:
        allowed = {entry.value for kind in enums for entry in kind}
        if value not in allowed:
            yield f"{path}: {value!r} is none of {sorted(allowed)}"
    elif list in kinds:
        for index, item in enumerate(value):
            yield from _fits(kinds[list][0], item, f"{path}[{index}]")
    elif dict in kinds:
        for key, item in value.items():
            yield from _fits(kinds[dict][1], item, f"{path}.{key}")
    elif any(private_apis.is_model(member) for member in members):
        yield from _by_hints(members[0], value, path)
    elif Any not in members and type(value) not in members:
        yield f"{path}: {value!r} is none of {members}"


def _members(hint: Any) -> tuple[Any, ...]:
    return get_args(hint) if get_origin(hint) in (Union, types.UnionType) else (hint,)


def _hints(model: type) -> Mapping[str, Any]:
    """The type hints of a model; its module imports the names in them for type checkers only."""
    package = importlib.import_module(model.__module__.rpartition(".")[0])
    return get_type_hints(model, localns={**vars(package), "_models": package})
