"""The plugin's gRPC server: the SDK's own, with errors that a user can read."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable
from typing import Any

import grpc  # type: ignore[import-untyped]
from pulumi.provider.experimental.property_value import PropertyValue
from pulumi.provider.experimental.server import ProviderServicer

from polypod_aci_emulator import private_apis
from polypod_aci_emulator.plugin import VERSION
from polypod_aci_emulator.plugin.errors import PluginError, UnhealthyError
from polypod_aci_emulator.plugin.provider import EmulatorProvider


class _ErrorsForUsers(grpc.aio.ServerInterceptor):  # type: ignore[misc]  # grpc has no types
    """Passes the plugin's own errors to the user as they are meant: others come with a traceback."""

    async def intercept_service(self, continuation: Callable[..., Awaitable[Any]], call: Any) -> Any:
        """The handler of a call, with its errors translated."""
        handler = await continuation(call)
        if handler is None or handler.unary_unary is None:
            return handler

        async def answer(request: Any, context: Any) -> Any:
            try:
                return await handler.unary_unary(request, context)
            except UnhealthyError as error:
                await context.abort_with_status(_unhealthy(error))
            except PluginError as error:
                await context.abort(grpc.StatusCode.FAILED_PRECONDITION, str(error))

        return grpc.unary_unary_rpc_method_handler(answer, handler.request_deserializer, handler.response_serializer)


def _unhealthy(error: UnhealthyError) -> Any:
    """The status by which the engine knows that a resource exists but does not work."""
    status = grpc.Status()
    status.code = grpc.StatusCode.UNKNOWN
    status.details = "the container group does not work"
    details = private_apis.initialization_failed(
        code=status.code.value[0],
        message=status.details,
        resource_id=error.resource_id,
        properties=PropertyValue.marshal_map(dict(error.properties)),
        inputs=PropertyValue.marshal_map(dict(error.inputs)),
        reasons=[str(error)],
    )
    status.trailing_metadata = (("grpc-status-details-bin", details),)
    return status


def main(arguments: list[str]) -> None:
    """Serve until the engine ends the process.

    Args:
        arguments: The engine's address and flags, as the engine gives them.
    """
    engine = next((argument for argument in arguments if not argument.startswith("-")), "")

    async def serve() -> None:
        server = grpc.aio.server(interceptors=[_ErrorsForUsers()], options=private_apis.grpc_options())
        servicer = ProviderServicer(arguments, VERSION, EmulatorProvider(), engine_address=engine)
        private_apis.add_to_server(servicer, server)
        port = server.add_insecure_port("127.0.0.1:0")
        await server.start()
        print(port, flush=True)
        await server.wait_for_termination()

    try:
        asyncio.run(serve())
    except KeyboardInterrupt:
        sys.exit()
