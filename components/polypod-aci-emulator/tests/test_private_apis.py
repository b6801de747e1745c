"""What the emulator uses of other libraries that they do not publish: each still does what it is used for."""

from __future__ import annotations

import socket
import threading
from collections.abc import Awaitable, Iterator
from typing import Any
from unittest.mock import MagicMock

import docker
import grpc
import pulumi
import pytest
from azure.mgmt.containerinstance import models
from azure.mgmt.storage.models import StorageAccountPropertiesCreateParameters

from polypod_aci_emulator import private_apis
from polypod_aci_emulator.private_apis import Attribute


class ThingArgs:
    """The inputs of a resource, as Pulumi's SDKs have them."""

    def __init__(self, *, max_size: pulumi.Input[int]) -> None:
        pulumi.set(self, "max_size", max_size)

    @property
    @pulumi.getter(name="maxSize")
    def max_size(self) -> pulumi.Input[int]:
        """An input."""
        return pulumi.get(self, "max_size")


ThingArgs = pulumi.input_type(ThingArgs)  # type: ignore[misc]


class Thing(pulumi.CustomResource):
    """A resource, as Pulumi's SDKs have them."""

    @property
    @pulumi.getter(name="currentSize")
    def current_size(self) -> pulumi.Output[int]:
        """An output."""
        return pulumi.get(self, "current_size")


def test_attributes_of_azures_older_models() -> None:
    """Their places, types and rules."""
    found = {attribute.key: attribute for attribute in private_apis.attributes(models.ContainerGroup)}
    assert found["id"] == Attribute("id", "str", read_only=True, required=False)
    assert found["properties.containers"] == Attribute("properties.containers", "[Container]", False, True)


def test_wire_names_of_azures_newer_models() -> None:
    """By the names of their attributes."""
    names = private_apis.wire_names(StorageAccountPropertiesCreateParameters)
    assert names["enable_https_traffic_only"] == "supportsHttpsTrafficOnly"


def test_inputs_and_outputs_of_pulumis_resources() -> None:
    """By the provider's names."""
    assert private_apis.is_input_type(ThingArgs)
    assert not private_apis.is_input_type(Thing)
    assert private_apis.without_input(ThingArgs | Awaitable[ThingArgs] | pulumi.Output[ThingArgs]) is ThingArgs
    assert private_apis.input_types(ThingArgs) == {"maxSize": int}
    assert private_apis.input_names(ThingArgs) == {"max_size": "maxSize"}
    assert private_apis.output_names(Thing) == {"currentSize"}


def test_a_provider_takes_messages_of_the_size_that_the_engine_sends() -> None:
    """Which are larger than those that gRPC takes by itself."""
    assert dict(private_apis.grpc_options())["grpc.max_receive_message_length"] > 100 * 2**20


def test_a_server_serves_a_provider() -> None:
    """By the methods of Pulumi's protocol."""
    served: list[str] = []

    class Server:
        def add_generic_rpc_handlers(self, handlers: Any) -> None:
            served.extend(handler.service_name() for handler in handlers)

        def __getattr__(self, name: str) -> Any:  # what later versions of gRPC call too
            return MagicMock()

    private_apis.add_to_server(MagicMock(), Server())
    assert served == ["pulumirpc.ResourceProvider"]


def test_the_engine_can_read_what_an_unhealthy_resource_is() -> None:
    """It is a message of the protocol inside of the status of the call."""
    code = grpc.StatusCode.UNKNOWN.value[0]
    written = private_apis.initialization_failed(code, "it does not work", "the-id", None, None, ["no image"])
    assert b"pulumirpc.ErrorResourceInitFailed" in written
    assert all(text in written for text in (b"it does not work", b"the-id", b"no image"))


@pytest.fixture
def daemon() -> Iterator[tuple[docker.APIClient, list[bytes]]]:
    """A client of a daemon that returns what it gets in a session, and what the daemon has got."""
    got: list[bytes] = []
    listener = socket.create_server(("127.0.0.1", 0))
    ended = threading.Event()

    def serve() -> None:
        connection, _ = listener.accept()
        with connection:
            request = b""
            while not request.endswith(b"}"):
                request += connection.recv(4096)
            kind = b"Content-Type: application/vnd.docker.raw-stream\r\n"
            connection.sendall(b"HTTP/1.1 200 OK\r\n" + kind + b"\r\n")
            while data := connection.recv(4096):
                got.append(data)
                connection.sendall(data)
        ended.set()

    threading.Thread(target=serve, daemon=True).start()
    yield docker.APIClient(f"tcp://127.0.0.1:{listener.getsockname()[1]}", version="1.44"), got
    assert ended.wait(10), "the connection is still open"
    listener.close()


def test_the_socket_of_a_session_in_a_container_can_be_written_to(
    daemon: tuple[docker.APIClient, list[bytes]],
) -> None:
    """And nothing of the connection is left once it is released."""
    client, got = daemon
    stream = client.exec_start("an-id", tty=True, socket=True)
    connection = private_apis.socket_of(stream)
    connection.settimeout(10)
    connection.sendall(b"hello")
    assert connection.recv(5) == b"hello"
    connection.close()
    private_apis.release(stream)
    assert got == [b"hello"]
