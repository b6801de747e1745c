"""Resources that are only kept, as nothing runs behind them."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Mapping
from typing import Any

import attrs

from polypod_aci_emulator.arm.body import Types, check_body, check_types
from polypod_aci_emulator.arm.errors import AzureError, invalid_location, resource_not_found
from polypod_aci_emulator.arm.regions import region
from polypod_aci_emulator.arm.request import Handler, Request, Response, Routes
from polypod_aci_emulator.emulator import Emulator

Json = dict[str, Any]
Action = Callable[[Json, list[str]], Json]
"""What answers a POST, from the resource and its secrets."""

Failure = tuple[str, str]
"""The code and the message of an error; the message may contain ``{name}``."""

_SECRETS = "secrets"


@attrs.frozen(kw_only=True)
class KeptKind:
    """A kind of resource that is only kept; what is special about a kind is an override.

    Args:
        type: Its type, as Azure writes it.
        name: The pattern of its names.
        name_error: The error for a name that does not match.
        name_taken: The error for a name that is in use; only where names are unique in all of Azure.
        parent: The type that it is a part of; such a part has no location of its own.
        top_level: The members of a body that stand next to ``properties``.
        types: The types of properties, beyond what `admit` checks.
        defaults: The properties that a request may leave out.
        secrets: How many secrets it has.
    """

    type: str
    name: str
    name_error: Failure = ("InvalidResourceName", "The resource name '{name}' is invalid.")
    name_taken: Failure | None = None
    parent: str = ""
    top_level: tuple[str, ...] = ()
    types: Types = attrs.field(factory=dict)
    defaults: Mapping[str, Any] = attrs.field(factory=dict)
    secrets: int = 0

    def added(self, name: str) -> Json:  # noqa: ARG002 - for kinds that need it
        """The properties that Azure adds when a resource is made."""
        return {}

    def admit(self, emulator: Emulator, document: Json, old: Json | None) -> None:
        """Refuse a new document, or change it before it is kept."""

    def release(self, emulator: Emulator, document: Json) -> None:
        """Refuse the removal of a resource, or remove what belongs to it."""

    def show(self, emulator: Emulator, document: Json) -> None:
        """Add what clients see and is kept elsewhere."""

    def actions(self) -> Mapping[str, Action]:
        """What answers a POST, by the last word of its path in lower case."""
        return {}

    @property
    def key(self) -> str:
        """Its type in lower case: where its resources are kept, and what paths are compared with."""
        return self.type.lower()

    def find(self, emulator: Emulator, resource_id: str) -> Json | None:
        """A resource by its id, with its secrets."""
        return emulator.store.get(self.key, resource_id.lower())

    def shown(self, emulator: Emulator, document: Json) -> Json:
        """A resource as clients see it."""
        result = {**document, "properties": {**document["properties"]}}
        result.pop(_SECRETS, None)
        self.show(emulator, result)
        return result

    def remove_all(self, emulator: Emulator, prefix: str) -> None:
        """Remove the resources whose key starts with a text."""
        for key, document in list(emulator.store.items(self.key, prefix)):
            self.release(emulator, document)
            emulator.store.delete(self.key, key)

    def keep(self, emulator: Emulator, resource_id: str, body: Json) -> bool:
        """Make or change a resource; whether it is new.

        Raises:
            AzureError: Azure would refuse it.
        """
        old = self.find(emulator, resource_id)
        self._check_name(emulator, resource_id)
        document = {**self._envelope(resource_id, body, old), "properties": self._properties(resource_id, body, old)}
        if self.secrets:
            document[_SECRETS] = old[_SECRETS] if old else [secrets.token_urlsafe(48) for _ in range(self.secrets)]
        self.admit(emulator, document, old)
        emulator.store.put(self.key, resource_id.lower(), document)
        return old is None

    def _check_name(self, emulator: Emulator, resource_id: str) -> None:
        name = resource_id.rpartition("/")[2]
        if not re.fullmatch(self.name, name):
            code, message = self.name_error
            raise AzureError(400, code, message.format(name=name))
        if self.name_taken is None:
            return
        for key, other in emulator.store.items(self.key):
            if other["name"].lower() == name.lower() and key != resource_id.lower():
                code, message = self.name_taken
                raise AzureError(409, code, message.format(name=name.lower()))

    def _envelope(self, resource_id: str, body: Json, old: Json | None) -> Json:
        """Everything but the properties."""
        document: Json = {
            "id": old["id"] if old else resource_id,
            "name": old["name"] if old else resource_id.rpartition("/")[2],
            "type": self.type,
        }
        if not self.parent:
            document |= {"location": region(body.get("location"), self.type), "tags": body.get("tags") or {}}
            if old and old["location"] != document["location"]:
                raise invalid_location(resource_id, old["location"], document["location"])
        document |= {key: body[key] for key in self.top_level if body.get(key) is not None}
        check_types(document, dict.fromkeys(self.top_level, dict))
        return document

    def _properties(self, resource_id: str, body: Json, old: Json | None) -> Json:
        given = body.get("properties") or {}
        check_types(given, self.types, "properties.")
        added = self.added(resource_id.rpartition("/")[2])
        if old:
            added = {key: old["properties"][key] for key in added}
        stated = {key: value for key, value in given.items() if value is not None}
        return {**self.defaults, **stated, **added, "provisioningState": "Succeeded"}

    @property
    def routes(self) -> Routes:
        """The handlers of its requests."""
        handlers = {"PUT": self._put, "GET": self._get, "DELETE": self._delete}
        if not self.parent:
            handlers["PATCH"] = self._patch
        names = 2 if self.parent else 1
        return {
            **{(method, self.key, names): handler for method, handler in handlers.items()},
            ("GET", self.key, names - 1): self._list,
            **{("POST", f"{self.key}/{word}", names): self._act(action) for word, action in self.actions().items()},
        }

    def _check_parent(self, emulator: Emulator, request: Request, *, writing: bool = False) -> None:
        (emulator.writable_group if writing else emulator.resource_group)(request.id)
        if self.parent:
            key = "/".join(request.id.key.split("/")[:9])
            if emulator.store.get(self.parent.lower(), key) is None:
                raise resource_not_found(self.parent, request.id.names[0], request.id.group)

    def _existing(self, emulator: Emulator, request: Request, resource_id: str) -> Json:
        self._check_parent(emulator, request)
        found = self.find(emulator, resource_id)
        if found is None:
            raise resource_not_found(self.type, "/".join(request.id.names), request.id.group)
        return found

    def _put(self, emulator: Emulator, request: Request) -> Response:
        with emulator.lock, emulator.store.transaction():
            self._check_parent(emulator, request, writing=True)
            new = self.keep(emulator, request.id.text, check_body(request.body))
            document = self._existing(emulator, request, request.id.text)
        return Response(201 if new else 200, self.shown(emulator, document))

    def _patch(self, emulator: Emulator, request: Request) -> Response:
        with emulator.lock:
            document = self._existing(emulator, request, request.id.text)
            document["tags"] = check_body(request.body).get("tags") or document["tags"]
            emulator.store.put(self.key, request.id.key, document)
        return Response(200, self.shown(emulator, document))

    def _get(self, emulator: Emulator, request: Request) -> Response:
        return Response(200, self.shown(emulator, self._existing(emulator, request, request.id.text)))

    def _list(self, emulator: Emulator, request: Request) -> Response:
        scope = f"{request.id.key}/" if request.id.group else f"/subscriptions/{request.id.subscription}/".lower()
        if request.id.group:
            self._check_parent(emulator, request)
        found = emulator.store.items(self.key, scope)
        return Response(200, {"value": [self.shown(emulator, document) for _, document in found]})

    def _delete(self, emulator: Emulator, request: Request) -> Response:
        with emulator.lock, emulator.store.transaction():
            self._check_parent(emulator, request)
            document = self.find(emulator, request.id.text)
            if document is None:
                return Response(204)
            self.release(emulator, document)
            emulator.store.delete(self.key, request.id.key)
        return Response(200)

    def _act(self, action: Action) -> Handler:
        def answer(emulator: Emulator, request: Request) -> Response:
            document = self._existing(emulator, request, request.id.text.rpartition("/")[0])
            return Response(200, action(document, document[_SECRETS]))

        return answer
