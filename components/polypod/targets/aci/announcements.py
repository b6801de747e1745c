"""What a preview says of changes: which restart a container group in place, and which destroy it and its address."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pulumi

from polypod.targets.aci.shape import differences, shape

_GET = "azure-native:containerinstance:getContainerGroup"
_PATH = ("resourceGroupName", "containerGroupName")


class Announcements:
    """Hooks that say in a preview what will become of container groups.

    Args:
        component: The name of the component.
        resources: The container groups by their logical names; filled while they are registered.
        options: How Azure's provider is asked.
    """

    def __init__(self, component: str, resources: Mapping[str, pulumi.Resource], options: pulumi.InvokeOptions) -> None:
        self._resources = resources
        self._options = options
        previewed = pulumi.ResourceHookOptions(on_dry_run=True, ignore_errors=True)
        self.hooks = pulumi.ResourceHookBinding(
            before_create=[pulumi.ResourceHook(f"{component}-replacements", self._replacement, previewed)],
            before_update=[pulumi.ResourceHook(f"{component}-restarts", self._restart, previewed)],
        )

    def _say(self, args: pulumi.ResourceHookArgs, text: str) -> None:
        if pulumi.runtime.is_dry_run():
            pulumi.log.info(text, self._resources.get(args.name))

    async def _restart(self, args: pulumi.ResourceHookArgs) -> None:
        self._say(args, "restarts in place: all containers of the group stop and start again, its address stays")

    async def _replacement(self, args: pulumi.ResourceHookArgs) -> None:
        new = args.new_inputs or {}
        if not pulumi.runtime.is_dry_run() or not all(isinstance(new.get(name), str) for name in _PATH):
            return
        try:
            found: Any = await pulumi.runtime.invoke_async(_GET, {name: new[name] for name in _PATH}, self._options)
        except Exception:  # it is not there: nothing is destroyed
            return
        why = differences(shape(found), shape(new))
        self._say(args, "is destroyed and made anew, its address changes" + (f" ({why})" if why else ""))
