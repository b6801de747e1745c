"""Preview messages: which changes restart a container group in place, and which destroy it and its address."""

from __future__ import annotations

import pulumi

from polypod.targets.aci.deploy.hooks import Hooked, known_inputs
from polypod.targets.aci.plan.records import Group, flat
from polypod.targets.aci.plan.replacement import differences, replacement_trigger

_PATH = ("resourceGroupName", "containerGroupName")


class PreviewMessages:
    """Hooks that say in a preview what will become of container groups.

    Args:
        component: The name of the component.
        hooked: What the hooks are about.
    """

    def __init__(self, component: str, hooked: Hooked) -> None:
        self._hooked = hooked
        previewed = pulumi.ResourceHookOptions(on_dry_run=True, ignore_errors=True)
        self.replacements = pulumi.ResourceHook(f"{component}-replacements", self._replacement, previewed)
        self.restarts = pulumi.ResourceHook(f"{component}-restarts", self._restart, previewed)

    def _say(self, args: pulumi.ResourceHookArgs, text: str) -> None:
        if pulumi.runtime.is_dry_run():
            self._hooked.say(args, text)

    async def _restart(self, args: pulumi.ResourceHookArgs) -> None:
        text = "restarts in place: all containers of the group stop and start again, its address stays"
        self._say(args, text + outage(self._hooked.groups[args.name]))

    async def _replacement(self, args: pulumi.ResourceHookArgs) -> None:
        new = await known_inputs(args)
        if not pulumi.runtime.is_dry_run() or not all(isinstance(new.get(name), str) for name in _PATH):
            return
        found = await self._hooked.management.get(*(new[name] for name in _PATH))
        if found is None:  # nothing is destroyed
            return
        why = differences(replacement_trigger(flat(found)), replacement_trigger(new))
        text = "is destroyed and recreated, its address changes" + (f" ({why})" if why else "")
        self._say(args, text + outage(self._hooked.groups[args.name]))


def outage(group: Group) -> str:
    """The outage of a group that is changed, as the end of a sentence.

    Args:
        group: The group.
    """
    if group.copies > 1:
        return (
            "; one replica after the other, the next when the one before is ready: a request that the stopping one has "
            "just taken fails, unless its route has retry=True"
        )
    if "ipAddress" not in group.body["properties"]:
        return ""
    return f"; it is unavailable until it is ready again, {group.ready_seconds} s at most (ready_within)"
