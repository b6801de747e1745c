"""Resources that are only kept, as nothing runs behind them: one row of a table for each kind of them."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import attrs

from polypod_aci_emulator.arm.body import Types, check_body, check_types
from polypod_aci_emulator.arm.errors import AzureError, invalid_location, resource_not_found
from polypod_aci_emulator.arm.regions import region
from polypod_aci_emulator.arm.request import Request, Response, Routes
from polypod_aci_emulator.emulator import Emulator

Json = dict[str, Any]
_SECRETS = "secrets"


def _nothing(*_: Any) -> None:
    """What a kind without a rule of its own does."""


@attrs.frozen(kw_only=True)
class Record:
    """A kind of resource that is only kept.

    Args:
        type: Its type, as Azure writes it.
        name: What a name must match.
        name_error: The code and the message for one that does not; the message may hold ``{name}``.
        parent: The type that it is a part of; such a part has no location of its own.
        beside: The members of a body that stand beside ``properties``.
        types: The types of properties, beyond what `admit` looks at.
        taken: The code and the message for a name that is in use; only where a name is unique in all of Azure.
        defaults: The properties that a request may leave out.
        added: The properties that Azure adds when the resource is made, given its name.
        secrets: How many secrets it has.
        actions: What answers a POST, by the last word of its path in lower case, from the resource and its secrets.
        admit: Looks at a new document before it is kept, and at the old one, and may refuse it.
        release: Is called before one is removed, and may refuse that.
        show: Adds what clients see and is kept elsewhere.
    """

    type: str
    name: str
    name_error: tuple[str, str] = ("InvalidResourceName", "The resource name '{name}' is invalid.")
    parent: str = ""
    beside: tuple[str, ...] = ()
    types: Types = attrs.field(factory=dict)
    taken: tuple[str, str] | None = None
    defaults: Mapping[str, Any] = attrs.field(factory=dict)
    added: Callable[[str], Json] = attrs.field(default=lambda _: {})
    secrets: int = 0
    actions: Mapping[str, Callable[[Json, list[str]], Json]] = attrs.field(factory=dict)
    admit: Callable[[Emulator, Json, Json | None], None] = _nothing
    release: Callable[[Emulator, Json], None] = _nothing
    show: Callable[[Emulator, Json], None] = _nothing

    @property
    def kind(self) -> str:
        """Its type in lower case, under which it is kept."""
        return self.type.lower()


def routes(record: Record) -> Routes:
    """The handlers of a kind."""
    handlers = {"PUT": _put, "GET": _get, "DELETE": _delete, **({} if record.parent else {"PATCH": _patch})}
    names = 2 if record.parent else 1
    return {
        **{(method, record.kind, names): partial(handler, record) for method, handler in handlers.items()},
        ("GET", record.kind, names - 1): partial(_list, record),
        **{("POST", f"{record.kind}/{word}", names): partial(_act, record, word) for word in record.actions},
    }


def find(emulator: Emulator, record: Record, resource_id: str) -> Json | None:
    """A resource by its id, with its secrets."""
    return emulator.store.get(record.kind, resource_id.lower())


def shown(emulator: Emulator, record: Record, document: Json) -> Json:
    """A resource as clients see it."""
    result = {**document, "properties": {**document["properties"]}}
    result.pop(_SECRETS, None)
    record.show(emulator, result)
    return result


def remove_all(emulator: Emulator, record: Record, prefix: str) -> None:
    """Remove the resources whose key starts with a text."""
    for key, document in list(emulator.store.items(record.kind, prefix)):
        record.release(emulator, document)
        emulator.store.delete(record.kind, key)


def keep(emulator: Emulator, record: Record, resource_id: str, body: Json) -> bool:
    """Make or change a resource; whether it is new.

    Raises:
        AzureError: Azure would refuse it.
    """
    name = resource_id.rpartition("/")[2]
    if not re.fullmatch(record.name, name):
        code, message = record.name_error
        raise AzureError(400, code, message.format(name=name))
    old = find(emulator, record, resource_id)
    if record.taken:
        _check_name(emulator, record, resource_id, name)
    document: Json = {
        "id": old["id"] if old else resource_id,
        "name": old["name"] if old else name,
        "type": record.type,
    }
    if not record.parent:
        document |= {"location": region(body.get("location"), record.type), "tags": body.get("tags") or {}}
        if old and old["location"] != document["location"]:
            raise invalid_location(resource_id, old["location"], document["location"])
    document |= {key: body[key] for key in record.beside if body.get(key) is not None}
    check_types(document, dict.fromkeys(record.beside, dict))
    check_types(body.get("properties") or {}, record.types, "properties.")
    added = {key: old["properties"][key] for key in record.added(name)} if old else record.added(name)
    given = {key: value for key, value in (body.get("properties") or {}).items() if value is not None}
    document["properties"] = {**record.defaults, **given, **added, "provisioningState": "Succeeded"}
    if record.secrets:
        document[_SECRETS] = old[_SECRETS] if old else [secrets.token_urlsafe(48) for _ in range(record.secrets)]
    record.admit(emulator, document, old)
    emulator.store.put(record.kind, resource_id.lower(), document)
    return old is None


def _check_name(emulator: Emulator, record: Record, resource_id: str, name: str) -> None:
    for key, other in emulator.store.items(record.kind):
        if record.taken and other["name"].lower() == name.lower() and key != resource_id.lower():
            code, message = record.taken
            raise AzureError(409, code, message.format(name=name.lower()))


def _parent(emulator: Emulator, record: Record, request: Request, *, writing: bool = False) -> None:
    (emulator.writable_group if writing else emulator.resource_group)(request.id)
    if record.parent:
        key = "/".join(request.id.key.split("/")[:9])
        if emulator.store.get(record.parent.lower(), key) is None:
            raise resource_not_found(record.parent, request.id.names[0], request.id.group)


def _existing(emulator: Emulator, record: Record, request: Request, resource_id: str) -> Json:
    _parent(emulator, record, request)
    found = find(emulator, record, resource_id)
    if found is None:
        raise resource_not_found(record.type, "/".join(request.id.names), request.id.group)
    return found


def _put(record: Record, emulator: Emulator, request: Request) -> Response:
    with emulator.lock, emulator.store.transaction():
        _parent(emulator, record, request, writing=True)
        new = keep(emulator, record, request.id.text, check_body(request.body))
        document = _existing(emulator, record, request, request.id.text)
    return Response(201 if new else 200, shown(emulator, record, document))


def _patch(record: Record, emulator: Emulator, request: Request) -> Response:
    with emulator.lock:
        document = _existing(emulator, record, request, request.id.text)
        document["tags"] = check_body(request.body).get("tags") or document["tags"]
        emulator.store.put(record.kind, request.id.key, document)
    return Response(200, shown(emulator, record, document))


def _get(record: Record, emulator: Emulator, request: Request) -> Response:
    return Response(200, shown(emulator, record, _existing(emulator, record, request, request.id.text)))


def _list(record: Record, emulator: Emulator, request: Request) -> Response:
    scope = f"{request.id.key}/" if request.id.group else f"/subscriptions/{request.id.subscription}/".lower()
    if request.id.group:
        _parent(emulator, record, request)
    found = emulator.store.items(record.kind, scope)
    return Response(200, {"value": [shown(emulator, record, document) for _, document in found]})


def _delete(record: Record, emulator: Emulator, request: Request) -> Response:
    with emulator.lock, emulator.store.transaction():
        _parent(emulator, record, request)
        document = find(emulator, record, request.id.text)
        if document is None:
            return Response(204)
        record.release(emulator, document)
        emulator.store.delete(record.kind, request.id.key)
    return Response(200)


def _act(record: Record, action: str, emulator: Emulator, request: Request) -> Response:
    document = _existing(emulator, record, request, request.id.text.rpartition("/")[0])
    return Response(200, record.actions[action](document, document[_SECRETS]))
