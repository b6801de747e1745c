"""The provider: check, compare, make, read, change and remove azure-native's resources in the emulator."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

from azure.core.exceptions import AzureError, HttpResponseError
from pulumi.provider.experimental import provider as protocol
from pulumi.provider.experimental.property_value import PropertyValue

from polypod_aci_emulator.plugin import health
from polypod_aci_emulator.plugin.client import DEFAULT_SUBSCRIPTION, Client
from polypod_aci_emulator.plugin.difference import difference, plain_with_unknowns
from polypod_aci_emulator.plugin.errors import NotFoundError, PluginError, UnhealthyError
from polypod_aci_emulator.plugin.functions import call
from polypod_aci_emulator.plugin.kinds import KINDS, Kind
from polypod_aci_emulator.plugin.translation import body, outputs, unknown_members
from polypod_aci_emulator.plugin.translation import inputs as imported
from polypod_aci_emulator.plugin.values import (
    INPUTS,
    UNKNOWN,
    has_secret,
    hide,
    is_unknown,
    marked,
    secret_texts,
    unpacked,
)

_HASH_LENGTH = 8
Values = Mapping[str, PropertyValue]


class EmulatorProvider(protocol.Provider):
    """Serves the resources in `KINDS`, and the functions that `call` knows."""

    def __init__(self) -> None:
        self._subscription = DEFAULT_SUBSCRIPTION
        self._location = ""
        self._awaits = True
        self._client: Client | None = None

    async def configure(self, request: protocol.ConfigureRequest) -> protocol.ConfigureResponse:
        """Take the subscription and the default location from the provider's inputs, and find the emulator.

        Where ``awaitsContainers`` is false, a group is made as soon as its containers were started, as in Azure.

        Without one everything would fail, functions in the middle of the user's program.
        """
        given = plain_with_unknowns(request.args)
        self._subscription = str(given.get("subscriptionId") or DEFAULT_SUBSCRIPTION)
        self._location = str(given.get("location") or "")
        self._awaits = str(given.get("awaitsContainers", True)).lower() != "false"
        self._open()
        return protocol.ConfigureResponse(
            accept_secrets=True, supports_preview=True, accept_resources=False, accept_outputs=False
        )

    async def check(self, request: protocol.CheckRequest) -> protocol.CheckResponse:
        """Name what has no name, and find inputs that do not exist or are missing."""
        kind, inputs = _kind(request.type), dict(request.new_inputs)
        name = kind.parameters[-1]
        if name not in inputs:
            unique = hashlib.sha256(request.random_seed or request.urn.encode()).hexdigest()[:_HASH_LENGTH]
            separator = "" if kind.token.endswith(("StorageAccount", "Registry")) else "-"
            generated = marked(f"{request.name}{separator}{unique}")
            inputs[name] = request.old_inputs.get(name, generated)
        if "location" in kind.inputs and "location" not in inputs and self._location:
            inputs["location"] = marked(self._location)
        failures = [protocol.CheckFailure(key, "there is no such input") for key in inputs if key not in kind.inputs]
        failures += [
            protocol.CheckFailure(key, "the emulator's version of Azure's interface does not know this input")
            for key in unknown_members(kind, {key: 0 for key in inputs if key in kind.inputs})
        ]
        failures += [protocol.CheckFailure(key, "is missing") for key in kind.parameters if key not in inputs]
        return protocol.CheckResponse(inputs=inputs, failures=failures)

    async def diff(self, request: protocol.DiffRequest) -> protocol.DiffResponse:
        """What an update would do."""
        kind = _kind(request.type)
        return difference(kind, unpacked(request.old_state), request.new_inputs, request.ignore_changes)

    async def create(self, request: protocol.CreateRequest) -> protocol.CreateResponse:
        """Make a resource."""
        kind = _kind(request.type)
        if request.preview:
            return protocol.CreateResponse(properties=_previewed(kind, request.properties))
        identity, properties = await asyncio.to_thread(self._put, kind, request.properties, request.timeout)
        return protocol.CreateResponse(resource_id=identity, properties=properties)

    async def update(self, request: protocol.UpdateRequest) -> protocol.UpdateResponse:
        """Change a resource."""
        kind = _kind(request.type)
        if request.preview:
            known = _unmoved(request.olds, request.news)
            return protocol.UpdateResponse(properties={**_previewed(kind, request.news), **known})
        _, properties = await asyncio.to_thread(self._put, kind, request.news, request.timeout)
        return protocol.UpdateResponse(properties=properties)

    async def read(self, request: protocol.ReadRequest) -> protocol.ReadResponse:
        """Look what a resource is now; no id where it is gone."""
        kind = _kind(request.type)
        known = unpacked(request.properties) or dict(request.inputs)
        parameters = _parameters(kind, known) if known else kind.parameters_in(request.resource_id)
        try:
            answer = await asyncio.to_thread(self._call, Client.get, request.resource_id, kind.version)
        except NotFoundError:
            return protocol.ReadResponse()
        path = dict(zip(kind.parameters, parameters, strict=True))
        inputs = known or {key: marked(value) for key, value in {**path, **imported(kind, answer)}.items()}
        return protocol.ReadResponse(
            resource_id=request.resource_id, properties=_state(kind, inputs, answer), inputs=inputs
        )

    async def delete(self, request: protocol.DeleteRequest) -> None:
        """Remove a resource."""
        kind = _kind(request.type)
        try:
            await asyncio.to_thread(self._call, Client.delete, request.resource_id, kind.version)
        except NotFoundError:
            return

    async def invoke(self, request: protocol.InvokeRequest) -> protocol.InvokeResponse:
        """Call a function."""
        arguments = plain_with_unknowns(request.args)
        answer, secret = await asyncio.to_thread(self._call, call, request.tok, arguments)
        return protocol.InvokeResponse({key: marked(value, secret=secret) for key, value in answer.items()})

    def _put(self, kind: Kind, inputs: Values, timeout: float) -> tuple[str, dict[str, PropertyValue]]:
        parameters, secrets = _parameters(kind, inputs), secret_texts(inputs)
        identity = kind.resource_id(self._subscription, parameters)
        try:
            answer = self._call(Client.put, identity, body(kind, plain_with_unknowns(inputs)), kind.version)
        except PluginError as error:
            reason = health.explain(self._open(), *parameters) if kind.nested else ""
            raise PluginError(hide(f"{error}\n{reason}".rstrip(), secrets)) from None
        if kind.nested:
            group, name = parameters
            patience = timeout or health.DEFAULT_TIMEOUT_SECONDS
            reason = health.wait(self._open(), group, name, patience) if self._awaits else ""
            answer = self._call(Client.get, identity, kind.version)
            if reason:
                state = _state(kind, inputs, answer)
                raise UnhealthyError(hide(reason, secrets), answer["id"], state, inputs)
        return answer["id"], _state(kind, inputs, answer)

    def _open(self) -> Client:
        if self._client is None:
            self._client = Client(self._subscription)
        return self._client

    def _call(self, function: Callable[..., Any], *arguments: Any) -> Any:
        """Call something with the client; what goes wrong is told as the user should see it."""
        try:
            return function(self._open(), *arguments)
        except HttpResponseError as error:
            code = f"{error.error.code}: " if error.error and error.error.code else ""
            text = f"{code}{error.error.message if error.error else error.message}"
            raise (NotFoundError if error.status_code == HTTPStatus.NOT_FOUND else PluginError)(text) from None
        except AzureError as error:
            what = f"the emulator of Azure Container Instances cannot be reached: {error}"
            raise PluginError(f"{what}; `polypod aci start` starts it where it was stopped") from None


def _kind(qualified: str) -> Kind:
    """The kind of a resource, whose type the types of its parents stand before."""
    token = qualified.rpartition("$")[2]
    if token not in KINDS:
        raise PluginError(f"the emulator has no resource {token}; it has {', '.join(sorted(KINDS))}")
    return KINDS[token]


def _parameters(kind: Kind, inputs: Values) -> tuple[str, ...]:
    return tuple(str(inputs[name].value) for name in kind.parameters)


def _state(kind: Kind, inputs: Values, answer: Mapping[str, Any]) -> dict[str, PropertyValue]:
    """The outputs; one whose input has a secret in it is secret as a whole."""
    secret = {key for key, value in inputs.items() if has_secret(value)}
    found = {key: marked(value, secret=key in secret) for key, value in outputs(kind, answer).items()}
    return {**found, INPUTS: PropertyValue(dict(inputs), is_secret=True)}


def _unmoved(olds: Values, news: Values) -> dict[str, PropertyValue]:
    """The address of a group, which an update leaves as it is unless it asks for another."""
    there = "ipAddress" in olds and unpacked(olds).get("ipAddress") == news.get("ipAddress")
    return {"ipAddress": olds["ipAddress"]} if there else {}


def _previewed(kind: Kind, inputs: Values) -> dict[str, PropertyValue]:
    """The outputs that are known before an update; the others are known only later."""
    sure = {key: value for key, value in inputs.items() if key in kind.outputs and not is_unknown(value)}
    unsure = {"ipAddress", "identity", "containers", "initContainers", "volumes"}
    return {key: sure[key] if key in sure and key not in unsure else UNKNOWN for key in kind.outputs}
