"""Parts of other libraries that are not public: of Pulumi's SDK, Azure's SDKs and Docker's client.

Nothing else in the package uses names with an underscore, or parts of `pulumi.runtime` that it does not export, so that
an upgrade has one module to check. Each function says why no public way does the same; `tests/test_private_apis.py`
notices when what it reaches changes.

Checked with pulumi 3.250.0, azure-mgmt-containerinstance 10.1.0 and docker 7.2.0.
"""

from __future__ import annotations

import socket
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import attrs


@attrs.frozen
class Attribute:
    """An attribute of a model of Azure's SDKs.

    Args:
        key: Its place in the JSON object, with a dot for each object inside of another.
        kind: Its type in the SDK's notation: ``str``, ``[Container]``, ``{str}``, the name of a model.
        read_only: Whether only answers have it.
        required: Whether a request needs it.
    """

    key: str
    kind: str
    read_only: bool
    required: bool


def attributes(model: Any) -> Iterator[Attribute]:
    """The attributes of a model whose SDK has a serializer.

    Reads ``_attribute_map`` and ``_validation``. The SDK publishes neither the names on the wire nor the rules: it
    serializes and deserializes whole objects by them, and drops what it does not know.

    Args:
        model: The class.
    """
    for name, entry in model._attribute_map.items():
        rules = model._validation.get(name, {})
        yield Attribute(entry["key"], entry["type"], bool(rules.get("readonly")), bool(rules.get("required")))


def wire_names(model: Any) -> Mapping[str, str]:
    """The names on the wire of the attributes of a model whose SDK has type hints instead of a serializer.

    Reads ``_attr_to_rest_field`` of an instance, since the first instance fills it in, and the ``_rest_name`` of each
    field. The SDK publishes the names in its documentation only.

    Args:
        model: The class.
    """
    return {name: field._rest_name for name, field in model()._attr_to_rest_field.items()}


def input_types(arguments: Any) -> Mapping[str, Any]:
    """The types of the inputs of a resource in a Pulumi SDK, by the provider's names.

    Calls ``pulumi._types.input_type_types``. The annotations of the class have Python's names, and ``Input`` around
    each type.

    Args:
        arguments: The class of the arguments.
    """
    from pulumi import _types

    found: Mapping[str, Any] = _types.input_type_types(arguments)
    return found


def is_input_type(hint: Any) -> bool:
    """Whether a type hint is a class of inputs in a Pulumi SDK, which a private attribute marks.

    Args:
        hint: The type hint.
    """
    from pulumi import _types

    return isinstance(hint, type) and bool(_types.is_input_type(hint))


def without_input(hint: Any) -> Any:
    """A type hint of a Pulumi SDK without ``Input``, ``Output`` and ``Optional`` around it.

    Calls ``pulumi._types.unwrap_type``. `pulumi.Input` is a union, whose members differ from one version to another.

    Args:
        hint: The type hint.
    """
    from pulumi import _types

    return _types.unwrap_type(hint)


def input_names(arguments: Any) -> Mapping[str, str]:
    """The provider's names of the inputs of a resource in a Pulumi SDK, by Python's names.

    Calls ``pulumi._types.input_type_py_to_pulumi_names``. `pulumi.getter` keeps these names in a private attribute.

    Args:
        arguments: The class of the arguments.
    """
    from pulumi import _types

    found: Mapping[str, str] = _types.input_type_py_to_pulumi_names(arguments)
    return found


def output_names(resource: Any) -> frozenset[str]:
    """The provider's names of the outputs of a resource in a Pulumi SDK.

    Calls ``pulumi._types.resource_types``, as there is no public list.

    Args:
        resource: The class of the resource.
    """
    from pulumi import _types

    return frozenset(_types.resource_types(resource))


def grpc_options() -> Sequence[tuple[str, Any]]:
    """The options of a provider's gRPC server, with which it takes messages of the size that the engine sends.

    Reads ``pulumi.runtime._grpc_settings``. `pulumi.provider.experimental.server.main` sets them, but serves without
    interceptors.
    """
    from pulumi.runtime._grpc_settings import _GRPC_CHANNEL_OPTIONS

    return _GRPC_CHANNEL_OPTIONS


def add_to_server(servicer: Any, server: Any) -> None:
    """Have a gRPC server serve a provider, by a generated function that the SDK does not export.

    Args:
        servicer: The provider.
        server: The server.
    """
    from pulumi.runtime.proto import provider_pb2_grpc

    provider_pb2_grpc.add_ResourceProviderServicer_to_server(servicer, server)


def initialization_failed(
    code: int, message: str, resource_id: str, properties: Any, inputs: Any, reasons: Sequence[str]
) -> bytes:
    """The details of the gRPC error by which the engine knows that a resource exists but does not work.

    They are messages of the wire protocol, which the SDK does not export, and `pulumi.provider.experimental` has no
    exception for them.

    Args:
        code: The status code of gRPC.
        message: What is wrong, in general.
        resource_id: The resource.
        properties: Its outputs, as a Struct of Protocol Buffers.
        inputs: Its inputs, as a Struct of Protocol Buffers.
        reasons: What is wrong with it.
    """
    from pulumi.runtime.proto import provider_pb2, status_pb2

    details = status_pb2.Status(code=code, message=message)
    failed = provider_pb2.ErrorResourceInitFailed(
        id=resource_id, properties=properties, inputs=inputs, reasons=list(reasons)
    )
    details.details.add().Pack(failed)
    return bytes(details.SerializeToString())


def socket_of(stream: Any) -> socket.socket:
    """The socket of a stream that ``exec_start(socket=True)`` of Docker's client has returned.

    Reads ``_sock`` where the client has wrapped the socket in a file that can only be read, as it does for daemons
    without TLS.

    Args:
        stream: The stream.
    """
    found: socket.socket = getattr(stream, "_sock", stream)
    return found


def release(stream: Any) -> None:
    """Close a stream of Docker's client, and the HTTP response behind it, whose socket would stay open.

    Reads ``_response``, in which the client keeps the response of a stream.

    Args:
        stream: The stream.
    """
    response = getattr(stream, "_response", None)
    if response is not None:
        response.close()
    stream.close()
