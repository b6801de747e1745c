"""Functions of Azure's provider, whose failures are messages, not tracebacks."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import pulumi

from polypod.errors import Problem, UnreadyError

Answer = TypeVar("Answer")
_FIX = "log in with `az login`, or start the emulator with `polypod aci start`, and run `pulumi refresh`"


def unready(error: Exception) -> UnreadyError:
    """The error for the user when Azure does not answer or does not know the resource."""
    return UnreadyError([Problem("PP820", "azure", str(error), _FIX)])


def ask(function: Callable[..., Answer], options: pulumi.InvokeOptions, **arguments: Any) -> Answer:
    """Call a function and wait for its result.

    Args:
        function: A function of Azure's SDK, such as ``authorization.get_client_config``.
        options: Pulumi's options.
        arguments: Its arguments.

    Raises:
        UnreadyError: It fails.
    """
    try:
        return function(**arguments, opts=options)
    except Exception as error:  # the engine's errors have no type of their own
        raise unready(error) from None


def answer(token: str, arguments: Mapping[str, pulumi.Input[Any]], parent: pulumi.Resource) -> pulumi.Output[Any]:
    """The result of a function as a secret output, once its arguments are known.

    Args:
        token: The function's token, such as ``azure-native:storage:listStorageAccountKeys``.
        arguments: Its arguments.
        parent: The resource whose provider is asked.
    """

    async def call(known: Mapping[str, Any]) -> Any:
        try:
            return await pulumi.runtime.invoke_async(token, dict(known), pulumi.InvokeOptions(parent=parent))
        except Exception as error:  # the engine's errors have no type of their own
            raise pulumi.RunError(str(unready(error))) from None

    return pulumi.Output.secret(pulumi.Output.all(**arguments).apply(call))
