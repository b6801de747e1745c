"""Parts of Pulumi's SDK that are not public: those that `pulumi.runtime` does not export, and names with an underscore.

Nothing else in the package uses such names, so that an upgrade of Pulumi has one module to check. Each function says
why no public way does the same; `tests/test_private_apis.py` notices when what it reaches changes.

Checked with pulumi 3.250.0.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pulumi
from pulumi.runtime import mocks, rpc, settings
from pulumi.runtime.config import CONFIG
from pulumi.runtime.proto import provider_pb2, resource_pb2
from pulumi.runtime.stack import Stack, run_pulumi_func

MockMonitor = mocks.MockMonitor
"""The engine's side of a mocked run.

The public `pulumi.runtime.Mocks` learn neither the options of a resource nor which of its inputs are secret.
"""


def config_keys() -> set[str]:
    """All keys of the stack's config, such as ``polypod:target``.

    `pulumi.Config` and `pulumi.runtime.get_config` only read keys that are known already.
    """
    return {*pulumi.runtime.get_config_env(), *CONFIG.get()}


def start_mocked_run(
    monitor: mocks.MockMonitor, project: str, stack: str, *, preview: bool, logger: logging.Logger, root: Path
) -> None:
    """Begin a run that registers its resources with a mocked engine, without anything that is left of an earlier run.

    `pulumi.runtime.set_mocks` keeps the stack of an earlier run and the outputs that it still waits for, sets no root
    directory, and has no server for resource hooks.

    Args:
        monitor: The mocked engine.
        project: The name of the project.
        stack: The name of the stack.
        preview: Whether the run is a preview.
        logger: Gets what the program logs.
        root: The root directory of the project.
    """
    settings.ROOT.set(None)
    settings.SETTINGS.outputs = set()
    mocks.set_mocks(monitor.mocks, project, stack, preview, logger, monitor)
    settings.SETTINGS.root_directory = str(root)
    settings.SETTINGS.callbacks = _NoCallbacks()


async def run_to_the_end(program: Callable[[], None]) -> None:
    """Run a program and all that it has started.

    `pulumi.runtime.test` does the same, but only from outside an event loop.

    Args:
        program: The program.
    """
    await run_pulumi_func(program)


def stack_outputs() -> Mapping[str, Any]:
    """The values that the program has exported; a stack shows them to the engine only."""
    root = pulumi.runtime.get_root_resource()
    assert isinstance(root, Stack)  # noqa: S101 - set_mocks made it
    return root.outputs


def is_secret(fields: Mapping[str, Any]) -> bool:
    """Whether an object on the wire is the envelope of a secret, which is in its ``value``.

    `pulumi.runtime.rpc.deserialize_properties` opens envelopes, and makes outputs of what is in them.

    Args:
        fields: The fields of the object.
    """
    return bool(fields.get(rpc._special_sig_key) == rpc._special_secret_sig)


def registered(urn: str, identity: str = "", outputs: Any = None) -> Any:
    """The engine's answer to the registration of a resource: a message of the wire protocol, which is not exported.

    Args:
        urn: The resource.
        identity: Its ID at the provider; empty where it has none.
        outputs: Its outputs, as a Struct of Protocol Buffers.
    """
    return resource_pb2.RegisterResourceResponse(urn=urn, id=identity, object=outputs)


def returned(outputs: Any) -> Any:
    """The engine's answer to a function that succeeds: a message of the wire protocol, which is not exported.

    Args:
        outputs: The function's result, as a Struct of Protocol Buffers.
    """
    return provider_pb2.InvokeResponse(**{"return": outputs})


def refused(reason: str) -> Any:
    """The engine's answer to a function that fails: a message of the wire protocol, which is not exported.

    Args:
        reason: What is wrong.
    """
    return provider_pb2.InvokeResponse(failures=[provider_pb2.CheckFailure(reason=reason)])


class _NoCallbacks:
    """Takes the place of the server through which an engine calls resource hooks."""

    def register_resource_hook(self, hook: pulumi.ResourceHook) -> None:
        """No hook is ever called."""

    def register_error_hook(self, hook: pulumi.ErrorHook) -> None:
        """Nor one of these: nothing fails."""
