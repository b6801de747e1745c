"""The container groups behind the arguments of resource hooks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs
import pulumi

from polypod.targets.aci.deploy.client import Management
from polypod.targets.aci.plan.records import Group


@attrs.frozen
class Hooked:
    """The container groups of a component, for its hooks to look at.

    Args:
        groups: The container groups by their logical names.
        resources: The same as resources; filled while they are registered.
        management: What to ask.
    """

    groups: Mapping[str, Group]
    resources: Mapping[str, pulumi.Resource]
    management: Management

    def say(self, args: pulumi.ResourceHookArgs, text: str) -> None:
        """Show a line under the resource that a hook was called for.

        Args:
            args: What the hook was called with.
            text: The line.
        """
        pulumi.log.info(text, self.resources.get(args.name))


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
