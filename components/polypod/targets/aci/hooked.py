"""What resource hooks are given."""

from __future__ import annotations

from typing import Any

import pulumi


async def known_inputs(args: pulumi.ResourceHookArgs) -> dict[str, Any]:
    """The new inputs of a resource, as plain values; ``None`` in place of what is known only later.

    A hook gets an `Output` for each input in which something is secret.

    Args:
        args: What the hook was called with.
    """
    return {
        key: await pulumi.Output.from_input(value).future() if isinstance(value, pulumi.Output) else value
        for key, value in (args.new_inputs or {}).items()
    }
